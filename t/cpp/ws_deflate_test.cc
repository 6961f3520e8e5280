// RFC 7692 section 6 to 8: compressed messages in both directions, contexts, bombs, damage.
#include "ws_wire.h"

using namespace wire;

namespace {
// Two ends of a connection.
struct Pair {
    explicit Pair(DeflateAgreement a = {}, Role sender = Role::kServer, Ref<DeflateShare> share = nullptr)
        : out(sender, a, share), in(peer_of(sender), a, share), writer(sender), feeder(peer_of(sender), config, &in) {
        writer.set_deflate(&out);
    }
    std::string message(std::string_view text, uint8_t op = kOpText, Compress how = Compress::kYes) {
        StringSink sink;
        writer.message(sink, op, text, how);
        return sink.text();
    }
    ParserConfig config;
    MessageDeflate out, in;
    MessageWriter writer;
    Feeder feeder;
};

MessageDeflate* fresh_server() {
    return new MessageDeflate(Role::kServer, {});
}
MessageDeflate* fresh_client() {
    return new MessageDeflate(Role::kClient, {});
}

void both_read(const std::string& payload, const std::string& want, const std::string& what,
               const ParserConfig& c = {}) {
    reads(Role::kServer, c, frame(Role::kServer, kOpText, payload, true, 0x40), want, what, fresh_server);
    reads(Role::kClient, c, frame(Role::kClient, kOpText, payload, true, 0x40), want, what, fresh_client);
}
}  // namespace

TEST(ws_deflate) {  // 7.2.3: the examples, and other blocks
    both_read(hex("f248cdc9c90700"), "zTEXT:Hello", "one block");
    both_read(hex("000500faff48656c6c6f00"), "zTEXT:Hello", "7.2.3.3: a block without compression");
    both_read(hex("f348cdc9c9070000"), "zTEXT:Hello", "7.2.3.4: a final block");
    both_read(hex("f348cdc9c90700"), "zTEXT:Hello", "a final block with nothing behind it");
    both_read(hex("f248050000 00ffffcac9c90700"), "zTEXT:Hello", "7.2.3.5: two blocks");
    both_read(hex("00"), "zTEXT:", "7.2.3.6: empty");
    both_read("", "zTEXT:", "nothing at all");
    both_read(hex("0300"), "zTEXT:", "an empty final block");
    both_read(hex("f348cdc9c90700f348cdc9c90700"), "zTEXT:HelloHello", "two final blocks");
    both_read(hex("f248cdc9c907000000ffff"), "zTEXT:Hello", "the tail was not left out");
    both_read("\x07", "!inflate_error", "a block of no type");
    both_read("garbage, no stream", "!inflate_error", "garbage");
    for (Role r : kBoth) {
        const auto z = r == Role::kServer ? fresh_server : fresh_client;
        reads(r, {}, frame(r, kOpText, hex("f248cd"), false, 0x40) + frame(r, kOpContinue, hex("c9c90700")),
              "zTEXT:Hello/2", "7.2.3.1: two fragments", z);
        reads(r, {},
              frame(r, kOpText, "", false, 0x40) + frame(r, kOpContinue, hex("f248cdc9c90700"), false) +
                  frame(r, kOpContinue, ""),
              "zTEXT:Hello/3", "empty fragments around", z);
        reads(r, {},
              frame(r, kOpText, hex("f248cd"), false, 0x40) + frame(r, kOpPing, "p") +
                  frame(r, kOpContinue, hex("c9c90700")),
              "PING:p|zTEXT:Hello/2", "a ping in between", z);
        reads(r, {},
              frame(r, kOpText, hex("f248cdc9c90700"), true, 0x40) + frame(r, kOpText, hex("f200110000"), true, 0x40),
              "zTEXT:Hello|zTEXT:Hello", "7.2.3.2: the second refers back", z);
        reads(r, {},
              frame(r, kOpText, "plain") + frame(r, kOpBinary, hex("f248cdc9c90700"), true, 0x40) +
                  frame(r, kOpText, "plain"),
              "TEXT:plain|zBIN:Hello|TEXT:plain", "plain ones in between", z);
    }
}

