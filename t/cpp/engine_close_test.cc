// How connections end: by either side, by a fault, by a vanishing peer; what is said on the wire and in which order
// the events come.
#include "engine_support.h"

using namespace engine_test;

namespace {

// Writes down every event of the server's connections.
struct Watched : Stage {
    explicit Watched(const ws::ServerConfig& config = local_config()) : Stage(config) {
        server->connection_event.add(
            on([this](const Value* args) { watch(static_cast<ws::ServerConnection*>(args[1].object())); }));
        server->disconnection_event.add(on([this](const Value* args) {
            auto* c = static_cast<ws::ServerConnection*>(args[1].object());
            OK(args[0].object() == server.get() || !server, "disconnection: the server");
            OK(!c->server(), "disconnection: has left");
            log.push_back("disconnection " + std::to_string(args[2].integer()) + " " + std::string(args[3].bytes()));
        }));
    }
    void watch(ws::ServerConnection* c) {
        c->message_event.add(on([this](const Value* a) {
            const std::string text(static_cast<codec::WsMessage*>(a[1].object())->payload());
            log.push_back("message " + text);
            auto* from = static_cast<ws::Connection*>(a[0].object());
            if (text == "close") return from->close(4000, "enough");
            from->send_text(text);
        }));
        c->peer_close_event.add(on([this](const Value* a) {
            auto* m = static_cast<codec::WsMessage*>(a[1].object());
            log.push_back(m ? "peer_close " + std::to_string(m->close_code()) + " " + std::string(m->close_message())
                            : "peer_close");
            if (on_peer_close) on_peer_close(static_cast<ws::Connection*>(a[0].object()));
        }));
        c->close_event.add(on([this](const Value* a) {
            auto* from = static_cast<ws::ServerConnection*>(a[0].object());
            OK(from->server() && from->server()->get_connection(from->id()) == from, "close: still found");
            OK(from->state() == ws::State::kInitial && !from->stream(), "close: INITIAL, no stream");
            log.push_back("close " + std::to_string(a[1].integer()) + " " + std::string(a[2].bytes()));
        }));
        c->error_event.add(on([this](const Value* a) {
            log.push_back("error " + a[1].error().to_string());
            if (on_error) on_error(static_cast<ws::Connection*>(a[0].object()));
        }));
    }
    std::string events() {
        until([&] { return !log.empty() && log.back().compare(0, 13, "disconnection") == 0; });
        std::string all;
        for (const std::string& line : log)
            all += (all.empty() ? "" : "; ") + line;
        log.clear();
        return all;
    }
    std::function<void(ws::Connection*)> on_peer_close, on_error;
};

std::string close_frame(uint16_t code, std::string_view reason) {
    return server_frame(codec::kOpClose, close_payload(code, reason));
}
std::string said_by_peer(uint16_t code, std::string_view reason = {}) {
    return frame(codec::kOpClose, close_payload(code, reason));
}
std::string fault(std::string_view error, std::string_view code_and_reason) {
    return "error read error (1:unievent::websocket::Error) -> " + std::string(error) + ":protocol-websocket); close " +
           std::string(code_and_reason) + "; disconnection " + std::string(code_and_reason);
}

}  // namespace

