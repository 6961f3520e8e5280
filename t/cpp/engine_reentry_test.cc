// In every callback everything may be stopped, closed and dropped: a table of places and deeds. What must hold is that
// nothing crashes, that nothing stays behind (the Stage looks), and that the peer sees an end.
#include "engine_support.h"
#include "http/server_request.h"

using namespace engine_test;

namespace {

enum class Place {
    kHandshake,
    kConnection,
    kMessage,
    kPing,
    kPong,
    kPeerClose,
    kPeerGone,
    kError,
    kClose,
    kDisconnection,
    kSent
};
enum class Deed {
    kClose,
    kStop,
    kStopListening,
    kDropServer,
    kStopAndDrop,
    kResetStream,
    kUnconfigure,
    kRestart,
    kSilence
};

struct Named {
    const char* name;
    int value;
};
const Named kPlaces[] = {{"handshake", int(Place::kHandshake)},
                         {"connection", int(Place::kConnection)},
                         {"message", int(Place::kMessage)},
                         {"ping", int(Place::kPing)},
                         {"pong", int(Place::kPong)},
                         {"peer_close", int(Place::kPeerClose)},
                         {"peer_close by EOF", int(Place::kPeerGone)},
                         {"error", int(Place::kError)},
                         {"close", int(Place::kClose)},
                         {"disconnection", int(Place::kDisconnection)},
                         {"send's callback", int(Place::kSent)}};
const Named kDeeds[] = {{"close", int(Deed::kClose)},
                        {"stop", int(Deed::kStop)},
                        {"stop_listening", int(Deed::kStopListening)},
                        {"drop the server", int(Deed::kDropServer)},
                        {"stop and drop", int(Deed::kStopAndDrop)},
                        {"reset the stream", int(Deed::kResetStream)},
                        {"configure to nothing", int(Deed::kUnconfigure)},
                        {"stop and run", int(Deed::kRestart)},
                        {"drop every listener", int(Deed::kSilence)}};

struct Scene : Stage {
    Scene(Place p, Deed d) : place(p), deed(d) {
        server->set_handshake_callback(on([this](const Value* a) { at(Place::kHandshake, a[1].object()); }));
        server->connection_event.add(on([this](const Value* a) {
            auto* c = static_cast<ws::ServerConnection*>(a[1].object());
            listen(*c);
            if (place == Place::kSent)
                c->send(codec::kOpText, "x", codec::Compress::kPolicy,
                        on([this](const Value* v) { at(Place::kSent, v[0].object()); }));
            at(Place::kConnection, c);
        }));
        server->disconnection_event.add(on([this](const Value* a) { at(Place::kDisconnection, a[1].object()); }));
    }
    void listen(ws::ServerConnection& c) {
        c.message_event.add(on([this](const Value* a) {
            at(Place::kMessage, a[0].object());
            if (place == Place::kClose || place == Place::kDisconnection)
                static_cast<ws::Connection*>(a[0].object())->close();
        }));
        c.ping_event.add(on([this](const Value* a) { at(Place::kPing, a[0].object()); }));
        c.pong_event.add(on([this](const Value* a) { at(Place::kPong, a[0].object()); }));
        c.peer_close_event.add(
            on([this](const Value* a) { at(a[1].object() ? Place::kPeerClose : Place::kPeerGone, a[0].object()); }));
        c.error_event.add(on([this](const Value* a) { at(Place::kError, a[0].object()); }));
        c.close_event.add(on([this](const Value* a) { at(Place::kClose, a[0].object()); }));
    }
    void at(Place here, Object* o) {
        if (here != place || done) return;
        done = true;
        auto* c = static_cast<ws::ServerConnection*>(o);
        switch (deed) {
            case Deed::kClose:
                c->close(4000);
                break;
            case Deed::kStop:
                server->stop();
                break;
            case Deed::kStopListening:
                server->stop_listening();
                break;
            case Deed::kDropServer:
                server.reset();
                break;
            case Deed::kStopAndDrop:
                server->stop();
                server.reset();
                break;
            case Deed::kResetStream:
                if (c->stream()) c->stream()->reset();
                break;
            case Deed::kUnconfigure:
                OK(!server->configure({}), "configured");
                break;
            case Deed::kRestart:
                server->stop();
                OK(!server->run(), "runs again");
                break;
            case Deed::kSilence:
                server->connection_event.remove_all();
                server->disconnection_event.remove_all();
                server->set_handshake_callback(nullptr);
                for (Dispatcher* d :
                     {static_cast<Dispatcher*>(&c->message_event), static_cast<Dispatcher*>(&c->ping_event),
                      static_cast<Dispatcher*>(&c->pong_event), static_cast<Dispatcher*>(&c->peer_close_event),
                      static_cast<Dispatcher*>(&c->close_event), static_cast<Dispatcher*>(&c->error_event)})
                    d->remove_all();
                break;
        }
    }
    const Place place;
    const Deed deed;
    bool done = false;
};

std::string provoke(Place place) {
    switch (place) {
        case Place::kMessage:
        case Place::kClose:
        case Place::kDisconnection:
            return frame(codec::kOpText, "a") + frame(codec::kOpText, "b") + frame(codec::kOpPing, "c");
        case Place::kPing:
            return frame(codec::kOpPing, "a") + frame(codec::kOpPing, "b");
        case Place::kPong:
            return frame(codec::kOpPong, "a") + frame(codec::kOpPong, "b");
        case Place::kPeerClose:
            return frame(codec::kOpClose, "") + frame(codec::kOpText, "b");
        case Place::kError:
            return frame(5, "x") + frame(codec::kOpText, "b");
        default:
            return {};
    }
}

}  // namespace

