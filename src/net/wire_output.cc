// The way out: pieces are gathered, offered to the kernel at once, and only what it does not take is given to uv_write,
// one request at a time. uv_write for everything would cost a second system call per write (its watcher).
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <memory>
#include <new>

#include "net/errors.h"
#include "net/loop_shared.h"
#include "net/wire_private.h"

namespace ue::net {

namespace {
constexpr size_t kSmallOutput = 512;
constexpr size_t kGather = 64;  // pieces in one system call
// What is encrypted before it is offered to the kernel: a slow reader's backlog stays plain, and single.
constexpr size_t kSealAtOnce = 256 * 1024;
}  // namespace

char* Wire::make_room(size_t size) {
    Loop::Shared& shared = loop_->shared();
    if (!sendable()) return shared.scrap(size);
    if (!out_ && corked_ && !shared.output_user && size <= Loop::Shared::kOutputSize) {
        shared.output_user = this;
        out_ = shared.output_buffer();
        out_room_ = Loop::Shared::kOutputSize;
        out_shared_ = true;
        return out_;
    }
    if (size > SIZE_MAX / 4 || out_size_ > SIZE_MAX / 4) throw std::bad_alloc();
    if (out_begin_ > out_size_ / 2) {  // a slow reader's buffer must not grow by what has long been sent
        std::memmove(out_, out_ + out_begin_, out_size_ -= out_begin_);
        if (backlog_)
            for (auto& held : backlog_->held)
                held.at -= out_begin_;
        out_begin_ = 0;
        if (size <= out_room_ - out_size_) return out_ + out_size_;
    }
    const size_t room = std::max({out_size_ + size, out_room_ * 2, kSmallOutput});
    char* bigger = static_cast<char*>(std::realloc(out_shared_ ? nullptr : out_, room));
    if (!bigger) throw std::bad_alloc();
    if (out_shared_) {
        std::memcpy(bigger, out_, out_size_);
        shared.output_user = nullptr;
        out_shared_ = false;
    }
    out_ = bigger;
    out_room_ = room;
    return out_ + out_size_;
}

void Wire::release_output() {
    if (out_shared_)
        loop_->shared().output_user = nullptr;
    else
        std::free(out_);
    out_ = nullptr;
    out_begin_ = out_size_ = out_room_ = 0;
    out_shared_ = false;
}

void Wire::flush_soon() {
    if (!flush_slot_) loop_->flush_later(this);
}

// Large messages come and go through held pieces: the loop keeps one backlog, with its memory, for whoever is next.
Wire::Backlog& Wire::backlog() {
    if (!backlog_) backlog_ = std::move(loop_->shared().spare_backlog);
    if (!backlog_) backlog_.reset(new Backlog);
    return *backlog_;
}

void Wire::release_backlog() {
    auto& spare = loop_->shared().spare_backlog;
    if (!spare) spare = std::move(backlog_);
    backlog_.reset();
}

void Wire::append_held(std::string_view bytes, Ref<Keeper> keeper) {
    if (bytes.empty() || !sendable()) return;
    Backlog& b = backlog();
    b.held.push_back({out_size_, bytes, std::move(keeper)});
    b.held_bytes += bytes.size();
    if (!corked_) flush_soon();
}

void Wire::after_flush(Ref<WriteNotice> notice, size_t bytes_after) {
    Backlog& b = backlog();
    b.notices.push_back({b.done + unsent_plain() - bytes_after, std::move(notice)});
    flush_soon();
}

size_t Wire::unsent_plain() const {
    const size_t own = out_size_ - out_begin_;
    if (!backlog_) return own;
    return own + backlog_->held_bytes + (backlog_->job ? backlog_->job->plain : 0);
}

size_t Wire::unsent_unusual() const {
    if (failed_) return 0;
    size_t size = out_size_ - out_begin_;
    if (backlog_) size += backlog_->held_bytes;
    if (backlog_ && backlog_->job) size += uv_stream_get_write_queue_size(&uv_.stream);
    if (tls_) size += tls_->sealed.size();
    return size;
}

const ErrorCode& Wire::write_error() const {
    static const ErrorCode none;
    return backlog_ ? backlog_->error : none;
}

void Wire::progress(size_t bytes) {
    if (backlog_) backlog_->done += bytes;
}

// The next unsent pieces in their order, at most `room` of them.
size_t Wire::gather(uv_buf_t* bufs, size_t room) {
    size_t count = 0, at = out_begin_;
    const auto add = [&](const char* data, size_t size) {
        bufs[count++] = uv_buf_init(const_cast<char*>(data), static_cast<unsigned>(std::min<size_t>(size, 1u << 30)));
        return size <= 1u << 30;  // a longer one fills a system call by itself
    };
    if (backlog_) {
        for (const auto& held : backlog_->held) {
            if (held.at > at) {
                if (count == room || !add(out_ + at, held.at - at)) return count;
                at = held.at;
            }
            if (count == room || !add(held.bytes.data(), held.bytes.size())) return count;
        }
    }
    if (at < out_size_ && count < room) add(out_ + at, out_size_ - at);
    return count;
}

// Takes `bytes` off the front of what gather() shows.
void Wire::consume(size_t bytes) {
    while (backlog_ && bytes && !backlog_->held.empty()) {
        Backlog::Held& held = backlog_->held.front();
        const size_t before = std::min(bytes, held.at - out_begin_);
        out_begin_ += before;
        bytes -= before;
        const size_t of_it = std::min(bytes, held.bytes.size());
        held.bytes.remove_prefix(of_it);
        backlog_->held_bytes -= of_it;
        bytes -= of_it;
        if (!held.bytes.empty()) break;
        const Ref<Keeper> last_look = std::move(held.keeper);  // released when the list is in order again
        backlog_->held.pop_front();
    }
    out_begin_ += bytes;
    if (out_begin_ == out_size_ && (!backlog_ || backlog_->held.empty())) release_output();
}

void Wire::flush() {
    if (failed_ || closing_ || (backlog_ && backlog_->job)) return;
    try {
        if (tls_) return flush_tls();
        flush_plain();
    } catch (const std::bad_alloc&) {
        write_failed(UV_ENOMEM);
    }
}

void Wire::flush_plain() {
    uv_buf_t bufs[kGather];
    while (const size_t count = gather(bufs, kGather)) {
        size_t offered = 0;
        for (size_t i = 0; i < count; ++i)
            offered += bufs[i].len;
        const int sent = uv_try_write(&uv_.stream, bufs, static_cast<unsigned>(count));
        if (sent < 0 && sent != UV_EAGAIN) return write_failed(sent);
        if (sent > 0) {
            consume(static_cast<size_t>(sent));
            progress(static_cast<size_t>(sent));
        }
        if (sent < 0 || static_cast<size_t>(sent) < offered) return queue_rest();
    }
}

// The loop's buffer is needed by the next stream: what is unsent moves out of it.
void Wire::own_output() {
    if (!out_shared_) return;
    const size_t size = out_size_ - out_begin_;
    char* own = nullptr;
    if (size) {
        own = static_cast<char*>(std::malloc(size));
        if (!own) return write_failed(UV_ENOMEM);
        std::memcpy(own, out_ + out_begin_, size);
    }
    if (backlog_)
        for (auto& held : backlog_->held)
            held.at -= out_begin_;
    release_output();
    out_ = own;
    out_size_ = out_room_ = size;
}

// What the kernel has no room for: libuv waits for it.
void Wire::queue_rest() {
    std::unique_ptr<Job> job(new Job);
    job->wire = this;
    job->plain = unsent_plain();
    own_output();
    if (failed_) return;
    std::vector<uv_buf_t> bufs((backlog_ ? backlog_->held.size() * 2 : 0) + 2);
    bufs.resize(gather(bufs.data(), bufs.size()));
    job->memory = out_;
    out_ = nullptr;
    release_output();
    if (backlog_) {
        for (auto& held : backlog_->held)
            job->keepers.push_back(std::move(held.keeper));
        backlog_->held.clear();
        backlog_->held_bytes = 0;
    }
    start_job(job.release(), bufs.data(), bufs.size());
}

void Wire::start_job(Job* job, const uv_buf_t* bufs, size_t count) {
    backlog().job = job;
    backed_up_ = true;
    job->req.data = job;
    const auto done = [](uv_write_t* req, int status) {
        auto* job = static_cast<Job*>(req->data);
        job->wire->job_done(job, status);
    };
    const int status = uv_write(&job->req, &uv_.stream, bufs, static_cast<unsigned>(count), done);
    if (!status) return;
    backlog_->job = nullptr;
    delete job;
    write_failed(status);
}

void Wire::job_done(Job* job, int status) {
    const std::unique_ptr<Job> gone(job);
    if (closing_) return;
    backlog_->job = nullptr;
    if (status == 0)
        progress(job->plain);
    else if (!failed_)
        write_failed(status);
    flush();
    deliver();
    if (farewell_ && !closing_) farewell_goes_on();
}

void Wire::write_failed(int status) {
    forget_output({});
    failed_ = true;
    backlog().error = uv_error(status);
    flush_soon();  // that is when it is told
}

// Nothing that is unsent will be. An error tells the notices at once.
void Wire::forget_output(const ErrorCode& error) {
    release_output();
    if (tls_) tls_->sealed.clear();
    if (!backlog_) return;
    // The ends of keepers, and notices, may run code that looks here.
    const Fifo<Backlog::Held> held = std::exchange(backlog_->held, {});
    backlog_->held_bytes = 0;
    if (!error) return;
    Fifo<Backlog::Notice> notices = std::exchange(backlog_->notices, {});
    for (auto& n : notices)
        n.notice->written(error);
}

void Wire::cut_output() {
    failed_ = true;
    backlog().error = system_error(ECANCELED);
    backlog_->error_told = true;
    forget_output(system_error(ECANCELED));
    if (!closing_) ::shutdown(fd(), SHUT_WR);
}

int Wire::shut_down() {
    return ::shutdown(fd(), SHUT_WR) ? errno : 0;
}

void Wire::deliver() {
    if (!backlog_ && !backed_up_) return;
    const Ref<Stream> hold(stream_);
    while (backlog_ && !backlog_->notices.empty()) {
        if (!failed_ && backlog_->notices.front().at > backlog_->done) break;
        const Backlog::Notice next = std::move(backlog_->notices.front());
        backlog_->notices.pop_front();
        const ErrorCode error = backlog_->error;
        next.notice->written(error);
        if (closing_) return;
    }
    if (backlog_ && backlog_->error && !backlog_->error_told) {
        backlog_->error_told = true;
        if (!stream_) return drop();
        const ErrorCode error = backlog_->error;
        stream_->wire_write_failed(error);
        if (closing_) return;
    }
    if (backlog_ && backlog_->idle()) release_backlog();
    if (!backed_up_ || unsent()) return;
    backed_up_ = false;
    if (stream_ && !failed_) stream_->wire_drained();
}

// ---- TLS ----

void Wire::flush_tls() {
    if (!tls_->sealed.empty()) {
        const bool all = send_sealed(0);
        std::string().swap(tls_->sealed);  // a handshake's kilobytes
        if (!all) return;
    }
    if (!tls_up_) return;
    std::string& spare = loop_->shared().sealed;
    uv_buf_t piece;
    while (gather(&piece, 1)) {
        tls_->sealed.swap(spare);
        size_t plain = 0;
        do {
            const size_t size = std::min(piece.len, kSealAtOnce);
            if (tls_->write(piece.base, size) != TlsFilter::Result::kOk) return write_failed(UV_EPROTO);
            consume(size);
            plain += size;
        } while (plain < kSealAtOnce && gather(&piece, 1));
        const bool all = send_sealed(plain);
        tls_->sealed.swap(spare);
        if (!all) return;
    }
}

// Sends what has been sealed; it stands for `plain` appended bytes. False if not all of it has left.
bool Wire::send_sealed(size_t plain) {
    std::string& sealed = tls_->sealed;
    uv_buf_t buf = uv_buf_init(sealed.data(), static_cast<unsigned>(sealed.size()));
    int sent = uv_try_write(&uv_.stream, &buf, 1);
    if (sent == UV_EAGAIN) sent = 0;
    if (sent < 0) return write_failed(sent), false;
    if (static_cast<size_t>(sent) == sealed.size()) {
        sealed.clear();
        progress(plain);
        return true;
    }
    auto* job = new Job;
    job->wire = this;
    job->plain = plain;
    job->sealed.assign(sealed, static_cast<size_t>(sent), std::string::npos);
    sealed.clear();
    buf = uv_buf_init(job->sealed.data(), static_cast<unsigned>(job->sealed.size()));
    start_job(job, &buf, 1);
    return false;
}

}  // namespace ue::net
