// What a peer can make a connection hold or do is bounded.
#include <sys/resource.h>
#include <unistd.h>
#include <uv.h>

#include <fstream>

#include "base/misuse.h"
#include "engine_support.h"

using namespace engine_test;

TEST(engine_limits) {  // a peer that takes nothing: memory stops at max_buffered
    ws::ServerConfig config = local_config();
    config.connection.max_buffered = 256 * 1024;
    Stage stage(config);
    std::string events;
    stage.server->disconnection_event.add(
        on([&](const Value* a) { events += " disconnection " + std::to_string(a[2].integer()); }));
    auto peer = stage.join();
    Ref<ws::ServerConnection> c = stage.last();
    c->error_event.add(on([&](const Value* a) { events += " " + a[1].error().to_string(); }));
    c->close_event.add(on([&](const Value* a) { events += " close " + std::to_string(a[1].integer()); }));
    const std::string payload(64 * 1024, 'x');
    size_t sent = 0, most = 0;
    while (c->connected() && sent < 1000) {
        c->send(codec::kOpBinary, payload);
        ++sent;
        if (c->stream()) most = std::max(most, c->stream()->unsent());
        stage.loop->run(net::Loop::Mode::kNoWait);
    }
    OK(!c->connected(), "cut off");
    OK(most <= 256 * 1024 + 65536 + 14, "the limit and one message at most: " + std::to_string(most));
    IS(events,
       " write error (2:unievent::websocket::Error) -> No buffer space available (105:generic) close 1008 "
       "disconnection 1008",
       "told");
    ErrorCode late;
    c->send(codec::kOpText, "x", codec::Compress::kPolicy, on([&](const Value* a) { late = a[1].error(); }));
    OK(late == ErrorCode(ws::Error::kWriteError), "and nothing more is taken");
}

TEST(engine_limits) {  // pings without end from a peer that does not read the pongs
    ws::ServerConfig config = local_config();
    config.connection.max_buffered = 100 * 1024;
    Stage stage(config);
    auto peer = stage.join();
    Ref<ws::ServerConnection> c = stage.last();
    std::string pings;
    for (int i = 0; i < 500; ++i)
        pings += frame(codec::kOpPing, std::string(125, 'p'));
    for (int i = 0; i < 1000 && c->connected(); ++i)
        peer->send(pings);
    OK(!c->connected(), "cut off");
}

TEST(engine_limits) {  // one message may be larger than the limit when nothing waits
    ws::ServerConfig config = local_config();
    config.connection.max_buffered = 1024;
    Stage stage(config);
    auto peer = stage.join();
    const std::string payload(8 * 1024 * 1024, 'y');
    const std::string want = server_frame(codec::kOpBinary, payload);
    stage.last()->send(codec::kOpBinary, payload);
    OK(peer->take(want.size()) == want, "it arrives");
    OK(stage.last() && stage.last()->connected(), "and nobody is cut off");
}

TEST(engine_limits) {  // 0 is unlimited
    ws::ServerConfig config = local_config();
    config.connection.max_buffered = 0;
    Stage stage(config);
    auto peer = stage.join();
    for (int i = 0; i < 400; ++i)
        stage.last()->send(codec::kOpBinary, std::string(65536, 'z'));
    OK(stage.last()->connected(), "25 MiB wait");
    OK(peer->wait_for(400 * (65536 + 10)), "and arrive");
}

TEST(engine_limits) {  // a flood of tiny frames leaves a turn to others
    Stage stage;
    size_t flood = 0, polite = 0, flood_at_polite = 0;
    auto loud = stage.join();
    stage.last()->message_event.add(on([&](const Value*) { ++flood; }));
    auto quiet = stage.join();
    stage.last()->message_event.add(on([&](const Value*) {
        ++polite;
        flood_at_polite = flood;
    }));
    std::string frames;
    constexpr size_t kFrames = 8000;
    for (size_t i = 0; i < kFrames; ++i)
        frames += frame(codec::kOpText, "");
    loud->send(frames);
    quiet->send(frame(codec::kOpText, "me"));
    OK(stage.until([&] { return polite == 1; }), "the polite one is heard");
    OK(flood_at_polite <= ws::Connection::kMessagesPerTurn,
       "after one portion at most: " + std::to_string(flood_at_polite));
    OK(stage.until([&] { return flood == kFrames; }), "nothing of the flood is lost");
    loud->send(frame(codec::kOpText, ""));
    OK(stage.until([&] { return flood == kFrames + 1; }), "and it is read on");
}

