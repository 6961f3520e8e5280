// Names to addresses: numeric, cached, by thread; cancelled, timed out, gone.
#include "net/resolver.h"

#include <netdb.h>

#include <cerrno>

#include "base/misuse.h"
#include "net_support.h"

using namespace net_test;

namespace {
struct Answer : ResolveRequest::Callback {
    void resolved(ResolveRequest&, const std::vector<SockAddr>& a, const ErrorCode& e) override {
        ++calls;
        addresses = a;
        error = e;
        if (then) then();
    }
    int calls = 0;
    std::vector<SockAddr> addresses;
    ErrorCode error;
    std::function<void()> then;
};

Resolver::Query query(const char* node, uint16_t port = 0, int family = AF_INET) {
    Resolver::Query q;
    q.node = node;
    q.port = port;
    q.hints.family = family;
    return q;
}
}  // namespace

TEST(net_resolver) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        Ref<Resolver> resolver = make<Resolver>(loop);
        auto a = make<Answer>();
        resolver->resolve(query("localhost", 80), a);
        IS(a->calls, 0, "not from inside");
        OK(loop->alive(), "keeps the loop");
        OK(!loop->run(), "and ends it");
        IS(a->calls, 1, "answered");
        IS(a->addresses.at(0).to_string(), "127.0.0.1:80", "localhost");
        IS(resolver->cache_size(), 1u, "cached");

        auto b = make<Answer>();
        resolver->resolve(query("localhost", 81), b);
        IS(b->calls, 0, "not from inside, cached or not");
        loop->run(Loop::Mode::kNoWait);
        OK(b->calls == 1 && b->addresses.at(0).port() == 81, "a cached answer within one turn, with its own port");

        auto c = make<Answer>();
        resolver->resolve(query("192.168.3.4", 5), c);
        loop->run(Loop::Mode::kNoWait);
        OK(c->calls == 1 && c->addresses.at(0).to_string() == "192.168.3.4:5", "numeric");
        resolver->resolve(query("::1", 5, AF_UNSPEC), c);
        loop->run(Loop::Mode::kNoWait);
        IS(c->addresses.at(0).to_string(), "[::1]:5", "numeric, IPv6");
        IS(resolver->cache_size(), 1u, "not cached");

        auto d = make<Answer>();
        auto q = query("localhost");
        q.service = "http";
        resolver->resolve(q, d);
        loop->run();
        // A minimal system has no list of services (/etc/services).
        if (::getservbyname("http", "tcp"))
            OK(d->addresses.size() && d->addresses[0].port() == 80, "by service");
        else
            OK(d->error == ErrorCode(ResolveError::kServiceNotFound), "by service, which this system does not know");
        q.service = "no-such-service";
        resolver->resolve(q, d);
        loop->run();
        OK(d->error == ErrorCode(ResolveError::kServiceNotFound) && d->addresses.empty(), text(d->error));
        for (const std::string& bad : {std::string(), std::string(300, 'x'), std::string("local\0host", 10)}) {
            auto e = make<Answer>();
            auto q = query("");
            q.node = bad;
            resolver->resolve(q, e);
            loop->run();
            OK(e->error == ErrorCode(ResolveError::kBadName), "a bad name");
        }
        auto e = make<Answer>();
        resolver->resolve(query("no.such.host.invalid"), e);
        loop->run();
        OK(e->calls == 1 && e->error && e->addresses.empty(), text(e->error));

        q = query("localhost");
        q.use_cache = false;
        resolver->clear_cache();
        resolver->resolve(q, d);
        loop->run();
        OK(!d->error && resolver->cache_size() == 0, "without the cache");
        resolver->set_cache_limit(1);
        resolver->resolve(query("localhost"), d);
        resolver->resolve(query("localhost", 0, AF_UNSPEC), d);
        loop->run();
        IS(resolver->cache_size(), 1u, "a full cache is dropped");
        resolver->set_cache_limit(0);
        IS(resolver->cache_size(), 0u, "no cache");
        resolver->set_cache_limit(10);
        resolver->set_cache_expiration_ms(1);
        resolver->resolve(query("localhost"), d);
        loop->run();
        loop_for(*loop, 5);
        resolver->resolve(query("localhost"), d);
        loop->run();
        IS(d->calls, 7, "expired entries are asked for again");
        const auto now = Resolver::resolve_now(query("localhost", 7));
        IS(now.value().at(0).to_string(), "127.0.0.1:7", "at once, blocking");
    }
    leaks.check();
}

