#include "net/loop.h"

#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>

#include "base/misuse.h"
#include "net/errors.h"
#include "net/handle.h"
#include "net/load_meter.h"
#include "net/loop_shared.h"
#include "net/resolver.h"
#include "net/sigpipe.h"
#include "net/uv_block.h"
#include "net/wire.h"

namespace ue::net {

const Type Loop::kType = {"UniEvent::Loop", &Object::kType};

struct LoopList : Refcnt {
    Loop* first = nullptr;
};

namespace {

// Output of output: a callback that always appends more must not keep the loop from polling.
constexpr size_t kFlushesPerTurn = 10'000;

// The list outlives its thread with any loop that does: perl destroys what a thread leaves behind in another one.
thread_local Ref<LoopList> list_of_thread;

Ref<LoopList> thread_list() {
    if (!list_of_thread) list_of_thread = make<LoopList>();
    return list_of_thread;
}

std::atomic<Loop*> main_loop{nullptr};

// A loop with a wrapper belongs to its interpreter; one that runs has been left by exit() and must not be touched.
struct DefaultLoop {
    Loop* loop = nullptr;
    bool given = false;  // somebody else has the reference
    ~DefaultLoop() {
        if (loop && !given && !loop->wrapper() && !loop->running()) loop->release();
    }
};
thread_local DefaultLoop default_loop_of_thread;

bool in_main_thread() {
    return getpid() == gettid();
}

}  // namespace

void ignore_sigpipe() {
    struct sigaction action;
    if (sigaction(SIGPIPE, nullptr, &action) || (action.sa_flags & SA_SIGINFO) || action.sa_handler != SIG_DFL) return;
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, nullptr);
}

Loop::Loop() : uv_(new uv_loop_t), list_(thread_list()) {
    const int status = uv_loop_init(uv_);
    if (status) {
        delete uv_;
        throw Failure(uv_error(status));
    }
    uv_->data = this;
    uv_idle_init(uv_, &delayer_);
    delayer_.data = this;
    uv_prepare_init(uv_, &flusher_);
    flusher_.data = this;
    uv_prepare_start(&flusher_, [](uv_prepare_t* h) { static_cast<Loop*>(h->data)->turn_begins(); });
    uv_unref(as_handle(&flusher_));

    ignore_sigpipe();
    static const int fork_hook = pthread_atfork(nullptr, nullptr, after_fork_in_child);
    (void)fork_hook;
    next_ = list_->first;
    if (next_) next_->prev_ = this;
    list_->first = this;
}

Loop::~Loop() {
    if (resolver_) resolver_->loop_gone();
    resolver_.reset();
    const std::vector<Ref<Task>> never_run = std::move(delayed_);
    delayed_.clear();
    uv_close(as_handle(&delayer_), nullptr);
    uv_close(as_handle(&flusher_), nullptr);
    // Every handle held its loop, so all that is left are wires of streams that were told to finish.
    uv_walk(
        uv_,
        [](uv_handle_t* h, void*) {
            if (!uv_is_closing(h)) static_cast<Wire*>(h->data)->drop();
        },
        nullptr);
    uv_run(uv_, UV_RUN_DEFAULT);
    uv_loop_close(uv_);
    delete uv_;
    (prev_ ? prev_->next_ : list_->first) = next_;
    if (next_) next_->prev_ = prev_;
    Loop* self = this;
    main_loop.compare_exchange_strong(self, nullptr);
}

Loop* Loop::default_loop() {
    Loop*& loop = default_loop_of_thread.loop;
    if (!loop) {
        loop = new Loop;
        loop->retain();
        if (in_main_thread()) main_loop = loop;
    }
    return loop;
}

Loop* Loop::give_default() {
    DefaultLoop& here = default_loop_of_thread;
    if (!here.loop || here.given) return nullptr;
    here.given = true;
    return here.loop;
}

void Loop::end_default(Loop* given) {
    DefaultLoop& here = default_loop_of_thread;
    if (here.loop == given) here = DefaultLoop();
    if (!given->running()) given->release();
}

Loop* Loop::global_loop() {
    return in_main_thread() ? default_loop() : main_loop.load();
}
bool Loop::has_default_loop() {
    return default_loop_of_thread.loop != nullptr;
}
bool Loop::is_default() const {
    return this == default_loop_of_thread.loop;
}
bool Loop::is_global() const {
    return this == main_loop;
}

bool Loop::run(Mode mode) {
    if (running_) throw Misuse("Loop::run recursion");
    Ref<Loop> hold(this);
    running_ = true;
    stopped_ = false;
    static const uv_run_mode kModes[] = {UV_RUN_DEFAULT, UV_RUN_ONCE, UV_RUN_NOWAIT};
    if (mode == Mode::kOnce && !unflushed_.empty()) mode = Mode::kNoWait;
    flush();
    once_ = mode == Mode::kOnce;
    do {
        if (stopped_) break;
        uv_run(uv_, kModes[static_cast<int>(mode)]);
        flush();  // what the last callbacks wrote, which may have woken a loop that libuv took for dead
    } while (mode == Mode::kDefault && uv_loop_alive(uv_));
    running_ = once_ = false;
    uv_->stop_flag = 0;  // one that came too late for libuv must not stop the next run
    return alive();
}

