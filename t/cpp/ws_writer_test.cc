// What goes out: sizes, masks, numbering of frames, control frames; and that the reader at the other end understands
// it.
#include <set>

#include "ws_wire.h"

using namespace wire;

namespace {
// A sink that knows which pieces it was offered to send from where they lie.
class Recorder final : public Sink {
  public:
    char* reserve(size_t size) override {
        room_.assign(size, '?');
        return &room_[0];
    }
    void commit(size_t size) override { text += room_.substr(0, size); }
    void append_payload(std::string_view piece) override {
        held.push_back(piece);
        text += piece;
    }
    std::string text;
    std::vector<std::string_view> held;

  private:
    std::string room_;
};

std::string message(Role from, uint8_t op, std::string_view payload) {
    MessageWriter w(from);
    StringSink sink;
    w.message(sink, op, payload);
    return sink.text();
}

std::string read_back(Role from, const std::string& bytes) {
    Feeder f(peer_of(from), {});
    f.feed(bytes);
    return f.events();
}
}  // namespace

TEST(ws_writer) {
    for (size_t n : {0u, 1u, 125u, 126u, 65535u, 65536u, 70000u}) {
        const size_t head = n < 126 ? 2 : n < 65536 ? 4 : 10;
        const std::string payload = repeat("w", n);
        IS(message(Role::kServer, kOpBinary, payload).size(), head + n, "server: " + std::to_string(n));
        IS(message(Role::kClient, kOpBinary, payload).size(), head + 4 + n, "client: " + std::to_string(n));
        for (Role from : kBoth)
            IS(read_back(from, message(from, kOpText, payload)), "TEXT:" + show(payload), name(from) + "read back");
    }
    IS(to_hex(message(Role::kServer, kOpText, "Hello")), "810548656c6c6f", "the example of RFC 6455 section 5.7");
    IS(message(Role::kClient, kOpText, "").size(), 6u, "an empty client frame has a mask, too");
    std::set<std::string> keys;
    for (int i = 0; i < 100; ++i)
        keys.insert(message(Role::kClient, kOpText, "").substr(2));
    OK(keys.size() > 98, "every frame has a key of its own");
    const std::string_view pieces[] = {"a", "", "bcd", "efgh"};
    for (Role from : kBoth) {
        MessageWriter w(from);
        StringSink sink;
        w.message(sink, kOpBinary, pieces, 4);
        IS(read_back(from, sink.text()), "BIN:abcdefgh", name(from) + "in pieces");
        w.message(sink, kOpPing, pieces, 4);
        IS(read_back(from, sink.text()), "BIN:abcdefgh|PING:abcdefgh", name(from) + "a control frame");
    }
}

TEST(ws_writer) {  // frame by frame
    for (Role from : kBoth) {
        MessageWriter w(from);
        StringSink sink;
        const std::string_view a = "a", b = "b";
        OK(!w.in_message(), name(from) + "not in a message");
        w.start(kOpText, true);  // without the extension the wish is nothing
        OK(w.in_message() && w.message_opcode() == kOpText, name(from) + "in one");
        w.frame(sink, &a, 1, false);
        w.control(sink, kOpPing, "p");
        w.frame(sink, &b, 1, false);
        w.frame(sink, nullptr, 0, true);
        OK(!w.in_message(), name(from) + "over");
        w.start(kOpBinary, false);
        w.frame(sink, &b, 1, true);
        IS(read_back(from, sink.text()), "PING:p|TEXT:ab/3|BIN:b", name(from) + "numbered anew");
        OK((sink.text()[0] & 0xff) == 0x01, name(from) + "the first frame has the opcode and no FIN");
        w.start(kOpPing, false);
        w.frame(sink, &a, 1, true);
        OK(!w.in_message(), name(from) + "a control message is one frame");
    }
    MessageWriter w(Role::kServer);
    StringSink sink;
    const std::string_view parts[] = {"first", "", "second", "third"};
    w.message_multiframe(sink, kOpBinary, parts, 4);
    IS(sink.text().size(), 22u, "three frames");
    IS(read_back(Role::kServer, sink.text()), "BIN:firstsecondthird/3", "multiframe");
    IS(int(sink.text()[0]), 0x02, "BINARY without FIN");
    StringSink empty;
    w.message_multiframe(empty, kOpText, parts + 1, 1);
    w.message_multiframe(empty, kOpText, nullptr, 0);
    IS(to_hex(empty.text()), "81008100", "nothing is one empty frame");
}

TEST(ws_writer) {  // control frames
    for (Role from : kBoth) {
        MessageWriter w(from);
        const size_t head = from == Role::kServer ? 2 : 6;
        const auto size = [&](auto f) {
            StringSink sink;
            f(sink);
            return sink.text().size() - head;
        };
        IS(size([&](Sink& s) { w.control(s, kOpPing); }), 0u, name(from) + "an empty ping");
        IS(size([&](Sink& s) { w.control(s, kOpPong, repeat("x", 125)); }), 125u, name(from) + "125");
        IS(size([&](Sink& s) { w.control(s, kOpPong, repeat("x", 126)); }), 125u, name(from) + "126 are cut");
        IS(size([&](Sink& s) { w.close(s); }), 0u, name(from) + "a close without code");
        IS(size([&](Sink& s) { w.close(s, 1000); }), 2u, name(from) + "a code");
        IS(size([&](Sink& s) { w.close(s, 1001, repeat("f", 127)); }), 125u, name(from) + "a long reason is cut");
        IS(size([&](Sink& s) { w.close(s, 1001, repeat("f", 122) + hex("c3a4")); }), 124u,
           name(from) + "but not inside a character");
        StringSink sink;
        w.close(sink, 3001, "because");
        IS(read_back(from, sink.text()), "CLOSE:3001:because", name(from) + "read back");
        w.start(kOpText, false);
        w.close(sink, 1000);
        OK(!w.in_message(), name(from) + "a message under way is abandoned");
    }
}

TEST(ws_writer) {  // large payloads of a server may be sent from where they lie
    const std::string large = repeat("l", MessageWriter::kHeldMinimum),
                      small = repeat("s", MessageWriter::kHeldMinimum - 1);
    for (Role from : kBoth) {
        MessageWriter w(from);
        Recorder r;
        w.message(r, kOpBinary, small);
        IS(r.held.size(), 0u, name(from) + "small ones are copied behind their header");
        w.message(r, kOpBinary, large);
        IS(r.held.size(), from == Role::kServer ? 1u : 0u, name(from) + "large ones are not, unless masked");
        if (!r.held.empty()) OK(r.held[0].data() == large.data(), name(from) + "the caller's own bytes");
        IS(read_back(from, r.text), "BIN:" + show(small) + "|BIN:" + show(large), name(from) + "read back");
        Recorder z;
        MessageDeflate deflate(from, {});
        w.set_deflate(&deflate);
        std::string noise;
        uint32_t x = 7;
        while (noise.size() < 100000)
            noise += static_cast<char>((x = x * 1664525 + 1013904223) >> 24);
        w.message(z, kOpBinary, noise, Compress::kYes);
        OK(z.held.empty() && z.text.size() > 100000, name(from) + "what was compressed is nobody's payload");
    }
}