TEST(net_resolver_cancel) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        Resolver::Config config;
        config.workers = 1;
        Ref<Resolver> resolver = make<Resolver>(loop, config);
        auto a = make<Answer>(), b = make<Answer>(), c = make<Answer>();
        auto ra = resolver->resolve(query("localhost"), a);
        auto rb = resolver->resolve(query("127.0.0.1"), b);
        auto rc = resolver->resolve(query("some.where.invalid"), c);
        ra->cancel();
        rb->cancel();
        rb->cancel();
        OK(a->calls == 1 && a->error == system_error(ECANCELED), "cancelled from inside cancel");
        OK(b->calls == 1 && b->error == system_error(ECANCELED), "once");
        a->then = [&] { rc->cancel(); };
        ra = resolver->resolve(query("localhost"), a);
        ra->cancel();
        IS(c->calls, 1, "cancel in a cancelled callback");
        loop->run();
        IS(a->calls + b->calls + c->calls, 4, "nobody is called twice");

        a->then = nullptr;
        for (int i = 0; i < 10; ++i)
            resolver->resolve(query("127.0.0.1"), a);
        resolver->reset();
        IS(a->calls, 12, "reset cancels all");
        loop->run();
        IS(a->calls, 12, "only once");
        OK(resolver->queue_size() == 0, "nothing waits");

        a->then = [&] { resolver.reset(); };
        resolver->resolve(query("localhost"), a);
        loop->run();
        OK(!resolver, "the resolver is dropped in a callback");
        auto brief = make<Resolver>(loop);
        brief->resolve(query("localhost"), b);
        brief.reset();
        OK(!loop->run(), "a resolver that goes takes its requests along");
        IS(b->calls, 1, "silently");

        auto own = Ref<Resolver>(&loop->resolver());
        OK(own.get() == &loop->resolver(), "the loop's own");
        own->resolve(query("localhost"), b);
        ra.reset(), rb.reset(), rc.reset();
        loop.reset();
        bool thrown = false;
        try {
            own->resolve(query("localhost"), b);
        } catch (const Failure&) {
            thrown = true;
        }
        OK(thrown, "does not hold the loop");
        own->reset();
    }
    leaks.check();
}

TEST(net_resolver_timeout) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        Ref<Resolver> resolver = make<Resolver>(loop);
        auto a = make<Answer>();
        auto q = query("localhost");
        q.timeout_ms = 1;
        q.use_cache = false;
        // Many at once: some answers are in time, the others are given up; all of them once.
        for (int i = 0; i < 50; ++i)
            resolver->resolve(q, a);
        loop->run();
        IS(a->calls, 50, "in time or given up, each once");
        OK(!a->error || a->error == system_error(ETIMEDOUT), "plainly timed out");
    }
    leaks.check();
}

TEST(net_resolver_connect) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        EchoServer server(loop);
        Peer client(loop), lost(loop);
        Tcp::ConnectOptions o;
        o.host = "localhost";  // perhaps ::1 first, where nobody listens
        o.port = server.address().port();
        client.tcp->connect(o);
        client.tcp->write("by name");
        loop_until(*loop, [&] { return client.got == "by name"; });
        IS(client.got, "by name", "connected by name");
        o.host = "no.such.host.invalid";
        lost.tcp->connect(o);
        lost.tcp->write("x");
        loop_until(
            *loop, [&] { return !lost.connects.empty(); }, 6000);
        OK(lost.connects.at(0).rfind("resolve error (6:unievent) -> ", 0) == 0, lost.connects.at(0));
        lost.connects.clear();
        lost.tcp->connect(o);
        lost.tcp->reset();
        IS(joined(lost.connects), "Operation canceled (125:generic)", "reset while looking up");
        lost.connects.clear();
        lost.tcp->connect(o);
        loop->resolver().reset();
        loop_for(*loop, 5);
        IS(joined(lost.connects), "Operation canceled (125:generic)", "the resolver is reset");
        o.host = "127.0.0.1";
        client.tcp->reset();
        client.got.clear();
        client.tcp->connect(o);
        client.tcp->write("x");
        loop_until(*loop, [&] { return client.got == "x"; });
        IS(client.got, "x", "a numeric name");
        o.host = "";
        lost.connects.clear();
        lost.tcp->connect(o);
        loop_until(*loop, [&] { return !lost.connects.empty(); });
        OK(lost.connects.at(0).find("unievent-resolve") != std::string::npos, lost.connects.at(0));
    }
    leaks.check();
}
