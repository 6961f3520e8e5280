// The server's side of the opening handshake: who is let in, who is sent away and how, and what the callbacks may do.
#include "base/misuse.h"
#include "codec/http/errors.h"
#include "engine_support.h"
#include "http/server_request.h"

using namespace engine_test;

namespace {

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

codec::ConnectRequest* request_of(const Value* args) {
    return static_cast<codec::ConnectRequest*>(args[2].object());
}
ws::ServerConnection* connection_of(const Value* args) {
    return static_cast<ws::ServerConnection*>(args[1].object());
}

struct BadRow {
    const char* name;
    const char* text;
    const char* status;
    ErrorCode error;
};

}  // namespace

TEST(engine_handshake) {
    Stage stage;
    stage.server->set_handshake_callback(on([&](const Value* args) {
        IS(int(connection_of(args)->state()), int(ws::State::kConnecting), "connecting in the handshake callback");
        OK(stage.server->get_connection(connection_of(args)->id()) == connection_of(args), "already registered");
        IS(request_of(args)->ws_key(), kKey, "the request has the key");
        connection_of(args)->send_text("too early");
        stage.log.push_back("handshake");
    }));
    stage.server->connection_event.add(on([&](const Value* args) {
        OK(connection_of(args)->connected(), "connected in the connection event");
        IS(request_of(args)->target(), "/chat?a=b", "the request has the target");
        connection_of(args)->send_text("hello");
        stage.log.push_back("connection");
    }));
    Peer peer(*stage.loop, stage.address());
    peer.send(handshake());
    const std::string head = peer.take_head();
    OK(contains(head, "HTTP/1.1 101 Switching Protocols\r\n"), "101");
    OK(contains(head, std::string("Sec-WebSocket-Accept: ") + kAcceptKey + "\r\n"), "the accept key");
    OK(contains(head, "Upgrade: websocket\r\n") && contains(head, "Connection: Upgrade\r\n"), "both headers");
    OK(!contains(head, "Sec-WebSocket-Extensions"), "no extension without an offer");
    IS(peer.take(7), server_frame(codec::kOpText, "hello"), "a message from the connection event, none from before");
    IS(stage.log.size(), 2u, "both callbacks once");
    IS(stage.last()->id() > 0, true, "an id");
}

TEST(engine_handshake) {
    const BadRow rows[] = {
        {"POST",
         "POST / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: 0\r\nSec-WebSocket-Version: "
         "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
         "400 Bad Request", codec::WsError::kMethodMustbeGet},
        {"HTTP/1.0",
         "GET / HTTP/1.0\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
         "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
         "400 Bad Request", codec::WsError::kHttp11Required},
        {"a body",
         "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Length: "
         "1\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\nx",
         "400 Bad Request", codec::WsError::kBodyProhibited},
        {"no key",
         "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n",
         "400 Bad Request", codec::WsError::kSecAcceptMissing},
        {"a short key",
         "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
         "13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZQ==\r\n\r\n",
         "400 Bad Request", codec::WsError::kSecAcceptMissing},
        {"version 12",
         "GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
         "12\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
         "426 Upgrade Required", codec::WsError::kUnsupportedVersion},
    };
    for (const BadRow& row : rows) {
        Stage stage;
        ErrorCode seen;
        stage.server->set_handshake_callback(on([&](const Value* args) {
            seen = request_of(args)->error();
            try {
                connection_of(args)->send_accept_response(make<codec::ConnectResponse>());
                OK(false, "accepting a bad request");
            } catch (const Misuse& e) {
                IS(std::string(e.what()), "client has not been accepted", "a bad request cannot be accepted");
            }
        }));
        stage.server->connection_event.add(on([&](const Value*) { OK(false, "no connection"); }));
        stage.server->disconnection_event.add(on([&](const Value*) { OK(false, "no disconnection"); }));
        Peer peer(*stage.loop, stage.address());
        peer.send(row.text);
        const std::string answer = peer.take_all();
        OK(contains(answer, std::string("HTTP/1.1 ") + row.status + "\r\n"), std::string(row.name) + ": status");
        OK(seen == row.error, std::string(row.name) + ": the callback sees the error");
        IS(contains(answer, "Sec-WebSocket-Version: 13\r\n"), row.status[1] == '2',
           std::string(row.name) + ": version header");
        IS(stage.server->connections_count(), 0u, std::string(row.name) + ": nothing is kept");
    }
}

