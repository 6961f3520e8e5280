// The strict grammar of a message head, byte by byte: start line, fields, empty line (RFC 9112 sections 2 to 5).
//
// It stands before llhttp, whose leniency differs between versions and build flags: everything about which two
// servers in a row might disagree (bare LF or CR, folded lines, blanks around names, other versions and protocols,
// control bytes, empty lines in front) ends here.
#pragma once
#include <cstddef>
#include <cstdint>

namespace ue::codec {

class HeadGuard {
  public:
    void start_request() { begin(At::kMethod); }
    void start_response() { begin(At::kStatusLine); }
    void start_trailer() { begin(At::kLineStart); }

    // How many of the bytes are good. Less than `size`: either done(), right behind the empty line, or that byte breaks
    // the grammar.
    size_t check(const char* data, size_t size);
    bool done() const { return at_ == At::kDone; }
    bool past_start_line() const { return at_ >= At::kLineStart; }

  private:
    enum class At : uint8_t {
        kMethod,
        kTarget,
        kVersion,
        kStatusLine,
        kReason,
        kReasonEnd,
        kLineStart,
        kName,
        kValue,
        kLineEnd,
        kLastEnd,
        kDone,
    };
    void begin(At at) {
        at_ = at;
        seen_ = 0;
    }
    bool step(char c);

    At at_ = At::kDone;
    uint8_t seen_ = 0;  // bytes of a fixed text, or whether there was a byte at all
};

}  // namespace ue::codec
