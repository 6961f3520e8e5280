// Small steps of writing a message, shared by requests and responses. Everything appends.
#pragma once
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "codec/http/headers.h"

namespace ue::codec {

inline void append_number(uint64_t n, std::string& out) {
    char text[20];
    out.append(text, std::to_chars(text, text + sizeof(text), n).ptr - text);
}

inline void append_field(std::string_view name, std::string_view value, std::string& out) {
    out.append(name).append(": ").append(value).append("\r\n");
}

inline void append_field(std::string_view name, uint64_t value, std::string& out) {
    out.append(name).append(": ");
    append_number(value, out);
    out.append("\r\n");
}

// Whether the user's own Content-Length agrees with a body of `size` bytes. An empty body may have any: that of HEAD,
// or one that the user sends himself.
inline bool keeps_content_length(const Headers& headers, size_t size) {
    if (headers.count("Content-Length") != 1) return false;
    const std::string_view text = headers.get("Content-Length");
    uint64_t length;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), length);
    return r.ec == std::errc() && r.ptr == text.data() + text.size() && (size == 0 || length == size);
}

}  // namespace ue::codec