TEST(ws_deflate) {  // 6.1: RSV1
    for (Role r : kBoth) {
        const auto z = r == Role::kServer ? fresh_server : fresh_client;
        const std::string hello = hex("f248cdc9c90700");
        reads(r, {}, frame(r, kOpText, hello, true, 0x40), "!unexpected_rsv", "not agreed on");
        reads(r, {}, frame(r, kOpText, hello, true, 0x60), "!unexpected_rsv", "RSV2 with it", z);
        reads(r, {}, frame(r, kOpText, hello, true, 0x50), "!unexpected_rsv", "RSV3 with it", z);
        reads(r, {}, frame(r, kOpText, hex("f248cd"), false, 0x40) + frame(r, kOpContinue, hex("c9c90700"), true, 0x40),
              "!unexpected_rsv", "again on a continuation", z);
        reads(r, {}, frame(r, kOpText, "a", false) + frame(r, kOpContinue, "b", true, 0x40), "!unexpected_rsv",
              "only on a continuation", z);
        for (uint8_t op : {kOpPing, kOpPong, kOpClose})
            reads(r, {}, frame(r, op, "", true, 0x40), "!control_frame_compression", "on control frames", z);
    }
}

TEST(ws_deflate) {  // text is checked as it comes out
    ParserConfig c;
    c.check_utf8 = true;
    for (Role sender : kBoth) {
        Pair p({}, sender);
        const std::string good = p.message(hex("c3a4") + repeat("text ", 100)),
                          bad = p.message(repeat("x", 100) + hex("ff") + repeat("y", 100));
        Feeder f(peer_of(sender), c, &p.in);
        f.feed(good);
        f.feed_in_pieces(bad, 1);
        IS(f.events(), "zTEXT:" + wire::show(hex("c3a4") + repeat("text ", 100)) + "|!invalid_utf8",
           name(sender) + "compressed text");
        Pair q({}, sender);
        Feeder g(peer_of(sender), c, &q.in);
        g.feed(q.message(hex("c3")));
        IS(g.events(), "!invalid_utf8", name(sender) + "half a character");
    }
}

TEST(ws_deflate) {  // what the interface pins down
    Pair p;
    IS(to_hex(p.message("Hello")), "c107f248cdc9c90700", "Hello");
    IS(to_hex(p.message("")), "c10100", "an empty message");
    Pair zeros;
    IS(zeros.message(repeat("0", 1923)).size(), 20u, "1923 zeros");
    Pair more;
    IS(more.message(repeat("0", 108 * 1024)).size(), 130u, "108 KiB");
    Pair mebi;
    IS(mebi.message(repeat("0", 1024 * 1024)).size(), 1038u, "1 MiB");
    Pair pieces;
    const std::string_view hello[] = {"He", "l", "", "lo"};
    StringSink sink;
    pieces.writer.message(sink, kOpText, hello, 4, Compress::kYes);
    IS(to_hex(sink.text()), "c107f248cdc9c90700", "Hello in pieces");
}

TEST(ws_deflate) {  // the policy
    DeflateAgreement a;
    a.compression_threshold = 5;
    Pair p(a);
    const auto plain = [](const std::string& f) { return (f[0] & 0x40) == 0; };
    OK(plain(p.message("1234", kOpText, Compress::kPolicy)), "below the threshold");
    OK(!plain(p.message("12345", kOpText, Compress::kPolicy)), "at the threshold");
    OK(plain(p.message("12345", kOpBinary, Compress::kPolicy)), "binary");
    OK(plain(p.message("12345", kOpText, Compress::kNo)), "told not to");
    OK(!plain(p.message("1", kOpBinary, Compress::kYes)), "told to");
    OK(plain(p.message("12345", kOpPing, Compress::kYes)), "never control frames");
    a.default_compress_binary = true;
    a.compression_threshold = 0;
    Pair q(a);
    OK(!plain(q.message("12345", kOpBinary, Compress::kPolicy)), "binary where wished");
    OK(plain(q.message("", kOpText, Compress::kPolicy)), "nothing is not compressed");
    MessageWriter none(Role::kServer);
    StringSink sink;
    none.message(sink, kOpText, "12345", Compress::kYes);
    OK(plain(sink.text()), "without the extension");
}

