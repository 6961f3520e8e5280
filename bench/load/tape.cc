#include "tape.h"

#include <zlib.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "common.h"

namespace bench {

static std::string json_like(size_t size) {
    static const char* const kWords[] = {"alpha", "bravo", "connected", "delta", "event", "message", "offline", "room"};
    std::string text;
    while (text.size() < size) {
        char entry[128];
        std::snprintf(entry, sizeof entry, R"({"id":%u,"user":"%s%u","kind":"%s","value":%u.%02u,"ok":%s},)",
                      unsigned(vary() % 100000), kWords[vary() % 8], unsigned(vary() % 100), kWords[vary() % 8],
                      unsigned(vary() % 1000), unsigned(vary() % 100), vary() % 2 ? "true" : "false");
        text += entry;
    }
    text.resize(size);
    return text;
}

static std::string noise(size_t size) {
    std::string bytes;
    while (bytes.size() < size) {
        const uint64_t r = vary();
        bytes.append(reinterpret_cast<const char*>(&r), sizeof r);
    }
    bytes.resize(size);
    return bytes;
}

static std::string deflated(const std::string& in, int window_bits) {
    z_stream z{};
    if (deflateInit2(&z, 6, Z_DEFLATED, -window_bits, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        die(kBroken, "deflateInit2 failed");
    std::string out(deflateBound(&z, in.size()) + 16, 0);
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    z.avail_in = uInt(in.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = uInt(out.size());
    if (deflate(&z, Z_SYNC_FLUSH) != Z_OK || z.avail_in) die(kBroken, "deflate failed");
    out.resize(out.size() - z.avail_out - 4);  // without the 00 00 ff ff that RFC 7692 leaves out
    deflateEnd(&z);
    return out;
}

std::string masked_frame(uint8_t head, std::string_view payload) {
    const size_t n = payload.size();
    std::string frame(1, char(head));
    if (n < 126) {
        frame += char(0x80 | n);
    } else {
        const int bytes = n < 65536 ? 2 : 8;
        frame += char(bytes == 2 ? 0xfe : 0xff);
        for (int i = bytes - 1; i >= 0; --i)
            frame += char(uint64_t(n) >> 8 * i);
    }
    const uint32_t mask = uint32_t(vary());
    char key[4];
    std::memcpy(key, &mask, sizeof key);
    frame.append(key, sizeof key);
    const size_t start = frame.size();
    frame.append(payload);
    for (size_t i = 0; i < n; ++i)
        frame[start + i] = char(frame[start + i] ^ key[i & 3]);
    return frame;
}

Tape::Tape(const Options& options, int window_bits) {
    const bool http = options.mode == Mode::kHttp;
    count_ = http ? 64 : std::max<size_t>(2, std::min<size_t>(64, (256 << 10) / (options.size + 1)));
    std::vector<std::string> frames;
    for (size_t i = 0; i < count_; ++i) {
        if (http) {
            frames.push_back("GET " + options.path + " HTTP/1.1\r\nHost: " + options.host +
                             "\r\nUser-Agent: load\r\nAccept: */*\r\n\r\n");
            continue;
        }
        std::string payload = options.text ? json_like(options.size) : noise(options.size);
        const uint8_t head = uint8_t(0x80 | (options.text ? 1 : 2) | (window_bits ? 0x40 : 0));
        frames.push_back(masked_frame(head, window_bits ? deflated(payload, window_bits) : payload));
        payloads_.push_back(options.mode == Mode::kRaw ? frames.back() : std::move(payload));
    }
    for (int twice = 0; twice < 2; ++twice)
        for (const auto& frame : frames)
            at_.push_back(bytes_.size()), bytes_ += frame;
    at_.push_back(bytes_.size());
}

}  // namespace bench
