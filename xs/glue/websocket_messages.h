// Handshake objects from and to Perl.
#pragma once
#include "codec/ws/handshake.h"
#include "ws/connect_request.h"
#include "xs/glue/settings.h"

namespace ue::glue {

// [name] or [name, {parameter => value}] for every extension.
SV* extensions_sv(pTHX_ const codec::Extensions& extensions);  // a new array reference; undef for an empty list
codec::Extensions extensions_from(pTHX_ SV* sv, const std::string& place);  // throws Misuse

// The constructors' hashes, on top of what http_messages.h reads.
void fill_connect_request(pTHX_ codec::ConnectRequest& request, const Settings& from);
void fill_client_request(pTHX_ ws::ConnectRequest& request, const Settings& from);
void fill_connect_response(pTHX_ codec::ConnectResponse& response, const Settings& from);

// An argument that is an object or the hash of its constructor; undef and missing give null. Throws Misuse.
Ref<codec::ConnectRequest> connect_request_from(pTHX_ SV* sv, const char* place);
Ref<ws::ConnectRequest> client_request_from(pTHX_ SV* sv, const char* place);
Ref<codec::ConnectResponse> connect_response_from(pTHX_ SV* sv, const char* place);
Ref<codec::Response> response_from(pTHX_ SV* sv, const char* place);

}  // namespace ue::glue
