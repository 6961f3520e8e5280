// The client: connecting, what can go wrong, and starting over.
#include <unistd.h>

#include "base/misuse.h"
#include "engine_support.h"
#include "ws/client.h"

using namespace engine_test;

namespace {

struct Both : Stage {
    explicit Both(const ws::ServerConfig& config = local_config()) : Stage(config) { make_client(); }
    ~Both() { client.reset(); }
    void make_client(const ws::ConnectionConfig& config = {}) {
        client = make<ws::Client>(config, loop);
        client->connect_event.add(on([this](const Value* a) {
            auto* response = static_cast<codec::ConnectResponse*>(a[1].object());
            OK(a[0].object() == client.get() || !client, "connect: the client");
            log.push_back("connect " + std::to_string(response->code()) + " " + response->error().to_string());
            if (on_connect) on_connect();
        }));
        client->message_event.add(on([this](const Value* a) {
            log.push_back("message " + std::string(static_cast<codec::WsMessage*>(a[1].object())->payload()));
        }));
        client->peer_close_event.add(
            on([this](const Value* a) { log.push_back(a[1].object() ? "peer_close frame" : "peer_close"); }));
        client->close_event.add(on([this](const Value* a) {
            log.push_back("close " + std::to_string(a[1].integer()));
            if (on_close) on_close();
        }));
        client->error_event.add(on([this](const Value* a) { log.push_back("error " + a[1].error().to_string()); }));
    }
    void connect(uint64_t timeout = 0) {
        auto request = make<ws::ConnectRequest>();
        request->set_uri(codec::Uri::parse(uri()));
        request->timeout = timeout;
        client->connect(request);
    }
    std::string uri() const { return "ws://127.0.0.1:" + std::to_string(address().port()) + "/path?a=b"; }
    std::string events(size_t count) {
        until([&] { return log.size() >= count; });
        settle(*loop);
        std::string all;
        for (const std::string& line : log)
            all += (all.empty() ? "" : "; ") + line;
        log.clear();
        return all;
    }
    Ref<ws::Client> client;
    std::function<void()> on_connect, on_close;
};

// A socket that accepts in the kernel and says what it is told.
struct Dumb {
    Dumb() {
        listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const net::SockAddr any = net::SockAddr::inet4("127.0.0.1", 0).value();
        if (::bind(listener, any.native(), static_cast<socklen_t>(any.native_size())) || ::listen(listener, 5))
            OK(false, "a dumb server");
        sockaddr_in in{};
        socklen_t size = sizeof(in);
        ::getsockname(listener, reinterpret_cast<sockaddr*>(&in), &size);
        port = ntohs(in.sin_port);
    }
    ~Dumb() {
        hang_up();
        ::close(listener);
    }
    void answer(net::Loop& loop, std::string_view text) {
        settle(loop);
        fd = ::accept(listener, nullptr, nullptr);
        settle(loop);
        char request[4096];
        const ssize_t n = ::recv(fd, request, sizeof(request), MSG_DONTWAIT);
        if (n > 0) asked.assign(request, static_cast<size_t>(n));
        std::string reply(text);
        const size_t at = asked.find("Sec-WebSocket-Key: ");
        const size_t hole = reply.find("{accept}");
        if (at != std::string::npos && hole != std::string::npos)
            reply.replace(hole, 8, codec::websocket_accept(asked.substr(at + 19, 24)));
        OK(::send(fd, reply.data(), reply.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(reply.size()), "answered");
    }
    void hang_up() {
        if (fd >= 0) ::close(fd);
        fd = -1;
    }
    int listener, fd = -1;
    uint16_t port = 0;
    std::string asked;
};

constexpr char kAccepted[] =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
    "{accept}\r\n\r\n";

}  // namespace

TEST(engine_client) {  // there and back, both ways of naming the server
    Both stage;
    stage.echo();
    stage.server->connection_event.add(on([&](const Value* args) {
        IS(static_cast<codec::ConnectRequest*>(args[2].object())->target(), "/path?a=b", "the target");
    }));
    stage.connect();
    IS(int(stage.client->state()), int(ws::State::kTcpConnecting), "connecting");
    IS(stage.events(1), "connect 101 ", "connected");
    OK(stage.client->connected() && stage.client->deflate(), "with compression");
    stage.client->send_text("hello");
    stage.client->send(codec::kOpText, std::string(5000, 'x'));
    IS(stage.events(2), "message hello; message " + std::string(5000, 'x'), "echoed");
    try {
        stage.connect();
        OK(false, "connect while connected");
    } catch (const Misuse& e) {
        OK(std::string(e.what()).find("close()") != std::string::npos, "not while connected");
    }
    stage.client->close(1000);
    IS(stage.events(1), "close 1000", "closed");
    stage.client->connect("127.0.0.1/path?a=b", false, stage.address().port());
    IS(stage.events(1), "connect 101 ", "connected by host, again");
    stage.client->send_text("more");
    IS(stage.events(1), "message more", "echoed");
    stage.server->stop();
    IS(stage.events(2), "peer_close frame; close 1001", "closed by the server");
}

TEST(engine_client) {  // misuse
    Both stage;
    for (const char* uri : {"", "/only/path", "http://127.0.0.1/", "ws:///x"}) {
        try {
            auto request = make<ws::ConnectRequest>();
            if (*uri) request->set_uri(codec::Uri::parse(uri));
            stage.client->connect(request);
            OK(false, std::string("accepted: ") + uri);
        } catch (const Misuse&) {
            OK(stage.client->state() == ws::State::kInitial, std::string("refused: ") + uri);
        }
    }
}

TEST(engine_client) {  // nobody there
    Both stage;
    const uint16_t port = stage.address().port();
    stage.server->stop();
    stage.client->connect("127.0.0.1", false, port);
    IS(stage.events(1), "connect 0 connect error (3:unievent::websocket::Error) -> Connection refused (111:generic)",
       "refused");
    IS(int(stage.client->state()), int(ws::State::kHalt), "HALT");
    try {
        stage.client->connect("127.0.0.1", false, port);
        OK(false, "connect in HALT");
    } catch (const Misuse&) {
        OK(true, "not without close()");
    }
    stage.client->close();
    IS(stage.events(0), "", "no events from closing it");
    OK(!stage.server->run(), "somebody there");
    stage.connect();
    IS(stage.events(1), "connect 101 ", "now it works");
}

TEST(engine_client) {  // refused by the server
    Both stage;
    stage.server->set_handshake_callback(on([](const Value* a) {
        auto response = make<codec::Response>();
        response->set_code(403);
        response->set_message("No");
        static_cast<ws::ServerConnection*>(a[1].object())->send_accept_error(response);
    }));
    stage.connect();
    IS(stage.events(2), "connect 403 handshake response code must be 101 (3:protocol-websocket); peer_close",
       "refused, then left alone");
    IS(int(stage.client->state()), int(ws::State::kInitial), "INITIAL again");
    stage.server->set_handshake_callback(nullptr);
    stage.connect();
    IS(stage.events(1), "connect 101 ", "and connects again");
}

TEST(engine_client) {  // close while connecting: one event, at once
    Both stage;
    stage.connect();
    stage.client->close();
    IS(stage.log.size(), 1u, "told inside the call");
    IS(stage.events(1), "connect 0 Operation canceled (125:generic)", "cancelled");
    IS(int(stage.client->state()), int(ws::State::kInitial), "INITIAL");
    stage.connect();
    OK(stage.until([&] { return stage.client->state() == ws::State::kConnecting; }), "the handshake is on its way");
    stage.client->close();
    IS(stage.events(1), "connect 0 Operation canceled (125:generic)", "cancelled as well");
}

TEST(engine_client) {  // time
    Both stage;
    Dumb dumb;
    auto request = make<ws::ConnectRequest>();
    request->set_uri(codec::Uri::parse("ws://127.0.0.1:" + std::to_string(dumb.port)));
    request->timeout = 20;
    stage.client->connect(request);
    IS(stage.events(1), "connect 0 connect error (3:unievent::websocket::Error) -> Connection timed out (110:generic)",
       "a server that never answers");
    IS(int(stage.client->state()), int(ws::State::kHalt), "HALT");
    stage.client->close();
    stage.connect(2000);
    IS(stage.events(1), "connect 101 ", "in time");
}

TEST(engine_client) {  // a server that hangs up, or answers nonsense
    Both stage;
    Dumb dumb;
    const auto connect = [&](std::string_view answer) {
        stage.client->close();
        stage.log.clear();
        stage.client->connect("127.0.0.1", false, dumb.port);
        dumb.answer(*stage.loop, answer);
    };
    connect("HTTP/1.1 101");
    dumb.hang_up();
    IS(stage.events(2), "peer_close; connect 0 Operation canceled (125:generic)", "hung up in the middle of the head");
    connect("garbage\r\n\r\n");
    OK(stage.events(1).find("protocol-http") != std::string::npos, "no HTTP");
    connect(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
        "AAAA\r\n\r\n");
    OK(stage.events(1).find("(6:protocol-websocket)") != std::string::npos, "a wrong proof");
    connect("HTTP/1.1 404 Not Found\r\n\r\nuntil the end");
    dumb.hang_up();
    IS(stage.events(2), "connect 404 handshake response code must be 101 (3:protocol-websocket); peer_close",
       "a body that ends with the connection");
    connect(std::string(kAccepted) + server_frame(codec::kOpText, "at once"));
    IS(stage.events(2), "connect 101 ; message at once", "a frame behind the 101 comes after the event");
    OK(dumb.asked.find("Host: 127.0.0.1\r\n") != std::string::npos, "Host without port");
    connect(std::string("HTTP/1.1 103 Early Hints\r\n\r\n") + kAccepted);
    IS(stage.events(1), "connect 101 ", "an interim response is skipped");
    dumb.hang_up();
    IS(stage.events(2), "peer_close; close 1006", "gone without a close frame");
    connect(std::string(kAccepted) + "garbage from the server");
    OK(stage.events(3).find("error read error") != std::string::npos, "garbage after the handshake");
    connect(std::string(kAccepted) + frame(codec::kOpText, "masked"));
    IS(stage.events(2), "connect 101 ; message masked", "a masked frame is let through");
}

TEST(engine_client) {  // reconnecting inside of close_event
    Both stage;
    int connected = 0;
    stage.server->connection_event.add(on([&](const Value* a) {
        if (++connected == 1) static_cast<ws::ServerConnection*>(a[1].object())->close(1000);
    }));
    stage.on_close = [&] {
        stage.on_close = nullptr;
        stage.connect();
    };
    stage.connect();
    IS(stage.events(4), "connect 101 ; peer_close frame; close 1000; connect 101 ", "there again");
    OK(stage.client->connected(), "connected");
    stage.on_connect = nullptr;
}

TEST(engine_client) {  // everything may be dropped inside of every callback
    for (const char* where : {"connect", "message", "peer_close", "close", "failed"}) {
        Both stage;
        const std::string place = where;
        bool done = false;
        const auto drop = [&] {
            done = true;
            stage.client.reset();
        };
        if (place == "connect" || place == "failed") stage.on_connect = drop;
        if (place == "close") stage.on_close = drop;
        if (place == "message") stage.client->message_event.add(on([&](const Value*) { drop(); }));
        if (place == "peer_close") stage.client->peer_close_event.add(on([&](const Value*) { drop(); }));
        stage.server->connection_event.add(on([](const Value* a) {
            auto* c = static_cast<ws::ServerConnection*>(a[1].object());
            c->send_text("1");
            c->send_text("2");
            c->close();
        }));
        if (place == "failed") stage.server->stop_listening();
        stage.client->connect("127.0.0.1", false, place == "failed" ? 1 : stage.address().port());
        OK(stage.until([&] { return done; }), place + ": dropped");
        settle(*stage.loop);
    }
}

TEST(engine_client) {  // a client that is dropped is silent
    Both stage;
    stage.connect();
    IS(stage.events(1), "connect 101 ", "connected");
    std::string seen;
    stage.last()->peer_close_event.add(on([&](const Value* a) { seen = a[1].object() ? "frame" : "nothing"; }));
    stage.client.reset();
    OK(stage.until([&] { return !seen.empty(); }), "the server notices");
    IS(seen, "nothing", "without a close frame");
    IS(stage.events(0), "", "and without an event");
    stage.make_client();
    stage.connect();
    stage.client.reset();
    IS(stage.events(0), "", "also while connecting");
}
