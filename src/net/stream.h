// A connected, connecting or listening byte stream: TCP or Unix-domain, plain or TLS.
//
// Two faces.
//   The interface's face (UniEvent::Stream): a queue of requests (connect, write, shutdown, disconnect, run_in_order)
//   executed strictly one after another, and events. Its state is made on first use: a connection that only the engine
//   sees does not pay for it.
//   The engine's face (StreamOwner, output()): what the HTTP and WebSocket layers use. An owner gets reads, eof and
//   errors straight, in place, without events; it writes by appending to the output, and everything appended while a
//   read is being handled leaves in one system call when that read has been handled.
//
// Below both is the Wire: the libuv handle, the output and the TLS state in one block, which outlives the stream by
// what closing takes.
//
// Ownership: whoever made the stream holds it; queued requests hold it; an owner is a plain pointer that the owner
// clears (set_owner(nullptr)) before it goes.
#pragma once
#include <memory>
#include <string_view>

#include "base/error.h"
#include "net/handle.h"
#include "net/request.h"
#include "net/sockaddr.h"
#include "net/ssl_context.h"

namespace ue::net {

class Stream;
class Listening;
class StreamQueue;
class Wire;

// Keeps bytes alive that are being sent from where they lie.
class Keeper : public Refcnt {};

// Told once when all bytes appended before it are in the kernel, or will never be. Never from inside the append or
// flush; perhaps from inside what closes the stream, perhaps after the stream has gone (finish).
class WriteNotice : public Refcnt {
  public:
    virtual void written(const ErrorCode& error) = 0;
};

class StreamOwner {
  public:
    // Bytes have come. They may be changed in place and are valid during the call only. The owner may do anything to
    // the stream here, dropping it included (an owner that goes clears set_owner() first: the engine holds the stream
    // until it has done with this read). The stream is corked for the time of the call.
    virtual void on_read(char* data, size_t size) = 0;
    // The peer has finished sending, or the connection was reset (then error is set). Once.
    virtual void on_eof(const ErrorCode& error) = 0;
    // A write failed; nothing more will be sent. Never from inside a call of the owner.
    virtual void on_write_error(const ErrorCode& error) = 0;
    // Somebody else (the user, through the interface's face) reset the stream.
    virtual void on_reset() = 0;
    // Everything that was waiting for the kernel has gone out (only after there had been a backlog).
    virtual void on_drain() {}
    // A place to receive into directly, for a large message under way; size 0 means the loop's shared buffer. Plain
    // streams only. The on_read that follows gets this very pointer.
    virtual Loop::Buffer read_target() { return {nullptr, 0}; }
    // A listening stream has accepted `client`; TLS, if any, has not begun. The owner takes it by keeping a Ref.
    virtual void on_accept(Ref<Stream> client) { (void)client; }
    virtual void on_accept_error(const ErrorCode& error) { (void)error; }
    // TLS of an accepted stream is up (or failed: the stream is then reset by its owner). A connecting stream tells it
    // with the connect request.
    virtual void on_secure(const ErrorCode& error) { (void)error; }

  protected:
    ~StreamOwner() = default;
};

class Stream : public Handle {
  public:
    static const Type kType;  // "UniEvent::Stream"
    const Type& type() const override { return kType; }

    // ---- engine's face ----
    void set_owner(StreamOwner* owner);
    StreamOwner* owner() const { return owner_; }

    // Room for `size` more bytes of output; write into it, then commit what was written. Until the commit nothing else
    // may be called on the stream. On a stream that cannot send (closed, failed) the bytes are dropped.
    char* reserve(size_t size);
    void commit(size_t size);
    void append(std::string_view bytes);
    // The same without a copy, for large pieces: `bytes` must stay valid and unchanged while `keeper` is held.
    void append_held(std::string_view bytes, Ref<Keeper> keeper);
    void after_flush(Ref<WriteNotice> notice);
    void flush();           // now; a no-op while TLS is not up. Calls nobody: errors and notices come later
    size_t unsent() const;  // bytes appended and not yet taken by the kernel; cheap
    // Flush, then FIN, wait until everything is out but at most `timeout_ms` (0: for ever), then close the descriptor.
    // The owner is detached at once and hears nothing more. The stream is back in its initial state when the call
    // returns and need not be kept: what is left to do is the wire's business.
    void finish(uint64_t timeout_ms);
    // The same without FIN and without waiting for anything: an abrupt end (RST if the peer still sends).
    void abort();
    // A pause of reading (backpressure) is read_stop() and read_start(), below.

    // ---- interface's face ----
    // Observers: on_connection, on_connect, on_read, on_eof, on_write, on_shutdown; on_establish without an event.
    Event<Stream*, Stream*, ErrorCode>& connection_event();       // listening: (server, client or null, error)
    Event<Stream*, ErrorCode, ConnectRequest*>& connect_event();  // (stream, error, request)
    Event<Stream*, std::string_view, ErrorCode>& read_event();    // (stream, bytes, error); null bytes with an error
    Event<Stream*>& eof_event();
    Event<Stream*, ErrorCode, WriteRequest*>& write_event();
    Event<Stream*, ErrorCode, ShutdownRequest*>& shutdown_event();

