#include "net/timeout_queue.h"

#include "net/uv_block.h"

namespace ue::net {

TimeoutQueue::TimeoutQueue(Ref<Loop> loop, uint64_t ms) : loop_(std::move(loop)), ms_(ms) {}

TimeoutQueue::~TimeoutQueue() {
    while (first_)
        first_->disarm();
    drop_watcher(timer_);
}

void TimeoutQueue::Entry::disarm() {
    if (!queue_) return;
    (prev_ ? prev_->next_ : queue_->first_) = next_;
    (next_ ? next_->prev_ : queue_->last_) = prev_;
    queue_ = nullptr;
    prev_ = next_ = nullptr;
}

void TimeoutQueue::arm(Entry& entry) {
    entry.disarm();
    if (!ms_) return;
    entry.queue_ = this;
    entry.deadline_ = loop_->now() + ms_;
    entry.prev_ = last_;
    (last_ ? last_->next_ : first_) = &entry;
    last_ = &entry;
    if (!timer_) {
        timer_ = make_watcher<uv_timer_t>(this);
        uv_timer_init(loop_->uv(), timer_);
        uv_unref(as_handle(timer_));
    }
    // A running timer is left alone even if the first entry has moved on: it looks at the list when it fires. Thus
    // arming costs no timer operation.
    if (!uv_is_active(as_handle(timer_))) wait();
}

void TimeoutQueue::wait() {
    const uint64_t now = loop_->now();
    const uint64_t delay = first_->deadline_ > now ? first_->deadline_ - now : 0;
    uv_timer_start(
        timer_,
        [](uv_timer_t* h) {
            if (h->data) static_cast<TimeoutQueue*>(h->data)->expire();
        },
        delay, 0);
}

void TimeoutQueue::expire() {
    const Ref<TimeoutQueue> hold(this);
    const uint64_t now = loop_->now();
    while (first_ && first_->deadline_ <= now) {
        Entry* entry = first_;
        entry->disarm();
        entry->on_timeout();
    }
    if (first_) wait();
}

}  // namespace ue::net
