// Many deadlines, one timer. All entries of a queue wait equally long, so they stand in the order of their deadlines,
// and arming one is moving it to the end: no heap, no uv_timer_t per connection.
//
// Ownership: the entry's owner owns the entry; an entry leaves its queue when it is destroyed. Servers keep a queue per
// configured timeout; connections accepted under an older configuration keep theirs alive.
#pragma once
#include <uv.h>

#include "net/loop.h"

namespace ue::net {

class TimeoutQueue : public Refcnt {
  public:
    class Entry {
      public:
        Entry() = default;
        Entry(const Entry&) = delete;
        Entry& operator=(const Entry&) = delete;
        ~Entry() { disarm(); }
        virtual void on_timeout() = 0;  // the entry is disarmed before the call and may be destroyed in it
        void disarm();
        bool armed() const { return queue_ != nullptr; }

      private:
        friend class TimeoutQueue;
        TimeoutQueue* queue_ = nullptr;
        Entry *prev_ = nullptr, *next_ = nullptr;
        uint64_t deadline_ = 0;
    };

    // Does not keep the loop running. 0 ms: arm() does nothing.
    TimeoutQueue(Ref<Loop> loop, uint64_t ms);
    void arm(Entry& entry);  // from now on; again if it was armed
    uint64_t ms() const { return ms_; }

  protected:
    ~TimeoutQueue() override;

  private:
    void wait();
    void expire();

    Ref<Loop> loop_;
    uint64_t ms_;
    uv_timer_t* timer_ = nullptr;
    Entry *first_ = nullptr, *last_ = nullptr;
};

}  // namespace ue::net
