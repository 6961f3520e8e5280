// The event loop: one uv_loop_t, the calls put off to its next turn, and what its streams share.
//
// Ownership: handles hold their loop; the loop knows its handles by plain pointers (for handles()) and holds none.
// A loop that dies closes what libuv still has open, then itself.
#pragma once
#include <uv.h>

#include <memory>
#include <vector>

#include "base/dispatcher.h"
#include "base/object.h"

namespace ue::net {

class Handle;
class Output;
class Resolver;

// A call put off. Kept by the loop until it has run or was cancelled.
class Task : public Refcnt {
  public:
    virtual void run() = 0;
};

class Loop : public Object {
  public:
    static const Type kType;  // "UniEvent::Loop"
    const Type& type() const override { return kType; }

    Loop();

    static Loop* default_loop();  // this thread's; made on first use, never destroyed before the thread
    static Loop* global_loop();   // the main thread's
    bool is_default() const;
    bool is_global() const;

    enum class Mode { kDefault, kOnce, kNoWait };
    // True if something is still alive. Running a running loop throws Misuse ("Loop::run recursion").
    bool run(Mode mode = Mode::kDefault);
    // Ends the current run after the current turn; without one, nothing.
    void stop();
    bool running() const;
    bool alive() const;
    uint64_t now() const;  // cached, ms
    void update_time();

    // Calls in the order of delay(), one turn later at the earliest, never from inside delay(). Pending calls keep
    // the loop alive and keep it from blocking.
    void delay(Ref<Task> task);
    void cancel_delay(const Task* task);  // unknown or already run: nothing

    std::vector<Handle*> handles() const;  // in order of creation
    Resolver& resolver();
    Event<Loop*> fork_event;
    static void after_fork_in_child();  // repairs every loop of the thread, then fires fork_event

    void track_load_average(uint32_t seconds);
    double load_average() const;

    uv_loop_t* uv() { return uv_; }

    // --- shared by the loop's streams ---
    struct Buffer {
        char* data;
        size_t size;
    };
    // Where a read lands unless its owner names a better place. One at a time: valid during the read's callbacks.
    Buffer read_buffer();
    // Streams with unsent output register here; flushed at the end of the read callback that wrote, or before polling.
    void flush_later(Output* output);
    void forget(Output* output);
    void flush();

  protected:
    ~Loop() override;

  private:
    friend class Handle;
    uv_loop_t* uv_;
    // (the rest is the implementation's)
};

}  // namespace ue::net
