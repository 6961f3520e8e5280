// Classes of bytes in HTTP messages (RFC 9110 section 5.6). Locale plays no part.
#pragma once
#include <cstddef>
#include <cstdint>

namespace ue::codec {

constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr bool is_alpha(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
constexpr bool is_blank(char c) {
    return c == ' ' || c == '\t';
}
constexpr char ascii_lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}
// -1 if it is none.
constexpr int hex_digit(char c) {
    return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// Printable ASCII without the space.
constexpr bool is_visible(char c) {
    return c > 0x20 && c < 0x7f;
}

namespace detail {
struct CharTable {
    bool token[256] = {};
    bool value[256] = {};
    constexpr CharTable() {
        for (int i = 0; i < 256; ++i) {
            const char c = static_cast<char>(i);
            token[i] = is_digit(c) || is_alpha(c);
            value[i] = i >= 0x80 || is_visible(c) || is_blank(c);
        }
        for (const char* p = "!#$%&'*+-.^_`|~"; *p; ++p)
            token[static_cast<uint8_t>(*p)] = true;
    }
};
inline constexpr CharTable kChars;
}  // namespace detail

constexpr bool is_token_char(char c) {
    return detail::kChars.token[static_cast<uint8_t>(c)];
}
// May stand in a field value: visible, blank, or beyond ASCII.
constexpr bool is_value_char(char c) {
    return detail::kChars.value[static_cast<uint8_t>(c)];
}

}  // namespace ue::codec
