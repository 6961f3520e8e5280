// The little cryptography a WebSocket handshake needs: SHA-1, base64, random bytes.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace ue {

std::string sha1(std::string_view data);  // 20 raw bytes
std::string base64_encode(std::string_view data);
// False for anything but canonical base64 with padding (RFC 4648 section 4); `out` is then unspecified.
bool base64_decode(std::string_view text, std::string& out);

// Cryptographically strong. Cheap for a few bytes at a time: served from a per-thread reserve, so that the mask of
// every client frame is unpredictable (RFC 6455 section 10.3) without a system call each.
void random_bytes(void* out, size_t size);

}  // namespace ue
