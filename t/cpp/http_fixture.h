// An HTTP server and raw clients in one loop, for the tests of src/http. Clients are bare sockets: what they see is
// what is on the wire.
#pragma once
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "base/misuse.h"
#include "http/errors.h"
#include "http/server.h"
#include "net/timer.h"
#include "tap.h"

namespace http_test {

using namespace ue;
using http::ServerRequest;
using http::ServerResponse;

// A listener made of a lambda that takes the event's arguments as Values.
class Heard : public Listener {
  public:
    using F = std::function<void(const Value*)>;
    explicit Heard(F f) : f_(std::move(f)) {}
    bool call(const Value* args, size_t, Round*) override {
        f_(args);
        return true;
    }

  private:
    F f_;
};
inline void on(Dispatcher& event, Heard::F f) {
    event.add(make<Heard>(std::move(f)));
}
inline ServerRequest* request_of(const Value* args) {
    return static_cast<ServerRequest*>(args[0].object());
}
inline void on_request(Dispatcher& event, std::function<void(ServerRequest*)> f) {
    on(event, [f](const Value* args) { f(request_of(args)); });
}
inline void on_error(Dispatcher& event, std::function<void(ServerRequest*, const ErrorCode&)> f) {
    on(event, [f](const Value* args) { f(request_of(args), args[1].error()); });
}

inline Ref<ServerResponse> answer(int code, std::string body = {}) {
    auto response = make<ServerResponse>();
    response->set_code(code);
    response->set_body(std::move(body));
    return response;
}
inline Ref<ServerResponse> chunked_answer(std::string body = {}) {
    auto response = answer(200, std::move(body));
    response->set_chunked(true);
    return response;
}

class Client {
  public:
    explicit Client(const net::SockAddr& to) {
        fd_ = socket(to.family(), SOCK_STREAM, 0);
        if (connect(fd_, to.native(), static_cast<socklen_t>(to.native_size()))) broken = true;
        fcntl(fd_, F_SETFL, O_NONBLOCK);
    }
    Client(const Client&) = delete;
    ~Client() { close(); }

    void send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) return;
            bytes.remove_prefix(static_cast<size_t>(n));
        }
    }
    void pump() {
        char buf[65536];
        while (fd_ >= 0 && !eof && !broken) {
            const ssize_t n = recv(fd_, buf, sizeof buf, 0);
            if (n > 0) in.append(buf, static_cast<size_t>(n));
            if (n == 0) eof = true;
            if (n < 0 && errno != EAGAIN) broken = true;
            if (n < 0) return;
        }
    }
    void half_close() { shutdown(fd_, SHUT_WR); }
    void close() {
        if (fd_ >= 0) ::close(fd_);
        fd_ = -1;
    }
    void reset() {
        const linger hard = {1, 0};
        setsockopt(fd_, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
        close();
    }
    bool ended() const { return eof || broken; }
    net::SockAddr address() const {
        sockaddr_storage a{};
        socklen_t size = sizeof a;
        getsockname(fd_, reinterpret_cast<sockaddr*>(&a), &size);
        return net::SockAddr::from_native(&a, size).value();
    }
    bool saw(std::string_view text) const { return in.find(text) != std::string::npos; }
    size_t count(std::string_view text) const {
        size_t n = 0;
        for (size_t at = 0; (at = in.find(text, at)) != std::string::npos; at += text.size())
            ++n;
        return n;
    }
    std::string body() const {
        const size_t at = in.find("\r\n\r\n");
        return at == std::string::npos ? std::string() : in.substr(at + 4);
    }

    std::string in;
    bool eof = false, broken = false;
    int fd() const { return fd_; }

  private:
    int fd_ = -1;
};

// Counts engine objects from its construction to its end: nothing may be left.
class Server {
  public:
    explicit Server(const std::function<void(http::ServerConfig&)>& adjust = nullptr) {
        loop = make<net::Loop>();
        server = make<http::Server>(loop);
        http::ServerConfig config;
        http::Location location;
        location.host = "127.0.0.1";
        config.locations.push_back(location);
        if (adjust) adjust(config);
        server->configure(config);
        on(server->stop_event, [this](const Value*) { log("stop"); });
    }
    ~Server() {
        for (Client* c : clients_)
            delete c;
        if (server) server->stop();
        server.reset();
        // What is closing needs a turn or two.
        for (int i = 0; i < 200 && loop->run(net::Loop::Mode::kNoWait); ++i)
            usleep(1000);
        OK(!loop->run(net::Loop::Mode::kNoWait), "nothing is left in the loop");
        loop.reset();
        IS(Object::live(), live_before_, "nothing is left alive");
    }

    void run() {
        const ErrorCode error = server->run();
        IS(error.to_string(), std::string(), "runs");
    }
    // Logs finish, drop and error events of every request, under its path.
    void log_everything() {
        on_request(server->route_event, [this](ServerRequest* r) {
            const std::string name(r->target());
            on_request(r->finish_event, [=](ServerRequest*) { log("finish " + name); });
            on_error(r->drop_event,
                     [=](ServerRequest*, const ErrorCode& e) { log("drop " + name + " " + e.message()); });
        });
        on_error(server->error_event, [this](ServerRequest* r, const ErrorCode& e) {
            log("error " + std::string(r->target()) + " " + e.message());
        });
    }
    void answer_all(std::string body = "ok") {
        on_request(server->request_event, [body](ServerRequest* r) { r->respond(answer(200, body)); });
    }
    net::SockAddr address() { return server->sockaddr().value(); }
    Client& client() {
        clients_.push_back(new Client(address()));
        return *clients_.back();
    }

    // Turns of the loop until something holds, a few seconds at most.
    template <class F>
    bool until(F holds, int ms = 5000) {
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
        while (!holds()) {
            if (std::chrono::steady_clock::now() > end) return false;
            turn();
        }
        return true;
    }
    void turn() {
        loop->run(net::Loop::Mode::kNoWait);
        for (Client* c : clients_)
            c->pump();
        usleep(200);
    }
    // For showing that something does not happen: some time, and enough turns for anything that is ready.
    void rest(int ms = 30) {
        int turns = 0;
        const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
        while (++turns < 12 || std::chrono::steady_clock::now() < end)
            turn();
    }
    void later(std::function<void()> f, uint64_t ms = 1) {
        auto timer = make<net::Timer>(loop);
        on(timer->event, [f, timer](const Value*) {
            f();
            const Ref<net::Timer> hold(timer);
            hold->event.remove_all();
        });
        timer->once(ms);
    }
    void log(const std::string& what) {
        if (!events.empty()) events += ", ";
        events += what;
    }

    Ref<net::Loop> loop;
    Ref<http::Server> server;
    std::string events;

  private:
    const long live_before_ = Object::live();
    std::vector<Client*> clients_;
};

constexpr const char* kReset = "Connection reset by peer";

}  // namespace http_test
