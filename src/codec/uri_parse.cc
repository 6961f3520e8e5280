// From text to the parts of a uri: RFC 3986, the productions URI and relative-ref.
#include <algorithm>
#include <charconv>

#include "codec/uri.h"
#include "codec/uri_parser.h"

namespace ue::codec {

namespace {

// Every byte is wanted, or begins a whole escape.
bool all_of(std::string_view text, bool (*wanted)(char)) {
    for (size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            if (i + 2 >= text.size() || hex_digit(text[i + 1]) < 0 || hex_digit(text[i + 2]) < 0) return false;
            i += 2;
        } else if (!wanted(text[i])) {
            return false;
        }
    }
    return true;
}

bool is_ipv4(std::string_view text) {
    for (int i = 0; i < 4; ++i) {
        const size_t end = i < 3 ? text.find('.') : text.size();
        if (end == std::string_view::npos || end == 0 || end > 3 || (end > 1 && text[0] == '0')) return false;
        int n = 0;
        for (char c : text.substr(0, end)) {
            if (!is_digit(c)) return false;
            n = n * 10 + (c - '0');
        }
        if (n > 255) return false;
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return text.empty();
}

// How many of the eight groups `text` (without "::") has; -1 if it is malformed.
int ipv6_groups(std::string_view text, bool may_end_in_ipv4) {
    if (text.empty()) return 0;
    for (int groups = 0;;) {
        const size_t end = std::min(text.find(':'), text.size());
        const std::string_view group = text.substr(0, end);
        const bool last = end == text.size();
        if (last && may_end_in_ipv4 && is_ipv4(group)) return groups + 2;
        if (group.empty() || group.size() > 4) return -1;
        for (char c : group)
            if (hex_digit(c) < 0) return -1;
        if (++groups > 8 || last) return groups > 8 ? -1 : groups;
        text.remove_prefix(end + 1);
    }
}

bool is_ipv6(std::string_view text) {
    const size_t gap = text.find("::");
    if (gap == std::string_view::npos) return ipv6_groups(text, true) == 8;
    const int left = ipv6_groups(text.substr(0, gap), false);
    const int right = ipv6_groups(text.substr(gap + 2), true);
    return left >= 0 && right >= 0 && left + right <= 7;
}

// "v1.anything": no address that exists, but what the grammar reserves.
bool is_ip_future(std::string_view text) {
    const size_t dot = text.find('.');
    if (dot == std::string_view::npos || dot < 2 || ascii_lower(text[0]) != 'v' || dot + 1 == text.size()) return false;
    const std::string_view version = text.substr(1, dot - 1), rest = text.substr(dot + 1);
    return std::all_of(version.begin(), version.end(), [](char c) { return hex_digit(c) >= 0; }) &&
           std::all_of(rest.begin(), rest.end(), is_user_info_char);
}

bool parse_port(std::string_view text, uint16_t& port) {
    port = 0;
    if (text.empty()) return true;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), port);
    return r.ec == std::errc() && r.ptr == text.data() + text.size();
}

}  // namespace

bool is_ip_literal(std::string_view host) {
    if (host.size() < 2 || host.front() != '[' || host.back() != ']') return false;
    host = host.substr(1, host.size() - 2);
    return is_ipv6(host) || is_ip_future(host);
}

// host [ ":" port ]
bool Uri::Parser::host_and_port(std::string_view text) {
    size_t end;
    if (!text.empty() && text[0] == '[') {
        end = text.find(']');
        if (end == std::string_view::npos || !is_ip_literal(text.substr(0, ++end))) return false;
        parts.host = text.substr(0, end);
    } else {
        end = std::min(text.find(':'), text.size());
        if (!all_of(text.substr(0, end), is_host_char)) return false;
        parts.host = decode_percent(text.substr(0, end));
    }
    if (end == text.size()) return true;
    return text[end] == ':' && parse_port(text.substr(end + 1), parts.port);
}

bool Uri::Parser::authority(std::string_view text) {
    const size_t at = text.find('@');
    if (at != std::string_view::npos) {
        const std::string_view user_info = text.substr(0, at);
        if (!all_of(user_info, is_user_info_char)) return false;
        parts.user_info = decode_percent(user_info);
        text.remove_prefix(at + 1);
    }
    return host_and_port(text);
}

// host [ ":" port ] in front of the path, without slashes.
bool Uri::Parser::suffix_authority(std::string_view& text) {
    const size_t end = std::min(text.find('/'), text.size());
    const std::string_view front = text.substr(0, end);
    if (front.empty() || front.back() == ':' || front.front() == ':' || !host_and_port(front)) {
        parts.host.clear();
        parts.port = 0;
        return false;
    }
    text.remove_prefix(end);
    return true;
}

bool Uri::Parser::scheme(std::string_view& text) {
    if (text.empty() || !is_alpha(text[0])) return false;
    size_t i = 1;
    while (i < text.size() &&
           (is_alpha(text[i]) || is_digit(text[i]) || text[i] == '+' || text[i] == '-' || text[i] == '.'))
        ++i;
    if (i == text.size() || text[i] != ':') return false;
    parts.scheme = text.substr(0, i);
    for (char& c : parts.scheme)
        c = ascii_lower(c);
    text.remove_prefix(i + 1);
    return true;
}

bool Uri::Parser::path_on(std::string_view text, bool first_may_have_colon) {
    if (!all_of(text, is_path_char)) return false;
    if (!first_may_have_colon && text.substr(0, text.find('/')).find(':') != std::string_view::npos) return false;
    parts.path = text;
    return true;
}

// Takes query and fragment off the end.
bool Uri::Parser::tail(std::string_view& text) {
    const size_t hash = text.find('#');
    if (hash != std::string_view::npos) {
        parts.fragment = text.substr(hash + 1);
        if (!all_of(parts.fragment, is_query_char)) return false;
        text = text.substr(0, hash);
    }
    const size_t question = text.find('?');
    if (question == std::string_view::npos) return true;
    const std::string_view query = text.substr(question + 1);
    text = text.substr(0, question);
    if (!all_of(query, flags & kExtendedChars ? [](char c) { return is_query_char(c) || is_extended_char(c); }
                                              : is_query_char))
        return false;
    parts.query = query;
    return true;
}

bool Uri::Parser::parse(std::string_view text) {
    if (!tail(text)) return false;
    bool good;
    if (target && text.substr(0, 1) == "/") {
        good = path_on(text, true);
    } else if (flags & kSuffixReference && text.substr(0, 1) != "/" && suffix_authority(text)) {
        good = path_on(text, true);
    } else {
        const bool has_scheme = scheme(text);
        if (text.substr(0, 2) == "//") {
            text.remove_prefix(2);
            const size_t end = std::min(text.find('/'), text.size());
            good = authority(text.substr(0, end)) && path_on(text.substr(end), true);
        } else {
            good = path_on(text, has_scheme);
        }
    }
    return good;
}

}  // namespace ue::codec
