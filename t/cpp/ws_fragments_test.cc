// RFC 6455 section 5.4: fragmented messages, control frames between the fragments; and the same frame by frame.
#include "ws_wire.h"

using namespace wire;

namespace {
const ParserConfig kPlain;
}

TEST(ws_fragments) {
    for (Role r : kBoth) {
        reads(r, kPlain, frame(r, kOpText, "a", false) + frame(r, kOpContinue, "b"), "TEXT:ab/2", "two fragments");
        reads(r, kPlain, frame(r, kOpBinary, "", false) + frame(r, kOpContinue, "", false) + frame(r, kOpContinue, ""),
              "BIN:/3", "three empty fragments");
        reads(r, kPlain, frame(r, kOpText, "", false) + frame(r, kOpContinue, "mid", false) + frame(r, kOpContinue, ""),
              "TEXT:mid/3", "empty at both ends");
        std::string many = frame(r, kOpBinary, "0", false), want = "0";
        for (int i = 1; i < 48; ++i) {
            many += frame(r, kOpContinue, std::string(1, static_cast<char>('0' + i % 10)), false);
            want += static_cast<char>('0' + i % 10);
        }
        reads(r, kPlain, many + frame(r, kOpContinue, "!"), "BIN:" + want + "!/49", "49 fragments");
        const std::string big = repeat("x", 70000);
        reads(r, kPlain, frame(r, kOpBinary, big, false) + frame(r, kOpContinue, big), "BIN:" + show(big + big) + "/2",
              "large fragments");
    }
}

TEST(ws_fragments) {  // control frames in between are delivered first, and disturb nothing
    for (Role r : kBoth) {
        const std::string one = frame(r, kOpText, "1", false), ping = frame(r, kOpPing, "p"),
                          pong = frame(r, kOpPong, "q");
        reads(r, kPlain, one + ping + frame(r, kOpContinue, "2"), "PING:p|TEXT:12/2", "a ping");
        reads(r, kPlain,
              one + frame(r, kOpContinue, "2", false) + ping + pong + frame(r, kOpContinue, "3", false) + ping +
                  frame(r, kOpContinue, "4"),
              "PING:p|PONG:q|PING:p|TEXT:1234/4", "several");
        reads(r, kPlain, one + frame(r, kOpClose, hex("03e8")) + frame(r, kOpContinue, "2"),
              "CLOSE:1000:", "a close ends it all");
        reads(r, kPlain, one + frame(r, kOpPing, "x", false), "!control_fragmented", "a bad one");
    }
}

TEST(ws_fragments) {  // wrong order
    for (Role r : kBoth) {
        for (bool fin : {true, false}) {
            reads(r, kPlain, frame(r, kOpContinue, "x", fin), "!initial_continue", "nothing to continue");
            reads(r, kPlain, frame(r, kOpText, "a") + frame(r, kOpContinue, "x", fin), "TEXT:a|!initial_continue",
                  "nothing any more");
            for (uint8_t op : {kOpText, kOpBinary}) {
                reads(r, kPlain, frame(r, kOpText, "a", false) + frame(r, op, "b", fin), "!fragment_no_continue",
                      "a new message inside one");
            }
        }
        reads(r, kPlain, frame(r, kOpText, "a", false) + frame(r, kOpContinue, "b") + frame(r, kOpContinue, "c"),
              "TEXT:ab/2|!initial_continue", "a continuation too many");
        // Known from the header, before the payload.
        const std::string head = frame(r, kOpContinue, repeat("x", 100));
        IS(octets_until_event(r, kPlain, head), r == Role::kServer ? 6u : 2u, name(r) + "known from the header");
    }
}

TEST(ws_fragments) {  // the numbers on an erroneous message
    ParserConfig config;
    MessageReader reader(Role::kServer, &config);
    std::string bytes = frame(Role::kServer, kOpText, "a", false) + frame(Role::kServer, kOpContinue, "b", false) +
                        frame(Role::kServer, kOpText, "c");
    const Ref<WsMessage> m = make<WsMessage>();
    Span in{&bytes[0], bytes.size()};
    OK(reader.next(in, *m) == MessageReader::kError, "an error");
    IS(m->frame_count(), 2u, "two frames were good");
    IS(int(m->opcode()), int(kOpText), "of a text");
    IS(in.size, 0u, "nothing is left");
    bytes = make_frame(Role::kServer, kOpText, "x");
    in = {&bytes[0], bytes.size()};
    OK(reader.next(in, *m) == MessageReader::kError && m->frame_count() == 0, "no frame was good");
    OK(m->payload().empty(), "an error has no payload");
    bytes = frame(Role::kServer, kOpText, "fine");
    in = {&bytes[0], bytes.size()};
    OK(reader.next(in, *m) == MessageReader::kMessage && !m->error() && m->frame_count() == 1, "the object is reused");
}

namespace {
std::string frames(Role r, const std::string& bytes, size_t piece) {
    Feeder f(r, kPlain);
    f.feed_in_pieces(bytes, piece, true);
    return f.events();
}
void both(Role r, const std::string& bytes, const std::string& want, const std::string& what) {
    IS(frames(r, bytes, bytes.size()), want, name(r) + what);
    IS(frames(r, bytes, 1), want, name(r) + what + ", octet by octet");
}
}  // namespace

TEST(ws_frames) {  // the other face: single frames
    for (Role r : kBoth) {
        both(r,
             frame(r, kOpText, "a", false) + frame(r, kOpPing, "p") + frame(r, kOpContinue, "b") +
                 frame(r, kOpBinary, "c"),
             "TEXT-a|PING:p|CONT:b|BIN:c", "frames");
        both(r, frame(r, kOpText, repeat("y", 70000), false) + frame(r, kOpContinue, "b"),
             "TEXT-" + show(repeat("y", 70000)) + "|CONT:b", "large");
        both(r, frame(r, kOpContinue, "a"), "!initial_continue", "continuation first");
        both(r, frame(r, kOpText, "a", false) + frame(r, kOpText, "b"), "TEXT-a|!fragment_no_continue",
             "message in a message");
        both(r, frame(r, kOpText, "a", true, 0x40), "!unexpected_rsv", "RSV1");
        both(r, frame(r, kOpClose, hex("03e9") + "bye") + frame(r, kOpText, "lost"), "CLOSE:1001:bye", "close");
    }
}

TEST(ws_frames) {
    ParserConfig config;
    MessageReader reader(Role::kClient, &config);
    const Ref<Frame> f = make<Frame>();
    std::string bytes = frame(Role::kClient, kOpText, "abc", false);
    Span in{&bytes[0], bytes.size()};
    OK(reader.next_frame(in, *f) == MessageReader::kMessage, "a frame");
    IS(f->payload_length(), 3u, "its length");
    OK(!f->final() && reader.in_message() == MessageReader::Mode::kFrames, "in the middle of a message, by frames");
    bytes = frame(Role::kClient, kOpClose, hex("03e8") + "why");
    in = {&bytes[0], bytes.size()};
    OK(reader.next_frame(in, *f) == MessageReader::kMessage, "a close frame");
    IS(f->payload_length(), 3u, "whose length is the reason's");
    IS(std::string(f->close_message()), "why", "the reason");
    OK(reader.recv_closed() && reader.in_message() == MessageReader::Mode::kNone, "nothing comes after it");
}
