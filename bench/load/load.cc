#include "load.h"

#include <arpa/inet.h>
#include <sys/epoll.h>

#include <cerrno>
#include <cstring>

#include "common.h"

namespace bench {

constexpr uint64_t kStalled = 15'000'000'000;  // ns without any progress: something is lost

Load::Load(const Options& options)
    : options_(options),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      connections_(options.all_connections()),
      wanted_(options.all_connections()),
      undelivered_(options.inflight, options.connections) {
    if (options_.tls) tls_ = make_tls_context();
    for (uint32_t i = 0; i < wanted_; ++i)
        connections_[i].id = i;
}

Result Load::run() {
    std::vector<epoll_event> events(1024);
    now_ = began_ = progress_at_ = now_ns();
    while (phase_ != Phase::kDone) {
        ramp();
        pace();
        const int n = epoll_wait(epoll_, events.data(), int(events.size()), patience());
        if (n < 0 && errno != EINTR) die(kBroken, "epoll_wait: %s", std::strerror(errno));
        now_ = now_ns();
        for (int i = 0; i < n; ++i) {
            const epoll_event& event = events[size_t(i)];
            auto& c = *static_cast<Connection*>(event.data.ptr);
            if (i % 16 == 15) now_ = now_ns();
            if (c.state == Connection::kConnecting || (event.events & EPOLLOUT)) on_writable(c);
            if (c.state > Connection::kConnecting && (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR))) on_readable(c);
        }
        // The one sender of a broadcast gets its next messages from what others receive.
        Connection& first = connections_[0];
        if (options_.mode == Mode::kBroadcast && first.state == Connection::kOpen && !first.armed) flush(first);
        tick();
        const bool holding = options_.mode == Mode::kIdle && up_ == wanted_;
        if (!holding && now_ - progress_at_ > kStalled)
            die(kBroken, "no progress for 15 s (%u of %u connections up, %llu messages)", up_, wanted_,
                static_cast<unsigned long long>(messages_));
    }
    result_.size = options_.mode == Mode::kHttp ? http_body_ : options_.size;
    result_.reply_bytes = rules_.payload_bytes;
    result_.compressed = rules_.compressed;
    return result_;
}

void Load::watch(Connection& c, int operation, bool output) {
    epoll_event event{};
    event.events = EPOLLIN | (output ? uint32_t(EPOLLOUT) : 0u);
    event.data.ptr = &c;
    if (epoll_ctl(epoll_, operation, c.transport.fd(), &event)) die(kBroken, "epoll_ctl: %s", std::strerror(errno));
    c.armed = output;
}

void Load::arm(Connection& c, bool output) {
    if (c.armed != output) watch(c, EPOLL_CTL_MOD, output);
}

void Load::start(Connection& c) {
    sockaddr_in from{}, to{};
    from.sin_family = to.sin_family = AF_INET;
    from.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + started_ % options_.sources);
    to.sin_port = htons(uint16_t(options_.port));
    if (inet_pton(AF_INET, options_.host.c_str(), &to.sin_addr) != 1)
        die(kUsage, "not an IPv4 address: %s", options_.host.c_str());
    c.transport.connect(to, options_.sources > 1 ? &from : nullptr);
    c.state = Connection::kConnecting;
    c.opened_at = now_;
    watch(c, EPOLL_CTL_ADD, true);
    ++started_;
    ++pending_;
}

void Load::stop(Connection& c) {
    --(c.state < Connection::kOpen ? pending_ : open_);
    const uint32_t id = c.id;
    c = Connection();
    c.id = id;
}

void Load::on_writable(Connection& c) {
    if (c.state == Connection::kConnecting) {
        c.transport.finish_connecting(tls_);
        if (!tls_) return send_upgrade(c);
        c.state = Connection::kTlsHandshake;
        arm(c, false);
    }
    if (c.state == Connection::kTlsHandshake)
        advance_tls(c);
    else
        flush(c);
}

void Load::advance_tls(Connection& c) {
    const Io io = c.transport.handshake();
    if (io.kind != Io::kDone) return arm(c, io.kind == Io::kWantWrite);
    if (result_.tls.empty()) result_.tls = c.transport.tls_name();
    send_upgrade(c);
}

void Load::send_upgrade(Connection& c) {
    if (options_.mode == Mode::kRaw || options_.mode == Mode::kHttp) {
        arm(c, false);
        if (!tape_) agree({});
        return on_open(c);
    }
    c.out.add(upgrade_request(options_, c.accept));
    c.state = Connection::kUpgrading;
    flush(c);
}

void Load::agree(const Agreement& agreement) {
    tape_ = Tape(options_, agreement.client_window_bits);
    rules_.agree(options_, agreement, tape_);
    result_.extensions = agreement.extensions;
}

void Load::read_upgrade(Connection& c, const uint8_t* bytes, size_t n) {
    c.head.append(reinterpret_cast<const char*>(bytes), n);
    const size_t end = c.head.find("\r\n\r\n");
    if (end == c.head.npos) {
        if (c.head.size() > 16384) die(kBroken, "response head is over 16 KiB");
        return;
    }
    const std::string head = std::move(c.head);
    c.head = {};
    const std::string_view extensions = check_upgrade(std::string_view(head).substr(0, end + 2), c.accept);
    if (!tape_)
        agree(agreement_from(options_, extensions));
    else if (extensions != result_.extensions)
        die(kBroken, "extensions differ from connection to connection");
    c.accept = {};
    on_open(c);
    const size_t rest = head.size() - end - 4;
    if (rest && c.state != Connection::kFree) take(c, reinterpret_cast<const uint8_t*>(head.data()) + end + 4, rest);
}

void Load::flush(Connection& c) {
    if (c.out.empty() && !c.armed) return;
    const Io::Kind kind = c.out.flush(c.transport, tape_);
    arm(c, kind == Io::kWantWrite);
}

void Load::on_readable(Connection& c) {
    if (c.state == Connection::kTlsHandshake) {
        advance_tls(c);
        if (c.state == Connection::kTlsHandshake) return;
    }
    do {
        const Io io = c.transport.read(buffer_.data(), buffer_.size());
        if (io.kind == Io::kEnd)
            die(kBroken, "the server closed connection %u %s, after %llu messages", c.id,
                c.state == Connection::kClosing ? "without a close frame" : "unasked",
                static_cast<unsigned long long>(c.replies.count()));
        if (io.kind != Io::kDone) break;
        take(c, buffer_.data(), io.bytes);
        if (c.state == Connection::kFree) return;
    } while (c.transport.has_pending());
    if (!c.armed) flush(c);
}

void Load::take(Connection& c, const uint8_t* p, size_t n) {
    if (c.state == Connection::kUpgrading) return read_upgrade(c, p, n);
    while (n) {
        if (options_.mode == Mode::kHttp) {
            if (c.http.read(p, n, http_body_)) on_message(c);
        } else if (options_.mode == Mode::kRaw) {
            const size_t part = std::min(n, c.replies.missing(tape_));
            c.replies.check(tape_, c.id, p, part);
            p += part, n -= part;
            if (!c.replies.missing(tape_)) on_message(c);
        } else {
            const auto found = c.frames.read(rules_, c.replies, c.id, p, n);
            if (found == FrameReader::Found::kMessage)
                on_message(c);
            else if (found == FrameReader::Found::kControl)
                on_control(c);
            if (c.state == Connection::kFree) return;
        }
    }
}

}  // namespace bench
