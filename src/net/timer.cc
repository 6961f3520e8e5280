#include "net/timer.h"

#include <algorithm>
#include <cerrno>

#include "net/errors.h"
#include "net/uv_block.h"

namespace ue::net {

const Type Timer::kType = {"UniEvent::Timer", &Handle::kType};

namespace {
void fired(uv_timer_t* h) {
    Timer* const timer = static_cast<Timer*>(h->data);
    if (!timer) return;
    timer->loop()->turn_was_used();
    timer->call_now();
}
}  // namespace

Timer::Timer(Ref<Loop> loop) : Handle(std::move(loop)), uv_(make_watcher<uv_timer_t>(this)) {
    uv_timer_init(loop_->uv(), uv_);
}

Timer::~Timer() {
    drop_watcher(uv_);
}

void Timer::start(uint64_t repeat, uint64_t initial) {
    loop_->update_time();
    paused_ = false;
    uv_timer_start(uv_, fired, initial, repeat);
}

void Timer::stop() {
    paused_ = false;
    uv_timer_stop(uv_);
}

void Timer::pause() {
    if (!active()) return;
    loop_->update_time();
    remaining_ = due_in();
    uv_timer_stop(uv_);
    paused_ = true;
}

ErrorCode Timer::resume() {
    if (active() || !paused_) return system_error(EINVAL);
    start(repeat(), remaining_);
    return {};
}

ErrorCode Timer::again() {
    loop_->update_time();
    paused_ = false;
    return uv_error(uv_timer_again(uv_));
}

uint64_t Timer::repeat() const {
    return uv_timer_get_repeat(uv_);
}

void Timer::set_repeat(uint64_t ms) {
    if (ms) uv_timer_set_repeat(uv_, ms);
}

uint64_t Timer::due_in() const {
    return uv_timer_get_due_in(uv_);
}

void Timer::call_now() {
    const Value args[] = {Value(this)};
    notify(&event, "on_timer", args, 1);
}

bool Timer::active() const {
    return uv_is_active(as_handle(uv_));
}

void Timer::set_weak(bool weak) {
    weak_ = weak;
    set_watcher_weak(uv_, weak);
}

void Timer::reset() {
    stop();
}

void Timer::clear() {
    const Ref<Timer> hold(this);
    reset();
    set_weak(false);
    event.remove_all();
    set_observer(nullptr);
}

}  // namespace ue::net
