// Masking (RFC 6455 section 5.3): octet i is combined with octet i mod 4 of the key, whatever way it is cut.
#include "codec/ws/mask.h"

#include <cstring>
#include <vector>

#include "ws_wire.h"

using namespace ue::codec;

TEST(ws_mask) {
    uint32_t key;
    std::memcpy(&key, "\x37\xfa\x21\x3d", 4);
    std::string text = "Hello";
    mask_in_place(&text[0], text.size(), key);
    IS(wire::to_hex(text), "7f9f4d5158", "the example of RFC 6455 section 5.7");
    mask_in_place(&text[0], text.size(), key);
    IS(text, "Hello", "twice is nothing");
}

TEST(ws_mask) {
    const unsigned char k[4] = {1, 0x80, 0xff, 0x42};
    uint32_t key;
    std::memcpy(&key, k, 4);
    bool in_place = true, copied = true, pieces = true, untouched = true;
    for (size_t size = 0; size < 200; ++size) {
        for (size_t offset = 0; offset < 9; ++offset) {
            for (uint64_t phase : {0u, 1u, 2u, 3u, 7u}) {
                std::vector<char> plain(offset + size + 8), want, to(offset + size + 8, 'z');
                for (size_t i = 0; i < plain.size(); ++i)
                    plain[i] = static_cast<char>(i * 7 + 1);
                want = plain;
                for (size_t i = 0; i < size; ++i)
                    want[offset + i] = static_cast<char>(plain[offset + i] ^ k[(i + phase) & 3]);
                mask_copy(&to[offset], &plain[offset], size, key, phase);
                copied &= std::memcmp(&to[offset], &want[offset], size) == 0;
                untouched &= (offset == 0 || to[offset - 1] == 'z') && to[offset + size] == 'z';
                std::vector<char> cut = plain;
                const size_t half = size / 3;
                mask_in_place(&cut[offset], half, key, phase);
                mask_in_place(&cut[offset] + half, size - half, key, phase + half);
                pieces &= cut == want;
                mask_in_place(&plain[offset], size, key, phase);
                in_place &= plain == want;
            }
        }
    }
    OK(in_place, "in place, every size and alignment");
    OK(copied, "copied");
    OK(untouched, "nothing beside it is touched");
    OK(pieces, "the phase goes on over a split");
    uint64_t far = (uint64_t{1} << 40) + 3;
    char a[3] = {0, 0, 0};
    mask_in_place(a, 3, key, far);
    OK(a[0] == 0x42 && a[1] == 1 && static_cast<unsigned char>(a[2]) == 0x80, "a phase beyond 32 bits");
}
