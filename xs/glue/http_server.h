// What the methods of UniEvent::HTTP::Server and its requests and responses are made of.
#pragma once
#include "http/server.h"
#include "xs/glue/interpreter.h"

namespace ue::glue {

// configure(\%config). Throws Misuse; returns why the server cannot listen.
ErrorCode configure_http_server(pTHX_ http::Server& server, SV* config, const char* place);

// The argument of respond(): an object, or the hash of its constructor. Throws Misuse for anything else.
Ref<http::ServerResponse> server_response_arg(pTHX_ SV* sv, const char* place);

// Takes the connection of a request. What the client has sent behind the request is delivered to the stream's read
// listeners in the next turn of the loop; until then the stream does not read.
Expected<Ref<net::Stream>> upgraded_stream(http::ServerRequest& request);

}  // namespace ue::glue
