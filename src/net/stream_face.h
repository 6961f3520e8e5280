// What a stream has only if the interface uses it, or if it listens.
#pragma once
#include <cerrno>
#include <string>
#include <vector>

#include "net/ssl_context.h"
#include "net/stream_queue.h"
#include "net/timeout_queue.h"

namespace ue::net {

struct Stream::Face {
    explicit Face(Stream& stream) : queue(stream), patience(stream) {}

    Event<Stream*, Stream*, ErrorCode> connection;
    Event<Stream*, ErrorCode, ConnectRequest*> connect;
    Event<Stream*, std::string_view, ErrorCode> read;
    Event<Stream*> eof;
    Event<Stream*, ErrorCode, WriteRequest*> write;
    Event<Stream*, ErrorCode, ShutdownRequest*> shutdown;

    StreamQueue queue;
    Ref<SslContext> ssl;
    Ref<Factory> factory;

    int fd = -1;  // bound or made, neither listening nor connecting yet
    bool bound = false;
    int bind_error = 0;  // found by bind, reported by listen

    Listening* listening = nullptr;
    std::vector<Ref<Stream>> handshaking;  // accepted, TLS not up yet
    Stream* server = nullptr;              // in whose `handshaking` this one is

    // A peer that connects and then says nothing would hold a descriptor and a TLS state for ever.
    static constexpr uint64_t kHandshakeMs = 30'000;
    struct Patience : TimeoutQueue::Entry {
        explicit Patience(Stream& s) : stream(s) {}
        void on_timeout() override { stream.wire_secured(system_error(ETIMEDOUT)); }
        Stream& stream;
    };
    Patience patience;
    Ref<TimeoutQueue> handshake_times;  // of a server
};

// A listening socket. Not uv_listen(): libuv answers EMFILE by accepting and closing, and spins when it cannot even do
// that. Here accepting pauses and the connections wait in the kernel's queue.
class Listening {
  public:
    static int start(Stream& stream, int fd, Listening** out);  // a libuv status; takes the descriptor on success
    void drop();                                                // closes; the stream hears nothing more
    int fd() const { return fd_; }
    void set_weak(bool weak);

  private:
    // Connections taken in one go, so that a flood of them does not starve the ones that are there.
    static constexpr int kAcceptsPerTurn = 128;
    // Out of descriptors or memory: how long to wait before the next try.
    static constexpr uint64_t kPauseMs = 100;

    void accept();
    void pause();
    void resume();

    Stream* stream_;
    int fd_;
    uv_poll_t poll_;
    uv_timer_t* pause_ = nullptr;
};

}  // namespace ue::net
