// The lower half of a stream: one connected (or connecting) libuv handle, the output on its way into it, the TLS state.
//
// Ownership: a stream owns its wire until it drops it or tells it to finish. A dropped wire calls nobody any more and
// frees itself in libuv's close callback; hence it may be touched until the end of the callback it was dropped in. A
// finishing wire lives on without a stream, known to libuv only, and drops itself.
#pragma once
#include <uv.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"
#include "net/loop.h"
#include "net/sockaddr.h"

namespace ue::net {

class Keeper;
class SslContext;
class Stream;
class TlsFilter;
class WriteNotice;

class Wire {
  public:
    enum class Kind { kTcp, kPipe };
    // Without a descriptor yet.
    Wire(Stream& stream, Kind kind);
    int open(int fd);  // hands the descriptor over if it succeeds (0); else a libuv status
    // The outcome reaches Stream::wire_connected(). A status on immediate failure.
    int connect(const SockAddr& address);
    int fd() const;
    uv_tcp_t* tcp() { return &uv_.tcp; }
    void set_weak(bool weak);

    int read_start();
    void read_stop();
    bool reading() const { return reading_; }
    bool busy() const;  // reads, or has a write under way

    // ---- output ----
    char* reserve(size_t size) {
        if (size <= out_room_ - out_size_) return out_ + out_size_;
        return make_room(size);
    }
    void commit(size_t size) {
        if (!size || !sendable()) return;
        out_size_ += size;
        if (!corked_ && !flush_slot_) flush_soon();
    }
    void append_held(std::string_view bytes, Ref<Keeper> keeper);
    // Told when all but the last `bytes_after` bytes appended so far are out.
    void after_flush(Ref<WriteNotice> notice, size_t bytes_after = 0);
    void flush();  // calls nobody
    size_t unsent() const { return backlog_ || tls_ ? unsent_unusual() : failed_ ? 0 : out_size_ - out_begin_; }
    const ErrorCode& write_error() const;  // no more output can be sent
    // Throws away what is unsent and closes the sending side at once; what a write under way still holds is lost.
    void cut_output();
    int shut_down();  // FIN. Only when nothing is unsent; an errno

    // ---- TLS ----
    // Ends in Stream::wire_secured(); an error only if OpenSSL cannot make a connection object.
    ErrorCode start_tls(const SslContext& context, bool server, const std::string& host);
    bool tls_up() const { return tls_up_; }

    // ---- the end ----
    void drop();                         // the stream has let go of it
    void farewell(uint64_t timeout_ms);  // the same, but flushed, with FIN, and not later than the time-out

  private:
    friend class Loop;
    friend struct Loop::Shared;
    struct Backlog;
    struct Job;
    struct Farewell;
    ~Wire();

    bool sendable() const { return !failed_ && !closing_; }
    char* make_room(size_t size);
    void flush_soon();
    void release_output();
    void own_output();
    Backlog& backlog();
    void release_backlog();
    void progress(size_t bytes);
    void consume(size_t bytes);
    size_t gather(uv_buf_t* bufs, size_t room);  // the next unsent pieces; how many
    void flush_plain();
    void flush_tls();
    bool send_sealed(size_t plain);
    size_t unsent_unusual() const;
    size_t unsent_plain() const;
    void queue_rest();
    void start_job(Job* job, const uv_buf_t* bufs, size_t count);
    void job_done(Job* job, int status);
    void write_failed(int status);
    void settle();   // flush, then tell what came of it. By the loop
    void deliver();  // notices, errors, drain
    void forget_output(const ErrorCode& error);

    void on_read(char* data, size_t size);
    void on_end(int status);
    template <class F>
    void corked(F body);
    void out_of_memory();
    void tls_input(const char* data, size_t size);
    void tls_go_on();
    void tls_failed(const ErrorCode& reason);
    void farewell_goes_on();
    // A peer that sends faster than it is read would keep the loop, which goes on reading as long as there is
    // something: with so much of it read in one turn, the rest waits for the next.
    static constexpr size_t kReadPerTurn = 128 * 1024;
    bool has_had_its_turn() const { return read_turn_ == loop_->turn() && read_in_turn_ >= kReadPerTurn; }
    void count_read(size_t size);
    static void alloc_cb(uv_handle_t* h, size_t suggested, uv_buf_t* buf);
    static void read_cb(uv_stream_t* s, ssize_t size, const uv_buf_t* buf);

    Stream* stream_;
    Loop* loop_;
    char* out_ = nullptr;  // appended bytes, [out_begin_, out_size_) unsent
    size_t out_begin_ = 0, out_size_ = 0, out_room_ = 0;
    std::unique_ptr<Backlog> backlog_;  // only while something is unusual: held pieces, notices, a write under way
    std::unique_ptr<TlsFilter> tls_;
    std::unique_ptr<Farewell> farewell_;
    uint32_t read_turn_ = 0, read_in_turn_ = 0;
    uint32_t flush_slot_ = 0;  // place in the loop's list, from 1
    bool out_shared_ = false;  // out_ is the loop's
    bool corked_ = false;      // a read is being handled: its end flushes
    bool reading_ = false;
    bool failed_ = false;  // Backlog::error says why
    bool ended_ = false;   // the peer has finished
    bool tls_up_ = false;
    bool closing_ = false;
    bool backed_up_ = false;  // the kernel was full: on_drain is owed
    union {
        uv_handle_t any;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } uv_;
};

}  // namespace ue::net
