// TLS as a filter of streams: echo, closing, failures on either side, contexts from settings.
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/misuse.h"
#include "net/ssl_context.h"
#include "net_support.h"
#include "net_tls.h"

using namespace net_test;

namespace {

const Identity& self() {
    static const Identity identity = make_identity("localhost");
    return identity;
}

Ref<SslContext> make_context(const SslContext::Settings& settings) {
    std::string problem;
    auto context = SslContext::create(settings, &problem);
    if (!context) std::printf("# %s\n", problem.c_str());
    return context ? context.value() : nullptr;
}

Ref<SslContext> server_context(const char* min = "1.2", bool tickets = true) {
    SslContext::Settings s;
    s.cert = self().cert;
    s.key = self().key;
    s.min_version = min;
    s.session_tickets = tickets;
    return make_context(s);
}

std::string pattern(size_t size) {
    std::string out(size, 0);
    for (size_t i = 0; i < size; ++i)
        out[i] = static_cast<char>('a' + (i * 7 + i / 997) % 26);
    return out;
}

struct Prepare {
    Prepare() { SslContext::default_client(); }
    Leaks leaks;
};

}  // namespace

TEST(net_tls_echo) {
    Prepare p;
    p.leaks = Leaks();
    {
        Ref<Loop> loop = make<Loop>();
        EchoServer server(loop, server_context());
        std::vector<std::string> sizes;
        Peer client(loop);
        client.tcp->use_ssl(nullptr);
        OK(client.tcp->is_secure(), "secure");
        client.tcp->connect(server.options());
        client.tcp->write("hello ");
        client.tcp->write("world");
        loop_until(*loop, [&] { return client.got == "hello world"; });
        IS(client.got, "hello world", "echo");
        OK(server.clients[0]->is_secure() && server.clients[0]->connected(), "the accepted one as well");
        IS(client.tcp->write_queue_size(), 0u, "nothing waits");
        const std::string big = pattern(3'000'000);
        client.got.clear();
        client.tcp->write(big);
        loop_until(
            *loop, [&] { return client.got.size() == big.size(); }, 20000);
        OK(client.got == big, "megabytes");

        bool thrown = false;
        try {
            client.tcp->no_ssl();
        } catch (const Failure& e) {
            thrown = std::string(e.what()) == "can't change stream filters when active";
        }
        OK(thrown, "no change when active");

        client.tcp->shutdown();
        loop_until(*loop, [&] { return client.eofs == 1; });
        OK(server.eofs == 1 && client.eofs == 1, "eof in both directions");
        client.tcp->reset();
        OK(client.tcp->is_secure(), "TLS survives a reset");
        client.got.clear();
        client.tcp->connect(server.options());
        client.tcp->write("again");
        loop_until(*loop, [&] { return client.got == "again"; });
        IS(client.got, "again", "once more");
        client.tcp->clear();
        OK(!client.tcp->is_secure(), "not a clear");
        server.close();
        client.close();
        OK(!loop->run(), "the loop closes empty");
    }
    p.leaks.check();
}

TEST(net_tls_queue) {
    Prepare p;
    p.leaks = Leaks();
    {
        Ref<Loop> loop = make<Loop>();
        EchoServer server(loop, server_context());
        std::string log;
        const auto note = [&](const char* name) {
            return on([&log, name](const Value* v, size_t) {
                log += name + (v[1].error() ? "!" + text(v[1].error()) : "") + " ";
            });
        };
        std::vector<std::string> diary;
        {
            auto client = make<Tcp>(loop);
            client->set_observer(make<Diary>(diary));
            client->use_ssl(nullptr);
            auto o = server.options();
            o.callback = note("c");
            client->connect(o);
            OK(client->connecting(), "connecting");
            for (int i = 0; i < 5; ++i)
                client->write(std::string(1000, 'x'), note("w"));
            client->shutdown(0, note("s"));
        }
        loop_until(*loop, [&] { return server.eofs == 1; });
        IS(log, "c w w w w w s ", "requests in order, over TLS, held by the queue");
        OK(joined(diary).rfind("on_establish on_connect on_write", 0) == 0, "established before connected");
        IS(server.bytes, 5000u, "all arrived");

        auto impatient = make<Tcp>(loop);
        auto silent = make<Tcp>(loop);
        silent->bind_addr(loopback());
        silent->listen();
        std::vector<Ref<Stream>> kept;
        silent->connection_event().add(
            on([&](const Value* v, size_t) { kept.emplace_back(static_cast<Stream*>(v[1].object())); }));
        impatient->use_ssl(nullptr);
        log.clear();
        Tcp::ConnectOptions o;
        o.address = silent->sockaddr().value();
        o.timeout_ms = 50;
        o.callback = note("c");
        impatient->connect(o);
        loop_until(*loop, [&] { return !log.empty(); });
        IS(log, "c!Connection timed out (110:generic) ", "the time-out covers the handshake");
        for (auto& k : kept)
            k->reset();
    }
    p.leaks.check();
}

