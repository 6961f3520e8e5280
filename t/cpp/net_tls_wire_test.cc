// TLS when the network is unkind: byte by byte, garbage instead of a handshake, records changed on the way.
#include <random>

#include "net/ssl_context.h"
#include "net_support.h"
#include "net_tls.h"

using namespace net_test;

namespace {

Ref<SslContext> context(const char* min_version) {
    static const Identity identity = make_identity("localhost");
    SslContext::Settings s;
    s.cert = identity.cert, s.key = identity.key, s.min_version = min_version;
    return SslContext::create(s).value();
}

// Stands between a client and a server and does with the bytes what it is told.
struct Between {
    using Change = std::function<void(Stream& to, std::string bytes)>;

    Between(const Ref<Loop>& loop, SockAddr server) : listener(make<Tcp>(loop)), behind(make<Tcp>(loop)) {
        to_server = to_client = [](Stream& to, const std::string& bytes) { to.write(bytes); };
        listener->bind_addr(loopback());
        listener->listen();
        listener->connection_event().add(on([this, server](const Value* v, size_t) {
            front = Ref<Stream>(static_cast<Stream*>(v[1].object()));
            Tcp::ConnectOptions o;
            o.address = server;
            behind->connect(o);
            front->read_event().add(
                on([this](const Value* v, size_t) { to_server(*behind, std::string(v[1].bytes())); }));
            front->eof_event().add(on([this] { behind->shutdown(); }));
            behind->read_event().add(
                on([this](const Value* v, size_t) { to_client(*front, std::string(v[1].bytes())); }));
            behind->eof_event().add(on([this] { front->shutdown(); }));
        }));
    }
    ~Between() {
        for (Stream* s : {static_cast<Stream*>(listener.get()), static_cast<Stream*>(behind.get()), front.get()})
            if (s) s->clear();
    }
    Tcp::ConnectOptions options() const {
        Tcp::ConnectOptions o;
        o.address = listener->sockaddr().value();
        return o;
    }
    Ref<Tcp> listener, behind;
    Ref<Stream> front;
    Change to_server, to_client;
};

}  // namespace

TEST(net_tls_bytewise) {
    SslContext::default_client();
    const auto ssl = context("1.2");
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        EchoServer server(loop, ssl);
        Between between(loop, server.address());
        const auto bytewise = [](Stream& to, const std::string& bytes) {
            for (char c : bytes)
                to.write({&c, 1});
        };
        static_cast<Tcp*>(between.behind.get())->set_nodelay(true);
        between.to_server = between.to_client = bytewise;
        Peer client(loop);
        client.tcp->use_ssl(nullptr);
        client.tcp->connect(between.options());
        client.tcp->write("one byte at a time");
        loop_until(
            *loop, [&] { return client.got.size() == 18; }, 10000);
        IS(client.got, "one byte at a time", "echo");
        client.tcp->shutdown();
        loop_until(*loop, [&] { return client.eofs == 1; });
        IS(client.eofs, 1, "eof");
    }
    leaks.check();
}

TEST(net_tls_garbage) {
    const auto ssl = context("1.2");
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        EchoServer server(loop, ssl);
        std::mt19937 random(1);
        for (int i = 0; i < 100; ++i) {
            Peer client(loop);
            client.tcp->connect(server.options());
            std::string bytes(1 + random() % 600, 0);
            for (char& c : bytes)
                c = static_cast<char>(random());
            if (i % 2)
                bytes.replace(0, std::min<size_t>(bytes.size(), 3),
                              std::string("\x16\x03\x01", 3));  // looks like a hello
            client.tcp->write(bytes);
            client.tcp->shutdown();
            const size_t before = server.errors.size();
            loop_until(*loop, [&] { return server.errors.size() > before; });
        }
        IS(server.errors.size(), 100u, "every one is an error");
        size_t named = 0;
        for (const auto& e : server.errors)
            named += e.rfind("ssl error (5:unievent) -> ", 0) == 0;
        IS(named, 100u, "of TLS, with its cause");
        OK(server.clients.empty(), "no connection came of it");
    }
    leaks.check();
}

TEST(net_tls_tampered) {
    SslContext::default_client();
    Leaks leaks;
    for (const char* version : {"1.2", "1.3"}) {
        Ref<Loop> loop = make<Loop>();
        EchoServer server(loop, context(version));
        std::vector<std::string> read_errors;
        server.accepted = [&](Stream& s) {
            s.read_event().add(on([&](const Value* v, size_t) {
                if (v[2].error()) read_errors.push_back(text(v[2].error()));
            }));
        };
        Between between(loop, server.address());
        Peer client(loop);
        client.tcp->use_ssl(nullptr);
        client.tcp->connect(between.options());
        client.tcp->write("fine");
        loop_until(*loop, [&] { return client.got == "fine"; });
        between.to_server = [](Stream& to, std::string bytes) {
            bytes.back() = static_cast<char>(bytes.back() ^ 1);
            to.write(bytes);
        };
        client.tcp->write("changed on the way");
        loop_until(*loop, [&] { return !read_errors.empty(); });
        OK(!read_errors.empty() && read_errors[0].find("unievent-openssl") != std::string::npos,
           read_errors.empty() ? "nothing" : read_errors[0]);
        IS(server.bytes, 4u, "what was changed is not delivered");
    }
    leaks.check();
}
