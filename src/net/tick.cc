#include "net/tick.h"

#include "net/uv_block.h"

namespace ue::net {

namespace {
template <class T, class Uv>
void fired(Uv* h) {
    if (h->data) static_cast<T*>(h->data)->call_now();
}

template <class T>
void clear_tick(T& tick) {
    const Ref<T> hold(&tick);
    tick.reset();
    tick.set_weak(false);
    tick.event.remove_all();
    tick.set_observer(nullptr);
}
}  // namespace

const Type Prepare::kType = {"UniEvent::Prepare", &Handle::kType};

Prepare::Prepare(Ref<Loop> loop) : Handle(std::move(loop)), uv_(make_watcher<uv_prepare_t>(this)) {
    uv_prepare_init(loop_->uv(), uv_);
}
Prepare::~Prepare() {
    drop_watcher(uv_);
}
void Prepare::start() {
    uv_prepare_start(uv_, fired<Prepare, uv_prepare_t>);
}
void Prepare::stop() {
    uv_prepare_stop(uv_);
}
void Prepare::call_now() {
    const Value args[] = {Value(this)};
    notify(&event, "on_prepare", args, 1);
}
bool Prepare::active() const {
    return uv_is_active(as_handle(uv_));
}
void Prepare::set_weak(bool weak) {
    set_watcher_weak(uv_, weak_ = weak);
}
void Prepare::reset() {
    stop();
}
void Prepare::clear() {
    clear_tick(*this);
}

const Type Check::kType = {"UniEvent::Check", &Handle::kType};

Check::Check(Ref<Loop> loop) : Handle(std::move(loop)), uv_(make_watcher<uv_check_t>(this)) {
    uv_check_init(loop_->uv(), uv_);
}
Check::~Check() {
    drop_watcher(uv_);
}
void Check::start() {
    uv_check_start(uv_, fired<Check, uv_check_t>);
}
void Check::stop() {
    uv_check_stop(uv_);
}
void Check::call_now() {
    const Value args[] = {Value(this)};
    notify(&event, "on_check", args, 1);
}
bool Check::active() const {
    return uv_is_active(as_handle(uv_));
}
void Check::set_weak(bool weak) {
    set_watcher_weak(uv_, weak_ = weak);
}
void Check::reset() {
    stop();
}
void Check::clear() {
    clear_tick(*this);
}

const Type Idle::kType = {"UniEvent::Idle", &Handle::kType};

Idle::Idle(Ref<Loop> loop) : Handle(std::move(loop)), uv_(make_watcher<uv_idle_t>(this)) {
    uv_idle_init(loop_->uv(), uv_);
}
Idle::~Idle() {
    drop_watcher(uv_);
}
void Idle::start() {
    uv_idle_start(uv_, fired<Idle, uv_idle_t>);
}
void Idle::stop() {
    uv_idle_stop(uv_);
}
void Idle::call_now() {
    const Value args[] = {Value(this)};
    notify(&event, "on_idle", args, 1);
}
bool Idle::active() const {
    return uv_is_active(as_handle(uv_));
}
void Idle::set_weak(bool weak) {
    set_watcher_weak(uv_, weak_ = weak);
}
void Idle::reset() {
    stop();
}
void Idle::clear() {
    clear_tick(*this);
}

}  // namespace ue::net