TEST(engine_close) {
    struct Row {
        const char* name;
        std::string from_peer, to_peer, events;
    };
    const std::string a = frame(codec::kOpText, "a"), b = frame(codec::kOpText, "b");
    const std::string echo = server_frame(codec::kOpText, "a"), wrong = close_frame(1002, "WS Protocol Error");
    const Row rows[] = {
        {"by the peer with a reason", said_by_peer(1001, "bye"), close_frame(1001, "bye"),
         "peer_close 1001 bye; close 1001 bye; disconnection 1001 bye"},
        {"by the peer without a reason", said_by_peer(3000), close_frame(3000, ""),
         "peer_close 3000 ; close 3000 ; disconnection 3000 "},
        {"by the peer without a code", frame(codec::kOpClose, ""), close_frame(1000, ""),
         "peer_close 1005 ; close 1000 ; disconnection 1000 "},
        {"by the peer, with more behind", said_by_peer(1000) + b, close_frame(1000, ""),
         "peer_close 1000 ; close 1000 ; disconnection 1000 "},
        {"by us from a callback", a + frame(codec::kOpText, "close") + b, echo + close_frame(4000, "enough"),
         "message a; message close; close 4000 enough; disconnection 4000 enough"},
        {"a fault behind a good message", a + frame(3, "x") + b, echo + wrong,
         "message a; " + fault("invalid opcode received (10", "1002 WS Protocol Error")},
        {"an unmasked frame", server_frame(codec::kOpText, "x"), wrong,
         fault("frame is not masked (13", "1002 WS Protocol Error")},
        {"a bad close code", said_by_peer(1005), wrong,
         fault("control frame CLOSE contains invalid data (16", "1002 WS Protocol Error")},
        {"bad UTF-8", frame(codec::kOpText, "a\xff"), close_frame(1007, "Invalid Text"),
         fault("invalid utf8 sequence (23", "1007 Invalid Text")},
        {"a frame above the limit, by its head", frame(codec::kOpText, std::string(1001, 'x')).substr(0, 8),
         close_frame(1009, "Max Size"), fault("max frame size exceeded (14", "1009 Max Size")},
    };
    for (const Row& row : rows) {
        ws::ServerConfig config = local_config();
        config.connection.parser.check_utf8 = true;
        config.connection.parser.max_frame_size = 1000;
        Watched stage(config);
        auto peer = stage.join();
        peer->send(row.from_peer);
        IS(peer->take_all(), row.to_peer, std::string(row.name) + ": on the wire, then EOF");
        OK(!peer->was_reset(), std::string(row.name) + ": an orderly end");
        IS(stage.events(), row.events, std::string(row.name) + ": events");
        IS(stage.server->connections_count(), 0u, std::string(row.name) + ": nothing held");
    }
}

TEST(engine_close) {  // from outside; twice; codes are not judged; long reasons are cut
    Watched stage;
    auto peer = stage.join();
    auto c = stage.last();
    c->send_text("last words");
    c->close(1006);
    c->close(4444, "again");
    IS(stage.log.size(), 2u, "inside the call");
    IS(stage.events(), "close 1006 Abnormally; disconnection 1006 Abnormally", "once");
    IS(peer->take_all(), server_frame(codec::kOpText, "last words") + close_frame(1006, "Abnormally"),
       "what was sent before comes first");
    auto other = stage.join();
    stage.last()->close(3001, std::string(200, 'r'));
    IS(other->take_all(), close_frame(3001, std::string(123, 'r')), "123 octets of reason");
    auto third = stage.join();
    stage.last()->close(3001);
    IS(third->take_all(), close_frame(3001, "3001"), "the number as a reason");
    auto fourth = stage.join();
    stage.last()->close(3001, "");
    IS(fourth->take_all(), close_frame(3001, ""), "an empty reason stays empty");
}

TEST(engine_close) {  // the peer finishes or vanishes without a close frame
    Watched stage;
    auto peer = stage.join();
    peer->send(frame(codec::kOpText, "x"));
    peer->finish();
    IS(stage.events(), "message x; peer_close; close 1006 Abnormally; disconnection 1006 Abnormally", "FIN");
    IS(peer->take_all(), server_frame(codec::kOpText, "x"), "no close frame; what was sent still arrives");
    auto other = stage.join();
    other->reset();
    IS(stage.events(), "peer_close; close 1006 Abnormally; disconnection 1006 Abnormally", "RST");
}

