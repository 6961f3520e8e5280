// The event loop: one uv_loop_t, the calls put off to its next turn, and what its streams share.
//
// Ownership: handles hold their loop; the loop knows its handles by plain pointers (for handles()) and holds none.
// A loop that dies closes what libuv still has open (streams on their way out), then itself.
// Everything here belongs to the thread that made the loop.
#pragma once
#include <uv.h>

#include <memory>
#include <vector>

#include "base/dispatcher.h"
#include "base/object.h"

namespace ue::net {

class Handle;
class Resolver;
struct LoopList;
class Wire;

// A call put off. Kept by the loop until it has run or was cancelled.
class Task : public Refcnt {
  public:
    // False: its code threw; the calls put off behind it wait for the next run of the loop.
    virtual bool run() = 0;
};

class Loop : public Object {
  public:
    static const Type kType;  // "UniEvent::Loop"
    const Type& type() const override { return kType; }

    // Ignores SIGPIPE for the process if nobody has set a disposition: libuv writes without MSG_NOSIGNAL, and a peer
    // that hangs up must not kill a server.
    Loop();

    static Loop* default_loop();  // this thread's; made on first use, never destroyed before the thread
    // For an owner whose life is not the thread's: takes over the reference that keeps the default loop, and gives it
    // back at its own end, in whichever thread that is. Null if there is no default loop or it was given before.
    static Loop* give_default();
    static void end_default(Loop* given);
    // The main thread's default loop. In another thread only for comparing; null if the main thread has made none.
    static Loop* global_loop();
    static bool has_default_loop();  // whether this thread has made its own
    bool is_default() const;
    bool is_global() const;

    enum class Mode { kDefault, kOnce, kNoWait };
    // True if something is still alive. Running a running loop throws Misuse ("Loop::run recursion").
    bool run(Mode mode = Mode::kDefault);
    // Ends the current run after the current turn; without one, nothing.
    void stop();
    bool running() const { return running_; }
    bool alive() const;
    uint64_t now() const { return uv_now(uv_); }  // cached, ms
    void update_time() { uv_update_time(uv_); }

    // Calls in the order of delay(), in the next idle phase (a call put off by a delayed call: one turn later), never
    // from inside delay(). Pending calls keep the loop alive and keep it from blocking.
    void delay(Ref<Task> task);
    void cancel_delay(const Task* task);  // unknown or already run: nothing

    std::vector<Handle*> handles() const;  // in order of creation
    Resolver& resolver();
    Event<Loop*> fork_event;
    // Repairs every loop of this thread, then fires fork_event. Called by itself in a forked child.
    static void after_fork_in_child();
    // How often it was carried into a child. What was made at another count is the parent's: its peers and its files
    // are not to be touched when it goes here.
    uint32_t forks() const { return forks_; }

    void track_load_average(uint32_t seconds);  // 0: off
    double load_average() const;                // 0 if not tracked, else the share of time not spent waiting, 0..1

    uv_loop_t* uv() { return uv_; }

    // --- shared by the loop's streams ---
    struct Buffer {
        char* data;
        size_t size;
    };
    // Bytes in front of read_buffer() that belong to nobody: room for whoever works on the data in place.
    static constexpr size_t kReadPadding = 64;
    // Where a read lands unless its owner names a better place. One at a time: valid during the read's callbacks.
    Buffer read_buffer();
    // Changes with every turn.
    uint32_t turn() const { return turn_; }
    // Memory for bytes that nobody will send.
    char* scrap(size_t size);
    // Lets everything that was appended to streams go, and delivers what came of it. Done before every poll.
    void flush();
    // Something has been done before this turn's poll. A single turn then returns instead of waiting for more.
    void turn_was_used() {
        if (once_) uv_stop(uv_);
    }

  protected:
    ~Loop() override;

    struct Shared;

  private:
    friend class Handle;
    friend class Wire;
    struct LoadMeter;

    void flush_later(Wire* wire);
    void forget(Wire* wire);
    Shared& shared();
    void run_delayed();
    void turn_begins();
    void repair_after_fork();

    uv_loop_t* uv_;
    uv_idle_t delayer_;     // active while calls are pending
    uv_prepare_t flusher_;  // unref'ed; started first, hence the last of all prepare watchers
    uint32_t turn_ = 1;
    bool running_ = false;
    bool stopped_ = false;
    bool once_ = false;  // running a single turn
    bool flushing_ = false;
    uint32_t forks_ = 0;
    std::vector<Ref<Task>> delayed_, batch_;
    Handle *first_ = nullptr, *last_ = nullptr;
    std::vector<Wire*> unflushed_;
    std::unique_ptr<Shared> shared_;
    std::unique_ptr<LoadMeter> load_;
    Ref<Resolver> resolver_;
    // The loops of the thread that made it, in which it is linked wherever it is destroyed.
    const Ref<LoopList> list_;
    Loop *prev_ = nullptr, *next_ = nullptr;
};

}  // namespace ue::net
