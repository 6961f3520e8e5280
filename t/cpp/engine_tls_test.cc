// WebSocket over TLS, both sides of it ours.
#include "engine_support.h"
#include "net/ssl_context.h"
#include "test_certificate.h"
#include "ws/client.h"

using namespace engine_test;

namespace {

ws::ServerConfig secure_config() {
    net::SslContext::Settings settings;
    settings.cert = settings.key = test_certificate();
    ws::ServerConfig config = local_config();
    config.http.locations[0].ssl_ctx = net::SslContext::create(settings).value();
    return config;
}

struct Session : Stage {
    explicit Session(const ws::ServerConfig& config)
        : Stage(config), client(make<ws::Client>(ws::ConnectionConfig(), loop)) {
        client->connect_event.add(on([this](const Value* a) {
            error = static_cast<codec::ConnectResponse*>(a[1].object())->error();
            log.push_back("connect");
        }));
        client->message_event.add(
            on([this](const Value* a) { received += static_cast<codec::WsMessage*>(a[1].object())->payload(); }));
        client->close_event.add(on([this](const Value*) { log.push_back("close"); }));
    }
    ~Session() { client.reset(); }
    void connect(bool secure) {
        client->connect("127.0.0.1", secure, address().port());
        OK(until([&] { return !log.empty(); }), "answered");
    }
    Ref<ws::Client> client;
    ErrorCode error;
    std::string received;
};

}  // namespace

TEST(engine_tls) {
    net::SslContext::default_client();  // lives as long as the thread
    {
        const ws::ServerConfig config = secure_config();  // outlives the stage, which counts objects
        Session session(config);
        session.echo();
        session.connect(true);
        OK(!session.error && session.client->connected(), "connected");
        OK(session.client->stream()->is_secure() && session.last()->stream()->is_secure(), "securely");
        std::string sent;
        for (size_t size : {1u, 125u, 16384u, 100000u, 2000000u}) {
            const std::string payload(size, static_cast<char>('a' + size % 26));
            session.client->send_message(payload);
            sent += payload;
        }
        OK(session.until([&] { return session.received.size() == sent.size(); }), "all comes back");
        OK(session.received == sent, "as it was");
        session.last()->close();
        OK(session.until([&] { return session.log.size() == 2; }), "closed by the server");
    }
}

TEST(engine_tls) {                                    // a plain client at a TLS server
    const ws::ServerConfig config = secure_config();  // outlives the stage, which counts objects
    Session session(config);
    session.connect(false);
    OK(bool(session.error), "an error: " + session.error.to_string());
    OK(!session.client->connected(), "not connected");
}

TEST(engine_tls) {  // a TLS client at a plain server
    Session session(local_config());
    session.connect(true);
    OK(bool(session.error), "an error: " + session.error.to_string());
}

TEST(engine_tls) {  // ended in the middle of things
    for (const char* how : {"server", "client", "reset"}) {
        const ws::ServerConfig config = secure_config();  // outlives the stage, which counts objects
        Session session(config);
        session.echo();
        session.connect(true);
        session.client->send_message(std::string(500000, 'x'));
        OK(session.until([&] { return !session.received.empty() || how[0] != 'r'; }), "going on");
        if (how[0] == 's') session.server.reset();
        if (how[0] == 'c') session.client.reset();
        if (how[0] == 'r') session.last()->stream()->reset();
        settle(*session.loop);
    }
}
