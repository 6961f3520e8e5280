// The reader's manners: in place where it can, bounded memory where it cannot, and the same events however the bytes
// are cut.
#include <algorithm>
#include <cstdlib>
#include <random>

#include "ws_wire.h"

using namespace wire;

namespace {
const ParserConfig kPlain;
}

TEST(ws_reader) {
    ParserConfig config;
    for (Role r : kBoth) {
        MessageReader reader(r, &config);
        std::string bytes = frame(r, kOpText, "hello") + frame(r, kOpPing, "p") + frame(r, kOpBinary, repeat("z", 300));
        const char* begin = bytes.data();
        const char* end = begin + bytes.size();
        Span in{&bytes[0], bytes.size()};
        const Ref<WsMessage> m = make<WsMessage>();
        const auto inside = [&] {
            return m->payload().data() >= begin && m->payload().data() + m->payload().size() <= end;
        };
        OK(reader.next(in, *m) == MessageReader::kMessage && m->payload() == "hello", name(r) + "a message");
        OK(inside() && !m->payload_owned(), name(r) + "lies where it was read");
        OK(reader.next(in, *m) == MessageReader::kMessage && inside(), name(r) + "so does a ping");
        OK(reader.next(in, *m) == MessageReader::kMessage && inside(), name(r) + "so does the last one");
        IS(in.size, 0u, name(r) + "all is used up");
        m->own();
        bytes.assign(bytes.size(), '?');
        IS(std::string(m->payload()), repeat("z", 300), name(r) + "its own copy stays");
        const MallocBlock block = m->release_payload();
        IS(std::string(block.data), repeat("z", 300), name(r) + "given away with its NUL");
        OK(block.size == 300 && block.capacity >= 301, name(r) + "and its sizes");
        std::free(block.data);
        OK(m->payload().empty(), name(r) + "nothing is left");
        const MallocBlock none = m->release_payload();
        OK(none.data && none.data[0] == 0 && none.size == 0, name(r) + "an empty one can be given away, too");
        std::free(none.data);
        OK(reader.next(in, *m) == MessageReader::kNeedMore, name(r) + "the end");
        in = {nullptr, 0};
        OK(reader.next(in, *m) == MessageReader::kNeedMore, name(r) + "nothing given");
    }
}

TEST(ws_reader) {  // what is split becomes one owned block, made to measure
    for (Role r : kBoth) {
        ParserConfig config;
        MessageReader reader(r, &config);
        std::string bytes = frame(r, kOpBinary, repeat("q", 5000));
        const Ref<WsMessage> m = make<WsMessage>();
        for (size_t at = 0; at < bytes.size(); at += 100) {
            std::string piece = bytes.substr(at, 100);
            Span in{&piece[0], piece.size()};
            const auto status = reader.next(in, *m);
            if (at + 100 < bytes.size()) {
                if (status != MessageReader::kNeedMore) OK(false, "too early");
            } else {
                OK(status == MessageReader::kMessage, name(r) + "complete");
            }
        }
        OK(m->payload_owned(), name(r) + "owned");
        const MallocBlock b = m->release_payload();
        OK(b.size == 5000 && b.capacity == 5002, name(r) + "not more than the NUL and the sharer's octet too many");
        IS(std::string(b.data, b.size), repeat("q", 5000), name(r) + "the payload");
        std::free(b.data);
    }
}

TEST(ws_reader) {  // also where the first block was too small
    ParserConfig config;
    MessageReader reader(Role::kServer, &config);
    const std::string bytes = frame(Role::kServer, kOpBinary, repeat("q", 100000));
    const Ref<WsMessage> m = make<WsMessage>();
    for (size_t at = 0; at < bytes.size(); at += 10000) {
        std::string piece = bytes.substr(at, 10000);
        Span in{&piece[0], piece.size()};
        reader.next(in, *m);
    }
    const MallocBlock b = m->release_payload();
    OK(b.size == 100000 && b.capacity == 100002, "not more than the NUL and the sharer's octet too many");
    std::free(b.data);
}

