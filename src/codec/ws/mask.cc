#include "codec/ws/mask.h"

#include <cstring>

namespace ue::codec {

namespace {
// The key for a payload that goes on at `phase`.
uint32_t turned(uint32_t key, uint64_t phase) {
    unsigned char k[4], t[4];
    std::memcpy(k, &key, 4);
    for (int i = 0; i < 4; ++i)
        t[i] = k[(phase + i) & 3];
    std::memcpy(&key, t, 4);
    return key;
}

// GCC's and clang's vectors, without asking for alignment. A vector is read before it is written, so `to` may be
// `from`.
typedef uint64_t Wide __attribute__((vector_size(16)));

inline void mask_wide(char* to, const char* from, Wide key) {
    Wide w;
    std::memcpy(&w, from, sizeof w);
    w ^= key;
    std::memcpy(to, &w, sizeof w);
}

inline void mask(char* to, const char* from, size_t size, uint32_t key) {
    const uint64_t twice = static_cast<uint64_t>(key) << 32 | key;
    const Wide wide = {twice, twice};
    constexpr size_t kWide = sizeof wide, kStep = 4 * kWide;
    for (; size >= kStep; size -= kStep, to += kStep, from += kStep) {
        mask_wide(to, from, wide);
        mask_wide(to + kWide, from + kWide, wide);
        mask_wide(to + 2 * kWide, from + 2 * kWide, wide);
        mask_wide(to + 3 * kWide, from + 3 * kWide, wide);
    }
    for (; size >= 8; size -= 8, to += 8, from += 8) {
        uint64_t w;
        std::memcpy(&w, from, 8);
        w ^= twice;
        std::memcpy(to, &w, 8);
    }
    char k[8];
    std::memcpy(k, &twice, 8);
    for (size_t i = 0; i < size; ++i)
        to[i] = static_cast<char>(from[i] ^ k[i]);
}
}  // namespace

void mask_in_place(char* data, size_t size, uint32_t key, uint64_t phase) {
    if (phase & 3) key = turned(key, phase);
    mask(data, data, size, key);
}

void mask_copy(char* to, const char* from, size_t size, uint32_t key, uint64_t phase) {
    if (phase & 3) key = turned(key, phase);
    mask(to, from, size, key);
}

}  // namespace ue::codec
