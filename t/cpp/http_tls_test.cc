// The server over TLS.
#include "http_fixture.h"
#include "net/tcp.h"
#include "test_certificate.h"

using namespace http_test;

namespace {
Ref<net::SslContext> context() {
    static const std::string pem = test_certificate();
    net::SslContext::Settings settings;
    settings.cert = pem;
    return net::SslContext::create(settings).value();
}
void use_tls(http::ServerConfig& c) {
    c.locations[0].ssl_ctx = context();
}

struct TlsClient {
    explicit TlsClient(Server& s) : tcp(make<net::Tcp>(s.loop)) {
        tcp->use_ssl(net::SslContext::default_client());
        on(tcp->read_event(), [this](const Value* args) { in += args[1].bytes(); });
        on(tcp->eof_event(), [this](const Value*) { eof = true; });
        net::Tcp::ConnectOptions options;
        options.address = s.address();
        tcp->connect(options);
    }
    ~TlsClient() { tcp->clear(); }
    bool saw(const std::string& text) const { return in.find(text) != std::string::npos; }
    Ref<net::Tcp> tcp;
    std::string in;
    bool eof = false;
};
}  // namespace

TEST(http_tls) {
    net::SslContext::default_client();  // is there to stay
    const std::string large(3 * 1024 * 1024, 'x');
    Server s(use_tls);
    on_request(s.server->request_event, [&](ServerRequest* r) {
        OK(r->is_secure(), "is secure");
        r->respond(answer(200, r->target() == "/large" ? large : "hello"));
    });
    s.run();
    TlsClient c(s);
    c.tcp->write("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n");
    OK(s.until([&] { return c.in.find("hello") != c.in.rfind("hello"); }), "two answers");
    c.in.clear();
    c.tcp->write("GET /large HTTP/1.1\r\nConnection: close\r\n\r\n");
    OK(s.until([&] { return c.eof; }, 20000), "the end is told as TLS tells it");
    OK(c.in.size() > large.size(), "a large answer");
}

TEST(http_tls) {
    Server s([](http::ServerConfig& c) {
        use_tls(c);
        c.idle_timeout = 150;
    });
    s.log_everything();
    s.run();
    Client& silent = s.client();
    Client& plain = s.client();
    plain.send("GET / HTTP/1.1\r\n\r\n");
    OK(s.until([&] { return plain.ended(); }), "who does not speak TLS is out");
    OK(s.until([&] { return silent.ended(); }), "the idle time runs during the handshake");
    IS(s.server->connections_count(), 0u, "nobody is left");
    IS(s.events, std::string(), "nobody was told");
}

TEST(http_tls) {
    Server s(use_tls);
    http::Upgraded up;
    on_request(s.server->request_event, [&](ServerRequest* r) { up = r->upgrade().value(); });
    s.run();
    TlsClient c(s);
    c.tcp->write("GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nrest");
    OK(s.until([&] { return bool(up.stream); }), "upgraded");
    IS(up.rest, std::string("rest"), "with what came behind the request");
    OK(up.stream->is_secure(), "still secure");
    std::string heard;
    on(up.stream->read_event(), [&](const Value* args) { heard += args[1].bytes(); });
    up.stream->append("pong");
    c.tcp->write("ping");
    OK(s.until([&] { return c.in == "pong" && heard == "ping"; }), "both ways");
    up.stream->reset();
    up.stream.reset();
}

TEST(http_tls) {
    http::ServerConfig config;
    config.locations.resize(1);
    config.locations[0].host = "127.0.0.1";
    config.locations[0].ssl_ctx = net::SslContext::default_client();
    try {
        config.check();
        OK(false, "a context without certificate is refused");
    } catch (const Misuse& e) {
        IS(std::string(e.what()), std::string("locations[0]: ssl_ctx: has no certificate or no key for it"),
           "a context without certificate is refused");
    }
}
