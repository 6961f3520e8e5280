// A clock in the loop. All times in milliseconds.
#pragma once
#include "base/error.h"
#include "net/handle.h"

namespace ue::net {

class Timer : public Handle {
  public:
    static const Type kType;  // "UniEvent::Timer"
    const Type& type() const override { return kType; }
    const char* type_name() const override { return "timer"; }

    explicit Timer(Ref<Loop> loop);

    Event<Timer*> event;  // observer: on_timer

    // start, once, again, pause and resume refresh the loop's clock first. Restarting a running timer is fine.
    void start(uint64_t repeat) { start(repeat, repeat); }
    void start(uint64_t repeat, uint64_t initial);
    void once(uint64_t initial) { start(0, initial); }
    void stop();
    void pause();        // nothing if it is not active
    ErrorCode resume();  // invalid_argument if active or not paused
    ErrorCode again();   // invalid_argument if never started

    uint64_t repeat() const;
    void set_repeat(uint64_t ms);  // 0: nothing. Does not move a call already scheduled.
    uint64_t due_in() const;       // relative to the loop's cached time; 0 if overdue or never started
    void call_now();

    bool active() const override;
    void set_weak(bool weak) override;
    void reset() override;
    void clear() override;

  protected:
    ~Timer() override;

  private:
    uv_timer_t* uv_;
    uint64_t remaining_ = 0;
    bool paused_ = false;
};

}  // namespace ue::net
