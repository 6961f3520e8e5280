// Limits: told by the header where it can tell, counted as it comes where it cannot; exactly the limit is allowed.
#include "ws_wire.h"

using namespace wire;

namespace {
ParserConfig limited(uint64_t frame_limit, uint64_t message_limit) {
    ParserConfig c;
    c.max_frame_size = frame_limit;
    c.max_message_size = message_limit;
    return c;
}
std::string bin(const std::string& payload) {
    return "BIN:" + wire::show(payload);
}
}  // namespace

TEST(ws_limits) {
    const std::string a1000 = repeat("a", 1000), a1001 = repeat("a", 1001);
    for (Role r : kBoth) {
        const size_t head = r == Role::kServer ? 8 : 4;
        reads(r, limited(1000, 0), frame(r, kOpBinary, a1000), bin(a1000), "a frame of the limit");
        reads(r, limited(1000, 0), frame(r, kOpBinary, a1001), "!max_frame_size", "a frame beyond");
        IS(octets_until_event(r, limited(1000, 0), frame(r, kOpBinary, a1001)), head,
           name(r) + "known from the header");
        reads(r, limited(100, 0), frame(r, kOpPing, repeat("a", 101)), "!max_frame_size", "a ping beyond");
        reads(r, limited(3, 0), frame(r, kOpText, "abc", false) + frame(r, kOpContinue, "def"), "TEXT:abcdef/2",
              "frames, not messages");

        reads(r, limited(0, 1000), frame(r, kOpBinary, a1000), bin(a1000), "a message of the limit");
        reads(r, limited(0, 1000), frame(r, kOpBinary, a1001), "!max_message_size", "a message beyond");
        IS(octets_until_event(r, limited(0, 1000), frame(r, kOpBinary, a1001)), head,
           name(r) + "known from the header");
        const std::string first = frame(r, kOpBinary, repeat("a", 600), false);
        reads(r, limited(0, 1000), first + frame(r, kOpContinue, repeat("b", 400)),
              bin(repeat("a", 600) + repeat("b", 400)) + "/2", "a sum of the limit");
        const std::string beyond = first + frame(r, kOpContinue, repeat("b", 401), false);
        reads(r, limited(0, 1000), beyond, "!max_message_size", "a sum beyond");
        IS(octets_until_event(r, limited(0, 1000), beyond), first.size() + head, name(r) + "known from its header");
        reads(r, limited(0, 5), frame(r, kOpPing, "a long ping") + frame(r, kOpText, "short"),
              "PING:a long ping|TEXT:short", "a ping is no message");
        reads(r, limited(0, 5), frame(r, kOpText, "12345") + frame(r, kOpText, "12345"), "TEXT:12345|TEXT:12345",
              "each message for itself");

        Feeder f(r, limited(0, 10));
        f.feed(frame(r, kOpText, repeat("x", 11)));
        IS(f.reader().suggested_close_code(), 1009, name(r) + "1009");
        Feeder g(r, limited(0, 10));
        g.feed(frame(r, kOpText, repeat("x", 8), false) + frame(r, kOpContinue, repeat("y", 8)), true);
        IS(g.events(), "TEXT-xxxxxxxx|CONT:yyyyyyyy", name(r) + "the limit of messages is not one of frames");
    }
}

TEST(ws_limits) {  // no overflow
    for (Role r : kBoth) {
        const char* mask = r == Role::kServer ? "00000000" : "";
        const std::string head = r == Role::kServer ? "80ff" : "807f";
        const std::string huge = frame(r, kOpText, "abc", false) + hex((head + "7fffffffffffffff" + mask).c_str());
        reads(r, limited(0, 1000), huge, "!max_message_size", "the largest continuation");
        reads(r, limited(1000, 0), huge, "!max_frame_size", "likewise");
        reads(r, limited(0, UINT64_MAX), huge + "x", "", "even where everything is allowed");
    }
}

TEST(ws_limits) {  // lowered while a message is under way
    for (Role r : kBoth) {
        Feeder f(r, limited(0, 0));
        const std::string bytes = frame(r, kOpBinary, repeat("a", 1000));
        f.feed(bytes.substr(0, 500));
        f.config().max_message_size = 999;
        f.feed(bytes.substr(500, 10));
        IS(f.events(), "!max_message_size", name(r) + "message");
        Feeder g(r, limited(0, 0));
        g.feed(bytes.substr(0, 500));
        g.config().max_frame_size = 999;
        g.feed(bytes.substr(500, 10));
        IS(g.events(), "!max_frame_size", name(r) + "frame");
        Feeder h(r, limited(0, 0));
        h.feed(frame(r, kOpBinary, repeat("a", 1000), false));
        h.config().max_message_size = 999;
        h.feed(frame(r, kOpContinue, "b"));
        IS(h.events(), "!max_message_size", name(r) + "between fragments");
    }
}
