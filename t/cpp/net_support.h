// What the tests of src/net share: listeners from lambdas, an echo server, a peer that collects what it hears, and the
// proof that nothing is left.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/dispatcher.h"
#include "base/object.h"
#include "net/errors.h"
#include "net/tcp.h"
#include "net/timer.h"
#include "tap.h"

namespace net_test {

using namespace ue;
using namespace ue::net;

class Lambda : public Listener {
  public:
    using Body = std::function<void(const Value*, size_t)>;
    explicit Lambda(Body body) : body_(std::move(body)) {}
    bool call(const Value* args, size_t count, Round*) override {
        body_(args, count);
        return true;
    }

  private:
    Body body_;
};

inline Ref<Listener> on(Lambda::Body body) {
    return make<Lambda>(std::move(body));
}
inline Ref<Listener> on(std::function<void()> body) {
    return make<Lambda>([body = std::move(body)](const Value*, size_t) { body(); });
}

class LambdaTask : public Task {
  public:
    explicit LambdaTask(std::function<bool()> body) : body_(std::move(body)) {}
    bool run() override { return body_(); }

  private:
    std::function<bool()> body_;
};

inline Ref<Task> later(std::function<void()> body) {
    return make<LambdaTask>([body = std::move(body)] {
        body();
        return true;
    });
}

// An observer that writes down the names of what was called.
class Diary : public Handle::Observer {
  public:
    explicit Diary(std::vector<std::string>& lines) : lines_(lines) {}
    bool call(const char* method, const Value*, size_t) override {
        lines_.push_back(method);
        return true;
    }

  private:
    std::vector<std::string>& lines_;
};

inline std::string joined(const std::vector<std::string>& lines) {
    std::string out;
    for (const auto& l : lines)
        out += (out.empty() ? "" : " ") + l;
    return out;
}

// Runs until `done`, at most ten seconds, which only a failure or a very busy machine needs.
inline bool loop_until(Loop& loop, const std::function<bool()>& done, uint64_t ms = 10'000) {
    auto timer = make<Timer>(Ref<Loop>(&loop));
    bool late = false;
    timer->event.add(on([&] { late = true; }));
    timer->once(ms);
    while (!done() && !late)
        loop.run(Loop::Mode::kOnce);
    return done();
}

// For as long as it takes (bounded) or a little while.
inline void loop_for(Loop& loop, uint64_t ms) {
    loop_until(
        loop, [] { return false; }, ms);
}

// Sockets that libuv still has, lingering ones included.
inline int open_sockets(Loop& loop) {
    int count = 0;
    uv_walk(
        loop.uv(),
        [](uv_handle_t* h, void* n) {
            if (h->type == UV_TCP || h->type == UV_NAMED_PIPE) ++*static_cast<int*>(n);
        },
        &count);
    return count;
}

struct Leaks {
    long before = Object::live();
    void check(const char* name = "no object is left") { IS(Object::live(), before, name); }
};

inline SockAddr loopback(uint16_t port = 0) {
    return SockAddr::inet4("127.0.0.1", port).value();
}

inline std::string text(const ErrorCode& e) {
    return e.to_string();
}

// A stream of the interface's face and what it has heard.
struct Peer {
    explicit Peer(const Ref<Loop>& loop) : Peer(make<Tcp>(loop)) {}
    explicit Peer(Ref<Tcp> t) : tcp(std::move(t)) {
        tcp->read_event().add(on([this](const Value* v, size_t) {
            if (v[2].error()) errors.push_back(text(v[2].error()));
            got.append(v[1].bytes());
        }));
        tcp->eof_event().add(on([this] { ++eofs; }));
        tcp->connect_event().add(on([this](const Value* v, size_t) { connects.push_back(text(v[1].error())); }));
    }
    ~Peer() { close(); }
    void close() {
        if (tcp) tcp->clear();
        tcp.reset();
    }

    Ref<Tcp> tcp;
    std::string got;
    std::vector<std::string> errors, connects;
    int eofs = 0;
};

// Listens, keeps what it accepts, sends back what it reads, half-closes after the peer has.
struct EchoServer {
    explicit EchoServer(const Ref<Loop>& loop, Ref<SslContext> ssl = nullptr) : tcp(make<Tcp>(loop)) {
        tcp->bind_addr(loopback());
        if (ssl) tcp->use_ssl(ssl);
        tcp->listen();
        tcp->connection_event().add(on([this](const Value* v, size_t) {
            if (v[2].error()) errors.push_back(text(v[2].error()));
            auto* client = object_cast<Stream>(v[1].object());
            if (!client || v[2].error()) return;
            clients.emplace_back(client);
            client->read_event().add(on([this](const Value* v, size_t) {
                bytes += v[1].bytes().size();
                if (echo) static_cast<Stream*>(v[0].object())->write(v[1].bytes());
            }));
            client->eof_event().add(on([this](const Value* v, size_t) {
                ++eofs;
                static_cast<Stream*>(v[0].object())->shutdown();
            }));
            if (accepted) accepted(*client);
        }));
    }
    ~EchoServer() { close(); }
    void close() {
        if (tcp) tcp->clear();
        tcp.reset();
        for (auto& c : clients)
            c->clear();
        clients.clear();
    }
    SockAddr address() const { return tcp->sockaddr().value(); }
    Tcp::ConnectOptions options() const {
        Tcp::ConnectOptions o;
        o.address = address();
        return o;
    }

    Ref<Tcp> tcp;
    std::vector<Ref<Stream>> clients;
    std::vector<std::string> errors;
    std::function<void(Stream&)> accepted;
    size_t bytes = 0;
    int eofs = 0;
    bool echo = true;
};

}  // namespace net_test
