// TCP through the interface's face: echo, half close, binding, listening, adopting, pairing, reset at every stage.
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "base/misuse.h"
#include "net_support.h"

using namespace net_test;

TEST(net_tcp_echo) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        EchoServer server(loop);
        Peer client(loop);
        OK(!client.tcp->readable() && !client.tcp->writable() && !client.tcp->active(), "before there is a socket");
        client.tcp->connect(server.options());
        client.tcp->write("hello ");
        client.tcp->write("world");
        loop_until(*loop, [&] { return client.got == "hello world"; });
        IS(client.got, "hello world", "came back");
        OK(client.tcp->connected() && client.tcp->readable() && client.tcp->writable() && client.tcp->active(),
           "state");
        IS(client.tcp->peeraddr().value().to_string(), server.address().to_string(), "peer address");
        IS(server.clients[0]->peeraddr().value().to_string(), client.tcp->sockaddr().value().to_string(), "both ways");

        server.clients[0]->shutdown();
        loop_until(*loop, [&] { return client.eofs == 1; });
        OK(client.tcp->connected() && client.tcp->writable(), "half closed: still connected");
        client.tcp->write("late");
        loop_until(*loop, [&] { return server.bytes == 15; });
        IS(server.bytes, 15u, "and writable");
        client.tcp->shutdown();
        loop_until(*loop, [&] { return server.eofs == 1; });
        OK(!client.tcp->connected() && client.eofs == 1, "closed both ways, eof once");
        client.tcp->reset();
        OK(!client.tcp->established() && !client.tcp->is_shut_down(), "initial state");
        client.tcp->connect(server.options());
        client.tcp->write("anew");
        loop_until(*loop, [&] { return client.got == "hello worldanew"; });
        IS(client.got, "hello worldanew", "connected again");
        client.close();
        server.close();
        OK(!loop->run(), "nothing keeps the loop");
    }
    leaks.check();
}

TEST(net_tcp_read_stop) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        EchoServer server(loop);
        Peer client(loop);
        OK(client.tcp->wantread(), "wanted by default");
        client.tcp->read_stop();
        client.tcp->connect(server.options());
        client.tcp->write("x");
        client.tcp->shutdown();
        loop_until(*loop, [&] { return server.eofs == 1; });
        loop_for(*loop, 20);
        OK(client.got.empty() && client.eofs == 0 && !client.tcp->wantread(), "not reading: no data, no eof");
        OK(!client.tcp->active(), "inactive");
        OK(!client.tcp->read_start(), "read_start");
        loop_until(*loop, [&] { return client.eofs == 1; });
        OK(client.got == "x" && client.eofs == 1, "then both come");
        client.tcp->reset();
        client.tcp->read_stop();
        client.tcp->reset();
        OK(!client.tcp->wantread(), "the wish survives a reset");
        client.tcp->clear();
        OK(client.tcp->wantread(), "not a clear");
    }
    leaks.check();
}

TEST(net_tcp_bind) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        auto a = make<Tcp>(loop), b = make<Tcp>(loop);
        OK(a->sockaddr().value().empty() && a->peeraddr().value().empty(), "no addresses");
        OK(a->recv_buffer_size().error() == system_error(EBADF), "no socket");
        OK(a->set_send_buffer_size(1000) == system_error(EBADF), "to set anything on");
        OK(!a->bind_addr(loopback()), "bind");
        const SockAddr address = a->sockaddr().value();
        OK(address.port() > 0, "a port");
        IS(text(a->bind_addr(loopback())), "bind error (3:unievent) -> Invalid argument (22:generic)", "twice");
        OK(!a->listen() && a->listening() && a->active(), "listen");
        OK(!b->bind_addr(address), "an address in use is not reported by bind");
        IS(text(b->listen()), "listen error (4:unievent) -> Address already in use (98:generic)", "but by listen");
        b->reset();
        IS(text(b->bind_addr(SockAddr::inet4("8.8.8.8", 1).value())),
           "bind error (3:unievent) -> Cannot assign requested address (99:generic)", "a foreign address");
        b->reset();
        OK(!b->listen() && b->sockaddr().value().port() > 0, "listen without bind");
        OK(!b->set_recv_buffer_size(20000), "set a buffer size");
        IS(b->recv_buffer_size().value(), 40000, "Linux doubles it");
        b->reset();
        OK(!b->listening() && b->sockaddr().value().empty(), "reset");
        OK(!b->bind("*", 0) && b->sockaddr().value().ip() == "0.0.0.0", "everywhere");
        b->reset();
        ResolveHints six;
        six.family = AF_INET6;
        if (!b->bind("*", 0, six)) IS(b->sockaddr().value().ip(), "::", "everywhere, IPv6");
        b->reset();
        OK(!b->bind("localhost", 0), "by name");
        b->reset();
        OK(&b->bind("no.such.host.invalid", 0).category() == &resolve_category, "an unknown name");

        auto c = make<Tcp>(loop), d = make<Tcp>(loop);
        OK(!c->bind_addr(loopback(), Tcp::kReusePort) && !c->listen(), "reuse port");
        OK(!d->bind_addr(c->sockaddr().value(), Tcp::kReusePort) && !d->listen(), "twice on one port");
        c->set_weak(true), d->set_weak(true), a->set_weak(true);
        OK(!loop->run(), "weak listeners do not keep the loop");
        auto e = make<Tcp>(loop, AF_INET);
        OK(e->recv_buffer_size() && e->sockaddr().value().empty(), "a socket from the start, without address");
        OK(!e->set_nodelay(true) && !e->set_keepalive(true, 30) && !e->set_simultaneous_accepts(true), "options");
        auto f = make<Tcp>(loop);
        OK(!f->set_nodelay(true) && !f->set_keepalive(true, 30), "options before there is a socket");
    }
    leaks.check();
}

