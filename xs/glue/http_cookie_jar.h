// Protocol::HTTP::CookieJar between Perl and the engine. What reads Perl values may throw Misuse: use inside guard().
#pragma once
#include "codec/http/cookie_jar.h"
#include "xs/glue/interpreter.h"

namespace ue::glue {

// The time of an argument: seconds since 1970, or an object with a method epoch; missing or undef is now.
int64_t now_arg(pTHX_ SV* sv, const char* argument);
// A uri that must be there.
Ref<codec::Uri> known_uri_arg(pTHX_ SV* sv, const char* argument);

// $code->($name, \%cookie) is asked about each cookie that is collected: true, and it is forgotten. undef: all are
// kept.
void set_ignore(pTHX_ codec::CookieJar& jar, SV* code);

// A cookie's hash with name, host_only and origin (for same-site cookies) besides the keys of http_cookies.h.
SV* entries_array(pTHX_ const std::vector<const codec::CookieJar::Entry*>& entries);
SV* entries_array(pTHX_ const std::vector<codec::CookieJar::Entry>& entries);
SV* domains_hash(pTHX_ const codec::CookieJar& jar);

}  // namespace ue::glue