// Octets that the process has asked malloc for, as far as one can see: a header alone must not move it.
TEST(ws_reader) {
    ParserConfig config;
    MessageReader reader(Role::kServer, &config);
    std::string head = hex("82ff"
                           "0000000040000000"
                           "00000000") +
                       "abc";
    Span in{&head[0], head.size()};
    const Ref<WsMessage> m = make<WsMessage>();
    OK(reader.next(in, *m) == MessageReader::kNeedMore, "a gigabyte is announced");
    Span to = reader.receive_target();
    OK(to.data && to.size <= MessageReader::kFirstBlock, "and 64 KiB are believed");
    size_t total = 3, largest = 0;
    while (total < 3000000) {
        to = reader.receive_target();
        largest = std::max(largest, to.size);
        if (to.size > total * MessageReader::kGrowth && to.size > MessageReader::kFirstBlock)
            OK(false, "too much at once");
        const size_t n = std::min<size_t>(to.size, 50000);
        std::memset(to.data, 'x', n);
        reader.received(n);
        total += n;
        in = {nullptr, 0};
        if (reader.next(in, *m) != MessageReader::kNeedMore) OK(false, "not yet");
    }
    OK(largest > 200000 && largest <= 3000000 * MessageReader::kGrowth, "then more, as more has come");
}

TEST(ws_reader) {
    for (Role r : kBoth) {
        for (bool fragmented : {false, true}) {
            ParserConfig config;
            MessageReader reader(r, &config);
            std::string payload;
            for (int i = 0; i < 300000; ++i)
                payload += static_cast<char>(i * 31 >> 3);
            const std::string bytes = fragmented ? frame(r, kOpBinary, payload.substr(0, 200), false) +
                                                       frame(r, kOpContinue, payload.substr(200))
                                                 : frame(r, kOpBinary, payload);
            const Ref<WsMessage> m = make<WsMessage>();
            OK(!reader.receive_target().data, name(r) + "nowhere without a frame");
            size_t at = fragmented ? 214 + 14 : 14, direct = 0;
            std::string first = bytes.substr(0, at);
            Span in{&first[0], first.size()};
            OK(reader.next(in, *m) == MessageReader::kNeedMore, name(r) + "the header");
            MessageReader::Status status = MessageReader::kNeedMore;
            size_t step = 1;
            while (at < bytes.size()) {
                const Span to = reader.receive_target();
                std::string piece;
                if (to.data) {
                    const size_t n = std::min({to.size, step, bytes.size() - at});
                    std::memcpy(to.data, bytes.data() + at, n);
                    reader.received(n);
                    in = {nullptr, 0};
                    at += n, direct += n;
                } else {
                    piece = bytes.substr(at, 7001);
                    in = {&piece[0], piece.size()};
                    at += piece.size();
                }
                status = reader.next(in, *m);
                step = step * 3 + 1;
            }
            OK(status == MessageReader::kMessage && m->payload() == payload, name(r) + "the payload");
            OK(direct > 200000, name(r) + "most of it directly: " + std::to_string(direct));
            OK(m->payload_owned(), name(r) + "in a block");
        }
    }
}

TEST(ws_reader) {  // a frame that ends with a direct read, and one whose rest is not worth one
    ParserConfig config;
    MessageReader reader(Role::kServer, &config);
    const std::string payload = repeat("0123456789", 10000), bytes = frame(Role::kServer, kOpBinary, payload);
    const Ref<WsMessage> m = make<WsMessage>();
    std::string head = bytes.substr(0, 14);
    Span in{&head[0], head.size()};
    OK(reader.next(in, *m) == MessageReader::kNeedMore, "the header alone");
    Span to = reader.receive_target();
    OK(to.data && to.size >= MessageReader::kFirstBlock, "a place");
    size_t at = 14;
    while (at < bytes.size()) {
        to = reader.receive_target();
        if (!to.data) break;
        std::memcpy(to.data, bytes.data() + at, to.size);
        at += to.size;
        reader.received(to.size);
        in = {nullptr, 0};
        if (reader.next(in, *m) == MessageReader::kMessage) break;
    }
    OK(bytes.size() - at < MessageReader::kDirectMinimum, "the rest is small");
    std::string rest = bytes.substr(at) + frame(Role::kServer, kOpText, "next");
    in = {&rest[0], rest.size()};
    if (at < bytes.size()) OK(reader.next(in, *m) == MessageReader::kMessage, "complete");
    OK(m->payload() == payload, "the payload");
    OK(reader.next(in, *m) == MessageReader::kMessage && m->payload() == "next", "and the next");
    std::string small = frame(Role::kServer, kOpBinary, repeat("s", 1000)).substr(0, 20);
    in = {&small[0], small.size()};
    reader.next(in, *m);
    OK(!reader.receive_target().data, "a small frame is not worth it");
}

// ---- whole versus cut at random: the same events