TEST(ws_deflate) {  // contexts and windows, both directions, with and without a share
    const std::string text = repeat("The quick brown fox jumps over the lazy dog. ", 60);
    for (Role sender : kBoth) {
        for (bool shared : {false, true}) {
            for (bool none : {false, true}) {
                for (int bits : {9, 10, 11, 15}) {
                    DeflateAgreement a;
                    a.server_max_window_bits = a.client_max_window_bits = static_cast<uint8_t>(bits);
                    (sender == Role::kServer ? a.server_no_context_takeover : a.client_no_context_takeover) = none;
                    a.compression_level = bits == 10 ? 1 : -1;
                    const Ref<DeflateShare> share = shared ? make<DeflateShare>() : nullptr;
                    Pair p(a, sender, share);
                    const std::string what =
                        name(sender) + std::to_string(bits) + (none ? " no context" : "") + (shared ? " shared" : "");
                    const std::string one = p.message(text), two = p.message(text);
                    if (none) {
                        IS(two.size(), one.size(), what + ": the same again");
                        OK(!p.out.holds_streams() || !shared, what + ": nothing is held between messages");
                    } else if (bits >= 12) {
                        OK(two.size() < one.size(), what + ": shorter");
                    }
                    p.feeder.feed(one + two);
                    p.feeder.feed_in_pieces(p.message("small"), 7);
                    p.feeder.feed_in_pieces(p.message(text), 7);
                    const std::string want = "zTEXT:" + wire::show(text);
                    IS(p.feeder.events(), want + "|" + want + "|zTEXT:small|" + want, what + ": round trip");
                    // A decompressor, and a compressor each for the large and the small.
                    if (share) IS(share->idle(), none ? 3u : 0u, what + ": streams go back");
                }
            }
        }
    }
}

TEST(ws_deflate) {  // lent streams do not mix up connections
    DeflateAgreement a;
    a.server_no_context_takeover = a.client_no_context_takeover = true;
    const Ref<DeflateShare> share = make<DeflateShare>();
    std::vector<std::unique_ptr<Pair>> pairs;
    std::vector<std::string> bytes;
    const auto text = [](size_t i) { return repeat("message of " + std::to_string(i) + ", ", 50 + i); };
    for (size_t i = 0; i < 10; ++i) {
        pairs.emplace_back(new Pair(a, i % 2 ? Role::kServer : Role::kClient, share));
        bytes.push_back(pairs[i]->message(text(i)));
    }
    for (size_t at = 0; at < 1000; at += 5)
        for (size_t i = 0; i < 10; ++i)
            pairs[i]->feeder.feed(bytes[i].substr(std::min(at, bytes[i].size()), 5));
    for (size_t i = 0; i < 10; ++i)
        IS(pairs[i]->feeder.events(), "zTEXT:" + wire::show(text(i)), "connection " + std::to_string(i));
    OK(share->idle() <= 2 * DeflateShare::kKeep, "only so many are kept");
    share->trim();
    IS(share->idle(), 0u, "and none when idle");
    // A connection that ends in the middle of a message gives its stream back clean.
    {
        Pair half(a, Role::kServer, share);
        half.feeder.feed(half.message(text(3)).substr(0, 15));
    }
    Pair next(a, Role::kServer, share);
    next.feeder.feed(next.message("fine"));
    IS(next.feeder.events(), "zTEXT:fine", "after one that was cut off");
}

