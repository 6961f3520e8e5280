// The settings hash of an HTTP server.
#pragma once
#include "http/config.h"
#include "xs/glue/settings.h"

namespace ue::glue {

// Keys: locations, idle_timeout, handshake_timeout, max_headers_size, max_body_size, tcp_nodelay,
// max_keepalive_requests, max_pending, require_host, safe (other defaults); of a location: host, port, path, sock, reuse_port, backlog, tcp_nodelay, domain,
// ssl_ctx. Times in seconds. No locations is no error here. Throws Misuse (use inside guard()).
// Every Perl file handle in `sock` is duplicated: the handle stays the program's.
http::ServerConfig http_config_from(pTHX_ const Settings& s);
// The limits in it as a settings hash. Owned.
HV* config_hash(pTHX_ const http::ServerConfig& config);

}  // namespace ue::glue