void Loop::stop() {
    if (!running_) return;
    stopped_ = true;
    uv_stop(uv_);
}

bool Loop::alive() const {
    return uv_loop_alive(uv_) || !unflushed_.empty();
}

void Loop::delay(Ref<Task> task) {
    delayed_.push_back(std::move(task));
    uv_idle_start(&delayer_, [](uv_idle_t* h) { static_cast<Loop*>(h->data)->run_delayed(); });
}

void Loop::cancel_delay(const Task* task) {
    const auto is_it = [task](const Ref<Task>& t) { return t.get() == task; };
    Ref<Task> taken;  // released last: its end may run code that comes back here
    const auto waiting = std::find_if(delayed_.begin(), delayed_.end(), is_it);
    if (waiting != delayed_.end()) {
        taken = std::move(*waiting);
        delayed_.erase(waiting);
        if (delayed_.empty()) uv_idle_stop(&delayer_);
        return;
    }
    const auto running = std::find_if(batch_.begin(), batch_.end(), is_it);
    if (running != batch_.end()) taken = std::move(*running);
}

void Loop::run_delayed() {
    batch_.swap(delayed_);
    if (!batch_.empty()) turn_was_used();
    for (size_t i = 0; i < batch_.size(); ++i) {
        const Ref<Task> task = std::move(batch_[i]);
        if (!task || task->run()) continue;
        const auto rest = batch_.begin() + i + 1;
        delayed_.insert(delayed_.begin(), std::make_move_iterator(rest), std::make_move_iterator(batch_.end()));
        break;
    }
    batch_.clear();
    if (delayed_.empty()) uv_idle_stop(&delayer_);
}

std::vector<Handle*> Loop::handles() const {
    std::vector<Handle*> out;
    for (Handle* h = first_; h; h = h->next_)
        out.push_back(h);
    return out;
}

Resolver& Loop::resolver() {
    if (!resolver_) resolver_ = new Resolver(this, Resolver::OfLoop());
    return *resolver_;
}

void Loop::after_fork_in_child() {
    std::vector<Ref<Loop>> loops;
    for (Loop* l = list_of_thread ? list_of_thread->first : nullptr; l; l = l->next_)
        loops.emplace_back(l);
    for (const Ref<Loop>& l : loops) {
        uv_loop_fork(l->uv_);
        ++l->forks_;
        if (l->resolver_) l->resolver_->after_fork();
    }
    for (const Ref<Loop>& l : loops)
        l->fork_event.emit(l.get());
}

void Loop::track_load_average(uint32_t seconds) {
    load_.reset(seconds ? new LoadMeter(uv_, seconds) : nullptr);
}

double Loop::load_average() const {
    return load_ ? load_->average() : 0;
}

Loop::Shared& Loop::shared() {
    if (!shared_) shared_.reset(new Shared);
    return *shared_;
}

Loop::Buffer Loop::read_buffer() {
    return {shared().read_buffer(), Shared::kReadSize};
}

char* Loop::scrap(size_t size) {
    return shared().scrap(size);
}

void Loop::turn_begins() {
    ++turn_;
    if (load_) load_->sample();
    flush();
}

void Loop::flush_later(Wire* wire) {
    wire->flush_slot_ = static_cast<uint32_t>(unflushed_.size()) + 1;
    unflushed_.push_back(wire);
}

void Loop::forget(Wire* wire) {
    unflushed_[wire->flush_slot_ - 1] = nullptr;
    wire->flush_slot_ = 0;
    if (!flushing_)
        while (!unflushed_.empty() && !unflushed_.back())
            unflushed_.pop_back();
}

void Loop::flush() {
    if (flushing_ || unflushed_.empty()) return;
    turn_was_used();
    flushing_ = true;
    size_t done = 0;
    const size_t limit = unflushed_.size() + kFlushesPerTurn;
    for (; done < unflushed_.size() && done < limit; ++done) {
        Wire* wire = unflushed_[done];
        if (!wire) continue;
        unflushed_[done] = nullptr;
        wire->flush_slot_ = 0;
        wire->settle();
    }
    unflushed_.erase(unflushed_.begin(), unflushed_.begin() + done);
    for (size_t i = 0; i < unflushed_.size(); ++i)
        if (unflushed_[i]) unflushed_[i]->flush_slot_ = static_cast<uint32_t>(i) + 1;
    flushing_ = false;
    if (!unflushed_.empty()) uv_idle_start(&delayer_, [](uv_idle_t* h) { static_cast<Loop*>(h->data)->run_delayed(); });
}

}  // namespace ue::net