TEST(ws_deflate) {  // fragments
    for (Role sender : kBoth) {
        Pair p({}, sender);
        StringSink sink;
        p.writer.start(kOpText, true);
        const std::string_view none, hello = "Hello, ", world = "world", pieces[] = {"", "!", ""};
        p.writer.frame(sink, &none, 1, false);
        p.writer.frame(sink, &hello, 1, false);
        p.writer.control(sink, kOpPing, "now");
        p.writer.frame(sink, &world, 1, false);
        p.writer.frame(sink, nullptr, 0, false);
        p.writer.frame(sink, pieces, 3, true);
        p.writer.start(kOpBinary, true);
        p.writer.frame(sink, &none, 1, false);
        p.writer.frame(sink, &none, 1, true);
        p.writer.start(kOpText, true);
        p.writer.frame(sink, &hello, 1, false);
        p.writer.frame(sink, &none, 1, true);
        p.feeder.feed(sink.text());
        IS(p.feeder.events(), "PING:now|zTEXT:Hello, world!/5|zBIN:/2|zTEXT:Hello, /2",
           name(sender) + "frame by frame");
        Feeder f(peer_of(sender), {}, &p.in);
        Pair q({}, sender);
        Feeder g(peer_of(sender), {}, &q.in);
        g.feed(sink.text(), true);
        IS(g.events(), "TEXT-|CONT-Hello, |PING:now|CONT-world|CONT-|CONT:!|BIN-|CONT:|TEXT-Hello, |CONT:",
           name(sender) + "read as frames");
        Pair m({}, sender);
        StringSink multi;
        const std::string_view parts[] = {"", "one ", "", "two ", "three", ""};
        m.writer.message_multiframe(multi, kOpText, parts, 6, Compress::kYes);
        m.writer.message_multiframe(multi, kOpText, parts, 1, Compress::kYes);
        m.feeder.feed(multi.text());
        IS(m.feeder.events(), "zTEXT:one two three/3|zTEXT:", name(sender) + "multiframe");
    }
}

TEST(ws_deflate) {  // limits hold for what comes out
    ParserConfig c;
    c.max_message_size = 100;
    for (Role sender : kBoth) {
        const Role r = peer_of(sender);
        for (size_t n : {99u, 100u, 101u, 5000u}) {
            Pair p({}, sender);
            Feeder f(r, c, &p.in), g(r, c, nullptr);
            f.feed(p.message(repeat("x", n)));
            IS(f.events(), n <= 100 ? "zTEXT:" + wire::show(repeat("x", n)) : "!max_message_size",
               name(sender) + std::to_string(n) + " octets");
        }
        Pair p({}, sender);
        StringSink sink;
        const std::string sixty = repeat("y", 60);
        const std::string_view view = sixty;
        p.writer.start(kOpText, true);
        p.writer.frame(sink, &view, 1, false);
        p.writer.frame(sink, &view, 1, true);
        Feeder f(r, c, &p.in);
        f.feed(sink.text());
        IS(f.events(), "!max_message_size", name(sender) + "60 and 60");
        IS(f.reader().suggested_close_code(), 1009, name(sender) + "1009");
    }
    // A bomb: 64 MiB in 64 KiB. It must go off when the limit is passed, not when all is out.
    c.max_message_size = 1000000;
    Pair p;
    const std::string bomb = p.message(std::string(64 * 1024 * 1024, 'b'));
    OK(bomb.size() < 70000, "a bomb of " + std::to_string(bomb.size()));
    Feeder f(Role::kClient, c, &p.in);
    size_t at = 0;
    while (at < bomb.size() && !f.count()) {
        f.feed(bomb.substr(at, 100));
        at += 100;
    }
    IS(f.events(), "!max_message_size", "is stopped");
    OK(at < 1500, "after " + std::to_string(at) + " octets");
    c.max_message_size = 0;
    c.max_frame_size = 1000;
    Pair q;
    Feeder g(Role::kClient, c, &q.in);
    g.feed(q.message(repeat("z", 100000)));
    IS(g.count() && !g.failed(), true, "the frame limit is for what is transferred");
}

