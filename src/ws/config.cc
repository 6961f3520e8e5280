#include "ws/config.h"

#include "base/misuse.h"

namespace ue::ws {

void ConnectionConfig::check() const {
    if (!parser.deflate_enabled) return;
    if (const char* key = parser.deflate.invalid_key())
        throw Misuse(std::string("deflate: ") + key + ": the value is out of range");
}

ServerConfig ServerConfig::safe() {
    constexpr size_t kLargest = 1024 * 1024;
    ServerConfig c;
    c.http = http::ServerConfig::safe();
    c.connection.parser.max_message_size = kLargest;
    c.connection.parser.check_utf8 = true;
    c.connection.parser.strict_masking = true;
    c.connection.max_buffered = kLargest;
    // Compression state, hundreds of kilobytes, only while there is a message; and no message tells of another one's
    // secrets by its length.
    c.connection.parser.deflate.server_no_context_takeover = true;
    c.connection.parser.deflate.client_no_context_takeover = true;
    return c;
}

}  // namespace ue::ws
