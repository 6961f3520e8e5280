// A listening socket: accepts by itself, and pauses when the process has no descriptors left.
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <new>

#include "net/errors.h"
#include "net/stream_face.h"
#include "net/uv_block.h"

namespace ue::net {

int Listening::start(Stream& stream, int fd, Listening** out) {
    auto* l = new Listening;
    const int status = uv_poll_init(stream.loop()->uv(), &l->poll_, fd);
    if (status) {
        delete l;
        return status;
    }
    l->stream_ = &stream;
    l->fd_ = fd;
    l->poll_.data = l;
    l->set_weak(stream.weak());
    l->resume();
    *out = l;
    return 0;
}

void Listening::drop() {
    stream_ = nullptr;
    uv_poll_stop(&poll_);
    ::close(fd_);
    fd_ = -1;
    drop_watcher(pause_);
    uv_close(as_handle(&poll_), [](uv_handle_t* h) { delete static_cast<Listening*>(h->data); });
}

void Listening::set_weak(bool weak) {
    set_watcher_weak(&poll_, weak);
    if (pause_) set_watcher_weak(pause_, weak);
}

void Listening::resume() {
    uv_poll_start(&poll_, UV_READABLE, [](uv_poll_t* h, int, int) {
        auto* l = static_cast<Listening*>(h->data);
        if (l->stream_) l->accept();
    });
}

// The timer takes the poll's place in keeping the loop running.
void Listening::pause() {
    uv_poll_stop(&poll_);
    if (!pause_) {
        pause_ = make_watcher<uv_timer_t>(this);
        uv_timer_init(stream_->loop()->uv(), pause_);
        if (stream_->weak()) uv_unref(as_handle(pause_));
    }
    uv_timer_start(
        pause_,
        [](uv_timer_t* h) {
            if (h->data) static_cast<Listening*>(h->data)->resume();
        },
        kPauseMs, 0);
}

void Listening::accept() {
    const Ref<Stream> hold(stream_);
    for (int n = 0; n < kAcceptsPerTurn && stream_; ++n) {
        const int fd = accept4(fd_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
        int failed = errno;
        if (fd >= 0) {
            try {
                stream_->accepted(fd);
                continue;
            } catch (const std::bad_alloc&) {  // whose the descriptor is by now goes with its owner
                failed = ENOMEM;
            }
        }
        if (failed == EAGAIN || failed == EWOULDBLOCK) return;
        // The connection died in the queue (accept(2) hands pending network errors on): the next one, please.
        if (failed == EINTR || failed == ECONNABORTED || failed == EPROTO || failed == ENETDOWN || failed == EPERM ||
            failed == EHOSTDOWN || failed == ENONET || failed == EHOSTUNREACH || failed == ENETUNREACH)
            continue;
        pause();
        return stream_->accept_failed(system_error(failed));
    }
}

}  // namespace ue::net
