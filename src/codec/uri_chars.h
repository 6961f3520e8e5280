// Classes of bytes in uris (RFC 3986 section 2) and the escaping of what is outside of one.
#pragma once
#include <string>
#include <string_view>

#include "codec/http/chars.h"

namespace ue::codec {

constexpr bool is_unreserved(char c) {
    return is_alpha(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~';
}
constexpr bool is_sub_delim(char c) {
    return c == '!' || c == '$' || c == '&' || c == '\'' || c == '(' || c == ')' || c == '*' || c == '+' || c == ',' ||
           c == ';' || c == '=';
}
constexpr bool is_host_char(char c) {
    return is_unreserved(c) || is_sub_delim(c);
}
constexpr bool is_user_info_char(char c) {
    return is_host_char(c) || c == ':';
}
constexpr bool is_path_char(char c) {
    return is_user_info_char(c) || c == '@' || c == '/';
}
constexpr bool is_query_char(char c) {
    return is_path_char(c) || c == '?';
}
constexpr bool is_extended_char(char c) {
    return c == '"' || c == '{' || c == '}' || c == '|';
}

// Appends `in`, with %XX for every byte that `keep` does not want as it is.
void encode_percent(std::string_view in, bool (*keep)(char), std::string& out);

}  // namespace ue::codec
