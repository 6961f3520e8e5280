// What a user can set about the protocol (the parser's and the `deflate` keys of the interface).
#pragma once
#include <cstddef>
#include <cstdint>

namespace ue::codec {

struct DeflateConfig {
    uint8_t server_max_window_bits = 15;  // 9..15
    uint8_t client_max_window_bits = 15;  // 9..15
    bool client_no_context_takeover = false;
    bool server_no_context_takeover = false;
    int8_t mem_level = 8;           // 1..9
    int8_t compression_level = -1;  // -1, 0..9
    int8_t strategy = 0;            // 0..4
    bool default_compress_binary = false;
    // A client that accepts smaller windows in the answer than it has asked for, as RFC 7692 lets a server choose.
    bool accept_smaller_windows = false;
    size_t compression_threshold = 1410;

    // Null if fine, else the name of the first key that is out of its range.
    const char* invalid_key() const;
};

struct ParserConfig {
    uint64_t max_frame_size = 0;    // 0: unlimited, here and below
    uint64_t max_message_size = 0;  // after decompression
    uint64_t max_handshake_size = 0;
    bool check_utf8 = false;
    // RFC 6455 section 5.1 to the letter: a server refuses unmasked empty frames as well, a client any masked frame.
    bool strict_masking = false;
    bool deflate_enabled = true;
    DeflateConfig deflate;
};

}  // namespace ue::codec
