#include "http.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "common.h"
#include "upgrade.h"

namespace bench {

constexpr size_t kMaxHead = 16384;

static size_t length_of(std::string_view head) {
    if (head.compare(0, 12, "HTTP/1.1 200")) die(kBroken, "%.*s", int(head.find("\r\n")), head.data());
    const size_t length = size_t(std::atol(std::string(header_of(head, "Content-Length")).c_str()));
    if (!length) die(kBroken, "a response without a Content-Length, or empty");
    return length;
}

bool HttpReader::read(const uint8_t*& p, size_t& n, size_t& length) {
    while (n) {
        if (!body_left_) {
            // The usual head is in one piece; one that is not continues what was kept.
            const std::string_view bytes(reinterpret_cast<const char*>(p), n);
            const size_t kept = head_.size();
            if (kept) head_ += bytes;
            const std::string_view all = kept ? std::string_view(head_) : bytes;
            const size_t end = all.find("\r\n\r\n");
            if (end == all.npos) {
                if (all.size() > kMaxHead) die(kBroken, "response head is over 16 KiB");
                if (!kept) head_ = bytes;
                p += n, n = 0;
                return false;
            }
            body_left_ = length_of(all.substr(0, end + 2));
            if (!length) length = body_left_;
            if (length != body_left_) die(kBroken, "the length of the response changes");
            p += end + 4 - kept, n -= end + 4 - kept;
            head_.clear();
        }
        const size_t take = std::min(n, body_left_);
        p += take, n -= take, body_left_ -= take;
        if (!body_left_) return true;
    }
    return false;
}

}  // namespace bench
