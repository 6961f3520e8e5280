// UTF-8 (RFC 3629): what is text, what is not, and that the first impossible octet is the one that is noticed.
#include "codec/ws/utf8.h"

#include "ws_wire.h"

using namespace ue::codec;
using wire::hex;

namespace {
// The number of octets after which it is known to be no text; 0 if it is (so far).
size_t fails_at(const std::string& text) {
    Utf8Validator v;
    for (size_t i = 0; i < text.size(); ++i)
        if (!v.feed(&text[i], 1)) return i + 1;
    return 0;
}

bool split_anywhere_agrees(const std::string& text, bool want) {
    for (size_t i = 0; i <= text.size(); ++i) {
        Utf8Validator v;
        const bool good = v.feed(text.data(), i) && v.feed(text.data() + i, text.size() - i) && v.complete();
        if (good != want) return false;
    }
    return true;
}

// The definition, spelled out the slow way.
bool reference(const std::string& s) {
    size_t i = 0;
    while (i < s.size()) {
        const auto c = static_cast<unsigned char>(s[i]);
        int n = c < 0x80 ? 0 : c >> 5 == 6 ? 1 : c >> 4 == 14 ? 2 : c >> 3 == 30 ? 3 : -1;
        if (n < 0 || i + static_cast<size_t>(n) >= s.size()) return false;
        uint32_t v = n == 0 ? c : c & (0x3f >> n);
        for (int k = 1; k <= n; ++k) {
            const auto t = static_cast<unsigned char>(s[i + static_cast<size_t>(k)]);
            if (t >> 6 != 2) return false;
            v = v << 6 | (t & 0x3f);
        }
        static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
        if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff)) return false;
        i += static_cast<size_t>(n) + 1;
    }
    return true;
}
}  // namespace

TEST(ws_utf8) {
    const char* good[] = {"",
                          "00",
                          "7f",
                          "c280",
                          "dfbf",
                          "e0a080",
                          "efbfbf",
                          "ed9fbf",
                          "ee8080",
                          "f0908080",
                          "f48fbfbf",
                          "efbfbe",
                          "cebae1bdb9cf83cebcceb5",
                          "f09f9880"};
    for (const char* h : good) {
        OK(utf8_valid(hex(h)), std::string("text: ") + h);
        OK(split_anywhere_agrees(hex(h), true), std::string("split anywhere: ") + h);
    }
    const char* bad[] = {
        "80",     "bf",   "c0",     "c080",   "c1bf",     "e08080",   "e09fbf",   "eda080",     "edbfbf",
        "f5",     "f8",   "fe",     "ff",     "f0808080", "f08fbfbf", "f4908080", "c3",         "e282",
        "f09f98", "c328", "e228a1", "e28228", "f0288cbc", "f09028bc", "f0908c28", "f8a1a1a1a1", "fc848080808080"};
    for (const char* h : bad) {
        OK(!utf8_valid(hex(h)), std::string("no text: ") + h);
        OK(split_anywhere_agrees(hex(h), false), std::string("split anywhere: ") + h);
    }
}

TEST(ws_utf8) {
    IS(fails_at(hex("4142ff43")), 3u, "an octet that no text has");
    IS(fails_at(hex("f490")), 2u, "above U+10FFFF at the second octet");
    IS(fails_at(hex("eda0")), 2u, "a surrogate at the second octet");
    IS(fails_at(hex("e080")), 2u, "overlong at the second octet");
    IS(fails_at(hex("c0")), 1u, "a lead that is only ever overlong");
    IS(fails_at(hex("cebae1bdb9cf83cebcceb5eda080656469746564")), 13u, "in the middle of a text");
    IS(fails_at(hex("cebae1bdb9cf83cebcceb5f4908080656469746564")), 13u, "likewise");
    IS(fails_at(hex("f09f98")), 0u, "half a character may still be completed");
    Utf8Validator v;
    OK(!v.feed("\xff", 1), "spent");
    OK(!v.feed("a", 1), "stays spent");
    OK(!v.complete(), "and is not complete");
    v.reset();
    OK(v.feed("a", 1) && v.complete(), "until it is reset");
}

TEST(ws_utf8) {
    // Every combination of three interesting octets at every place of a run of ASCII that the fast path skips.
    const unsigned char interesting[] = {0x41, 0x7f, 0x80, 0xbf, 0xc1, 0xc2, 0xdf, 0xe0,
                                         0xed, 0xef, 0xf0, 0xf4, 0xf5, 0xff, 0x9f, 0xa0};
    bool agree = true;
    for (unsigned char a : interesting)
        for (unsigned char b : interesting)
            for (unsigned char c : interesting)
                for (size_t at : {0u, 1u, 7u, 8u, 29u, 30u, 31u, 32u, 33u}) {
                    std::string s(40, 'x');
                    s[at] = static_cast<char>(a), s[at + 1] = static_cast<char>(b), s[at + 2] = static_cast<char>(c);
                    agree &= utf8_valid(s) == reference(s);
                    s.resize(at + 3);
                    agree &= utf8_valid(s) == reference(s);
                }
    OK(agree, "agrees with the definition");
    bool all_ok = true;
    for (uint32_t cp = 0; cp <= 0x10ffff; ++cp) {
        std::string s;
        if (cp < 0x80) {
            s += static_cast<char>(cp);
        } else if (cp < 0x800) {
            s += static_cast<char>(0xc0 | cp >> 6), s += static_cast<char>(0x80 | (cp & 63));
        } else if (cp < 0x10000) {
            s += static_cast<char>(0xe0 | cp >> 12), s += static_cast<char>(0x80 | (cp >> 6 & 63)),
                s += static_cast<char>(0x80 | (cp & 63));
        } else {
            s += static_cast<char>(0xf0 | cp >> 18), s += static_cast<char>(0x80 | (cp >> 12 & 63));
            s += static_cast<char>(0x80 | (cp >> 6 & 63)), s += static_cast<char>(0x80 | (cp & 63));
        }
        all_ok &= utf8_valid(s) == !(cp >= 0xd800 && cp <= 0xdfff);
    }
    OK(all_ok, "every code point but the surrogates");
}

TEST(ws_utf8) {
    IS(utf8_cut("hello", 10), 5u, "nothing to cut");
    IS(utf8_cut("hello", 3), 3u, "between characters");
    IS(utf8_cut("h\xc3\xa4llo", 2), 1u, "not inside a character");
    IS(utf8_cut("h\xc3\xa4llo", 3), 3u, "behind it");
    IS(utf8_cut("\xf0\x9f\x98\x80", 3), 0u, "a character longer than the room");
    IS(utf8_cut(std::string(10, '\x80'), 5), 5u, "what is no UTF-8 is cut anywhere");
}
