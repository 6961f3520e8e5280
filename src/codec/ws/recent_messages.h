// The last few messages that a parser has handed out: who lets go of one gets a later one in the same object, and with
// it in the same wrapper, which costs more to make than the message does to read. Whoever keeps a message, keeps it for
// good.
#pragma once
#include <cstddef>
#include <vector>

#include "codec/ws/message.h"

namespace ue::codec {

class RecentMessages {
  public:
    static constexpr size_t kCount = 16;
    // A message with more is not kept: its memory goes with its last user.
    static constexpr size_t kLargest = 4096;

    // One that nobody else holds, or a new one in its place. The reader resets it.
    Ref<WsMessage> take() {
        if (next_ == messages_.size()) next_ = 0;
        if (next_ < messages_.size() && messages_[next_]->reclaim()) return messages_[next_++];
        Ref<WsMessage> fresh = make<WsMessage>();
        if (messages_.size() < kCount)
            messages_.insert(messages_.begin() + static_cast<ptrdiff_t>(next_), fresh);
        else
            messages_[next_] = fresh;
        ++next_;
        return fresh;
    }
    // What take() gave has been filled.
    void filled(const Ref<WsMessage>& last) {
        if (last->payload_length() <= kLargest || next_ == 0 || messages_[next_ - 1] != last) return;
        messages_.erase(messages_.begin() + static_cast<ptrdiff_t>(--next_));
    }

  private:
    std::vector<Ref<WsMessage>> messages_;
    size_t next_ = 0;
};

}  // namespace ue::codec
