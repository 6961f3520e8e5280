// The client's half of the WebSocket handshake (RFC 6455 section 4.1) and of the negotiation of permessage-deflate.
#pragma once
#include <string>
#include <string_view>

#include "options.h"

namespace bench {

// What server and client have agreed on: the same for all connections of a run.
struct Agreement {
    std::string extensions;      // as the server has answered
    int client_window_bits = 0;  // 0: no compression
    bool server_resets = false;  // server_no_context_takeover
};

// The value of a header in a response head that ends with its last CRLF; empty if there is none.
std::string_view header_of(std::string_view head, std::string_view name);

// Makes a request and the answer that must come to it, as the value of Sec-WebSocket-Accept.
std::string upgrade_request(const Options&, std::string& accept);

// Checks the answer's head; a wrong one ends the program. Returns what it says about extensions.
std::string_view check_upgrade(std::string_view head, std::string_view accept);

// Exit status 3 if the server did not accept what was offered.
Agreement agreement_from(const Options&, std::string_view extensions);

}  // namespace bench
