#include "codec/ws/utf8.h"

#include <cstring>

namespace ue::codec {

namespace {
constexpr uint64_t kHighBits = 0x8080808080808080u;

uint64_t word_at(const unsigned char* p) {
    uint64_t w;
    std::memcpy(&w, p, sizeof w);
    return w;
}

// The first octet that is not ASCII, by 32, 8, 1.
const unsigned char* skip_ascii(const unsigned char* p, const unsigned char* end) {
    while (end - p >= 32) {
        if ((word_at(p) | word_at(p + 8) | word_at(p + 16) | word_at(p + 24)) & kHighBits) break;
        p += 32;
    }
    while (end - p >= 8 && !(word_at(p) & kHighBits))
        p += 8;
    while (p < end && *p < 0x80)
        ++p;
    return p;
}

bool is_tail(unsigned char c) {
    return (c & 0xc0) == 0x80;
}

// What a lead octet asks for: how many more, and the range of the first of them. RFC 3629 section 4.
struct Lead {
    uint8_t need, low, high;
};
Lead lead(unsigned char c) {
    if (c < 0xc2) return {0, 0, 0};
    if (c < 0xe0) return {1, 0x80, 0xbf};
    if (c == 0xe0) return {2, 0xa0, 0xbf};
    if (c == 0xed) return {2, 0x80, 0x9f};
    if (c < 0xf0) return {2, 0x80, 0xbf};
    if (c == 0xf0) return {3, 0x90, 0xbf};
    if (c < 0xf4) return {3, 0x80, 0xbf};
    if (c == 0xf4) return {3, 0x80, 0x8f};
    return {0, 0, 0};
}
}  // namespace

bool Utf8Validator::feed(const char* data, size_t size) {
    if (need_ == kFailed) return false;
    auto* p = reinterpret_cast<const unsigned char*>(data);
    const auto* end = p + size;
    for (;;) {
        while (need_) {
            if (p == end) return true;
            if (*p < low_ || *p > high_) return need_ = kFailed, false;
            low_ = 0x80, high_ = 0xbf;
            ++p, --need_;
        }
        if (p == end) return true;
        if (*p < 0x80) {
            p = skip_ascii(p, end);
            continue;
        }
        // Whole characters of text that is not ASCII, without the detour over the members.
        if (*p >= 0xc2 && *p < 0xe0 && end - p >= 2 && is_tail(p[1])) {
            p += 2;
            continue;
        }
        const Lead l = lead(*p);
        if (l.need == 2 && end - p >= 3 && p[1] >= l.low && p[1] <= l.high && is_tail(p[2])) {
            p += 3;
            continue;
        }
        if (l.need == 0) return need_ = kFailed, false;
        need_ = l.need, low_ = l.low, high_ = l.high;
        ++p;
    }
}

bool utf8_valid(std::string_view text) {
    Utf8Validator v;
    return v.feed(text.data(), text.size()) && v.complete();
}

size_t utf8_cut(std::string_view text, size_t max) {
    if (text.size() <= max) return text.size();
    // A character has at most three tails; where there are more, it is no UTF-8 and any cut is as good.
    size_t cut = max;
    while (cut > 0 && max - cut < 3 && is_tail(static_cast<unsigned char>(text[cut])))
        --cut;
    return is_tail(static_cast<unsigned char>(text[cut])) ? max : cut;
}

}  // namespace ue::codec
