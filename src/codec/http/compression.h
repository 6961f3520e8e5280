// Compression of bodies: which types there are, what a peer accepts (Accept-Encoding), what a body is in
// (Content-Encoding), and one body on its way out of its compression under a limit.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "codec/zlib.h"

namespace ue::codec {

// The values are bits: sets of types are masks.
enum class Compression : uint8_t { kNone = 0, kGzip = 1, kDeflate = 2, kBrotli = 4, kIdentity = 8 };
enum class CompressionLevel : uint8_t { kMin = 0, kOptimal = 1, kMax = 2 };

constexpr uint8_t mask(Compression c) {
    return static_cast<uint8_t>(c);
}
bool is_compression(int value);  // exactly one known bit

struct AcceptedCompression {
    uint8_t allowed = mask(Compression::kIdentity);
    uint8_t refused = 0;  // named with q=0
};
// Adds what one Accept-Encoding value says. An unknown or malformed element makes the rest of the value ignored.
void parse_accept_encoding(std::string_view value, AcceptedCompression& out);

// One Content-Encoding value. False if it names anything but identity and at most one of gzip and deflate.
bool parse_content_encoding(std::string_view value, Compression& out);

// gzip at the given level; ready for chunk after chunk.
bool open_gzip(Deflater& deflater, CompressionLevel level);

// A body on its way in. kDeflate means the zlib format (RFC 9110 section 8.4.1.2), gzip under that name is understood.
class BodyInflater {
  public:
    bool open(Compression type);
    bool is_open() const { return inflater_.is_open(); }
    // Appends to `body`, at most `max_more` bytes (a compression bomb: kBodyTooLarge). Bytes after the end of the
    // compressed stream and bytes that are no such stream: kUncompressionFailure.
    ErrorCode write(std::string_view in, std::string& body, size_t max_more);
    bool complete() const { return ended_; }  // the stream has said that it is over
    void close();

  private:
    Inflater inflater_;
    bool ended_ = false;
};

}  // namespace ue::codec
