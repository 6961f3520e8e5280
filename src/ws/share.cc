#include "ws/share.h"

namespace ue::ws {

thread_local Share* Share::current_ = nullptr;

Share* Share::join() {
    if (!current_) current_ = new Share;
    ++current_->members_;
    return current_;
}

void Share::leave(Share* share) {
    if (--share->members_ > 0) return;
    // Letting the message go may run the binding's code, which may make a connection.
    if (current_ == share) current_ = nullptr;
    delete share;
}

Ref<codec::DeflateShare> Share::deflate() {
    if (!current_->deflate_) current_->deflate_ = make<codec::DeflateShare>();
    return current_->deflate_;
}

// Loans may nest: a handshake runs inside of a callback, and there may be frames right behind it.
MessageLoan::MessageLoan() : message_(std::move(Share::current_->spare_)) {
    if (!message_) message_ = make<codec::WsMessage>();
}

MessageLoan::~MessageLoan() {
    if (!message_->reclaim()) {
        message_->own();
    } else if (!Share::current_->spare_) {
        message_->reuse();
        Share::current_->spare_ = std::move(message_);
    }
}

void MessageLoan::replace() {
    message_->own();
    message_ = make<codec::WsMessage>();
}

}  // namespace ue::ws