TEST(engine_handshake) {  // requests that do not ask for a WebSocket belong to the user; without one, nobody would
                          // answer
    for (const char* headers : {"", "Connection: Upgrade\r\nUpgrade: h2c\r\n", "Upgrade: websocket\r\n",
                                "Connection: upgraded\r\nUpgrade: websocket\r\n"}) {
        const std::string text = std::string("GET / HTTP/1.1\r\nHost: x\r\n") + headers + "\r\n";
        Stage stage;
        stage.server->set_handshake_callback(on([&](const Value*) { OK(false, "no handshake"); }));
        Peer refused(*stage.loop, stage.address());
        refused.send(text);
        const std::string head = refused.take_head();
        OK(contains(head, "HTTP/1.1 426 Upgrade Required\r\n") && contains(head, "Upgrade: websocket\r\n"),
           "nobody could answer: refused");

        int seen = 0;
        stage.server->http()->request_event.add(on([&](const Value*) { ++seen; }));
        Peer peer(*stage.loop, stage.address());
        peer.send(text);
        settle(*stage.loop);
        IS(seen, 1, "the user sees it");
        IS(peer.input(), "", "no answer but the user's");
        OK(!peer.eof(), "left pending");
    }
}

TEST(engine_handshake) {  // the user answers or upgrades by himself; the engine takes the rest
    Stage stage;
    stage.server->http()->request_event.add(on([&](const Value* args) {
        auto* request = static_cast<http::ServerRequest*>(args[0].object());
        if (request->target() == "/deny") {
            Ref<http::ServerResponse> response = make<http::ServerResponse>();
            response->set_code(403);
            request->respond(response);
        } else if (request->target() == "/own") {
            OK(!stage.server->upgrade(*request), "an explicit upgrade");
            OK(stage.server->upgrade(*request) == system_error(ECONNABORTED), "only once");
        } else if (request->target() == "/plain") {
            OK(bool(stage.server->upgrade(*request)), "no upgrade of a plain request");
            OK(request->attached(), "which stays answerable");
            request->drop();
        }
    }));
    const auto ask = [&](std::string_view target, std::string text) {
        Peer peer(*stage.loop, stage.address());
        text.replace(text.find("/chat?a=b"), 9, target);
        peer.send(text);
        return peer.take_head().substr(0, 12);
    };
    IS(ask("/deny", handshake()), "HTTP/1.1 403", "denied over HTTP");
    IS(ask("/own", handshake()), "HTTP/1.1 101", "upgraded by the user");
    IS(ask("/other", handshake()), "HTTP/1.1 101", "upgraded by the engine");
    IS(ask("/plain", "GET /chat?a=b HTTP/1.1\r\nHost: x\r\n\r\n"), "", "dropped");
    stage.server->http()->request_event.remove_all();
    IS(ask("/deny", handshake()), "HTTP/1.1 101", "the engine's part survives remove_all");
}

TEST(engine_handshake) {  // send_accept_error, send_accept_response
    Stage stage;
    std::string wanted;
    stage.server->set_handshake_callback(on([&](const Value* args) {
        ws::ServerConnection* c = connection_of(args);
        if (wanted == "error") {
            Ref<codec::Response> response = make<codec::Response>();
            response->set_code(403);
            response->set_message("No");
            response->headers().add("X-Why", "because");
            c->send_accept_error(response);
            IS(int(c->state()), int(ws::State::kInitial), "closed at once");
        } else if (wanted == "response") {
            Ref<codec::ConnectResponse> response = make<codec::ConnectResponse>();
            response->headers().add("X-Hello", "you");
            response->set_ws_protocol("chat");
            c->send_accept_response(response);
            IS(int(c->state()), int(ws::State::kConnecting), "not connected yet");
        } else if (wanted == "close") {
            c->close();
            return;
        }
        try {
            c->send_accept_error(make<codec::Response>());
            OK(false, "a second answer");
        } catch (const Misuse& e) {
            IS(std::string(e.what()), "handshake response has been already sent", "one answer only");
        }
    }));
    int connections = 0;
    stage.server->connection_event.add(on([&](const Value*) { ++connections; }));
    stage.server->disconnection_event.add(
        on([&](const Value* args) { IS(args[2].integer(), 1001, "only by the end"); }));
    {
        wanted = "error";
        Peer peer(*stage.loop, stage.address());
        peer.send(handshake());
        const std::string answer = peer.take_all();
        OK(contains(answer, "HTTP/1.1 403 No\r\n") && contains(answer, "X-Why: because\r\n"), "the refusal");
        OK(contains(answer, "\r\n\r\n403 No"), "its default body");
    }
    {
        wanted = "close";
        Peer peer(*stage.loop, stage.address());
        peer.send(handshake());
        IS(peer.take_all(), "", "closed without an answer");
    }
    IS(connections, 0, "no connection so far");
    IS(stage.server->connections_count(), 0u, "nothing held");
    wanted = "response";
    Peer peer(*stage.loop, stage.address());
    peer.send(handshake("Sec-WebSocket-Protocol: chat, talk\r\n"));
    const std::string head = peer.take_head();
    OK(contains(head, "X-Hello: you\r\n") && contains(head, "Sec-WebSocket-Protocol: chat\r\n"), "the custom answer");
    IS(connections, 1, "connected afterwards");
    try {
        stage.last()->send_accept_response(make<codec::ConnectResponse>());
        OK(false, "an answer after the handshake");
    } catch (const Misuse&) {
        OK(true, "no answer after the handshake");
    }
}

