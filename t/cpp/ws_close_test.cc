// RFC 6455 section 5.5.1 and 7.4: close frames.
#include "ws_wire.h"

using namespace wire;

namespace {
std::string code_octets(int code) {
    return {static_cast<char>(code >> 8), static_cast<char>(code & 255)};
}
}  // namespace

TEST(ws_close) {
    ParserConfig config;
    config.check_utf8 = true;
    for (Role r : kBoth) {
        reads(r, config, frame(r, kOpClose), "CLOSE:1005:", "empty");
        reads(r, config, frame(r, kOpClose, "x"), "!close_frame_invalid_data", "one octet");
        reads(r, config, frame(r, kOpClose, code_octets(1000)), "CLOSE:1000:", "a code");
        reads(r, config, frame(r, kOpClose, code_octets(1000) + "Hello World!"), "CLOSE:1000:Hello World!",
              "code and reason");
        reads(r, config, frame(r, kOpClose, code_octets(1000) + repeat("*", 123)), "CLOSE:1000:" + repeat("*", 123),
              "a full reason");
        reads(r, config, frame(r, kOpClose, code_octets(1000) + repeat("*", 124)), "!control_payload_too_big",
              "more than that");
        reads(r, config, frame(r, kOpClose, code_octets(1000) + hex("cebae1bdb9cf83cebcceb5eda080656469746564")),
              "!invalid_utf8", "a reason that is no text");
        reads(r, config, frame(r, kOpClose, code_octets(1000) + hex("c3")), "!invalid_utf8", "half a character");
        for (int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999})
            reads(r, config, frame(r, kOpClose, code_octets(code) + "r"), "CLOSE:" + std::to_string(code) + ":r",
                  "code " + std::to_string(code));
        for (int code : {0, 999, 1004, 1005, 1006, 1012, 1013, 1014, 1015, 1016, 1100, 2000, 2999})
            reads(r, config, frame(r, kOpClose, code_octets(code)), "!close_frame_invalid_data",
                  "code " + std::to_string(code));
        ParserConfig off;
        reads(r, off, frame(r, kOpClose, code_octets(1000) + hex("ff")), "CLOSE:1000:" + hex("ff"),
              "a reason is not looked at unless asked for");
    }
}

TEST(ws_close) {  // nothing comes after it
    const ParserConfig config;
    for (Role r : kBoth) {
        const std::string close = frame(r, kOpClose, code_octets(1001) + "bye");
        reads(r, config, frame(r, kOpText, "a") + close + frame(r, kOpText, "lost") + close, "TEXT:a|CLOSE:1001:bye",
              "data behind it");
        reads(r, config, close + frame(r, 5, "garbage"), "CLOSE:1001:bye", "garbage behind it");
        Feeder f(r, config);
        OK(!f.reader().recv_closed() && f.reader().suggested_close_code() == 0, name(r) + "at first");
        f.feed(close);
        OK(f.reader().recv_closed(), name(r) + "closed");
        IS(f.reader().suggested_close_code(), 1001, name(r) + "its code is the one to answer");
        f.reader().reset();
        OK(!f.reader().recv_closed() && f.reader().suggested_close_code() == 0, name(r) + "until it is reset");
        f.feed(frame(r, kOpClose));
        IS(f.reader().suggested_close_code(), 1000, name(r) + "1000 for a close without code");
        f.reader().reset();
        f.feed(frame(r, kOpClose, "x"));
        OK(!f.reader().recv_closed(), name(r) + "a bad close frame is none");
        IS(f.reader().suggested_close_code(), 1002, name(r) + "1002");
    }
}