TEST(engine_limits) {  // a connection ends while a part of its flood is put off
    for (const char* how : {"close", "drop", "peer"}) {
        Stage stage;
        size_t flood = 0;
        auto loud = stage.join();
        stage.last()->message_event.add(on([&](const Value*) { ++flood; }));
        std::string frames;
        for (size_t i = 0; i < ws::Connection::kMessagesPerTurn + 500; ++i)
            frames += frame(codec::kOpText, "");
        loud->send(frames);
        if (how[0] == 'p') loud->reset();
        OK(stage.until([&] { return flood > 0; }), "begun");
        if (how[0] == 'c') stage.last()->close();
        if (how[0] == 'd') stage.server.reset();
        settle(*stage.loop);
        if (how[0] != 'p') OK(flood <= ws::Connection::kMessagesPerTurn + 500, "over");
    }
}

TEST(engine_limits) {  // shutdown_timeout: a peer that takes nothing is cut off
    ws::ServerConfig config = local_config();
    config.connection.shutdown_timeout = 20;
    config.connection.max_buffered = 0;
    Stage stage(config);
    Peer peer(*stage.loop);
    peer.connect(stage.address(), 4096);
    OK(peer.upgrade(), "handshake");
    ErrorCode told;
    stage.last()->send(codec::kOpBinary, std::string(20'000'000, 'x'), codec::Compress::kPolicy,
                       on([&](const Value* a) { told = a[1].error(); }));
    stage.last()->close();
    OK(stage.until([&] { return bool(told); }), "the sender hears that it was not delivered");
    IS(stage.server->connections_count(), 0u, "gone");
    OK(peer.take_all().size() < 20'000'000, "and the peer never gets the rest");
    OK(peer.was_reset(), "but a reset");
}

#ifndef __SANITIZE_ADDRESS__  // which takes terabytes of address space
TEST(engine_limits) {         // no memory for a message on its way out: half a frame must not be followed by anything
    ws::ServerConfig config = local_config();
    config.connection.max_buffered = 0;
    Stage stage(config);
    auto peer = stage.join();
    Ref<ws::ServerConnection> c = stage.last();
    std::string events;
    c->error_event.add(on([&](const Value* a) { events += a[1].error().to_string(); }));
    c->close_event.add(on([&](const Value* a) { events += " close " + std::to_string(a[1].integer()); }));
    const std::string payload(64 * 1024 * 1024, 'x');
    rlimit before;
    getrlimit(RLIMIT_AS, &before);
    rlim_t pages = 0;
    std::ifstream("/proc/self/statm") >> pages;
    rlimit tight = before;
    tight.rlim_cur = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + 16 * 1024 * 1024;
    if (!pages || setrlimit(RLIMIT_AS, &tight)) return;
    ErrorCode told;
    c->send(codec::kOpBinary, payload, codec::Compress::kPolicy, on([&](const Value* a) { told = a[1].error(); }));
    setrlimit(RLIMIT_AS, &before);
    IS(events, "write error (2:unievent::websocket::Error) -> Cannot allocate memory (12:generic) close 1011", "told");
    OK(told == ErrorCode(ws::Error::kWriteError), "and so is the sender");
    OK(!c->connected(), "the connection has ended");
    auto other = stage.join();
    stage.last()->send(codec::kOpText, "fine");
    OK(other->take(6) == server_frame(codec::kOpText, "fine"), "the others live");
}
#endif

TEST(engine_limits) {  // message sizes, in the middle of a message and after configure() on a live connection
    Stage stage;
    ErrorCode error;
    auto peer = stage.join();
    auto c = stage.last();
    c->error_event.add(on([&](const Value* a) { error = a[1].error(); }));
    ws::ConnectionConfig limits;
    limits.parser.max_message_size = 10;
    c->configure(limits);
    peer->send(frame(codec::kOpText, "0123456789"));
    settle(*stage.loop);
    OK(c->connected(), "the limit itself is fine");
    peer->send(frame(codec::kOpText, "01234", false) + frame(codec::kOpContinue, "567890"));
    OK(stage.until([&] { return !c->connected(); }), "more is not");
    OK(error.next() == ErrorCode(codec::WsError::kMaxMessageSize), "for that reason");
    ws::ConnectionConfig wrong;
    wrong.parser.deflate.server_max_window_bits = 8;
    try {
        c->configure(wrong);
        OK(false, "a bad value");
    } catch (const Misuse& e) {
        OK(std::string(e.what()).find("server_max_window_bits") != std::string::npos, "names the key");
    }
}

TEST(engine_limits) {  // what a connection weighs
    const size_t tcp = sizeof(uv_tcp_t), stream = sizeof(net::Stream), connection = sizeof(ws::ServerConnection);
    OK(connection <= 512, "the connection: " + std::to_string(connection));
    OK(tcp + stream + connection < 1024, "with stream and libuv's part: " + std::to_string(tcp + stream + connection));
}
