// RFC 6455 section 5: which frames are legal, in both roles, whole and octet by octet.
#include "ws_wire.h"

using namespace wire;

namespace {
const ParserConfig kPlain;
constexpr uint8_t kRsvs[] = {0x10, 0x20, 0x30, 0x40, 0x50, 0x60, 0x70};

// An unmasked frame whatever the role.
std::string unmasked(uint8_t op, std::string_view payload, bool fin = true) {
    return make_frame(Role::kServer, op, payload, fin);
}
}  // namespace

TEST(ws_framing) {  // 5.2, 5.6: payload sizes around every change of the length encoding
    for (Role r : kBoth) {
        for (size_t n : {0u, 1u, 11u, 124u, 125u, 126u, 127u, 128u, 1024u, 65534u, 65535u, 65536u, 65537u, 70000u}) {
            const std::string payload = repeat("a", n);
            reads(r, kPlain, frame(r, kOpText, payload), "TEXT:" + show(payload), "text of " + std::to_string(n));
            reads(r, kPlain, frame(r, kOpBinary, payload), "BIN:" + show(payload), "binary of " + std::to_string(n));
        }
        Feeder f(r, kPlain);
        const std::string whole = frame(r, kOpBinary, repeat("b", 200));
        f.feed_in_pieces(whole.substr(0, whole.size() - 1), 1);
        IS(f.count(), 0u, name(r) + "nothing before the last octet");
        f.feed(whole.substr(whole.size() - 1));
        IS(f.count(), 1u, name(r) + "one message with it");
    }
}

TEST(ws_framing) {  // 5.2: opcodes
    for (Role r : kBoth) {
        for (uint8_t op : {3, 4, 5, 6, 7, 11, 12, 13, 14, 15}) {
            reads(r, kPlain, frame(r, op), "!invalid_opcode", "opcode " + std::to_string(op));
            reads(r, kPlain, frame(r, op, "payload"), "!invalid_opcode", "opcode with payload " + std::to_string(op));
            const std::string after = frame(r, kOpText, "one") + frame(r, op);
            reads(r, kPlain, after, "TEXT:one|!invalid_opcode", "behind a good frame");
        }
        IS(octets_until_event(r, kPlain, frame(r, 5, "payload")), 2u, name(r) + "an opcode is known at once");
    }
}

TEST(ws_framing) {  // 5.2: RSV1-3 without an extension, on every kind of frame, also on continuations
    for (Role r : kBoth) {
        for (uint8_t rsv : kRsvs) {
            const std::string what = "RSV " + std::to_string(rsv >> 4);
            reads(r, kPlain, frame(r, kOpText, "x", true, rsv), "!unexpected_rsv", what + " on text");
            reads(r, kPlain, frame(r, kOpBinary, "", true, rsv), "!unexpected_rsv", what + " on binary");
            reads(r, kPlain, frame(r, kOpText, "x", false) + frame(r, kOpContinue, "y", true, rsv), "!unexpected_rsv",
                  what + " on a continuation");
            const std::string control = rsv & 0x40 ? "!control_frame_compression" : "!unexpected_rsv";
            for (uint8_t op : {kOpPing, kOpPong, kOpClose})
                reads(r, kPlain, frame(r, op, "", true, rsv), control, what + " on control");
            reads(r, kPlain, frame(r, kOpText, "a") + frame(r, kOpText, "b", true, rsv) + frame(r, kOpPing, "c"),
                  "TEXT:a|!unexpected_rsv", what + ": the good frame before it is delivered");
        }
    }
}

TEST(ws_framing) {  // 5.5: control frames
    for (Role r : kBoth) {
        for (uint8_t op : {kOpPing, kOpPong}) {
            const std::string label = opcode_text(op);
            reads(r, kPlain, frame(r, op), label + ":", label + " empty");
            reads(r, kPlain, frame(r, op, "hi"), label + ":hi", label + " with payload");
            reads(r, kPlain, frame(r, op, hex("00ff00fe")), label + ":" + hex("00ff00fe"), label + " with octets");
            reads(r, kPlain, frame(r, op, repeat("p", 125)), label + ":" + show(repeat("p", 125)), label + " of 125");
            reads(r, kPlain, frame(r, op, repeat("p", 126)), "!control_payload_too_big", label + " of 126");
            reads(r, kPlain, frame(r, op, repeat("p", 1000)), "!control_payload_too_big", label + " of 1000");
            reads(r, kPlain, frame(r, op, repeat("p", 70000)), "!control_payload_too_big", label + " of 70000");
            reads(r, kPlain, frame(r, op, "x", false), "!control_fragmented", label + " without FIN");
            IS(octets_until_event(r, kPlain, frame(r, op, repeat("p", 126))), 2u, name(r) + "known by two octets");
        }
        reads(r, kPlain, frame(r, kOpClose, repeat("p", 126)), "!control_payload_too_big", "close of 126");
        reads(r, kPlain, frame(r, kOpClose, "", false), "!control_fragmented", "close without FIN");
        reads(r, kPlain, repeat(frame(r, kOpPing, "12"), 10), repeat("PING:12|", 9) + "PING:12", "ten pings");
    }
}

