// The two exceptions of the engine. Both mean that the caller broke the contract of a public method; they are thrown
// on entry, before anything has changed, and never from a callback, so no libuv or Perl frame ever sees one.
// Everything that can happen to a correct program is an ErrorCode.
#pragma once
#include <stdexcept>
#include <string>
#include <string_view>

#include "base/error.h"

namespace ue {

// Wrong arguments or a call in the wrong state: a plain `die "text at FILE line N."` in Perl.
class Misuse : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

// A value as messages show it: in quotes, cut if it is long, and nothing that moves a cursor.
inline std::string quoted(std::string_view value) {
    constexpr size_t kLongest = 100;
    std::string out = "'";
    for (const char c : value.substr(0, kLongest))
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
    return out + (value.size() > kLongest ? "...'" : "'");
}

// For the end of a sentence about an argument.
inline std::string got(std::string_view value) { return ", got " + quoted(value); }

// The same for values that may be secret: says only which of `bad` is where.
inline std::string got_byte_of(std::string_view value, bool (*bad)(unsigned char)) {
    for (size_t i = 0; i < value.size(); ++i)
        if (const auto c = static_cast<unsigned char>(value[i]); bad(c))
            return ", got byte " + std::to_string(c) + " at position " + std::to_string(i);
    return {};
}

// What the interface reports with an exception object of class UniEvent::Error.
class Failure : public std::exception {
  public:
    explicit Failure(std::string text) : text_(std::move(text)) {}
    explicit Failure(const ErrorCode& code) : text_(code.to_string()), code_(code) {}
    const char* what() const noexcept override { return text_.c_str(); }
    const ErrorCode& code() const { return code_; }

  private:
    std::string text_;
    ErrorCode code_;
};

}  // namespace ue