TEST(ws_deflate) {  // damage
    for (Role sender : kBoth) {
        Pair p({}, sender);
        std::string bytes = p.message(repeat("some text of which zlib makes a dynamic block 0123456789 ", 20) +
                                      "abcdefghijklmnopqrstuvwxyz");
        const size_t head = bytes.size() - 1 - 40;
        for (size_t i = 0; i < 30; ++i)
            bytes[head + i] = static_cast<char>(bytes[head + i] ^ 0x5a);
        p.feeder.feed(bytes);
        IS(p.feeder.events(), "!inflate_error", name(sender) + "damaged");
        IS(p.feeder.reader().suggested_close_code(), 1002, name(sender) + "1002");
        Pair q({}, sender);
        StringSink sink;
        MessageWriter w(sender);
        w.set_deflate(&q.out);
        std::string z;
        OK(q.out.ready_to_compress(), "ready");
        q.out.compress(repeat("cut off, ", 100), MessageDeflate::Flush::kMessage, z);
        q.feeder.feed(make_frame(sender, kOpText, z.substr(0, z.size() - 5), true, 0x40));
        IS(q.feeder.events(), "!inflate_error", name(sender) + "cut off");
    }
}

TEST(ws_deflate) {
    // A block that says ten octets and has two: what is put back at the end must not pass for some of the others.
    both_read(hex("000a00f5ff4865"), "!inflate_error", "a block that was cut off");
    for (Role sender : kBoth) {
        Pair p({}, sender);
        p.feeder.feed(make_frame(sender, kOpText, "garbage, no stream", true, 0x40));
        p.feeder.feed(p.message("Hello"));
        IS(p.feeder.events(), "!inflate_error|zTEXT:Hello", name(sender) + "a new stream after damage");
    }
}

TEST(ws_deflate) {  // sizes around the steps in which output is taken
    for (size_t n : {1023u, 1024u, 1025u, 16383u, 16384u, 16385u, 65535u, 65536u, 65537u, 131072u, 300000u}) {
        Pair p;
        std::string text;
        uint32_t x = 1;
        while (text.size() < n)
            text += static_cast<char>((x = x * 1664525 + 1013904223) >> 24);  // grows under compression
        p.feeder.feed(p.message(text, kOpBinary));
        p.feeder.feed(p.message(repeat("r", n), kOpBinary));
        IS(p.feeder.events(), "zBIN:" + wire::show(text) + "|zBIN:" + wire::show(repeat("r", n)),
           std::to_string(n) + " octets");
    }
}

TEST(ws_deflate) {  // streams are made when first used and can be dropped
    Pair p;
    OK(!p.out.holds_streams() && !p.in.holds_streams(), "none at first");
    const std::string text = repeat("again and again ", 100);
    const size_t first = p.message(text).size();
    OK(p.out.holds_streams(), "one is made");
    p.out.drop_idle(false);
    OK(p.out.holds_streams(), "the context is kept");
    p.out.drop_idle(true);
    OK(!p.out.holds_streams(), "unless told otherwise");
    Pair q;
    q.feeder.feed(q.message(text));
    q.out.drop_idle(true);
    q.in.drop_idle(true);
    OK(q.in.holds_streams(), "a receiver never forgets its context");
    const std::string second = q.message(text);
    IS(second.size(), first, "a new context");
    q.feeder.feed(second);
    q.feeder.feed(q.message(text));
    const std::string want = "zTEXT:" + wire::show(text);
    IS(q.feeder.events(), want + "|" + want + "|" + want, "which the peer need not know of");
    OK(sizeof(MessageDeflate) <= 160, "small while unused: " + std::to_string(sizeof(MessageDeflate)));
}
