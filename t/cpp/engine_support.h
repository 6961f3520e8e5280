// What the tests of the WebSocket engine share: a server on loopback, and a raw peer that says exactly what it is told.
//
// The peer is a plain non-blocking socket of the same thread: the kernel completes its connection without the server,
// and every wait turns the loop until something holds, at most a few seconds.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/dispatcher.h"
#include "codec/ws/message_writer.h"
#include "net/timer.h"
#include "tap.h"
#include "ws/server.h"

namespace engine_test {

using namespace ue;

// A listener whose code fails.
class Failing : public Listener {
  public:
    bool call(const Value*, size_t, Round*) override { return false; }
};

// A function as a listener.
class On : public Listener {
  public:
    explicit On(std::function<void(const Value*)> f) : f_(std::move(f)) {}
    bool call(const Value* args, size_t, Round*) override {
        f_(args);
        return true;
    }

  private:
    std::function<void(const Value*)> f_;
};
Ref<Listener> on(std::function<void(const Value*)> f);

// Turns the loop until the condition holds or the time is over; whether it holds.
bool run_until(net::Loop& loop, const std::function<bool()>& condition, uint64_t ms = 5000);
// Lets the loop do what is ready, a few times.
void settle(net::Loop& loop);

constexpr char kKey[] = "dGhlIHNhbXBsZSBub25jZQ==";
constexpr char kAcceptKey[] = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";
// A browser's handshake; `headers` (each ending in CRLF) are added.
std::string handshake(std::string_view headers = {});

inline std::string frame(uint8_t opcode, std::string_view payload, bool fin = true, uint8_t rsv = 0) {
    return codec::make_frame(codec::Role::kClient, opcode, payload, fin, rsv);
}
inline std::string server_frame(uint8_t opcode, std::string_view payload, uint8_t rsv = 0) {
    return codec::make_frame(codec::Role::kServer, opcode, payload, true, rsv);
}
// The payload of a close frame.
std::string close_payload(uint16_t code, std::string_view reason = {});

class Peer {
  public:
    explicit Peer(net::Loop& loop) : loop_(loop) {}
    Peer(net::Loop& loop, const net::SockAddr& to) : loop_(loop) { connect(to); }
    ~Peer() { drop(); }
    Peer(const Peer&) = delete;
    Peer& operator=(const Peer&) = delete;

    void connect(const net::SockAddr& to, int receive_buffer = 0);
    void send(std::string_view bytes);  // all of it, turning the loop where the kernel takes no more
    void finish();                      // FIN
    void reset();                       // RST
    void drop();                        // closes the descriptor
    // Says the handshake and waits for the 101; false if something else came.
    bool upgrade(std::string_view headers = {});

    // Everything received so far and not yet taken; reads what is there first.
    std::string& input();
    bool wait_for(size_t bytes);
    bool wait_for_eof();
    std::string take(size_t bytes) {  // waits; shorter if they do not come
        wait_for(bytes);
        std::string head = input_.substr(0, bytes);
        input_.erase(0, bytes);
        return head;
    }
    std::string take_head();  // up to the empty line
    std::string take_all();   // up to the end of the stream
    bool eof() const { return eof_; }
    bool was_reset() const { return reset_; }
    size_t reads() const { return reads_; }  // of something

  private:
    net::Loop& loop_;
    int fd_ = -1;
    std::string input_;
    bool eof_ = false, reset_ = false;
    size_t reads_ = 0;
};

ws::ServerConfig local_config();  // one location: 127.0.0.1, any port

// A loop with a running server, and the proof at its end that nothing is left of it.
class Stage {
  public:
    explicit Stage(const ws::ServerConfig& config = local_config());
    ~Stage();

    net::SockAddr address() const { return server->sockaddr().value(); }
    // A peer whose handshake is done, and its connection.
    std::unique_ptr<Peer> join(std::string_view headers = {});
    Ref<ws::ServerConnection> last();  // the newest connection
    bool until(const std::function<bool()>& condition, uint64_t ms = 5000) { return run_until(*loop, condition, ms); }

    // Answers every message with itself.
    void echo();

  private:
    const long live_before_;  // first: everything else is made after it was read

  public:
    Ref<net::Loop> loop;
    Ref<ws::Server> server;
    std::vector<std::string> log;  // what the tests write down
};

}  // namespace engine_test
