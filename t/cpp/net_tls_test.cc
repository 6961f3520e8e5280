// TLS as a filter of streams: echo, closing, failures on either side.
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/misuse.h"
#include "net_tls_fixture.h"

using namespace net_test;

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
