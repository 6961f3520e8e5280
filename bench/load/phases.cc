// When what is sent and measured: the ramp, warming up, measuring, waiting for what is still on its way.
#include <unistd.h>

#include "common.h"
#include "load.h"

namespace bench {

bool Load::sending() const {
    if (phase_ != Phase::kWarm && phase_ != Phase::kMeasure) return false;
    return !options_.messages || (options_.mode == Mode::kConnect ? started_ : sent_) < options_.messages;
}

// How long to wait for the sockets, in ms: with a rate not at all, as the next message may be due at once.
int Load::patience() const {
    if (phase_ == Phase::kRamp) return options_.ramp > 0 ? 1 : 10;
    return options_.rate > 0 ? 0 : 10;
}

void Load::on_open(Connection& c) {
    c.state = Connection::kOpen;
    c.out.keep_times(options_.mode == Mode::kConnect ? 1 : options_.inflight);
    --pending_;
    ++open_;
    progress_at_ = now_;
    if (options_.mode == Mode::kConnect) {
        c.state = Connection::kClosing;
        c.out.add(masked_frame(0x88, "\x03\xe8"));  // 1000
        flush(c);
    } else if (options_.mode == Mode::kIdle && options_.touch) {
        queue(c, now_);
        flush(c);
    } else {
        on_up();
    }
}

void Load::on_up() {
    ++up_;
    if (up_ == 1) result_.rss_one_kb = usage_of(options_.server_pid).rss_kb, began_ = now_;
    if (up_ == wanted_) result_.ramp_seconds = double(now_ - began_) / 1e9, result_.up = up_;
}

void Load::queue(Connection& c, uint64_t at) {
    c.out.add_message(at);
    ++sent_;
}

void Load::count(uint64_t since) {
    result_.latency.add(now_ - since);
    ++messages_;
    bytes_ += options_.mode == Mode::kHttp ? http_body_ : options_.size;
}

void Load::on_message(Connection& c) {
    const bool http = options_.mode == Mode::kHttp;
    const uint64_t seq = http ? c.replies.next_unchecked() : c.replies.next(tape_);
    ++result_.replies;
    progress_at_ = now_;
    if (options_.mode == Mode::kBroadcast) {
        if (c.id) on_delivery(seq);  // the sender may hear itself or not
        return;
    }
    if (seq >= c.out.queued()) die(kBroken, "more messages came back than were sent");
    if (options_.mode == Mode::kIdle) return on_up();
    count(c.out.sent_at(seq));
    if (options_.rate <= 0 && sending()) queue(c, now_);
}

void Load::on_delivery(uint64_t seq) {
    Connection& sender = connections_[0];
    if (seq >= sender.out.queued()) die(kBroken, "a broadcast message that was not sent");
    count(sender.out.sent_at(seq));
    uint32_t& missing = undelivered_[seq % options_.inflight];
    if (--missing) return;
    missing = options_.connections;
    if (sending()) queue(sender, now_);
}

void Load::on_control(Connection& c) {
    const std::string& payload = c.frames.control();
    if (c.frames.opcode() == 9) c.out.add(masked_frame(0x8a, payload));
    if (c.frames.opcode() != 8) return;
    if (c.state != Connection::kClosing) {
        const bool coded = payload.size() >= 2;
        die(kBroken, "the server closed connection %u: %d %s", c.id,
            coded ? uint8_t(payload[0]) << 8 | uint8_t(payload[1]) : 0, coded ? payload.c_str() + 2 : "");
    }
    progress_at_ = now_;
    result_.latency.add(now_ - c.opened_at);
    ++messages_;
    stop(c);
}

void Load::ramp() {
    const double elapsed = double(now_ - began_) / 1e9;
    const uint32_t allowed = options_.ramp > 0 ? uint32_t(elapsed * options_.ramp) + 1 : UINT32_MAX;
    if (options_.mode != Mode::kConnect) {
        const uint32_t room = up_ ? options_.pending : 1;  // the first alone: what servers load lazily is not its cost
        while (started_ < wanted_ && pending_ < room && started_ < allowed && (up_ || !started_))
            start(connections_[started_]);
        return;
    }
    if (open_ + pending_ == wanted_) return;
    for (auto& c : connections_)
        if (c.state == Connection::kFree && started_ < allowed && sending()) start(c);
}

// Sends what is due by now, each message on the next connection; one that still waits is passed over.
void Load::pace() {
    if (options_.rate <= 0 || !sending()) return;
    const double due = double(now_ - began_) / 1e9 * options_.rate;
    for (; double(paced_) < due && sending(); ++paced_) {
        Connection& c = connections_[paced_ % wanted_];
        if (c.out.queued() - c.replies.count() >= options_.inflight) {
            ++skipped_;
            continue;
        }
        queue(c, began_ + uint64_t(double(paced_) / options_.rate * 1e9));
        flush(c);
    }
}

Snapshot Load::snapshot() const {
    return {now_, messages_, bytes_, skipped_, own_cpu(), machine_cpu(), usage_of(options_.server_pid)};
}

void Load::enter(Phase phase, double seconds) {
    phase_ = phase;
    phase_end_ = now_ + uint64_t(seconds * 1e9);
}

bool Load::drained() const {
    if (options_.mode == Mode::kConnect) return open_ + pending_ == 0;
    return messages_ == sent_ * options_.deliveries();
}

// Everything is open: the messages start. A fixed number of them is measured from the first to the last.
void Load::start_sending() {
    if (options_.messages) {
        result_.from = snapshot();
        enter(Phase::kMeasure, 0);
    } else {
        enter(Phase::kWarm, options_.warmup);
    }
    began_ = now_;
    if (options_.mode == Mode::kConnect || options_.rate > 0) return;
    for (auto& c : connections_) {
        if (options_.mode != Mode::kBroadcast || !c.id)
            for (uint32_t i = 0; i < options_.inflight && sending(); ++i)
                queue(c, now_);
        flush(c);
    }
}

void Load::tick_idle() {
    if (!phase_end_) {
        phase_end_ = now_ + uint64_t(options_.seconds * 1e9);
    } else if (now_ >= phase_end_) {
        result_.rss_all_kb = usage_of(options_.server_pid).rss_kb;
        phase_ = Phase::kDone;
    }
}

void Load::tick_ramp() {
    if (options_.mode != Mode::kConnect && up_ < wanted_) return;
    if (options_.mode == Mode::kIdle)
        tick_idle();
    else
        start_sending();
}

void Load::tick() {
    switch (phase_) {
        case Phase::kRamp:
            return tick_ramp();
        case Phase::kWarm:
            if (now_ < phase_end_) return;
            result_.latency = {};
            result_.from = snapshot();
            return enter(Phase::kMeasure, options_.seconds);
        case Phase::kMeasure:
            if (options_.messages ? sending() || !drained() : now_ < phase_end_) return;
            result_.to = snapshot();
            return enter(Phase::kDrain, 10);
        case Phase::kDrain:
            if (drained())
                phase_ = Phase::kDone;
            else if (now_ >= phase_end_)
                die(kBroken, "lost messages: %llu sent, %llu came back", static_cast<unsigned long long>(sent_),
                    static_cast<unsigned long long>(messages_));
            return;
        case Phase::kDone:
            return;
    }
}

}  // namespace bench
