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

// Words through memcpy: no alignment is needed, the compiler makes vector instructions of the inner loop, and since a
// word is read before it is written `to` may be `from`.
inline void mask(char* to, const char* from, size_t size, uint32_t key) {
    const uint64_t wide = static_cast<uint64_t>(key) << 32 | key;
    constexpr size_t kBlock = 64;
    for (; size >= kBlock; size -= kBlock, to += kBlock, from += kBlock) {
        uint64_t w[kBlock / 8];
        std::memcpy(w, from, kBlock);
        for (uint64_t& x : w)
            x ^= wide;
        std::memcpy(to, w, kBlock);
    }
    for (; size >= 8; size -= 8, to += 8, from += 8) {
        uint64_t w;
        std::memcpy(&w, from, 8);
        w ^= wide;
        std::memcpy(to, &w, 8);
    }
    char k[8];
    std::memcpy(k, &wide, 8);
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
