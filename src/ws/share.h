// What the connections of one thread share: the message object that is filled again and again, and the compressors that
// are lent for a message. Exists while there is a connection in the thread, so nothing is left when the last has gone.
#pragma once
#include "codec/ws/deflate.h"
#include "codec/ws/message.h"

namespace ue::ws {

class Share {
  public:
    // Every connection is a member for its lifetime. It keeps what it has joined: perl destroys what a thread leaves
    // behind in the thread that waits for it, where current_ is another one.
    static Share* join();
    static void leave(Share* share);
    static Ref<codec::DeflateShare> deflate();  // members only

  private:
    friend class MessageLoan;
    Ref<codec::WsMessage> spare_;
    Ref<codec::DeflateShare> deflate_;
    size_t members_ = 0;
    static thread_local Share* current_;
};

// The message that a reader fills, for the handling of one read. Members only.
class MessageLoan {
  public:
    MessageLoan();
    ~MessageLoan();
    MessageLoan(const MessageLoan&) = delete;
    MessageLoan& operator=(const MessageLoan&) = delete;

    codec::WsMessage& operator*() const { return *message_; }
    codec::WsMessage* operator->() const { return message_.get(); }
    // After it was shown to others: whoever has kept it, keeps it for good, and the loan goes on with a new one.
    void renew() {
        if (!message_->reclaim()) replace();
    }

  private:
    void replace();
    Ref<codec::WsMessage> message_;
};

}  // namespace ue::ws