TEST(net_tcp_options) {
    Ref<Loop> loop = make<Loop>();
    EchoServer server(loop);
    server.tcp->set_nodelay(true);
    Peer client(loop);
    client.tcp->set_nodelay(true);
    client.tcp->set_keepalive(true, 33);
    client.tcp->connect(server.options());
    loop_until(*loop, [&] { return client.tcp->connected() && server.clients.size() == 1; });
    struct Probe : Tcp {
        using Stream::fd;
    };
    const int ours = (client.tcp.get()->*&Probe::fd)();
    const int theirs = (static_cast<Tcp*>(server.clients[0].get())->*&Probe::fd)();
    int value = 0;
    socklen_t size = sizeof value;
    getsockopt(ours, IPPROTO_TCP, 1 /* TCP_NODELAY */, &value, &size);
    OK(value, "nodelay of a connection");
    getsockopt(ours, IPPROTO_TCP, 4 /* TCP_KEEPIDLE */, &value, &size);
    IS(value, 33, "keepalive of a connection");
    getsockopt(theirs, IPPROTO_TCP, 1, &value, &size);
    OK(value, "accepted ones inherit it");
    OK(client.tcp->dump().find("connected:yes") != std::string::npos, client.tcp->dump());
}

TEST(net_tcp_pair) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        auto [x, y] = Tcp::pair(loop);
        Peer a(x), b(y);
        x.reset(), y.reset();
        OK(a.tcp->connected() && b.tcp->connected(), "connected");
        a.tcp->write("to b");
        b.tcp->write("to a");
        loop_until(*loop, [&] { return a.got == "to a" && b.got == "to b"; });
        OK(a.got == "to a" && b.got == "to b", "both directions");
        bool thrown = false;
        try {
            Tcp::pair(loop, SOCK_STREAM, 0, a.tcp);
        } catch (const Failure&) {
            thrown = true;
        }
        OK(thrown, "only clean handles");
        a.tcp->reset();
        loop_until(*loop, [&] { return b.eofs == 1; });
        IS(b.eofs, 1, "eof");
    }
    leaks.check();
}

TEST(net_tcp_open) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        int fds[2];
        socketpair(AF_UNIX, SOCK_STREAM, 0, fds);
        Peer peer(loop);
        OK(!peer.tcp->open(fds[0]), "a connected socket");
        ::close(fds[0]);
        OK(peer.tcp->connected(), "is a connected stream");
        OK(::write(fds[1], "hi", 2) == 2, "the descriptor was duplicated");
        loop_until(*loop, [&] { return peer.got == "hi"; });
        IS(peer.got, "hi", "and it reads");
        OK(peer.tcp->open(fds[1]) == system_error(EINVAL), "one at a time");
        ::close(fds[1]);

        auto t = make<Tcp>(loop);
        OK(t->open(-1) == system_error(EBADF), "no descriptor");
        int pipe_fds[2];
        OK(pipe(pipe_fds) == 0 && t->open(pipe_fds[0]) == system_error(ENOTSOCK), "no socket");
        ::close(pipe_fds[0]), ::close(pipe_fds[1]);
        const int fd = socket(AF_INET, SOCK_STREAM, 0);
        ::bind(fd, loopback().native(), static_cast<socklen_t>(loopback().native_size()));
        OK(!t->open(fd) && !t->connected() && t->sockaddr().value().port(), "a bound one");
        ::close(fd);
        OK(!t->listen(), "may listen");
    }
    leaks.check();
}

