// The request queue of a stream: order, cancellation, what callbacks may ask for.
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "net_support.h"

using namespace net_test;

namespace {

std::string short_name(const ErrorCode& e) {
    if (!e) return "ok";
    if (e == system_error(ECANCELED)) return "canceled";
    if (e == system_error(ENOTCONN)) return "not_connected";
    if (e == system_error(ECONNREFUSED)) return "refused";
    if (e == system_error(ETIMEDOUT)) return "timed_out";
    if (e == system_error(EISCONN)) return "already_connected";
    return e.to_string();
}

// A listening socket nobody accepts from, and a port nobody listens on.
struct Fixture {
    Leaks leaks;
    Ref<Loop> loop = make<Loop>();
    std::unique_ptr<EchoServer> server{new EchoServer(loop)};
    Ref<Tcp> tcp = make<Tcp>(loop);
    std::string log;

    ~Fixture() {
        if (tcp) tcp->clear();
        tcp.reset();
        server.reset();
        OK(!loop->run(), "the loop closes empty");
        loop.reset();
        leaks.check();
    }
    Ref<Listener> note(const char* name) {
        return on([this, name](const Value* v, size_t count) {
            log += name;
            if (count > 1) log += "=" + short_name(v[1].error());
            log += " ";
        });
    }
    Ref<Listener> note(const char* name, std::function<void()> then) {
        return on([this, name, then](const Value* v, size_t count) {
            log += std::string(name) + (count > 1 ? "=" + short_name(v[1].error()) : "") + " ";
            then();
        });
    }
    Tcp::ConnectOptions to(const SockAddr& address, Ref<Listener> callback) {
        Tcp::ConnectOptions o;
        o.address = address;
        o.callback = callback;
        return o;
    }
    Ref<ConnectRequest> connect(Ref<Listener> callback) { return tcp->connect(to(server->address(), callback)); }
    Ref<ConnectRequest> connect_nowhere(Ref<Listener> callback) {
        auto unused = make<Tcp>(loop);
        unused->bind_addr(loopback());
        const SockAddr closed = unused->sockaddr().value();
        unused->reset();
        return tcp->connect(to(closed, callback));
    }
    void run(int turns = 50) {
        for (int i = 0; i < turns; ++i) {
            loop->run(Loop::Mode::kNoWait);
            if (i % 5 == 4) loop_for(*loop, 2);
        }
    }
};

}  // namespace

TEST(net_queue_order) {
    Fixture f;
    std::vector<std::string> diary;
    f.tcp->set_observer(make<Diary>(diary));
    f.tcp->connect_event().add(f.note("event"));
    f.connect(f.note("c"));
    OK(f.tcp->connecting() && !f.tcp->established() && !f.tcp->connected(), "connecting at once");
    f.tcp->write("1", f.note("w"));
    f.tcp->run_in_order(f.note("in"));
    f.tcp->write("2", f.note("w"));
    f.tcp->shutdown(0, f.note("s"));
    IS(f.tcp->write_queue_size(), 2u, "waiting bytes count");
    IS(f.log, "", "nothing from inside the calls");
    f.run();
    IS(f.log, "c=ok event=ok w=ok in w=ok s=ok ", "one after another, own callback first");
    IS(joined(diary), "on_establish on_connect on_write on_write on_shutdown on_read on_eof", "the observer last");
    OK(f.tcp->is_shut_down() && !f.tcp->connected() && f.tcp->established(), "both directions are closed");
    OK(!f.tcp->writable(), "not writable");
}

TEST(net_queue_idle) {
    Fixture f;
    f.tcp->run_in_order(f.note("now"));
    IS(f.log, "now ", "in order on an idle stream: at once");
    f.log.clear();
    OK(!f.tcp->write("", f.note("never")), "empty data: no request");
    f.tcp->write("x", f.note("w"));
    f.tcp->shutdown(0, f.note("s"));
    f.tcp->run_in_order(f.note("in"));
    IS(f.log, "", "not from inside");
    f.run();
    IS(f.log, "w=not_connected s=not_connected in ", "not connected");
    f.tcp->disconnect();
    IS(f.log, "w=not_connected s=not_connected in ", "disconnect of an idle stream");
}

