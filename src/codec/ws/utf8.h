// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ue::codec {

// Text that comes in pieces. Four octets of state.
class Utf8Validator {
  public:
    // False at the first octet that no valid text can have there; the validator is then spent until reset().
    bool feed(const char* data, size_t size);
    // True if the text may end here.
    bool complete() const { return need_ == 0; }
    void reset() { need_ = 0; }

  private:
    uint8_t need_ = 0;  // continuation octets still to come; kFailed
    uint8_t low_ = 0;   // the range of the next one
    uint8_t high_ = 0;
    static constexpr uint8_t kFailed = 255;
};

bool utf8_valid(std::string_view text);

// The length of the longest prefix of at most `max` octets that does not end inside a character.
size_t utf8_cut(std::string_view text, size_t max);

}  // namespace ue::codec