TEST(net_tls_failures) {
    Prepare p;
    p.leaks = Leaks();
    {
        Ref<Loop> loop = make<Loop>();
        EchoServer secure(loop, server_context()), plain(loop);
        {
            Peer client(loop);  // plain server, TLS client
            plain.echo = false;
            plain.accepted = [](Stream& s) { s.write("this is not TLS at all\n"); };
            client.tcp->use_ssl(nullptr);
            client.tcp->connect(plain.options());
            loop_until(*loop, [&] { return !client.connects.empty(); });
            OK(client.connects.at(0).rfind("ssl error (5:unievent) -> error:", 0) == 0, client.connects.at(0));
            OK(client.connects.at(0).find(":unievent-openssl)") != std::string::npos, "category");
            OK(!client.tcp->established(), "initial state");
        }
        {
            Peer client(loop);  // the peer closes in the middle
            plain.accepted = [](Stream& s) { s.shutdown(); };
            client.tcp->use_ssl(nullptr);
            client.tcp->connect(plain.options());
            loop_until(*loop, [&] { return !client.connects.empty(); });
            IS(client.connects.at(0), "ssl error (5:unievent) -> Software caused connection abort (103:generic)",
               "closed");
        }
        {
            Peer client(loop);  // TLS server, plain client
            client.tcp->connect(secure.options());
            client.tcp->write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
            loop_until(*loop, [&] { return !secure.errors.empty(); });
            OK(secure.errors.at(0).find("http request") != std::string::npos, secure.errors.at(0));
            secure.errors.clear();
        }
        {
            Peer client(loop);  // the client hangs up in the middle
            client.tcp->connect(secure.options());
            loop_until(*loop, [&] { return !client.connects.empty(); });
            client.tcp->shutdown();
            loop_until(*loop, [&] { return !secure.errors.empty(); });
            IS(secure.errors.at(0), "ssl error (5:unievent) -> Software caused connection abort (103:generic)",
               "hung up");
            secure.errors.clear();
        }
        {
            Peer client(loop);  // reset in the middle: no callback with an ssl error
            client.tcp->use_ssl(nullptr);
            client.tcp->connect(secure.options());
            loop->run(Loop::Mode::kOnce);
            client.tcp->reset();
            IS(joined(client.connects), "Operation canceled (125:generic)", "cancellation is not wrapped");
        }
        {
            EchoServer gone(loop, server_context());
            Peer client(loop);
            client.tcp->use_ssl(nullptr);
            client.tcp->connect(gone.options());
            for (int i = 0; i < 3; ++i)
                loop->run(Loop::Mode::kOnce);
            gone.tcp->clear();
            gone.tcp.reset();
            loop_until(*loop, [&] { return !client.connects.empty(); });
            OK(gone.errors.empty(), "server gone during the handshake: no callback");
        }
        auto tcp = make<Tcp>(loop);
        tcp->use_ssl(nullptr);
        std::string what;
        try {
            tcp->listen();
        } catch (const Failure& e) {
            what = e.what();
        }
        OK(what.find("certificate") != what.npos && what.find("key") != what.npos,
           "listen without certificate: " + what);
    }
    p.leaks.check();
}

