#include "codec/http/body_framing.h"

#include <charconv>

#include "codec/http/chars.h"
#include "codec/http/errors.h"
#include "codec/http/headers.h"

namespace ue::codec {

namespace {

constexpr uint64_t kMaxLength = INT64_MAX;  // what every peer can represent

// Digits only: no sign, no list, no base.
bool parse_length(std::string_view text, uint64_t& out) {
    if (text.empty() || !is_digit(text.front())) return false;
    const auto r = std::from_chars(text.data(), text.data() + text.size(), out);
    return r.ec == std::errc() && r.ptr == text.data() + text.size() && out <= kMaxLength;
}

}  // namespace

ErrorCode BodyFraming::add_field(std::string_view name, std::string_view value) {
    switch (name.size()) {
        case 14:
            if (!equals_nocase(name, "content-length")) break;
            if (has_length) return HttpError::kMultipleContentLength;
            if (chunked) return HttpError::kAmbiguousLength;
            if (!parse_length(value, length)) return HttpError::kInvalidContentLength;
            has_length = true;
            break;
        case 17:
            if (!equals_nocase(name, "transfer-encoding")) break;
            if (chunked || !equals_nocase(value, "chunked")) return HttpError::kUnsupportedTransferEncoding;
            if (has_length) return HttpError::kAmbiguousLength;
            chunked = true;
            break;
        case 16:
            if (!equals_nocase(name, "content-encoding")) break;
            if (!parse_content_encoding(value, encoding)) return HttpError::kUnsupportedCompression;
            break;
    }
    return {};
}

}  // namespace ue::codec
