// What one connection has to send: bytes of its own (handshake, pong, close), and messages of the tape.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "tape.h"
#include "transport.h"

namespace bench {

class Outbox {
  public:
    void keep_times(size_t inflight) { sent_at_.resize(inflight); }

    void add(const std::string& bytes) { own_ += bytes; }
    // Puts the next message in line; `now` is what its latency will be counted from.
    void add_message(uint64_t now) { sent_at_[queued_++ % sent_at_.size()] = now; }

    // Writes what the socket takes: kDone when nothing is left, kWantRead or kWantWrite when it has to wait.
    Io::Kind flush(Transport&, const Tape&);

    bool empty() const { return own_.empty() && written_ == queued_; }
    uint64_t queued() const { return queued_; }
    uint64_t sent_at(uint64_t seq) const { return sent_at_[seq % sent_at_.size()]; }

  private:
    std::string own_;
    uint64_t queued_ = 0, written_ = 0;  // messages
    size_t offset_ = 0;                  // in the first one that is not written
    std::vector<uint64_t> sent_at_;
};

}  // namespace bench
