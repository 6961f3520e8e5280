// What the methods of UniEvent::HTTP::Client, its requests and its pool are made of.
#pragma once
#include "http/pool.h"
#include "xs/glue/settings.h"

namespace ue::glue {

// A new request from the hash of its constructor: the keys of http_messages.h, and timeout, connect_timeout,
// follow_redirect, redirection_limit, tcp_nodelay, tcp_hints, ssl_ctx, proxy, response_factory and the four
// *_callback. Throws Misuse.
void fill_client_request(pTHX_ http::Request& request, const Settings& s);
// An argument: an object, or the hash of its constructor. Throws Misuse.
Ref<http::Request> client_request_arg(pTHX_ SV* sv, const char* place);

// $code->($request) makes the responses; undef: the usual ones. What it returns must be a UniEvent::HTTP::Response:
// anything else is an exception of the callback. Throws Misuse.
void set_response_factory(pTHX_ http::Request& request, SV* code, const Settings& place);
SV* response_factory(pTHX_ const http::Request& request);  // the sub or undef, not mortal

SV* hints_hash(pTHX_ const net::ResolveHints& hints);
// The argument of cancel(): operation_canceled if it is missing or undef.
ErrorCode cancel_reason(pTHX_ SV* error);
SV* text_pairs_hash(pTHX_ const std::vector<std::pair<std::string, std::string>>& pairs);
http::Pool::Config pool_config_from(const Settings& s);

}  // namespace ue::glue
