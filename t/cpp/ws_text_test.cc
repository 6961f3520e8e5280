// RFC 6455 section 8.1: text that is no UTF-8 ends the connection with 1007, and at the first octet that proves it.
#include "ws_wire.h"

using namespace wire;

namespace {
ParserConfig checking() {
    ParserConfig c;
    c.check_utf8 = true;
    return c;
}
const std::string kGood = hex("48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121");
const std::string kKosme = hex("cebae1bdb9cf83cebcceb5");
}  // namespace

TEST(ws_text) {
    for (Role r : kBoth) {
        reads(r, checking(), frame(r, kOpText, kGood), "TEXT:" + kGood, "good text");
        reads(r, checking(), frame(r, kOpText, ""), "TEXT:", "no text");
        reads(r, checking(), frame(r, kOpText, kKosme + hex("eda080") + "edited"), "!invalid_utf8", "a surrogate");
        reads(r, checking(), frame(r, kOpText, hex("c3")), "!invalid_utf8", "half a character");
        reads(r, checking(), frame(r, kOpBinary, hex("c3ff")), "BIN:" + hex("c3ff"), "binary is not looked at");
        reads(r, checking(), frame(r, kOpPing, hex("c3ff")), "PING:" + hex("c3ff"), "nor is a ping");
        ParserConfig off;
        reads(r, off, frame(r, kOpText, hex("c3ff")), "TEXT:" + hex("c3ff"), "nor anything unless asked for");
    }
}

TEST(ws_text) {  // fragments may be cut inside a character
    for (Role r : kBoth) {
        for (size_t cut = 0; cut <= kGood.size(); ++cut) {
            reads(r, checking(),
                  frame(r, kOpText, kGood.substr(0, cut), false) + frame(r, kOpContinue, kGood.substr(cut)),
                  "TEXT:" + kGood + "/2", "cut at " + std::to_string(cut));
        }
        std::string single;
        for (size_t i = 0; i < kGood.size(); ++i)
            single += frame(r, i ? kOpContinue : kOpText, kGood.substr(i, 1), i + 1 == kGood.size());
        reads(r, checking(), single, "TEXT:" + kGood + "/" + std::to_string(kGood.size()), "an octet in each fragment");
        reads(r, checking(),
              frame(r, kOpText, kGood, false) + frame(r, kOpContinue, hex("c3"), false) + frame(r, kOpContinue, ""),
              "!invalid_utf8", "an end inside a character");
        reads(r, checking(), frame(r, kOpText, hex("c3")) + frame(r, kOpText, hex("9f")), "!invalid_utf8",
              "not over messages");
        // A control frame in between does not disturb the check.
        reads(r, checking(),
              frame(r, kOpText, hex("c3"), false) + frame(r, kOpPing, hex("ff")) + frame(r, kOpContinue, hex("9f")),
              "PING:" + hex("ff") + "|TEXT:" + hex("c39f") + "/2", "a ping in between");
    }
}

TEST(ws_text) {  // fail fast: the octet, inside a frame and inside a fragmented message
    for (Role r : kBoth) {
        const size_t head = r == Role::kServer ? 6 : 2;
        const std::string bad = kKosme + hex("f4908080") + "edited";
        IS(octets_until_event(r, checking(), frame(r, kOpText, bad)), head + 13, name(r) + "the octet in a frame");
        const std::string first = frame(r, kOpText, kKosme, false),
                          second = frame(r, kOpContinue, hex("f4908080") + "edited", false);
        IS(octets_until_event(r, checking(), first + second), first.size() + head + 2,
           name(r) + "the octet in a fragment");
        Feeder f(r, checking());
        // Only a part of a large frame has come, and the bad octet is in it.
        const std::string large = frame(r, kOpText, "ok" + hex("ff") + repeat("x", 100000));
        f.feed(large.substr(0, 50));
        IS(f.events(), "!invalid_utf8", name(r) + "in the first piece of a large frame");
        IS(f.reader().suggested_close_code(), 1007, name(r) + "1007");
    }
}

TEST(ws_text) {  // a bad text leaves nothing behind
    for (Role r : kBoth) {
        Feeder f(r, checking());
        f.feed(frame(r, kOpText, hex("c3"), false) + frame(r, kOpContinue, "x"));
        f.feed(frame(r, kOpText, "good"));
        IS(f.events(), "!invalid_utf8|TEXT:good", name(r) + "the next message");
    }
}

TEST(ws_text) {  // what is received directly is checked as well
    ParserConfig config = checking();
    MessageReader reader(Role::kServer, &config);
    const std::string bytes = frame(Role::kServer, kOpText, repeat("x", 100000) + hex("80") + repeat("y", 100000));
    std::string head = bytes.substr(0, 100);
    const Ref<WsMessage> m = make<WsMessage>();
    Span in{&head[0], head.size()};
    OK(reader.next(in, *m) == MessageReader::kNeedMore, "the beginning");
    size_t at = 100;
    MessageReader::Status status = MessageReader::kNeedMore;
    while (status == MessageReader::kNeedMore && at < bytes.size()) {
        const Span to = reader.receive_target();
        if (!to.data) break;
        const size_t n = std::min(to.size, std::min<size_t>(bytes.size() - at, 10000));
        std::memcpy(to.data, bytes.data() + at, n);
        at += n;
        reader.received(n);
        in = {nullptr, 0};
        status = reader.next(in, *m);
    }
    OK(status == MessageReader::kError, "an error");
    IS(error_text(m->error()), "!invalid_utf8", "for the bad octet");
    OK(at < 112000, "at once");
    OK(!reader.receive_target().data, "there is no place any more");
}