TEST(engine_close) {  // a listener that closes by itself
    Watched stage;
    stage.on_peer_close = [](ws::Connection* c) { c->close(4001, "mine"); };
    stage.on_error = [](ws::Connection* c) { c->close(4002, "fault"); };
    auto peer = stage.join();
    peer->send(said_by_peer(1000));
    IS(stage.events(), "peer_close 1000 ; close 4001 mine; disconnection 4001 mine", "in peer_close");
    IS(peer->take_all(), close_frame(4001, "mine"), "its code counts");
    auto other = stage.join();
    other->send("garbage\r\n\r\n");
    IS(stage.events().substr(0, 16), "error read error", "garbage");
    IS(other->take_all(), close_frame(4002, "fault"), "its code counts here, too");
}

TEST(engine_close) {  // the stream is reset by the user
    Watched stage;
    auto peer = stage.join();
    stage.last()->stream()->reset();
    IS(stage.events(), "close 1006 Abnormally; disconnection 1006 Abnormally", "as by a failing socket");
    OK(peer->wait_for_eof(), "the peer sees the end");
}

TEST(engine_close) {  // stop: everybody in order of ids, inside the call
    Watched stage;
    std::vector<std::unique_ptr<Peer>> peers;
    for (int i = 0; i < 3; ++i)
        peers.push_back(stage.join());
    stage.server->disconnection_event.add(on([&](const Value* args) {
        stage.log.push_back(std::to_string(static_cast<ws::ServerConnection*>(args[1].object())->id()));
    }));
    const uint64_t last = stage.last()->id();
    stage.server->stop();
    OK(!stage.server->running(), "not running");
    std::string want, all;
    for (uint64_t id = last - 2; id <= last; ++id)
        want +=
            (want.empty() ? "" : "; ") + std::string("close 1001 Away; disconnection 1001 Away; ") + std::to_string(id);
    for (const std::string& line : stage.log)
        all += (all.empty() ? "" : "; ") + line;
    IS(all, want, "in order");
    IS(stage.server->connections_count(), 0u, "none left");
    for (auto& peer : peers)
        IS(peer->take_all(), close_frame(1001, "Away"), "each is told");
    stage.server->stop();
    OK(!stage.server->run(), "and runs again");
    stage.log.clear();
    auto peer = stage.join();
    stage.server->stop(4005);
    IS(stage.log.empty() ? "" : stage.log[0], "close 4005 4005", "with its own code");
}

TEST(engine_close) {  // dropping the server is stopping it, events included
    Watched stage;
    auto peer = stage.join();
    int told = 0;
    stage.server->disconnection_event.add(on([&](const Value* args) {
        auto* server = static_cast<ws::Server*>(args[0].object());
        OK(!server->running(), "the server in the event is stopped");
        server->stop();
        ++told;
    }));
    stage.server.reset();
    IS(told, 1, "told once");
    IS(peer->take_all(), close_frame(1001, "Away"), "1001");
}

TEST(engine_close) {  // a server that somebody rescues in its last event lives on, stopped
    Stage stage;
    auto peer = stage.join();
    Ref<ws::Server> rescued;
    stage.server->disconnection_event.add(
        on([&](const Value* args) { rescued = static_cast<ws::Server*>(args[0].object()); }));
    stage.server.reset();
    OK(rescued && !rescued->running(), "rescued");
    OK(!rescued->run() && bool(rescued->sockaddr()), "and usable");
    rescued->disconnection_event.remove_all();
    rescued.reset();
}

TEST(engine_close) {  // a closed connection that is kept is harmless
    Stage stage;
    auto peer = stage.join();
    Ref<ws::ServerConnection> c = stage.last();
    const uint64_t id = c->id();
    c->close();
    IS(c->id(), id, "its id stays");
    OK(!c->stream() && !c->connected() && !c->connecting(), "no stream");
    OK(c->sockaddr() && c->sockaddr().value().empty(), "no address, no error");
    OK(c->peeraddr() && c->peeraddr().value().empty(), "no address of the peer, either");
    c->configure({});
    c->close();
    stage.server.reset();
    c->close();
}
