// Deflate streams: round trips in every format and window, limits, ends, history.
#include "codec/zlib.h"

#include <string>

#include "tap.h"

using namespace ue::codec;
using R = Inflater::Result;
using Flush = Deflater::Flush;

namespace {

std::string sample(size_t n) {
    std::string s;
    uint32_t x = 12345;
    while (s.size() < n) {
        x = x * 1103515245 + 12345;
        s += std::to_string((x >> 16) % 1000) + (x & 4096 ? " apples and " : "; ");
    }
    s.resize(n);
    return s;
}

std::string deflate_all(ZFormat format, const std::string& text, const DeflateParams& params = {},
                        Flush flush = Flush::kFinish) {
    Deflater d;
    std::string out;
    if (d.open(format, params)) d.write(text, flush, out);
    return out;
}

}  // namespace

TEST(zlib) {
    for (ZFormat format : {ZFormat::kRaw, ZFormat::kGzip}) {
        for (size_t n : {size_t{0}, size_t{1}, size_t{1000}, size_t{300000}}) {
            const std::string text = sample(n), packed = deflate_all(format, text);
            Inflater i;
            std::string out;
            std::string_view in = packed;
            OK(i.open(format), "opens");
            OK(i.write(in, out) == R::kEnd, "whole: end");
            OK(out == text && in.empty(), "whole: same text of " + std::to_string(n));

            i.reset();
            out.clear();
            R r = R::kMore;
            for (char c : packed) {
                std::string_view one(&c, 1);
                r = i.write(one, out);
            }
            OK(r == R::kEnd && out == text, "byte by byte: same text of " + std::to_string(n));
        }
    }
}

TEST(zlib) {
    const std::string text = sample(5000);
    for (int bits = 8; bits <= 15; ++bits) {
        DeflateParams params;
        params.window_bits = bits;
        const std::string packed = deflate_all(ZFormat::kRaw, text, params);
        Inflater i;
        std::string out;
        OK(i.open(ZFormat::kRaw, bits), "opens window " + std::to_string(bits));
        bool good = true;
        for (char c : packed) {
            std::string_view one(&c, 1);
            good = good && i.write(one, out) != R::kError;
        }
        OK(good && out == text, "a window of its own size decodes window " + std::to_string(bits));
    }
    Deflater d;
    DeflateParams bad;
    bad.window_bits = 7;
    OK(!d.open(ZFormat::kRaw, bad), "window 7 refused");
    bad = {};
    bad.mem_level = 10;
    OK(!d.open(ZFormat::kRaw, bad), "mem level 10 refused");
    OK(!d.is_open(), "and stays closed");
    Inflater i;
    OK(!i.open(ZFormat::kRaw, 16), "inflate window 16 refused");
}

TEST(zlib) {
    const std::string packed = deflate_all(ZFormat::kGzip, std::string(100000, 'x'));
    Inflater i;
    i.open(ZFormat::kGzip);
    std::string out;
    std::string_view in = packed;
    OK(i.write(in, out, 99999) == R::kLimit, "one byte over the limit");
    IS(out.size(), size_t{99999}, "the allowed part is there");
    i.reset();
    out.clear();
    in = packed;
    OK(i.write(in, out, 100000) == R::kEnd, "exactly the limit is fine");
    IS(out.size(), size_t{100000}, "all of it");
    i.reset();
    out.clear();
    in = packed;
    OK(i.write(in, out, 0) == R::kLimit && out.empty(), "limit 0");
    i.reset();
    const std::string nothing = deflate_all(ZFormat::kGzip, "");
    in = nothing;
    OK(i.write(in, out, 0) == R::kEnd, "nothing fits into limit 0");

    i.reset();
    in = packed;
    char small[1000];
    size_t produced = 0, total = 0;
    R r;
    while ((r = i.write(in, small, sizeof(small), produced)) == R::kLimit)
        total += produced;
    OK(r == R::kEnd && total + produced == 100000, "into memory of the caller, piece by piece");
}

TEST(zlib) {
    std::string packed = deflate_all(ZFormat::kGzip, sample(3000)) + "tail";
    Inflater i;
    i.open(ZFormat::kGzip);
    std::string out;
    std::string_view in = packed;
    OK(i.write(in, out) == R::kEnd, "end");
    IS(std::string(in), "tail", "what follows the stream is left");
    packed[packed.size() / 2] ^= 0x55;
    i.reset();
    out.clear();
    in = packed;
    OK(i.write(in, out) == R::kError, "a flipped byte is noticed");
    i.reset();
    in = "no gzip at all";
    OK(i.write(in, out) == R::kError, "text is no gzip");
    std::string dirty = deflate_all(ZFormat::kGzip, "abc");
    Inflater any;
    any.open(ZFormat::kAny);
    in = dirty;
    out.clear();
    OK(any.write(in, out) == R::kEnd && out == "abc", "kAny understands gzip");
    any.reset();
    out.clear();
    const std::string zlib("\x78\x9c\x4b\x4c\x4a\x06\x00\x02\x4d\x01\x27", 11);
    in = zlib;
    OK(any.write(in, out) == R::kEnd && out == "abc", "kAny understands zlib");
}

TEST(zlib) {
    Deflater d;
    d.open(ZFormat::kRaw);
    std::string a, b, c;
    d.write("Hello Hello Hello", Flush::kSync, a);
    d.write("Hello Hello Hello", Flush::kSync, b);
    d.reset();
    d.write("Hello Hello Hello", Flush::kSync, c);
    OK(a.size() > 4 && a.substr(a.size() - 4) == std::string("\0\0\xff\xff", 4), "a sync flush ends with the marker");
    OK(b.size() < a.size(), "the second message profits from the first");
    OK(c == a, "not after a reset");
    Inflater i;
    i.open(ZFormat::kRaw);
    std::string out;
    std::string_view in = a;
    OK(i.write(in, out) == R::kMore, "first");
    in = b;
    OK(i.write(in, out) == R::kMore, "second");
    IS(out, "Hello Hello HelloHello Hello Hello", "both");

    std::string last;
    Deflater f;
    f.open(ZFormat::kRaw);
    f.write("end", Flush::kFinish, last);
    OK(!f.write("more", Flush::kSync, last), "nothing can be written after the end");
    f.reset();
    OK(f.write("more", Flush::kSync, last), "but after a reset");
    Deflater moved = std::move(f);
    OK(moved.is_open() && !f.is_open(), "moves");
}

// RFC 7692 section 7.2.3.4: a message may end with a final block; the next may still refer to it.
TEST(zlib) {
    const std::string first = deflate_all(ZFormat::kRaw, "Hello Hello Hello");
    Deflater d;
    std::string skip, second;
    d.open(ZFormat::kRaw);
    d.write("Hello Hello Hello", Flush::kSync, skip);
    d.write("Hello Hello Hello", Flush::kSync, second);  // only a reference back
    Inflater i;
    i.open(ZFormat::kRaw);
    std::string out;
    std::string_view in = first;
    OK(i.write(in, out) == R::kEnd, "final block");
    OK(i.restart(), "restart");
    in = second;
    OK(i.write(in, out) == R::kMore, "goes on");
    IS(out, "Hello Hello HelloHello Hello Hello", "with its history");
    i.reset();
    in = second;
    OK(i.write(in, out) == R::kError, "which a reset forgets");
}
