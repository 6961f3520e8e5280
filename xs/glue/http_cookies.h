// Cookies between Perl hashes and messages. What reads Perl values may throw Misuse: use inside guard().
#pragma once
#include "codec/http/request.h"
#include "codec/http/response.h"
#include "xs/glue/settings.h"

namespace ue::glue {

// Replace all cookies of a message.
void set_cookies(pTHX_ codec::Request& request, const Settings& cookies);    // name => value
void set_cookies(pTHX_ codec::Response& response, const Settings& cookies);  // name => {value, domain, ...}

// Seconds since 1970, a date as text, or an object with a method epoch. False for anything else; never dies.
bool date_in(pTHX_ SV* sv, int64_t& seconds);

// One of a response; undef removes it.
void set_cookie(pTHX_ codec::Response& response, std::string_view name, SV* cookie);

// Keys: value, domain, path, expires (seconds since 1970, a date as text, or an object with a method epoch), max_age,
// secure, http_only, same_site.
codec::SetCookie set_cookie_from(pTHX_ const Settings& s);

// New references.
SV* cookies_hash(pTHX_ const codec::Cookies& cookies);
SV* cookies_hash(pTHX_ const codec::SetCookies& cookies);
// value, secure, http_only, same_site always; domain, path, expires (a Time::Piece), max_age if they are set.
SV* cookie_hash(pTHX_ const codec::SetCookie& cookie);

}  // namespace ue::glue
