// What every libuv watcher of the interface has in common. Closing is two steps: the uv_handle_t lives in a block of
// its own that is freed in libuv's close callback, so a Handle may be deleted, reset and reused at any moment.
#pragma once
#include "net/loop.h"

namespace ue::net {

class Handle : public Object {
  public:
    static const Type kType;  // "UniEvent::Handle"
    const Type& type() const override { return kType; }
    virtual const char* type_name() const = 0;  // "timer", "tcp", ...

    const Ref<Loop>& loop() const { return loop_; }
    virtual bool active() const = 0;
    bool weak() const { return weak_; }
    virtual void set_weak(bool weak) = 0;  // a weak handle does not keep the loop running
    virtual void reset() = 0;              // stop, back to the initial state; listeners stay
    virtual void clear() = 0;              // reset, and drop listeners and weakness

    // The listener object of the interface (event_listener): called after the dispatcher's listeners. `method` is
    // "on_timer", ... Null when there is none. Set by the binding.
    class Observer : public Refcnt {
      public:
        virtual bool call(const char* method, const Value* args, size_t count) = 0;
    };
    void set_observer(Ref<Observer> o) { observer_ = std::move(o); }
    Observer* observer() const { return observer_.get(); }

  protected:
    explicit Handle(Ref<Loop> loop);
    ~Handle() override;
    // Dispatcher (if any) first, observer last. Arguments begin with the handle itself. False: somebody's code threw
    // and nobody after it was called. The handle may have gone when this returns.
    bool notify(Dispatcher* event, const char* method, const Value* args, size_t count);

    Ref<Loop> loop_;
    bool weak_ = false;
    Ref<Observer> observer_;

  private:
    friend class Loop;
    Handle *prev_ = nullptr, *next_ = nullptr;  // the loop's list
};

}  // namespace ue::net
