// The framing of a chunked body (RFC 9112 section 7.1), strict: no blanks, no bare LF, extensions and trailer fields
// checked and dropped. Knows nothing of limits of the body; bounds its own lines.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "codec/http/head_guard.h"

namespace ue::codec {

class ChunkReader {
  public:
    enum class Event : uint8_t {
        kMore,     // the input is used up
        kChunk,    // a size line is complete: size() bytes of data follow
        kData,     // `data` is the next piece of a chunk
        kEnd,      // the body is complete
        kError,    // this byte is wrong
        kTooLong,  // the trailer, or a size line, does not end
    };
    struct Step {
        Event event;
        size_t consumed;
        std::string_view data;
    };

    void start() { *this = ChunkReader(); }
    // Reads up to the next event. `max_trailer` bounds the bytes of the trailer.
    Step next(const char* data, size_t size, size_t max_trailer);
    uint64_t size() const { return size_; }
    bool in_data() const { return at_ == At::kData; }
    bool in_trailer() const { return at_ == At::kTrailer; }

  private:
    enum class At : uint8_t {
        kSize,
        kExtensionName,
        kExtensionValue,
        kExtensionToken,
        kExtensionQuoted,
        kExtensionEscape,
        kExtensionEnd,
        kSizeEnd,
        kData,
        kDataCr,
        kDataLf,
        kTrailer,
    };
    bool step(char c);
    bool after_item(char c);

    uint64_t size_ = 0;  // of the chunk; while in its data, what is left of it
    size_t line_ = 0;    // bytes of this size line or of the trailer
    At at_ = At::kSize;
    bool any_ = false;  // there was a digit, or a byte of a name
    HeadGuard trailer_;
};

}  // namespace ue::codec
