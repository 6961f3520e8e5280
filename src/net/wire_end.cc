// How a wire ends: at once, or politely.
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "net/errors.h"
#include "net/uv_block.h"
#include "net/wire_private.h"

namespace ue::net {

namespace {
// Closing a socket with unread input makes the kernel send RST, which may overtake our last words at the peer. So
// after FIN what still comes is read and thrown away until the peer has finished, too: for this long, so that peers
// that never do cannot pile up descriptors. The loop does not wait for it.
constexpr uint64_t kLingerMs = 2000;
}  // namespace

void Wire::drop() {
    if (closing_) return;
    // A peer that does not take what it is sent is cut off, or the kernel would keep megabytes for it for minutes.
    if (unsent()) {
        const linger abrupt = {1, 0};
        ::setsockopt(fd(), SOL_SOCKET, SO_LINGER, &abrupt, sizeof(abrupt));
    }
    closing_ = true;
    stream_ = nullptr;
    if (farewell_) drop_watcher(farewell_->timer);
    if (flush_slot_) loop_->forget(this);
    uv_close(&uv_.any, [](uv_handle_t* h) { delete static_cast<Wire*>(h->data); });
    forget_output(system_error(ECANCELED));
}

void Wire::farewell(uint64_t timeout_ms) {
    stream_ = nullptr;
    if (failed_ || (tls_ && !tls_up_) || !uv_is_writable(&uv_.stream)) return drop();
    farewell_.reset(new Farewell);
    farewell_->timeout_ms = timeout_ms;
    farewell_->timer = make_watcher<uv_timer_t>(this);
    uv_timer_init(loop_->uv(), farewell_->timer);
    uv_unref(as_handle(farewell_->timer));
    farewell_goes_on();
}

void Wire::farewell_goes_on() {
    Farewell& f = *farewell_;
    const auto wait = [&f](uint64_t ms) {
        uv_timer_start(
            f.timer,
            [](uv_timer_t* t) {
                if (t->data) static_cast<Wire*>(t->data)->drop();
            },
            ms, 0);
    };
    flush();
    if (tls_ && !f.alert_sent && !unsent() && !failed_) {
        f.alert_sent = true;
        tls_->close();
        flush();
    }
    if (failed_) return drop();
    if (unsent()) {
        if (f.timeout_ms && !uv_is_active(as_handle(f.timer))) wait(f.timeout_ms);
        return;
    }
    if (!f.fin_sent) {
        f.fin_sent = true;
        if (shut_down()) return drop();
        uv_unref(&uv_.any);
        wait(f.timeout_ms ? std::min(f.timeout_ms, kLingerMs) : kLingerMs);
    }
    if (ended_ || read_start()) drop();
}

}  // namespace ue::net