TEST(ws_framing) {  // 5.1, 5.3: masking, and what the interface tolerates of it
    reads(Role::kServer, kPlain, unmasked(kOpText, "x"), "!not_masked", "unmasked text");
    reads(Role::kServer, kPlain, unmasked(kOpText, "") + frame(Role::kServer, kOpText, "y"), "TEXT:|TEXT:y",
          "unmasked, but empty");
    reads(Role::kServer, kPlain, unmasked(kOpPing, "x"), "!not_masked", "unmasked ping");
    reads(Role::kServer, kPlain, unmasked(kOpBinary, repeat("x", 70000)), "!not_masked", "unmasked and large");
    IS(octets_until_event(Role::kServer, kPlain, unmasked(kOpText, repeat("x", 70000))), 2u, "known by two octets");
    reads(Role::kClient, kPlain, make_frame(Role::kClient, kOpText, "abc"), "TEXT:abc", "a masked frame");
    ParserConfig strict;
    strict.strict_masking = true;
    reads(Role::kServer, strict, unmasked(kOpText, ""), "!not_masked", "strict: unmasked and empty");
    reads(Role::kServer, strict, frame(Role::kServer, kOpText, ""), "TEXT:", "strict: masked and empty");
    reads(Role::kClient, strict, make_frame(Role::kClient, kOpText, "abc"), "!masked", "strict: masked");
    reads(Role::kClient, strict, unmasked(kOpText, "abc"), "TEXT:abc", "strict: plain");
    // A key of zeros is a key, and a key of one frame is not the next one's.
    reads(Role::kServer, kPlain, hex("818200000000") + "ab" + hex("818237fa213d") + hex("569f"), "TEXT:ab|TEXT:ae",
          "two keys");
}

TEST(ws_framing) {  // 5.2: the shortest length, and nothing beyond 63 bits
    for (Role r : kBoth) {
        const char* mask = r == Role::kServer ? "00000000" : "";
        const char* bit = r == Role::kServer ? "f" : "7";
        const auto head = [&](const std::string& tail, const std::string& length) {
            return hex(("82" + std::string(bit) + tail + length + mask).c_str());
        };
        reads(r, kPlain, head("e", "0005") + "abcde", "!invalid_length", "5 in sixteen bits");
        reads(r, kPlain, head("e", "007d"), "!invalid_length", "125 in sixteen bits");
        reads(r, kPlain, head("f", "0000000000000005") + "abcde", "!invalid_length", "5 in sixty-four bits");
        reads(r, kPlain, head("f", "000000000000ffff"), "!invalid_length", "65535 in sixty-four bits");
        reads(r, kPlain, head("f", "8000000000000000"), "!invalid_length", "the 64th bit");
        reads(r, kPlain, head("f", "ffffffffffffffff"), "!invalid_length", "all bits");
        reads(r, kPlain, head("f", "7fffffffffffffff") + "abc", "", "the largest length is believed, and waited for");
    }
}

TEST(ws_framing) {  // Order of checks: the first rule broken is the one reported
    const Role s = Role::kServer;
    reads(s, kPlain, unmasked(5, "x", false), "!invalid_opcode", "opcode before mask");
    reads(s, kPlain, unmasked(kOpPing, repeat("x", 200), false), "!control_fragmented", "fragment before size");
    reads(s, kPlain, make_frame(Role::kServer, kOpPing, repeat("x", 200), true, 0x40), "!control_payload_too_big",
          "size before RSV1");
    ParserConfig small;
    small.max_frame_size = 3;
    reads(s, small, unmasked(kOpText, "four"), "!not_masked", "mask before frame size");
    reads(s, small, frame(s, kOpContinue, "four"), "!max_frame_size", "frame size before continuation");
    reads(s, small, frame(s, kOpText, "four", true, 0x10), "!max_frame_size", "frame size before RSV");
    reads(s, kPlain, frame(s, kOpContinue, "x", true, 0x10), "!initial_continue", "continuation before RSV");
}

TEST(ws_framing) {  // After an error: the rest is dropped, the state is clean
    for (Role r : kBoth) {
        Feeder f(r, kPlain);
        f.feed(frame(r, kOpText, "a", false) + frame(r, 5) + frame(r, kOpText, "lost"));
        IS(f.events(), "!invalid_opcode", name(r) + "the rest is dropped");
        IS(f.reader().suggested_close_code(), 1002, name(r) + "1002");
        OK(f.reader().in_message() == MessageReader::Mode::kNone, name(r) + "between messages");
        f.feed(frame(r, kOpText, "new"));
        IS(f.events(), "!invalid_opcode|TEXT:new", name(r) + "goes on from a clean state");
    }
    IS(sizeof(MessageReader) <= 200, true, "a reader is small: " + std::to_string(sizeof(MessageReader)));
}
