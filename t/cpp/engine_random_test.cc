// A fixed random walk of peers and callbacks that do as they please. What must hold: nothing crashes, every connection
// that was announced ends exactly once, and nothing is left.
#include <map>

#include "engine_support.h"

using namespace engine_test;

namespace {

struct Dice {
    explicit Dice(uint32_t seed) : state(seed) {}
    uint32_t operator()(uint32_t sides) {
        state = state * 1664525 + 1013904223;
        return (state >> 8) % sides;
    }
    uint32_t state;
};

std::string something(Dice& dice) {
    static const uint8_t kOpcodes[] = {1, 1, 1, 2, 2, 9, 10, 0, 8, 3};
    const uint8_t opcode = kOpcodes[dice(10)];
    const std::string payload(dice(8) ? dice(100) : dice(100000), static_cast<char>('a' + dice(26)));
    std::string bytes = frame(opcode, payload, dice(6) != 0, dice(40) ? 0 : 0x40);
    if (!dice(20)) bytes.resize(dice(static_cast<uint32_t>(bytes.size()) + 1));
    return bytes;
}

void walk(uint32_t seed) {
    Dice dice(seed);
    ws::ServerConfig config = local_config();
    config.connection.max_buffered = 200000;
    config.connection.shutdown_timeout = 50;
    config.connection.parser.max_message_size = 150000;
    Stage stage(config);
    std::map<const Object*, int> open;
    int connections = 0, disconnections = 0;

    const auto mischief = [&](ws::Connection* c) {
        switch (dice(30)) {
            case 0:
                return c->close(static_cast<uint16_t>(1000 + dice(4000)));
            case 1:
                return void(c->stream() ? c->stream()->reset() : void());
            case 2:
                if (Ref<ws::ServerConnection> other = stage.last()) other->close();
                return;
            case 3:
                return c->send_ping("?");
            case 4:
                if (dice(10) == 0) {
                    stage.server->stop();
                    OK(!stage.server->run(), "runs again");
                }
                return;
            case 5:
                return c->send(codec::kOpBinary, std::string(dice(60000), 'm'));
            default:
                return;
        }
    };
    stage.server->connection_event.add(on([&](const Value* a) {
        auto* c = static_cast<ws::ServerConnection*>(a[1].object());
        ++connections;
        ++open[c];
        c->message_event.add(on([&](const Value* m) {
            auto* from = static_cast<ws::Connection*>(m[0].object());
            auto* message = static_cast<codec::WsMessage*>(m[1].object());
            from->send(message->opcode(), message->payload());
            mischief(from);
        }));
        for (auto* event : {&c->ping_event, &c->pong_event, &c->peer_close_event})
            event->add(on([&](const Value* m) { mischief(static_cast<ws::Connection*>(m[0].object())); }));
        c->error_event.add(on([&](const Value* m) { mischief(static_cast<ws::Connection*>(m[0].object())); }));
        mischief(c);
    }));
    stage.server->disconnection_event.add(on([&](const Value* a) {
        ++disconnections;
        if (--open[a[1].object()] != 0) OK(false, "ended once");
        open.erase(a[1].object());
        mischief(static_cast<ws::Connection*>(a[1].object()));
    }));

    std::vector<std::unique_ptr<Peer>> peers;
    for (int step = 0; step < 1500; ++step) {
        const uint32_t what = dice(20);
        if (peers.empty() || what == 0) {
            peers.push_back(std::make_unique<Peer>(*stage.loop, stage.address()));
            peers.back()->send(handshake());
        } else {
            auto& peer = peers[dice(static_cast<uint32_t>(peers.size()))];
            if (what < 14) {
                peer->send(something(dice));
            } else if (what < 17) {
                peer->input().clear();
            } else {
                if (what == 17) peer->finish();
                if (what == 18) peer->reset();
                std::swap(peer, peers.back());
                peers.pop_back();
            }
        }
        stage.loop->run(net::Loop::Mode::kNoWait);
    }
    peers.clear();
    OK(stage.until([&] { return stage.server->connections_count() == 0; }), "all have left");
    IS(connections, disconnections, "each connection has its end: " + std::to_string(connections));
}

}  // namespace

TEST(engine_random) {
    for (uint32_t seed = 1; seed <= 6; ++seed)
        walk(seed);
}
