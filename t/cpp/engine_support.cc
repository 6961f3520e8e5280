#include "engine_support.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>

namespace engine_test {

namespace {

uint64_t clock_ms() {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
}

}  // namespace

Ref<Listener> on(std::function<void(const Value*)> f) {
    return make<On>(std::move(f));
}

bool run_until(net::Loop& loop, const std::function<bool()>& condition, uint64_t ms) {
    const uint64_t end = clock_ms() + ms;
    while (!condition()) {
        if (clock_ms() > end) return false;
        loop.run(net::Loop::Mode::kNoWait);
        ::usleep(50);
    }
    return true;
}

void settle(net::Loop& loop) {
    for (int i = 0; i < 10; ++i) {
        loop.run(net::Loop::Mode::kNoWait);
        ::usleep(200);
    }
}

std::string handshake(std::string_view headers) {
    std::string text =
        "GET /chat?a=b HTTP/1.1\r\nHost: localhost\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ";
    text += kKey;
    text += "\r\n";
    text += headers;
    return text + "\r\n";
}

std::string close_payload(uint16_t code, std::string_view reason) {
    std::string payload;
    payload += static_cast<char>(code >> 8);
    payload += static_cast<char>(code & 255);
    payload += reason;
    return payload;
}

void Peer::connect(const net::SockAddr& to, int receive_buffer) {
    fd_ = ::socket(to.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (receive_buffer) ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    if (::connect(fd_, to.native(), static_cast<socklen_t>(to.native_size())) != 0) {
        OK(false, "the peer connects");
        return drop();
    }
    ::fcntl(fd_, F_SETFL, O_NONBLOCK);
}

void Peer::send(std::string_view bytes) {
    run_until(loop_, [&] {
        if (bytes.empty()) return true;
        const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (n > 0) bytes.remove_prefix(static_cast<size_t>(n));
        return bytes.empty() || (n < 0 && errno != EAGAIN);
    });
}

void Peer::finish() {
    ::shutdown(fd_, SHUT_WR);
}

void Peer::reset() {
    const linger abrupt = {1, 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &abrupt, sizeof(abrupt));
    drop();
}

void Peer::drop() {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
}

bool Peer::upgrade(std::string_view headers) {
    send(handshake(headers));
    return take_head().compare(0, 12, "HTTP/1.1 101") == 0;
}

std::string& Peer::input() {
    char buffer[65536];
    while (fd_ >= 0 && !eof_) {
        const ssize_t n = ::recv(fd_, buffer, sizeof(buffer), 0);
        if (n > 0) {
            input_.append(buffer, static_cast<size_t>(n));
            ++reads_;
        } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
            eof_ = true;
            reset_ = n < 0;
        } else if (errno == EAGAIN) {
            break;
        }
    }
    return input_;
}

bool Peer::wait_for(size_t bytes) {
    return run_until(loop_, [&] { return input().size() >= bytes || eof_; }) && input_.size() >= bytes;
}

bool Peer::wait_for_eof() {
    return run_until(loop_, [&] {
        input();
        return eof_;
    });
}

std::string Peer::take_head() {
    size_t end = std::string::npos;
    run_until(loop_, [&] { return (end = input().find("\r\n\r\n")) != std::string::npos || eof_; });
    if (end == std::string::npos) return take_all();
    return take(end + 4);
}

std::string Peer::take_all() {
    wait_for_eof();
    return std::exchange(input_, {});
}

ws::ServerConfig local_config() {
    ws::ServerConfig config;
    http::Location location;
    location.host = "127.0.0.1";
    config.http.locations.push_back(location);
    return config;
}

Stage::Stage(const ws::ServerConfig& config) : live_before_(Object::live()), loop(make<net::Loop>()) {
    server = make<ws::Server>(config, loop);
    OK(!server->run(), "the server runs");
}

Stage::~Stage() {
    server.reset();
    OK(run_until(*loop, [&] { return !loop->alive(); }), "nothing keeps the loop alive");
    loop.reset();
    IS(Object::live(), live_before_, "no engine object is left");
}

std::unique_ptr<Peer> Stage::join(std::string_view headers) {
    auto peer = std::make_unique<Peer>(*loop, address());
    OK(peer->upgrade(headers), "handshake");
    return peer;
}

Ref<ws::ServerConnection> Stage::last() {
    const auto all = server->connections();
    Ref<ws::ServerConnection> newest, c;
    while ((c = all->next()))
        newest = c;
    return newest;
}

void Stage::echo() {
    server->connection_event.add(on([](const Value* args) {
        auto* connection = static_cast<ws::ServerConnection*>(args[1].object());
        connection->message_event.add(on([](const Value* message) {
            auto* c = static_cast<ws::Connection*>(message[0].object());
            auto* m = static_cast<codec::WsMessage*>(message[1].object());
            c->send(m->opcode(), m->payload());
        }));
    }));
}

}  // namespace engine_test
