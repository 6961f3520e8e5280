#include "base/digest.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace ue {

std::string sha1(std::string_view data) {
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned int size = 0;
    if (!EVP_Digest(data.data(), data.size(), digest, &size, EVP_sha1(), nullptr)) return {};
    return std::string(reinterpret_cast<char*>(digest), size);
}

namespace {
const char kAlphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int sextet(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}
}  // namespace

std::string base64_encode(std::string_view data) {
    std::string out;
    out.reserve((data.size() + 2) / 3 * 4);
    for (size_t i = 0; i < data.size(); i += 3) {
        const size_t left = data.size() - i;
        unsigned bits = static_cast<unsigned char>(data[i]) << 16;
        if (left > 1) bits |= static_cast<unsigned char>(data[i + 1]) << 8;
        if (left > 2) bits |= static_cast<unsigned char>(data[i + 2]);
        out += kAlphabet[bits >> 18];
        out += kAlphabet[bits >> 12 & 63];
        out += left > 1 ? kAlphabet[bits >> 6 & 63] : '=';
        out += left > 2 ? kAlphabet[bits & 63] : '=';
    }
    return out;
}

bool base64_decode(std::string_view text, std::string& out) {
    out.clear();
    if (text.size() % 4) return false;
    size_t pad = 0;
    while (pad < 2 && pad < text.size() && text[text.size() - 1 - pad] == '=')
        ++pad;
    const size_t letters = text.size() - pad;
    unsigned bits = 0;
    for (size_t i = 0; i < letters; ++i) {
        const int six = sextet(text[i]);
        if (six < 0) return false;
        bits = bits << 6 | static_cast<unsigned>(six);
        if (i % 4 == 0) continue;
        const int spare = i % 4 == 1 ? 4 : i % 4 == 2 ? 2 : 0;
        out += static_cast<char>(bits >> spare & 255);
    }
    // The unused bits of the last letter must be zero: one text for one value.
    return pad == 0 || (bits & (pad == 2 ? 15 : 3)) == 0;
}

namespace {
struct Reserve {
    unsigned char bytes[1024];
    size_t used = sizeof bytes;
    uint32_t generation = 0;
};
thread_local Reserve reserve;

// A forked child must not repeat its parent's bytes. Counted here, since asking for the process id is a system call.
std::atomic<uint32_t> forks{0};
[[maybe_unused]] const int watching =
    pthread_atfork(nullptr, nullptr, [] { forks.fetch_add(1, std::memory_order_relaxed); });
// OpenSSL's generator, or, if it has been set up so badly that it fails, the system's.
void refill(unsigned char* to, size_t size) {
    if (RAND_bytes(to, static_cast<int>(size)) == 1) return;
    constexpr size_t kAtOnce = 256;  // getentropy gives no more
    for (size_t at = 0; at < size; at += kAtOnce) {
        if (getentropy(to + at, std::min(kAtOnce, size - at))) throw std::runtime_error("no source of random bytes");
    }
}
}  // namespace

void random_bytes(void* out, size_t size) {
    auto* to = static_cast<unsigned char*>(out);
    const uint32_t generation = forks.load(std::memory_order_relaxed);
    if (reserve.generation != generation) {
        reserve.used = sizeof reserve.bytes;
        reserve.generation = generation;
    }
    while (size) {
        if (reserve.used == sizeof reserve.bytes) {
            refill(reserve.bytes, sizeof reserve.bytes);
            reserve.used = 0;
        }
        const size_t take = std::min(size, sizeof reserve.bytes - reserve.used);
        std::memcpy(to, reserve.bytes + reserve.used, take);
        std::memset(reserve.bytes + reserve.used, 0, take);
        reserve.used += take, to += take, size -= take;
    }
}

}  // namespace ue