namespace {
struct SecureOwner : StreamOwner {
    void on_read(char* data, size_t size) override {
        got.append(data, size);
        if (reading) reading();
    }
    void on_eof(const ErrorCode& e) override { ++eofs, error = text(e); }
    void on_write_error(const ErrorCode&) override {}
    void on_reset() override {}
    void on_secure(const ErrorCode& e) override {
        ++secured, error = text(e);
        if (securing) securing();
    }
    void on_accept(Ref<Stream> c) override {
        client = c;
        client->set_owner(this);
    }
    Ref<Stream> client;
    std::string got, error;
    int eofs = 0, secured = 0;
    std::function<void()> reading, securing;
};
}  // namespace

TEST(net_tls_owner) {
    Prepare p;
    p.leaks = Leaks();
    for (int strike = 0; strike < 8; ++strike) {
        Ref<Loop> loop = make<Loop>();
        SecureOwner owner;
        auto listener = make<Tcp>(loop);
        listener->set_owner(&owner);
        listener->use_ssl(server_context());
        listener->bind_addr(loopback());
        listener->listen();
        Peer client(loop);
        client.tcp->use_ssl(nullptr);
        Tcp::ConnectOptions o;
        o.address = listener->sockaddr().value();
        client.tcp->connect(o);
        client.tcp->write(pattern(50'000));
        const std::string big = pattern(400'000);
        int deaths = 0;
        bool answered = false;
        struct K : Keeper {
            explicit K(int& d) : d(d) {}
            ~K() override { ++d; }
            int& d;
        };
        switch (strike) {
            case 0:  // corked answers, held pieces
                owner.reading = [&] {
                    if (answered) return;
                    answered = true;
                    for (int i = 0; i < 10; ++i)
                        owner.client->append("head"), owner.client->append_held(big, make<K>(deaths));
                    owner.client->append("tail");
                };
                loop_until(
                    *loop, [&] { return client.got.size() == 4'000'044 && owner.got.size() == 50'000; }, 20000);
                IS(client.got.size(), 4'000'044u, "held pieces over TLS");
                OK(client.got.compare(4, big.size(), big) == 0 && client.got.substr(4'000'040) == "tail", "in order");
                IS(deaths, 10, "released");
                OK(owner.got == pattern(50'000), "and read");
                break;
            case 1:
                owner.securing = [&] { owner.client->set_owner(nullptr), owner.client.reset(); };
                loop_until(*loop, [&] { return client.eofs || !client.errors.empty(); });
                OK(owner.got.empty(), "dropped in on_secure");
                break;
            case 2:
                owner.securing = [&] { owner.client->read_stop(); };
                loop_until(*loop, [&] { return owner.secured; });
                loop_for(*loop, 10);
                OK(owner.got.empty(), "read_stop in on_secure: nothing is read");
                owner.client->read_start();
                loop_until(*loop, [&] { return owner.got.size() == 50'000; });
                OK(owner.got == pattern(50'000), "nothing is lost either");
                break;
            case 3:
                owner.reading = [&] { owner.client->abort(), owner.client.reset(); };
                loop_until(*loop, [&] { return client.eofs || !client.errors.empty(); });
                OK(owner.got.size() > 0, "dropped in on_read");
                break;
            case 4:
                owner.reading = [&] {
                    owner.client->append("bye");
                    owner.client->finish(1000);
                    owner.client.reset();
                };
                loop_until(*loop, [&] { return client.eofs == 1; });
                OK(client.got == "bye" && client.errors.empty(), "finish over TLS");
                break;
            case 5:  // pausing and resuming all the time
                owner.reading = [&] {
                    owner.client->read_stop();
                    loop->delay(later([&] {
                        if (owner.client) owner.client->read_start();
                    }));
                };
                for (int i = 0; i < 20; ++i)
                    client.tcp->write(big);
                loop_until(
                    *loop, [&] { return owner.got.size() == 50'000 + 20 * big.size(); }, 20000);
                IS(owner.got.size(), 50'000 + 20 * big.size(), "start and stop");
                break;
            case 6:  // output before TLS is up waits
                client.tcp->reset();
                client.tcp->connect(o);
                owner.securing = [&] { owner.client->append("first"), owner.client->flush(); };
                loop_until(*loop, [&] { return client.got == "first"; });
                IS(client.got, "first", "written in on_secure");
                break;
            case 7:  // a slow reader
                client.tcp->read_stop();
                loop_until(*loop, [&] { return owner.got.size() == 50'000; });
                for (int i = 0; i < 30; ++i)
                    owner.client->append(big);
                loop_for(*loop, 10);
                OK(owner.client->unsent() > 1'000'000, "backlog: " + std::to_string(owner.client->unsent()));
                client.tcp->read_start();
                loop_until(
                    *loop, [&] { return client.got.size() == 30 * big.size(); }, 20000);
                OK(client.got.size() == 30 * big.size() && client.got.compare(29 * big.size(), big.size(), big) == 0,
                   "all there");
                loop_until(*loop, [&] { return owner.client->unsent() == 0; });
                IS(owner.client->unsent(), 0u, "drained");
                break;
        }
        if (owner.client) owner.client->set_owner(nullptr), owner.client->reset(), owner.client.reset();
        client.close();
        listener->set_owner(nullptr);
        listener->reset();
        loop_for(*loop, 2);
    }
    p.leaks.check();
}

TEST(net_tls_verify) {
    Prepare p;
    const Identity ca = make_identity("authority"), peer = make_identity("localhost", &ca),
                   other = make_identity("elsewhere", &ca);
    p.leaks = Leaks();
    const auto attempt = [&](const Identity& server_id, SslContext::Verify client_verify, const char* host,
                             SslContext::Verify server_verify, const Identity* client_id) {
        Ref<Loop> loop = make<Loop>();
        SslContext::Settings s;
        s.cert = server_id.cert, s.key = server_id.key, s.ca = ca.cert, s.verify = server_verify;
        EchoServer server(loop, make_context(s));
        SslContext::Settings c;
        c.server = false, c.ca = ca.cert, c.verify = client_verify;
        if (client_id) c.cert = client_id->cert, c.key = client_id->key;
        Peer client(loop);
        client.tcp->use_ssl(make_context(c));
        Tcp::ConnectOptions o;
        o.host = host;
        o.port = server.address().port();
        client.tcp->connect(o);
        client.tcp->write("x");
        loop_until(*loop, [&] {
            return client.got == "x" || (!client.connects.empty() && !client.connects[0].empty()) || client.eofs ||
                   !client.errors.empty();
        });
        std::string out = client.got == "x" ? "ok" : client.connects.empty() ? "nothing" : client.connects[0];
        if (out.empty()) out = client.errors.empty() ? "eof" : client.errors[0];
        return out;
    };
    using V = SslContext::Verify;
    IS(attempt(peer, V::kPeer, "localhost", V::kNone, nullptr), "ok", "the right certificate");
    OK(attempt(other, V::kPeer, "localhost", V::kNone, nullptr).find("certificate verify failed") != std::string::npos,
       "a certificate of another name");
    OK(attempt(self(), V::kPeer, "localhost", V::kNone, nullptr).find("certificate verify failed") != std::string::npos,
       "a certificate nobody vouches for");
    IS(attempt(self(), V::kNone, "localhost", V::kNone, nullptr), "ok", "without verification anything will do");
    IS(attempt(peer, V::kNone, "127.0.0.1", V::kRequired, &other), "ok", "a client certificate");
    const std::string refused = attempt(peer, V::kNone, "127.0.0.1", V::kRequired, nullptr);
    OK(refused != "ok", "required and missing: " + refused);
    p.leaks.check();
}

TEST(net_tls_settings) {
    Leaks leaks;
    const Identity locked = make_identity("locked", nullptr, "sesame"), other = make_identity("other");
    const std::string dir = "/tmp/net-tls-" + std::to_string(getpid());
    const std::string cert_file = dir + ".cert", key_file = dir + ".key", both_file = dir + ".both",
                      junk_file = dir + ".junk";
    const auto save = [](const std::string& name, const std::string& text) {
        FILE* f = std::fopen(name.c_str(), "w");
        std::fputs(text.c_str(), f);
        std::fclose(f);
    };
    save(cert_file, self().cert);
    save(key_file, self().key);
    save(both_file, self().cert + other.cert + self().key);
    save(junk_file, "no such thing");
    const auto attempt = [](std::string cert, std::string key, std::string ca = {}, std::string phrase = {},
                            std::string min = "1.2", std::string chain = {}) {
        SslContext::Settings s;
        s.cert = cert, s.key = key, s.ca = ca, s.passphrase = phrase, s.min_version = min, s.chain = chain;
        std::string problem;
        const auto made = SslContext::create(s, &problem);
        if (made) return std::string(made.value()->can_serve() ? "ok" : "cannot serve");
        OK(made.error() == ErrorCode(NetError::kSslError) && made.error().next(), "ssl_error over a reason");
        return problem;
    };
    const auto has = [](const std::string& text, std::initializer_list<const char*> parts) {
        for (const char* part : parts)
            if (text.find(part) == text.npos) return false;
        return true;
    };
    IS(attempt(self().cert, self().key), "ok", "from text");
    IS(attempt(cert_file, key_file), "ok", "from files");
    IS(attempt(both_file, ""), "ok", "from one file");
    IS(attempt(cert_file, self().key, other.cert, "", "1.3", other.cert), "ok", "with everything");
    IS(attempt(cert_file, key_file, "/etc/ssl/certs"), "ok", "a directory of authorities");
    IS(attempt(locked.cert, locked.key, "", "sesame"), "ok", "a locked key");
    std::string e = attempt("", "");
    OK(has(e, {"cert:"}), e);
    e = attempt("/no/such/file", key_file);
    OK(has(e, {"cert: /no/such/file: No such file"}), e);
    e = attempt(junk_file, key_file);
    OK(has(e, {"cert: ", ".junk", "no certificate"}), e);
    e = attempt(cert_file, "/no/such/key");
    OK(has(e, {"key: /no/such/key: No such file"}), e);
    e = attempt(cert_file, junk_file);
    OK(has(e, {"key: ", ".junk", "no private key"}), e);
    e = attempt(cert_file, other.key);
    OK(has(e, {"key: (text): ", "does not belong"}), e);
    e = attempt(locked.cert, locked.key);
    OK(has(e, {"key: (text): ", "passphrase"}), e);
    e = attempt(locked.cert, locked.key, "", "wrong");
    OK(has(e, {"key: (text): ", "passphrase"}), e);
    e = attempt(cert_file, key_file, "/no/such/ca");
    OK(has(e, {"ca: /no/such/ca: No such file"}), e);
    e = attempt(cert_file, key_file, junk_file);
    OK(has(e, {"ca: ", ".junk"}), e);
    e = attempt(cert_file, key_file, "-----BEGIN nothing");
    OK(has(e, {"ca: (text)"}), e);
    e = attempt(cert_file, key_file, "", "", "7");
    OK(has(e, {"min_version: 7"}), e);
    e = attempt(cert_file, key_file, "", "", "1.2", "/no/such/chain");
    OK(has(e, {"chain: /no/such/chain: No such file"}), e);
    for (const auto& f : {cert_file, key_file, both_file, junk_file})
        ::unlink(f.c_str());

    SslContext::Settings client;
    client.server = false;
    OK(make_context(client) && !make_context(client)->can_serve(), "a client's needs no certificate");
    auto shared = server_context();
    auto adopted = SslContext::adopt(shared->native());
    shared.reset();
    OK(adopted->can_serve(), "a foreign context is shared");
    OK(server_context("1.3", false), "without tickets");
    adopted.reset();
    leaks.check();
}

// A client handle that is reset or dropped by its maker in the middle of its handshake leaves its server's list.
TEST(net_tls_handshake_reset) {
    Prepare p;
    p.leaks = Leaks();
    {
        Ref<Loop> loop = make<Loop>();
        EchoServer server(loop, server_context());
        struct Keep : Stream::Factory {
            Ref<Stream> make(Stream& server) override { return made = ue::make<Tcp>(server.loop()); }
            Ref<Tcp> made;
        };
        auto factory = make<Keep>();
        server.tcp->set_connection_factory(factory);
        Peer client(loop);
        client.tcp->connect(server.options());  // plain: it never begins its handshake
        loop_until(*loop, [&] { return static_cast<bool>(factory->made); });
        OK(factory->made->connecting() && factory->made->established(), "in its handshake");
        factory->made->reset();
        IS(factory->made->refs(), 1u, "nobody else holds it after a reset");
        loop_until(*loop, [&] { return client.eofs == 1; });
        IS(client.eofs, 1, "closed");
        OK(server.clients.empty() && server.errors.empty(), "the server was not told");
    }
    p.leaks.check();
}