    // Makes the stream for an accepted connection; without one the server makes its own kind.
    class Factory : public Refcnt {
      public:
        virtual Ref<Stream> make(Stream& server) = 0;
    };
    void set_connection_factory(Ref<Factory> factory);

    bool readable() const;
    bool writable() const;
    bool listening() const;
    bool connecting() const;
    bool established() const;
    bool connected() const;
    bool wantread() const;
    bool shutting_down() const;
    bool is_shut_down() const;
    bool is_secure() const;
    size_t write_queue_size() const;

    static constexpr int kDefaultBacklog = 128;
    // listen_error over the reason. Throws Failure if TLS is on but the context has no certificate and key.
    ErrorCode listen(int backlog = kDefaultBacklog);
    ErrorCode read_start();
    void read_stop();
    // Null request (nothing queued) for empty data. `callback`: the request's own listener, called before the events.
    Ref<WriteRequest> write(std::string_view data, Ref<Listener> callback = nullptr);
    Ref<ShutdownRequest> shutdown(uint64_t timeout_ms = 0, Ref<Listener> callback = nullptr);
    void disconnect();
    void run_in_order(Ref<Listener> callback);  // called with (stream)

    void use_ssl(Ref<SslContext> context);  // throws Failure "can't change stream filters when active"
    void no_ssl();

    // No address (not bound, not connected): an empty SockAddr without error.
    virtual Expected<SockAddr> sockaddr() const = 0;
    virtual Expected<SockAddr> peeraddr() const = 0;
    Expected<int> recv_buffer_size() const;
    ErrorCode set_recv_buffer_size(int bytes);
    Expected<int> send_buffer_size() const;
    ErrorCode set_send_buffer_size(int bytes);

    bool active() const override;
    void set_weak(bool weak) override;
    void reset() override;
    void clear() override;

  protected:
    explicit Stream(Ref<Loop> loop);
    ~Stream() override;

    // What the kinds differ in.
    virtual Ref<Stream> make_same_kind() = 0;  // for an accepted connection
    virtual Wire* make_wire() = 0;
    virtual ErrorCode prepare_listen() = 0;  // sees to it that there is a socket to listen on
    virtual void forget_address() {}         // on reset: what was bound

    // A connection that exists already: the stream takes the descriptor if that succeeds (a libuv status).
    int take(int fd);
    void begin_reading();
    // A socket that neither listens nor connects yet; closed with the stream. -1: none.
    int idle_fd() const;
    void set_idle_fd(int fd, bool bound);
    int release_idle_fd();
    bool pristine() const;  // no connection, no bound socket
    bool bound() const;
    void set_bind_error(int errno_value);  // reported by listen()
    int bind_error() const;
    int fd() const;  // of whatever there is, or -1
    Expected<SockAddr> own_address() const;
    Expected<SockAddr> peer_address() const;
    void push(Ref<Request> request);
    void set_directions(bool in, bool out) { in_ = in, out_ = out; }
    Wire* wire() const { return wire_; }
    void replace_wire(Wire* wire);  // the next try of a connect

    // Of the connect request under way: the physical connection is there, or has failed for good.
    void established(const ErrorCode& error, const std::string& host);

  private:
    friend class Wire;
    friend class Listening;
    friend class StreamQueue;
    friend class FlushWatch;
    friend class Request;
    friend class ConnectRequest;
    friend class WriteRequest;
    friend class ShutdownRequest;
    struct Face;
    class Disconnect;
    Face& face();

    // From the wire. In each of them anything may happen to the stream.
    void wire_connected(const ErrorCode& error);
    void wire_read(char* data, size_t size);
    void wire_ended(const ErrorCode& error);
    void wire_write_failed(const ErrorCode& error);
    void wire_drained();
    void wire_secured(const ErrorCode& error);

    void accepted(int fd);
    void accept_failed(const ErrorCode& error);
    void client_ready(Stream& client, const ErrorCode& error);
    void forget_client(Stream& client);
    void close_down();  // the socket and all state of the connection; not the queue
    bool can_send() const;

    StreamOwner* owner_ = nullptr;
    Wire* wire_ = nullptr;
    std::unique_ptr<Face> face_;  // what only the interface's face and listeners need
    bool want_read_ : 1;
    bool connecting_ : 1;   // a connect request is at work
    bool established_ : 1;  // physically connected
    bool secure_ : 1;       // this connection speaks TLS
    bool ended_ : 1;        // the peer has finished
    bool shutting_ : 1;
    bool shut_ : 1;  // we have
    bool in_ : 1;    // directions that exist at all
    bool out_ : 1;
};

}  // namespace ue::net