TEST(net_tcp_accept) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        EchoServer server(loop);
        std::string log;
        struct Observer : Handle::Observer {
            explicit Observer(std::string& l) : log(l) {}
            bool call(const char* method, const Value* v, size_t) override {
                log += method;
                log += object_cast<Stream>(v[1].object()) && static_cast<Stream*>(v[1].object())->established() ? "+ "
                                                                                                                : "- ";
                return true;
            }
            std::string& log;
        };
        struct Maker : Stream::Factory {
            explicit Maker(std::string& l) : log(l) {}
            Ref<Stream> make(Stream& server) override {
                log += "factory ";
                auto tcp = ue::make<Tcp>(server.loop());
                tcp->connection_event().add(on([this](const Value* v, size_t count) {
                    log += count == 3 && v[1].object() && !v[2].error() ? "own " : "bad ";
                }));
                return tcp;
            }
            std::string& log;
        };
        server.tcp->set_observer(make<Observer>(log));
        server.tcp->set_connection_factory(make<Maker>(log));
        server.tcp->connection_event().prepend(on([&] { log += "event "; }));
        Peer client(loop);
        client.tcp->connect(server.options());
        loop_until(*loop, [&] { return server.clients.size() == 1; });
        IS(log, "factory on_establish+ own event on_connection+ ", "order of what is told");
        OK(server.clients[0]->connected() && server.clients[0]->active(), "connected and reading");

        server.tcp->connection_event().remove_all();
        Peer dropped(loop);
        dropped.tcp->connect(server.options());
        loop_until(*loop, [&] { return dropped.eofs == 1; });
        IS(dropped.eofs, 1, "a connection nobody keeps is closed");

        server.tcp->connection_event().add(on([&] { server.tcp->reset(); }));
        Peer last(loop), more(loop);
        last.tcp->connect(server.options());
        more.tcp->connect(server.options());
        loop_until(*loop,
                   [&] { return last.eofs + static_cast<int>(last.errors.size()) > 0 && !more.connects.empty(); });
        OK(!server.tcp->listening(), "the server is reset in its callback");

        struct Nothing : Stream::Factory {
            Ref<Stream> make(Stream&) override { return nullptr; }
        };
        EchoServer odd(loop);
        odd.tcp->set_connection_factory(make<Nothing>());
        Peer refused(loop);
        refused.tcp->connect(odd.options());
        loop_until(*loop, [&] { return refused.eofs == 1; });
        IS(refused.eofs, 1, "a factory that makes nothing");
    }
    leaks.check();
}

// A process that is out of descriptors keeps listening, says so, and does not spin.
TEST(net_tcp_emfile) {
    Leaks leaks;
    rlimit before;
    getrlimit(RLIMIT_NOFILE, &before);
    {
        Ref<Loop> loop = make<Loop>();
        EchoServer server(loop);
        {
            // All code below has run once: UBSan needs a descriptor to look at a type for the first time.
            Peer first(loop);
            first.tcp->connect(server.options());
            loop_until(*loop, [&] { return server.clients.size() == 1 && first.connects.size() == 1; });
            server.clients[0]->clear();
            server.clients.clear();
        }
        Peer client(loop);
        client.tcp->connect(server.options());  // its socket exists before the limit strikes
        std::vector<int> eaten;
        rlimit tight = before;
        tight.rlim_cur = 256;
        setrlimit(RLIMIT_NOFILE, &tight);
        for (int fd; (fd = dup(0)) >= 0;)
            eaten.push_back(fd);
        int turns = 0;
        loop_until(*loop, [&] { return ++turns && server.errors.size() >= 2; });
        OK(server.errors.size() >= 2 && server.errors[0] == "Too many open files (24:generic)", "the error is told");
        OK(turns < 50, "without spinning: " + std::to_string(turns));
        OK(server.tcp->listening(), "still listening");
        for (int fd : eaten)
            ::close(fd);
        setrlimit(RLIMIT_NOFILE, &before);
        loop_until(*loop, [&] { return server.clients.size() == 1; });
        IS(server.clients.size(), 1u, "and accepts when there is room again");
    }
    leaks.check();
}

// Reset or drop of either side at each stage of a connection's life; nothing is left and nothing crashes.
TEST(net_tcp_reset_stages) {
    Leaks leaks;
    const char* kStages[] = {"before", "queued", "connecting", "connected", "written", "read", "half closed"};
    for (size_t stage = 0; stage < 7; ++stage) {
        for (bool drop : {false, true}) {
            Ref<Loop> loop = make<Loop>();
            EchoServer server(loop);
            Peer peer(loop);
            const auto strike = [&](size_t now) {
                if (now != stage || !peer.tcp) return;
                drop ? peer.tcp.reset() : peer.tcp->reset();
            };
            strike(0);
            if (peer.tcp) {
                if (stage > 0) peer.tcp->connect(server.options());
                strike(1);
                if (stage > 1) loop->run(Loop::Mode::kNoWait);
                strike(2);
                if (stage > 2) loop_until(*loop, [&] { return !peer.connects.empty(); });
                strike(3);
                if (stage > 3) peer.tcp->write(std::string(100'000, 'x'));
                strike(4);
                if (stage > 4) loop_until(*loop, [&] { return peer.got.size() == 100'000; });
                strike(5);
                if (stage > 5) {
                    peer.tcp->shutdown();
                    loop_until(*loop, [&] { return peer.eofs == 1; });
                }
                strike(6);
            }
            loop_for(*loop, 5);
            peer.close();
            server.close();
            OK(!loop->run(), std::string(drop ? "dropped " : "reset ") + kStages[stage]);
        }
    }
    leaks.check();
}