TEST(net_queue_reset) {
    {
        Fixture f;
        f.connect(f.note("c"));
        f.tcp->write("1", f.note("w"));
        f.tcp->run_in_order(f.note("never"));
        f.tcp->shutdown(0, f.note("s"));
        f.tcp->reset();
        IS(f.log, "c=canceled w=canceled s=canceled ", "all told in order before reset returns");
        OK(!f.tcp->connecting() && f.tcp->write_queue_size() == 0, "initial state");
        f.run();
        IS(f.log, "c=canceled w=canceled s=canceled ", "nothing more");
    }
    {
        Fixture f;
        f.connect(f.note("c", [&] { f.tcp->write("again", f.note("w2")); }));
        f.tcp->write("1", f.note("w", [&] { f.connect(f.note("c2")); }));
        f.tcp->reset();
        IS(f.log, "c=canceled w=canceled ", "requests of the callbacks are kept");
        f.run();
        IS(f.log, "c=canceled w=canceled w2=not_connected c2=ok ", "and executed");
    }
    {
        Fixture f;
        f.connect(f.note("c", [&] { f.tcp->write("new", f.note("new")), f.tcp->reset(); }));
        f.tcp->write("1", f.note("w1"));
        f.tcp->write("2", f.note("w2"));
        f.tcp->reset();
        IS(f.log, "c=canceled w1=canceled w2=canceled new=canceled ", "a reset inside keeps the order");
    }
    {
        Fixture f;
        f.connect(f.note("c", [&] { f.tcp.reset(); }));
        f.tcp->write("1", f.note("w"));
        f.tcp->reset();
        IS(f.log, "c=canceled w=canceled ", "dropped in a cancelled callback");
    }
}

TEST(net_queue_failing_connect) {
    {
        Fixture f;
        f.connect_nowhere(f.note("c"));
        f.tcp->write("1", f.note("w"));
        f.tcp->shutdown(0, f.note("s"));
        f.run();
        IS(f.log, "c=refused w=canceled s=canceled ", "the real error, then the rest cancelled");
        OK(!f.tcp->connecting() && !f.tcp->established(), "initial state");
    }
    {
        Fixture f;
        f.connect_nowhere(f.note("c", [&] {
            f.connect(f.note("c2"));
            f.tcp->write("hello", f.note("w2"));
        }));
        f.tcp->write("1", f.note("w"));
        f.run();
        IS(f.log, "c=refused w=canceled c2=ok w2=ok ", "reconnect in the callback");
        IS(f.server->bytes, 5u, "the data came through");
    }
    {
        Fixture f;
        f.connect_nowhere(f.note("c", [&] {
            f.tcp->reset();
            f.log += "| ";
            f.connect(f.note("c2"));
        }));
        f.tcp->write("1", f.note("w"));
        f.run();
        IS(f.log, "c=refused w=canceled | c2=ok ", "reset and reconnect in the callback");
    }
    for (bool good : {true, false}) {
        Fixture f;
        int writes = 0;
        const auto body = [&] {
            for (int i = 0; i < 100; ++i)
                f.tcp->write("x", on([&] { ++writes; }));
            f.tcp->shutdown();
            f.tcp->disconnect();
        };
        good ? f.connect(f.note("c", body)) : f.connect_nowhere(f.note("c", body));
        f.run(80);
        IS(writes, 100, "each of many writes in a connect callback is answered once");
    }
    {
        Fixture f;
        f.connect(f.note("c"));
        f.connect(f.note("c2"));
        f.run();
        IS(f.log, "c=ok c2=already_connected ", "connect when connected");
    }
}

TEST(net_queue_disconnect) {
    {
        Fixture f;
        f.connect(f.note("c"));
        f.tcp->disconnect();
        IS(f.log, "c=canceled ", "only the connect itself is queued: cancelled at once");
    }
    {
        Fixture f;
        f.connect(f.note("c"));
        f.tcp->write("data", f.note("w"));
        f.tcp->disconnect();
        f.connect(f.note("c2"));
        f.tcp->write("more", f.note("w2"));
        f.tcp->disconnect();
        f.tcp->write("late", f.note("w3"));
        f.run();
        IS(f.log, "c=ok w=ok c2=ok w2=ok w3=not_connected ", "disconnect and connect in the queue");
        loop_until(*f.loop, [&] { return f.server->bytes == 8; });
        IS(f.server->bytes, 8u, "all data arrived");
        IS(f.server->clients.size(), 2u, "over two connections");
    }
    {
        Fixture f;
        f.connect(f.note("c"));
        f.tcp->write("data", f.note("w"));
        f.tcp->disconnect();
        f.tcp.reset();
        loop_until(*f.loop, [&] { return f.server->eofs == 1; });
        IS(f.log, "c=ok w=ok ", "the queue holds a dropped stream");
        IS(f.server->bytes, 4u, "and the data is delivered");
    }
}