namespace {
using Random = std::mt19937;

size_t upto(Random& rng, size_t n) {
    return std::uniform_int_distribution<size_t>(0, n)(rng);
}

std::string random_payload(Random& rng) {
    static const size_t kSizes[] = {0, 1, 5, 124, 125, 126, 127, 300, 5000, 65535, 65536, 70000};
    std::string s(kSizes[upto(rng, upto(rng, 9) == 0 ? 11 : 7)], 'a');
    for (char& c : s)
        c = static_cast<char>('a' + upto(rng, 5));
    if (!s.empty() && upto(rng, 2) == 0) {
        const std::string special = hex("c3a4e282acf09f9880");
        s += special.substr(0, upto(rng, 20) == 0 ? upto(rng, 8) : 9);
    }
    return s;
}

std::string random_stream(Random& rng, Role r, bool compressed, MessageDeflate* deflate) {
    std::string out;
    MessageWriter writer(peer_of(r));
    writer.set_deflate(deflate);
    StringSink sink(out);
    for (size_t n = 1 + upto(rng, 6); n-- > 0;) {
        const std::string payload = random_payload(rng);
        const uint8_t op = upto(rng, 1) ? kOpText : kOpBinary;
        writer.start(op, compressed && upto(rng, 2));
        size_t at = 0;
        while (upto(rng, 2) == 0) {
            const std::string_view piece = std::string_view(payload).substr(at, upto(rng, payload.size() - at));
            writer.frame(sink, &piece, 1, false);
            at += piece.size();
            if (upto(rng, 2) == 0)
                writer.control(sink, upto(rng, 1) ? kOpPing : kOpPong, std::string(upto(rng, 125), 'c'));
        }
        const std::string_view rest = std::string_view(payload).substr(at);
        writer.frame(sink, &rest, 1, true);
    }
    if (upto(rng, 3) == 0) writer.close(sink, 1000, "done");
    // Every third stream is damaged somewhere.
    if (upto(rng, 2) == 0 && !out.empty()) {
        for (size_t n = 1 + upto(rng, 3); n-- > 0;) {
            // Turned over, not overwritten: what that does to the payload must not depend on the random masks.
            out[upto(rng, out.size() - 1)] ^= static_cast<char>(upto(rng, 255));
        }
    }
    return out;
}

bool one_difference(Random& rng, bool compressed, std::string& report) {
    const Role r = upto(rng, 1) ? Role::kServer : Role::kClient;
    DeflateAgreement agreed;
    agreed.server_no_context_takeover = upto(rng, 1), agreed.client_no_context_takeover = upto(rng, 1);
    agreed.server_max_window_bits = static_cast<uint8_t>(9 + upto(rng, 6));
    agreed.client_max_window_bits = static_cast<uint8_t>(9 + upto(rng, 6));
    const Ref<DeflateShare> share = upto(rng, 1) ? make<DeflateShare>() : nullptr;
    MessageDeflate out(peer_of(r), agreed, share), in1(r, agreed, share), in2(r, agreed, share);
    const std::string bytes = random_stream(rng, r, compressed, &out);
    ParserConfig config;
    config.check_utf8 = upto(rng, 1);
    if (upto(rng, 2) == 0) config.max_message_size = 1 + upto(rng, 70000);
    if (upto(rng, 2) == 0) config.max_frame_size = 1 + upto(rng, 70000);
    const bool by_frames = upto(rng, 3) == 0;

    Feeder whole(r, config, compressed ? &in1 : nullptr), cut(r, config, compressed ? &in2 : nullptr);
    whole.feed(bytes, by_frames);
    for (size_t at = 0; at < bytes.size() && !cut.failed();) {
        const size_t n = 1 + upto(rng, upto(rng, 3) ? 20 : bytes.size());
        cut.feed(std::string_view(bytes).substr(at, n), by_frames);
        at += n;
    }
    // An error inside a frame may be noticed before the frame is complete: then nothing else may be missing.
    const std::string a = whole.events(), b = cut.events();
    if (a == b) return true;
    report =
        "whole " + a + " cut " + b + " bytes " + (bytes.size() < 400 ? to_hex(bytes) : std::to_string(bytes.size()));
    return false;
}
}  // namespace

TEST(ws_reader_differential) {
    for (bool compressed : {false, true}) {
        Random rng(compressed ? 2024 : 6455);
        int same = 0;
        std::string report;
        for (int i = 0; i < 3000 && report.empty(); ++i)
            same += one_difference(rng, compressed, report);
        IS(same, 3000, compressed ? "compressed streams: cut and whole agree" : "plain streams: cut and whole agree");
        IS(report, "", "no difference");
    }
}
