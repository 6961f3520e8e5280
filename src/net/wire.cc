#include "net/wire.h"

#include <sys/socket.h>

#include <cerrno>
#include <new>

#include "net/errors.h"
#include "net/loop_shared.h"
#include "net/uv_block.h"
#include "net/wire_private.h"

namespace ue::net {

Wire::Wire(Stream& stream, Kind kind) : stream_(&stream), loop_(stream.loop().get()) {
    if (kind == Kind::kTcp)
        uv_tcp_init(loop_->uv(), &uv_.tcp);
    else
        uv_pipe_init(loop_->uv(), &uv_.pipe, 0);
    uv_.any.data = this;
    if (stream.weak()) set_weak(true);
}

Wire::~Wire() = default;

int Wire::open(int fd) {
    return uv_.any.type == UV_TCP ? uv_tcp_open(&uv_.tcp, fd) : uv_pipe_open(&uv_.pipe, fd);
}

int Wire::fd() const {
    uv_os_fd_t fd;
    return uv_fileno(&uv_.any, &fd) ? -1 : fd;
}

void Wire::set_weak(bool weak) {
    set_watcher_weak(&uv_.any, weak);
}

int Wire::connect(const SockAddr& address) {
    auto* req = new uv_connect_t;
    const auto done = [](uv_connect_t* req, int status) {
        auto* wire = static_cast<Wire*>(req->handle->data);
        delete req;
        if (!wire->closing_) wire->stream_->wire_connected(uv_error(status));
    };
    if (uv_.any.type == UV_TCP) {
        const int status = uv_tcp_connect(req, &uv_.tcp, address.native(), done);
        if (status) delete req;
        return status;
    }
    uv_pipe_connect(req, &uv_.pipe, std::string(address.path()).c_str(), done);
    return 0;
}

int Wire::read_start() {
    if (reading_ || ended_) return 0;
    const int status = uv_read_start(&uv_.stream, alloc_cb, read_cb);
    if (status) return status;
    reading_ = true;
    if (tls_ && tls_->waiting()) flush_soon();  // what came before the last read_stop
    return 0;
}

void Wire::read_stop() {
    if (!reading_) return;
    reading_ = false;
    uv_read_stop(&uv_.stream);
}

bool Wire::busy() const {
    return reading_ || (backlog_ && backlog_->job);
}

void Wire::alloc_cb(uv_handle_t* h, size_t, uv_buf_t* buf) {
    constexpr size_t kLargestRead = kReadPerTurn;  // of a large message, to where it is going
    auto* wire = static_cast<Wire*>(h->data);
    Loop::Buffer room{nullptr, 0};
    if (wire->has_had_its_turn()) {
        *buf = uv_buf_init(nullptr, 0);  // libuv leaves its loop, and comes back in the next turn
        return;
    }
    if (!wire->tls_ && wire->stream_ && wire->stream_->owner()) room = wire->stream_->owner()->read_target();
    if (!room.size) room = wire->loop_->read_buffer();
    *buf = uv_buf_init(room.data, static_cast<unsigned>(std::min(room.size, kLargestRead)));
}

void Wire::read_cb(uv_stream_t* s, ssize_t size, const uv_buf_t* buf) {
    auto* wire = static_cast<Wire*>(s->data);
    if (size == 0 || size == UV_ENOBUFS || wire->closing_) return;
    if (size > 0) wire->count_read(static_cast<size_t>(size));
    if (size < 0)
        wire->on_end(static_cast<int>(size));
    else if (wire->farewell_)
        return;  // nobody is left to read it
    else if (wire->tls_)
        wire->tls_input(buf->base, static_cast<size_t>(size));
    else
        wire->on_read(buf->base, static_cast<size_t>(size));
}

void Wire::count_read(size_t size) {
    if (read_turn_ != loop_->turn()) {
        read_turn_ = loop_->turn();
        read_in_turn_ = 0;
    }
    read_in_turn_ += static_cast<uint32_t>(size);
}

// Everything that is written inside leaves at the end, in one go.
template <class F>
void Wire::corked(F body) {
    const Ref<Stream> hold(stream_);
    const bool outermost = !corked_;
    corked_ = true;
    bool starved = false;
    try {
        body();
    } catch (const std::bad_alloc&) {
        if (!outermost) throw;
        starved = true;
    }
    if (!outermost) return;
    corked_ = false;
    if (starved) out_of_memory();
    if (closing_) return;
    flush();
    own_output();
    deliver();
}

// A block that cannot be had ends the connection that wanted it, and nothing else.
void Wire::out_of_memory() {
    if (closing_ || !stream_) return;
    read_stop();
    ended_ = true;
    const Ref<Stream> hold(stream_);
    try {
        stream_->wire_ended(system_error(ENOMEM));
    } catch (const std::bad_alloc&) {
        if (stream_) stream_->reset();
    }
}

void Wire::settle() {
    if (stream_ && reading_ && tls_ && tls_->waiting()) return corked([this] { tls_go_on(); });
    flush();
    deliver();
}

void Wire::on_read(char* data, size_t size) {
    corked([=] { stream_->wire_read(data, size); });
}

void Wire::on_end(int status) {
    reading_ = false;
    ended_ = true;
    if (farewell_) return farewell_goes_on();
    if (tls_ && !tls_up_) {
        const bool hung_up = status == UV_EOF || status == UV_ECONNRESET;
        return tls_failed(hung_up ? system_error(ECONNABORTED) : uv_error(status));
    }
    const ErrorCode error = status == UV_EOF ? ErrorCode() : uv_error(status);
    corked([&] { stream_->wire_ended(error); });
}

// ---- TLS ----

ErrorCode Wire::start_tls(const SslContext& context, bool server, const std::string& host) {
    ErrorCode error;
    tls_ = TlsFilter::make(context, server, host, &error);
    if (!tls_) return ErrorCode(NetError::kSslError, error);
    const int status = read_start();
    if (status) return ErrorCode(NetError::kReadStartError, uv_error(status));
    if (!server) {
        tls_->handshake();
        flush();
    }
    return {};
}

void Wire::tls_input(const char* data, size_t size) {
    corked([=] {
        tls_->feed(data, size);
        tls_go_on();
    });
}

void Wire::tls_go_on() {
    if (!tls_up_) {
        const auto result = tls_->handshake();
        if (result == TlsFilter::Result::kWantMore) return;
        if (result != TlsFilter::Result::kOk) return tls_failed(tls_->error());
        tls_up_ = true;
        stream_->wire_secured({});
        if (!stream_) return;
        if (!reading_) return tls_->stash();
    }
    char* plain = loop_->shared().plain_buffer();
    TlsFilter::Result result;
    do {
        size_t got = 0;
        result = tls_->read(plain, Loop::Shared::kPlainSize, &got);
        if (got) stream_->wire_read(plain, got);
        if (!stream_) return;
        if (!reading_) return tls_->stash();
    } while (result == TlsFilter::Result::kOk);
    if (result == TlsFilter::Result::kWantMore) return;
    read_stop();
    ended_ = true;
    const bool failed = result == TlsFilter::Result::kError;
    stream_->wire_ended(failed ? ErrorCode(NetError::kSslError, tls_->error()) : ErrorCode());
}

void Wire::tls_failed(const ErrorCode& reason) {
    read_stop();
    const Ref<Stream> hold(stream_);
    flush();  // the alert that says why
    stream_->wire_secured(ErrorCode(NetError::kSslError, reason));
}

}  // namespace ue::net
