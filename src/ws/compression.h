// The compressed streams of one connection, and the end of a compressor that has nothing to do: with context takeover
// it is a quarter of a megabyte, and most of ten thousand connections are silent most of the time. The decompressor
// stays, since the peer may refer back to what it has sent; what is sent next just does not refer back itself.
#pragma once
#include "codec/ws/deflate.h"
#include "net/timeout_queue.h"
#include "ws/config.h"

namespace ue::ws {

class Compression final : private net::TimeoutQueue::Entry {
  public:
    Compression(codec::Role role, const codec::DeflateConfig& agreed, net::Loop& loop,
                const SharedConnectionConfig& config);
    codec::MessageDeflate& streams() { return streams_; }
    const codec::MessageDeflate& streams() const { return streams_; }
    // After every message sent.
    void used() {
        if (streams_.holds_compressor()) idle_->arm(*this);
    }

  private:
    void on_timeout() override { streams_.drop_idle(true); }

    codec::MessageDeflate streams_;
    Ref<net::TimeoutQueue> idle_;
};

}  // namespace ue::ws
