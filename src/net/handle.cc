#include "net/handle.h"

namespace ue::net {

const Type Handle::kType = {"UniEvent::Handle", &Object::kType};

Handle::Handle(Ref<Loop> loop) : loop_(std::move(loop)), prev_(loop_->last_) {
    (prev_ ? prev_->next_ : loop_->first_) = this;
    loop_->last_ = this;
}

Handle::~Handle() {
    (prev_ ? prev_->next_ : loop_->first_) = next_;
    (next_ ? next_->prev_ : loop_->last_) = prev_;
}

bool Handle::notify(Dispatcher* event, const char* method, const Value* args, size_t count) {
    const Ref<Handle> hold(this);
    if (event && !event->call(args, count)) return false;
    const Ref<Observer> observer = observer_;
    return !observer || observer->call(method, args, count);
}

}  // namespace ue::net
