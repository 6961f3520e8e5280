// Cookies in both directions (RFC 6265): `Cookie` of requests, `Set-Cookie` of responses.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ue::codec {

using Cookies = std::vector<std::pair<std::string, std::string>>;  // name, value; in order of arrival

enum class SameSite : uint8_t { kDisabled = 0, kStrict = 1, kLax = 2, kNone = 3 };

struct SetCookie {
    std::string value, domain, path;
    std::optional<int64_t> expires;  // seconds since the epoch
    std::optional<int64_t> max_age;  // seconds; beats expires
    bool secure = false;
    bool http_only = false;
    SameSite same_site = SameSite::kDisabled;
};
using SetCookies = std::vector<std::pair<std::string, SetCookie>>;

// Throws Misuse if one of the texts would break out of its place in the header (control bytes, semicolon).
void check_cookie(std::string_view name, std::string_view value);
void check_cookie(std::string_view name, const SetCookie& cookie);

// `a=1; b=2`: stops silently at the first malformed pair. Names may repeat; the last one counts.
const std::string* find_cookie(const Cookies& cookies, std::string_view name);
void parse_cookies(std::string_view header_value, Cookies& out);
void append_cookies(const Cookies& cookies, std::string& out);

// False if there is not even `name=value`. Unknown attributes are skipped; it stops silently at malformed text.
bool parse_set_cookie(std::string_view header_value, std::string& name, SetCookie& out);
// `default_domain` is used if the cookie has none and it is not empty.
void append_set_cookie(std::string_view name, const SetCookie& cookie, std::string_view default_domain,
                       std::string& out);

}  // namespace ue::codec
