#include "codec/http/head_guard.h"

#include <cstring>

#include "codec/http/chars.h"

namespace ue::codec {

namespace {

constexpr char kVersionText[] = "HTTP/1.";
constexpr uint8_t kVersionSize = sizeof(kVersionText) - 1;

// "HTTP/1.1" by position.
bool version_char(uint8_t at, char c) {
    return at < kVersionSize ? c == kVersionText[at] : c == '0' || c == '1';
}

// The first byte that may not stand in a value. Eight at a time: one below 0x20 or one that is 0x7f (a tab, too, which
// is then looked at closely).
const char* skip_value(const char* p, const char* end) {
    constexpr uint64_t kOnes = 0x0101010101010101, kHigh = 0x8080808080808080;
    for (;;) {
        for (uint64_t w; end - p >= 8; p += 8) {
            std::memcpy(&w, p, 8);
            const uint64_t del = w ^ (kOnes * 0x7f);
            if ((((w - kOnes * 0x20) & ~w) | ((del - kOnes) & ~del)) & kHigh) break;
        }
        const char* const stop = end - p >= 8 ? p + 8 : end;
        while (p < stop && is_value_char(*p))
            ++p;
        if (p < stop || p == end) return p;
    }
}

}  // namespace

bool HeadGuard::step(char c) {
    switch (at_) {
        case At::kMethod:
            if (c == ' ' && seen_) {
                begin(At::kTarget);
                return true;
            }
            seen_ = 1;
            return is_token_char(c);
        case At::kTarget:
            if (c == ' ' && seen_) {
                begin(At::kVersion);
                return true;
            }
            seen_ = 1;
            return is_visible(c);
        case At::kVersion: {
            const uint8_t at = seen_++;
            if (at <= kVersionSize) return version_char(at, c);
            if (at == kVersionSize + 1) return c == '\r';
            at_ = At::kLineStart;
            return c == '\n';
        }
        case At::kStatusLine: {
            const uint8_t at = seen_++;
            if (at <= kVersionSize) return version_char(at, c);
            if (at == kVersionSize + 1) return c == ' ';
            if (at == kVersionSize + 2) return is_digit(c) && c != '0';
            if (at <= kVersionSize + 4) return is_digit(c);
            at_ = At::kReason;
            return c == ' ';
        }
        case At::kReason:
            if (c == '\r') {
                at_ = At::kReasonEnd;
                return true;
            }
            return is_value_char(c);
        case At::kReasonEnd:
        case At::kLineEnd:
            at_ = At::kLineStart;
            return c == '\n';
        case At::kLineStart:
            at_ = c == '\r' ? At::kLastEnd : At::kName;
            return c == '\r' || is_token_char(c);
        case At::kName:
            if (c == ':') {
                at_ = At::kValue;
                return true;
            }
            return is_token_char(c);
        case At::kValue:
            if (c == '\r') {
                at_ = At::kLineEnd;
                return true;
            }
            return is_value_char(c);
        case At::kLastEnd:
            at_ = At::kDone;
            return c == '\n';
        case At::kDone:
            break;
    }
    return false;
}

size_t HeadGuard::check(const char* data, size_t size) {
    const char *p = data, *const end = data + size;
    while (p < end && at_ != At::kDone) {
        // Most bytes are in the middle of something.
        switch (at_) {
            case At::kValue:
                p = skip_value(p, end);
                break;
            case At::kName:
                while (p < end && is_token_char(*p))
                    ++p;
                break;
            case At::kTarget:
                for (; p < end && is_visible(*p); ++p)
                    seen_ = 1;
                break;
            default:
                break;
        }
        if (p == end) break;
        const At before = at_;
        if (!step(*p)) {
            at_ = before;  // the state in which the byte was wrong
            break;
        }
        ++p;
    }
    return p - data;
}

}  // namespace ue::codec
