// Whatever a callback of a stream does to the stream, its peer, its server or the loop: nothing crashes, every request
// is answered at most once, and nothing is left.
#include "net/ssl_context.h"
#include "net_support.h"
#include "net_tls.h"

using namespace net_test;

namespace {

struct World {
    Ref<Loop> loop = make<Loop>();
    Ref<Tcp> server = make<Tcp>(loop), client = make<Tcp>(loop);
    std::vector<Ref<Stream>> accepted;
    std::string struck;
    const char* where = "";
    std::function<void()> act;
    int answers = 0, requests = 0;

    void strike(const char* here) {
        if (struck.empty() && std::string(here) == where) struck = here, act();
    }
    SockAddr address;

    void start(const Ref<SslContext>& ssl, bool listening) {
        server->bind_addr(loopback());
        address = server->sockaddr().value();
        if (ssl) server->use_ssl(ssl), client->use_ssl(nullptr);
        if (listening)
            server->listen();
        else
            server->reset();
        server->connection_event().add(on([this](const Value* v, size_t) {
            auto* s = object_cast<Stream>(v[1].object());
            strike("connection");
            if (!s || v[2].error()) return;
            accepted.emplace_back(s);
            s->read_event().add(on([this](const Value* v, size_t) {
                auto* s = static_cast<Stream*>(v[0].object());
                s->write(v[1].bytes());
                strike("server read");
            }));
            s->eof_event().add(on([this](const Value* v, size_t) {
                static_cast<Stream*>(v[0].object())->shutdown();
                strike("server eof");
            }));
        }));
        const auto answer = [this](const char* where) {
            ++requests;
            return on([this, where] { ++answers, strike(where); });
        };
        client->read_event().add(on([this] { strike("read"); }));
        client->eof_event().add(on([this] { strike("eof"); }));
        client->connect_event().add(on([this] { strike("connect event"); }));
        client->write_event().add(on([this] { strike("write event"); }));
        Tcp::ConnectOptions o;
        o.address = address;
        o.timeout_ms = 1000;
        o.callback = answer("connect");
        client->connect(o);
        client->write("first", answer("write"));
        client->write(std::string(200'000, 'x'), answer("write 2"));
        client->run_in_order(on([this] { strike("in order"); }));
        client->shutdown(1000, answer("shutdown"));
    }
    void end() {
        if (client) client->clear();
        if (server) server->clear();
        for (auto& a : accepted)
            a->clear();
        accepted.clear();
        client.reset(), server.reset();
        act = nullptr;
    }
};

const struct {
    const char* name;
    void (*act)(World&);
} kActs[] = {
    {"drop the client", [](World& w) { w.client.reset(); }},
    {"reset the client",
     [](World& w) {
         if (w.client) w.client->reset();
     }},
    {"clear the client",
     [](World& w) {
         if (w.client) w.client->clear();
     }},
    {"disconnect",
     [](World& w) {
         if (w.client) w.client->disconnect();
     }},
    {"drop what was accepted", [](World& w) { w.accepted.clear(); }},
    {"reset what was accepted",
     [](World& w) {
         for (auto& a : w.accepted)
             a->reset();
     }},
    {"drop the server", [](World& w) { w.server.reset(); }},
    {"reset the server",
     [](World& w) {
         if (w.server) w.server->reset();
     }},
    {"drop everything", [](World& w) { w.client.reset(), w.server.reset(), w.accepted.clear(); }},
    {"reset and reconnect",
     [](World& w) {
         w.client->reset();
         Tcp::ConnectOptions o;
         o.address = w.address;
         w.client->connect(o);
         w.client->write("anew");
         w.client->disconnect();
     }},
    {"queue more",
     [](World& w) {
         for (int i = 0; i < 500; ++i)
             w.client->write("more");
         w.client->shutdown(100);
         w.client->disconnect();
         w.client->write("late");
     }},
    {"stop the loop", [](World& w) { w.loop->stop(); }},
    {"stop reading", [](World& w) { w.client->read_stop(); }},
};

const char* const kPlaces[] = {"connect",  "connect event", "write", "write 2",    "write event", "in order",
                               "shutdown", "read",          "eof",   "connection", "server read", "server eof"};

void table(const Ref<SslContext>& ssl, bool listening) {
    for (const auto& act : kActs) {
        Leaks leaks;
        int struck = 0, wrong = 0, alive = 0;
        for (const char* where : kPlaces) {
            World w;
            w.where = where;
            w.act = [&] { act.act(w); };
            w.start(ssl, listening);
            // Who is refused gets to few places: when everything has been answered there are no more.
            loop_until(*w.loop, [&] { return !w.struck.empty() || (!listening && w.answers == w.requests); });
            // What was dropped may remain without an answer.
            loop_until(
                *w.loop, [&] { return w.answers == w.requests; }, listening ? 120 : 20);
            struck += !w.struck.empty();
            wrong += w.answers > w.requests;
            w.end();
            alive += w.loop->run();
        }
        OK(struck >= (listening ? 11 : 5), std::string(act.name) + ": in " + std::to_string(struck) + " places");
        OK(!wrong && !alive, "answered once, loop empty");
        leaks.check();
    }
}

}  // namespace

TEST(net_drop_plain) {
    table(nullptr, true);
}
TEST(net_drop_refused) {
    table(nullptr, false);
}
TEST(net_drop_tls) {
    SslContext::default_client();
    const Identity self = make_identity("localhost");
    SslContext::Settings s;
    s.cert = self.cert, s.key = self.key;
    table(SslContext::create(s).value(), true);
}