TEST(engine_handshake) {  // bytes behind the request, and a request in pieces
    Stage stage;
    stage.echo();
    Peer peer(*stage.loop, stage.address());
    peer.send(handshake() + frame(codec::kOpText, "early"));
    OK(contains(peer.take_head(), " 101 "), "101");
    IS(peer.take(7), server_frame(codec::kOpText, "early"), "the early frame is not lost");
    Peer slow(*stage.loop, stage.address());
    for (char c : handshake()) {
        slow.send({&c, 1});
        stage.loop->run(net::Loop::Mode::kNoWait);
    }
    OK(contains(slow.take_head(), " 101 "), "byte by byte");
}

TEST(engine_handshake) {  // limits of the head
    ws::ServerConfig config = local_config();
    config.connection.parser.max_handshake_size = 300;
    Stage stage(config);
    ErrorCode seen;
    stage.server->set_handshake_callback(on([&](const Value* args) { seen = request_of(args)->error(); }));
    Peer fits(*stage.loop, stage.address());
    OK(fits.upgrade(), "a head within the limit");
    Peer large(*stage.loop, stage.address());
    large.send(handshake("X-Large: " + std::string(300, 'x') + "\r\n"));
    OK(contains(large.take_all(), "HTTP/1.1 400 "), "a larger one");
    OK(seen == ErrorCode(codec::HttpError::kHeadersTooLarge), "and its error");
}

TEST(engine_handshake) {  // a peer that goes away without a word disturbs nobody
    Stage stage;
    Peer silent(*stage.loop, stage.address());
    silent.finish();
    settle(*stage.loop);
    stage.join();
    IS(stage.server->connections_count(), 1u, "the next one is served");
}

TEST(engine_handshake) {  // the stream is reset by the user in the handshake callback
    Stage stage;
    stage.server->set_handshake_callback(on([&](const Value* args) { connection_of(args)->stream()->reset(); }));
    stage.server->connection_event.add(on([&](const Value*) { OK(false, "no connection"); }));
    Peer peer(*stage.loop, stage.address());
    peer.send(handshake());
    IS(peer.take_all(), "", "gone");
    IS(stage.server->connections_count(), 0u, "and forgotten");
}

TEST(engine_handshake) {  // a callback that fails lets nobody in
    Stage stage;
    stage.server->set_handshake_callback(make<Failing>());
    stage.server->connection_event.add(on([&](const Value*) { OK(false, "no connection"); }));
    Peer peer(*stage.loop, stage.address());
    peer.send(handshake());
    OK(contains(peer.take_all(), "HTTP/1.1 500 Internal Server Error\r\n"), "refused");
    IS(stage.server->connections_count(), 0u, "and forgotten");
}

TEST(engine_handshake) {  // nor does a server that is dropped in it
    Stage stage;
    stage.server->set_handshake_callback(on([&](const Value*) { stage.server.reset(); }));
    stage.server->connection_event.add(on([&](const Value*) { OK(false, "no connection"); }));
    Peer peer(*stage.loop, stage.address());
    peer.send(handshake());
    IS(peer.take_all(), "", "no answer");
}
