// HTTP messages made from and shown as Perl hashes. What reads Perl values may throw Misuse: use inside guard().
#pragma once
#include "codec/http/request.h"
#include "codec/http/response.h"
#include "xs/glue/http_cookies.h"
#include "xs/glue/settings.h"
#include "xs/glue/uri.h"

namespace ue::glue {

// A new message from the hash of its constructor. The keys:
//   all        headers, body, chunked, http_version, compress (type, or [type, level])
//   requests   method, uri, cookies, allow_compression (type, or [types]), form
//   responses  code, message, cookies
void fill_message(pTHX_ codec::Message& message, const Settings& s);
void fill_request(pTHX_ codec::Request& request, const Settings& s);
void fill_response(pTHX_ codec::Response& response, const Settings& s);

// Replaces all fields. The value of a name may be an array reference of values; undef values are left out.
void set_headers(pTHX_ codec::Headers& headers, const Settings& fields);
void add_headers(pTHX_ codec::Headers& headers, std::string_view name, SV** values, size_t count);
// New hash reference: names in lower case, the last value of each.
SV* headers_hash(pTHX_ const codec::Headers& headers);

// A number or a name ("POST"). Misuse for what is no method.
int method_from(pTHX_ SV* sv);

// New scalars: the last value of a field, undef if there is none; the message as text.
SV* header_sv(pTHX_ const codec::Headers& headers, std::string_view name);
SV* serialised(pTHX_ codec::Request& request);
SV* serialised(pTHX_ codec::Response& response, const codec::Request* request);

}  // namespace ue::glue