TEST(net_queue_write) {
    {
        Fixture f;
        f.connect(f.note("c"));
        f.run(5);
        for (int i = 0; i < 4; ++i) {
            f.tcp->write("small", f.note("w"));
            IS(f.tcp->write_queue_size(), 0u, "handed over at once");
        }
        IS(f.log, "c=ok ", "told later");
        f.run();
        IS(f.log, "c=ok w=ok w=ok w=ok w=ok ", "told once each");
    }
    for (bool before : {true, false}) {
        Fixture f;
        int told = 0;
        f.connect(nullptr);
        if (!before) f.run(5);
        for (int i = 0; i < 10000; ++i)
            f.tcp->write("x", on([&] { ++told; }));
        if (before) IS(f.tcp->write_queue_size(), 10000u, "behind the connect they wait");
        IS(told, 0, "none told yet");
        loop_until(
            *f.loop, [&] { return told == 10000 && f.server->bytes == 10000; }, 10000);
        IS(told, 10000, "ten thousand writes of one byte, each told");
        IS(f.server->bytes, 10000u, "and arrived");
    }
    {
        Fixture f;
        int chain = 0;
        std::function<void()> next = [&] {
            if (++chain < 2000) f.tcp->write("x", on(next));
        };
        f.connect(on(next));
        loop_until(
            *f.loop, [&] { return chain == 2000; }, 10000);
        IS(chain, 2000, "a long chain of requests");
    }
    {
        // The peer is gone: eof for reading, then an error for writing, later ones are refused.
        Fixture f;
        int eofs = 0, reads = 0;
        f.tcp->eof_event().add(on([&] { ++eofs; }));
        f.tcp->read_event().add(on([&] { ++reads; }));
        f.connect(nullptr);
        loop_until(*f.loop, [&] { return f.server->clients.size() == 1 && f.tcp->connected(); });
        f.server->clients[0]->reset();
        std::string last;
        f.tcp->write_event().add(on([&](const Value* v, size_t) { last = short_name(v[1].error()); }));
        for (int i = 0; i < 20 && last != "not_connected"; ++i) {
            f.tcp->write("x");
            f.run(5);
        }
        IS(eofs, 1, "eof once");
        IS(reads, 0, "not a read error");
        IS(last, "not_connected", "the sending side is closed");
    }
}

TEST(net_queue_shutdown_timeout) {
    const auto block = [](Fixture& f) {
        f.server->accepted = [](Stream& s) { s.read_stop(); };
        f.server->echo = false;
        f.connect(nullptr);
        loop_until(*f.loop, [&] { return f.tcp->connected() && f.server->clients.size() == 1; });
    };
    {
        Fixture f;
        block(f);
        f.tcp->write(std::string(20'000'000, 'x'), f.note("w"));
        OK(f.tcp->write_queue_size() > 0, "the kernel is full");
        f.tcp->write("small", f.note("w2"));
        f.tcp->shutdown(30, f.note("s"));
        f.tcp->run_in_order(f.note("in"));
        f.tcp->write("late", f.note("w3"));
        loop_until(*f.loop, [&] { return f.log.find("w3") != std::string::npos; });
        IS(f.log, "w=canceled w2=canceled s=timed_out in w3=not_connected ", "time-out behind a blocked write");
        OK(f.tcp->is_shut_down(), "is shut down");
        IS(f.tcp->write_queue_size(), 0u, "nothing waits");
    }
    {
        Fixture f;
        block(f);
        f.tcp->write(std::string(20'000'000, 'x'), f.note("w", [&] { f.tcp->reset(); }));
        f.tcp->shutdown(30, f.note("s"));
        f.tcp->write("late", f.note("w2"));
        loop_until(*f.loop, [&] { return f.log.find("w2") != std::string::npos; });
        IS(f.log, "w=canceled s=timed_out w2=canceled ", "reset in the cancelled write's callback");
    }
    {
        Fixture f;
        block(f);
        f.tcp->shutdown(30, f.note("s"));
        f.run();
        IS(f.log, "s=ok ", "in time");
        loop_for(*f.loop, 50);
        IS(f.log, "s=ok ", "and the timer is gone");
    }
}

TEST(net_queue_connect_timeout) {
    Fixture f;
    // A full accept queue on loopback drops further SYNs: a black hole without a network.
    auto hole = make<Tcp>(f.loop);
    hole->bind_addr(loopback());
    hole->listen(0);
    std::vector<Ref<Tcp>> fill;
    const SockAddr address = hole->sockaddr().value();
    // Accepting is stopped by using the descriptor without the loop running its poll: weak and never run here.
    hole->reset();
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    int one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    ::bind(fd, address.native(), static_cast<socklen_t>(address.native_size()));
    ::listen(fd, 0);
    for (int i = 0; i < 4; ++i) {
        fill.push_back(make<Tcp>(f.loop));
        Tcp::ConnectOptions o;
        o.address = address;
        fill.back()->connect(o);
    }
    loop_for(*f.loop, 20);
    Tcp::ConnectOptions o = f.to(address, f.note("c"));
    o.timeout_ms = 50;
    const auto request = f.tcp->connect(o);
    OK(request->timeout_timer() && request->timeout_timer()->active(), "a timer runs");
    f.tcp->write("x", f.note("w"));
    loop_until(*f.loop, [&] { return !f.log.empty(); });
    IS(f.log, "c=timed_out w=canceled ", "timed out, plainly");
    OK(!request->timeout_timer()->active(), "the timer has stopped");
    f.log.clear();
    o = f.to(f.server->address(), f.note("c2"));
    o.timeout_ms = 60;
    f.tcp->connect(o);
    loop_for(*f.loop, 100);
    IS(f.log, "c2=ok ", "and does not strike the next connect");
    for (auto& t : fill)
        t->reset();
    ::close(fd);
}
