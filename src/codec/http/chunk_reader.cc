#include "codec/http/chunk_reader.h"

#include <algorithm>

#include "codec/http/chars.h"
#include "codec/http/reader.h"

namespace ue::codec {

// What may follow a size, a name or a value.
bool ChunkReader::after_item(char c) {
    if (c != ';' && c != '\r') return false;
    at_ = c == ';' ? At::kExtensionName : At::kSizeEnd;
    any_ = false;
    return true;
}

bool ChunkReader::step(char c) {
    switch (at_) {
        case At::kSize: {
            const int digit = hex_digit(c);
            if (digit < 0) return any_ && after_item(c);
            if (size_ >> 59) return false;  // far beyond any body, and sums of sizes must not overflow
            size_ = size_ << 4 | static_cast<unsigned>(digit);
            any_ = true;
            return true;
        }
        case At::kExtensionName:
            if (is_token_char(c)) return any_ = true;
            if (!any_) return false;
            if (c != '=') return after_item(c);
            at_ = At::kExtensionValue;
            return true;
        case At::kExtensionValue:
            at_ = c == '"' ? At::kExtensionQuoted : At::kExtensionToken;
            return c == '"' || is_token_char(c);
        case At::kExtensionToken:
            return is_token_char(c) || after_item(c);
        case At::kExtensionQuoted:
            if (c == '"') at_ = At::kExtensionEnd;
            if (c == '\\') at_ = At::kExtensionEscape;
            return is_value_char(c);
        case At::kExtensionEscape:
            at_ = At::kExtensionQuoted;
            return is_value_char(c);
        case At::kExtensionEnd:
            return after_item(c);
        case At::kSizeEnd:
            at_ = size_ ? At::kData : At::kTrailer;
            if (!size_) trailer_.start_trailer();
            return c == '\n';
        case At::kDataCr:
            at_ = At::kDataLf;
            return c == '\r';
        case At::kDataLf:
            at_ = At::kSize;
            any_ = false;
            return c == '\n';
        case At::kData:
        case At::kTrailer:
            break;
    }
    return false;
}

ChunkReader::Step ChunkReader::next(const char* data, size_t size, size_t max_trailer) {
    size_t i = 0;
    if (at_ == At::kData && size) {
        const size_t n = static_cast<size_t>(std::min<uint64_t>(size, size_));
        size_ -= n;
        if (!size_) at_ = At::kDataCr;
        return {Event::kData, n, {data, n}};
    }
    while (i < size && at_ != At::kTrailer) {
        if (line_ == kMaxChunkLine) return {Event::kTooLong, i, {}};
        if (!step(data[i])) return {Event::kError, i, {}};
        ++i;
        ++line_;
        if (at_ == At::kData || at_ == At::kTrailer) {
            line_ = 0;
            return {Event::kChunk, i, {}};
        }
    }
    if (at_ != At::kTrailer) return {Event::kMore, i, {}};
    const size_t allowed = std::min(size, max_trailer - std::min(line_, max_trailer));
    i = trailer_.check(data, allowed);
    line_ += i;
    if (trailer_.done()) return {Event::kEnd, i, {}};
    if (i < allowed) return {Event::kError, i, {}};
    return {i < size ? Event::kTooLong : Event::kMore, i, {}};
}

}  // namespace ue::codec
