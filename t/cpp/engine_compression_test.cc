// What the compression of a silent connection holds.
#include "engine_support.h"
#include "net/timer.h"

using namespace engine_test;

namespace {

const std::string kText = "what is said more than once, and what is not said more than once, is said";

ws::ServerConfig with_idle_timeout(uint64_t ms) {
    ws::ServerConfig config = local_config();
    config.connection.deflate_idle_timeout = ms;
    config.connection.parser.deflate.compression_threshold = 0;
    return config;
}

// Lets the loop run for so long; what it waits for is time.
bool silence(Stage& stage, uint64_t ms) {
    bool over = false;
    auto timer = make<net::Timer>(stage.loop);
    timer->event.add(on([&](const Value*) { over = true; }));
    timer->once(ms);
    return stage.until([&] { return over; });
}

// The frame that a text arrives in.
std::string said(Stage& stage, Peer& peer) {
    stage.last()->send_text(kText);
    const std::string head = peer.take(2);
    if (head.size() < 2) return {};
    return head + peer.take(static_cast<unsigned char>(head[1]));
}

}  // namespace

TEST(engine_compression) {  // a compressor that is not used goes, and the next message refers to nothing
    Stage stage(with_idle_timeout(30));
    auto peer = stage.join("Sec-WebSocket-Extensions: permessage-deflate\r\n");
    const std::string first = said(stage, *peer), again = said(stage, *peer);
    OK(again.size() + 20 < first.size(), "a repetition is short");
    OK(silence(stage, 120), "silence");
    IS(said(stage, *peer), first, "a new context after it");
    OK(said(stage, *peer).size() + 20 < first.size(), "and from there on as before");
}

TEST(engine_compression) {  // who keeps talking keeps the context
    Stage stage(with_idle_timeout(200));
    auto peer = stage.join("Sec-WebSocket-Extensions: permessage-deflate\r\n");
    const std::string first = said(stage, *peer);
    size_t longest = 0;
    for (int i = 0; i < 20; ++i) {
        OK(silence(stage, 20), "less than that");
        longest = std::max(longest, said(stage, *peer).size());
    }
    OK(longest + 20 < first.size(), "every repetition is short");
}

TEST(engine_compression) {  // 0: for ever; and a connection that goes while it waits
    Stage stage(with_idle_timeout(0));
    auto peer = stage.join("Sec-WebSocket-Extensions: permessage-deflate\r\n");
    const std::string first = said(stage, *peer);
    OK(silence(stage, 50), "silence");
    OK(said(stage, *peer).size() + 20 < first.size(), "the context is there");

    Stage other(with_idle_timeout(20));
    auto leaver = other.join("Sec-WebSocket-Extensions: permessage-deflate\r\n");
    said(other, *leaver);
    other.last()->close();
    OK(silence(other, 60), "its time-out comes to nothing");
}