TEST(engine_reentry) {
    for (const Named& place : kPlaces) {
        for (const Named& deed : kDeeds) {
            const std::string name = std::string(deed.name) + " in " + place.name;
            Scene scene(Place(place.value), Deed(deed.value));
            Peer peer(*scene.loop, scene.address()), idle(*scene.loop, scene.address());
            peer.send(handshake() + provoke(scene.place));
            if (scene.place == Place::kPeerGone) peer.finish();
            OK(scene.until([&] { return scene.done; }), name + ": happened");
            peer.finish();
            OK(peer.wait_for_eof(), name + ": the peer sees the end");
            scene.server.reset();
            OK(idle.wait_for_eof(), name + ": and so does one that has said nothing");
        }
    }
}

TEST(engine_reentry) {  // the same where the frames come later than the handshake
    for (const Named& place : kPlaces) {
        const std::string frames = provoke(Place(place.value));
        if (frames.empty()) continue;
        for (const Named& deed : kDeeds) {
            Scene scene(Place(place.value), Deed(deed.value));
            auto peer = scene.join(), other = scene.join();
            peer->send(frames);
            OK(scene.until([&] { return scene.done; }), std::string(deed.name) + " later in " + place.name);
            settle(*scene.loop);
            scene.server.reset();
            OK(other->wait_for_eof(), "all are closed at the end");
        }
    }
}

TEST(engine_reentry) {  // dropped by the user while kept by nobody else: the connection of a running callback
    Stage stage;
    auto peer = stage.join();
    stage.last()->message_event.add(on([&](const Value* a) {
        auto* c = static_cast<ws::Connection*>(a[0].object());
        c->message_event.remove_all();  // this very listener
        stage.server->stop();
        stage.server.reset();
        IS(int(c->state()), int(ws::State::kInitial), "held during its own callback");
    }));
    peer->send(frame(codec::kOpText, "a") + frame(codec::kOpText, "b"));
    OK(peer->wait_for_eof(), "ended");
}

TEST(engine_reentry) {  // an upgrade inside of another connection's callback, with frames right behind the request
    Stage stage;
    stage.echo();
    Ref<http::Server> own = make<http::Server>(stage.loop);
    OK(!own->configure(local_config().http) && !own->run(), "the user's own HTTP server");
    Ref<http::ServerRequest> waiting;
    own->request_event.add(
        on([&](const Value* args) { waiting = static_cast<http::ServerRequest*>(args[0].object()); }));
    auto first = stage.join();
    stage.last()->message_event.add(on([&](const Value* a) {
        auto* message = static_cast<codec::WsMessage*>(a[1].object());
        OK(!stage.server->upgrade(*waiting), "upgraded");
        waiting.reset();
        IS(std::string(message->payload()), "go", "the outer message is what it was");
    }));
    Peer second(*stage.loop, own->sockaddr().value());
    second.send(handshake() + frame(codec::kOpText, "nested"));
    OK(stage.until([&] { return bool(waiting); }), "a request waits");
    IS(own->connections_count(), 1u, "with the HTTP server");
    first->send(frame(codec::kOpText, "go"));
    IS(first->take(4), server_frame(codec::kOpText, "go"), "the outer one is answered");
    IS(second.take_head().substr(0, 12), "HTTP/1.1 101", "the inner one is connected");
    IS(second.take(8), server_frame(codec::kOpText, "nested"), "and answered");
    IS(own->connections_count(), 0u, "the HTTP server has forgotten it");
    own.reset();
    second.send(frame(codec::kOpText, "on"));
    IS(second.take(4), server_frame(codec::kOpText, "on"), "and need not be there any more");
}

TEST(engine_reentry) {  // in the HTTP server's events
    for (const char* deed : {"stop", "drop", "configure", "restart", "upgrade and drop"}) {
        for (bool while_running : {false, true}) {
            Stage stage;
            const std::string name(deed);
            bool done = false;
            const auto act = [&](http::ServerRequest* request) {
                if (done) return;
                done = true;
                if (name == "stop") return stage.server->stop();
                if (name == "configure") return void(OK(!stage.server->configure({}), "configured"));
                if (name == "restart") {
                    stage.server->stop();
                    return void(OK(!stage.server->run(), "runs again"));
                }
                if (name != "drop" && request) OK(!stage.server->upgrade(*request), "upgraded");
                stage.server.reset();
            };
            if (while_running) {
                stage.server->http()->request_event.add(
                    on([&](const Value* a) { act(static_cast<http::ServerRequest*>(a[0].object())); }));
            } else {
                stage.server->stop();
                stage.server->http()->run_event.add(on([&](const Value*) { act(nullptr); }));
                const Ref<ws::Server> hold = stage.server;
                OK(!hold->run(), name + ": runs");
                continue;
            }
            Peer peer(*stage.loop, stage.address());
            peer.send(handshake());
            OK(stage.until([&] { return done; }), name + ": happened");
            OK(peer.wait_for_eof() || name == "restart", name + ": the end");
        }
    }
}
