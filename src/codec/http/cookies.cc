#include "codec/http/cookies.h"

#include <algorithm>
#include <charconv>

#include "base/misuse.h"
#include "codec/http/chars.h"
#include "codec/http/date.h"

namespace ue::codec {

namespace {

bool fits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return is_value_char(c) && c != ';'; });
}

// Takes the next piece, up to "; ", off the text. False when nothing is left. What is not separated like this is
// malformed and ends the parsing.
bool next_piece(std::string_view& text, std::string_view& piece) {
    if (text.empty()) return false;
    const size_t semicolon = text.find(';');
    piece = text.substr(0, semicolon);
    if (semicolon == std::string_view::npos) {
        text = {};
        return true;
    }
    text.remove_prefix(semicolon + 1);
    if (text.empty() || text[0] != ' ')
        text = {};
    else
        text.remove_prefix(1);
    return true;
}

bool split_pair(std::string_view piece, std::string_view& name, std::string_view& value) {
    const size_t equals = piece.find('=');
    if (equals == std::string_view::npos || equals == 0) return false;
    name = piece.substr(0, equals);
    value = piece.substr(equals + 1);
    return std::all_of(name.begin(), name.end(), is_token_char);
}

void put(std::string& out, std::string_view name, std::string_view value) {
    out.append("; ").append(name).append(1, '=').append(value);
}

}  // namespace

void check_cookie(std::string_view name, std::string_view value) {
    if (name.empty() || !fits(name) || name.find('=') != std::string_view::npos)
        throw Misuse("invalid cookie name: expected text without controls, ; and =" + got(name));
    if (!fits(value))
        throw Misuse("invalid cookie value: expected no controls or semicolons, in " + std::string(name) +
                     got_byte_of(value, [](unsigned char c) {
                         return !fits({reinterpret_cast<char*>(&c), 1});
                     }));
}

void check_cookie(std::string_view name, const SetCookie& cookie) {
    check_cookie(name, cookie.value);
    if (!fits(cookie.domain))
        throw Misuse("invalid cookie domain of " + std::string(name) + ": expected no controls or semicolons" +
                     got(cookie.domain));
    if (!fits(cookie.path))
        throw Misuse("invalid cookie path of " + std::string(name) + ": expected no controls or semicolons" +
                     got(cookie.path));
}

const std::string* find_cookie(const Cookies& cookies, std::string_view name) {
    for (size_t i = cookies.size(); i--;)
        if (cookies[i].first == name) return &cookies[i].second;
    return nullptr;
}

void parse_cookies(std::string_view text, Cookies& out) {
    std::string_view piece, name, value;
    while (next_piece(text, piece) && split_pair(piece, name, value))
        out.emplace_back(name, value);
}

void append_cookies(const Cookies& cookies, std::string& out) {
    bool first = true;
    for (const auto& [name, value] : cookies) {
        if (!first) out += "; ";
        first = false;
        out.append(name).append(1, '=').append(value);
    }
}

bool parse_set_cookie(std::string_view text, std::string& name, SetCookie& out) {
    std::string_view piece, key, value;
    if (!next_piece(text, piece) || !split_pair(piece, key, value)) return false;
    name = key;
    out = SetCookie();
    out.value = value;
    while (next_piece(text, piece)) {
        const size_t equals = std::min(piece.find('='), piece.size());
        key = piece.substr(0, equals);
        value = equals < piece.size() ? piece.substr(equals + 1) : std::string_view();
        if (key == "Domain") {
            out.domain = value;
        } else if (key == "Path") {
            out.path = value;
        } else if (key == "Expires") {
            int64_t seconds;
            if (!parse_http_date(value, seconds)) break;
            out.expires = seconds;
        } else if (key == "Max-Age") {
            int64_t seconds;
            const auto r = std::from_chars(value.data(), value.data() + value.size(), seconds);
            if (r.ec != std::errc() || r.ptr != value.data() + value.size()) break;
            out.max_age = seconds;
        } else if (key == "Secure") {
            out.secure = true;
        } else if (key == "HttpOnly") {
            out.http_only = true;
        } else if (key == "SameSite") {
            out.same_site = value == "Lax" ? SameSite::kLax : value == "None" ? SameSite::kNone : SameSite::kStrict;
        }
    }
    return true;
}

void append_set_cookie(std::string_view name, const SetCookie& cookie, std::string_view default_domain,
                       std::string& out) {
    out.append(name).append(1, '=').append(cookie.value);
    const std::string_view domain = cookie.domain.empty() ? default_domain : std::string_view(cookie.domain);
    if (!domain.empty()) put(out, "Domain", domain);
    if (!cookie.path.empty()) put(out, "Path", cookie.path);
    if (cookie.max_age) {
        put(out, "Max-Age", std::to_string(*cookie.max_age));
    } else if (cookie.expires) {
        char date[kHttpDateSize];
        format_http_date(*cookie.expires, date);
        put(out, "Expires", {date, kHttpDateSize});
    }
    if (cookie.secure) out += "; Secure";
    if (cookie.http_only) out += "; HttpOnly";
    switch (cookie.same_site) {
        case SameSite::kDisabled:
            break;
        case SameSite::kStrict:
            out += "; SameSite";
            break;
        case SameSite::kLax:
            out += "; SameSite=Lax";
            break;
        case SameSite::kNone:
            out += "; SameSite=None";
            break;
    }
}

}  // namespace ue::codec
