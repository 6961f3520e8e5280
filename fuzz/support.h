// What the fuzz targets share: a claim that ends the process, bytes at the very end of their memory, and random cuts
// that the input repeats.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#define CLAIM(condition)                                                                 \
    do {                                                                                 \
        if (!(condition)) {                                                              \
            std::fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition); \
            std::abort();                                                                \
        }                                                                                \
    } while (0)

namespace fuzz {

// A copy that ends where its memory ends, so that one octet too far is seen.
struct Copy {
    explicit Copy(std::string_view bytes) : data(new char[bytes.size() ? bytes.size() : 1]), size(bytes.size()) {
        if (size) std::memcpy(data.get(), bytes.data(), size);
    }
    std::unique_ptr<char[]> data;
    size_t size;
};

// The first octets of an input, for settings. Zero where there are none.
class Settings {
  public:
    explicit Settings(std::string_view& input) : input_(input) {}
    uint8_t octet() {
        if (input_.empty()) return 0;
        const auto c = static_cast<uint8_t>(input_[0]);
        input_.remove_prefix(1);
        return c;
    }
    uint16_t pair() {
        const uint16_t high = octet();
        return static_cast<uint16_t>(high << 8 | octet());
    }

  private:
    std::string_view& input_;
};

// Where a text is cut, from a number that is part of the input: single octets, a few, many, or all of it.
class Cuts {
  public:
    explicit Cuts(uint32_t seed) : state_(seed * 2654435761u + 1) {}
    size_t next(size_t left) {
        const uint32_t r = random();
        const size_t n = r % 4 == 0   ? 1
                         : r % 4 == 1 ? 1 + (r >> 8) % 6
                         : r % 4 == 2 ? 1 + (r >> 8) % 90
                                      : 1 + (r >> 8) % 2000;
        return std::min(n, left);
    }
    uint32_t random() {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 17;
        state_ ^= state_ << 5;
        return state_;
    }

  private:
    uint32_t state_;
};

inline std::string_view text(const uint8_t* data, size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

}  // namespace fuzz
