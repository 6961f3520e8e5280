// Watches one signal of the process. Several handles, of several loops, may watch the same one.
#pragma once
#include "base/error.h"
#include "net/handle.h"

namespace ue::net {

class Signal : public Handle {
  public:
    static const Type kType;  // "UniEvent::Signal"
    const Type& type() const override { return kType; }
    const char* type_name() const override { return "signal"; }

    explicit Signal(Ref<Loop> loop);

    Event<Signal*, int> event;  // (handle, signum); observer: on_signal

    // invalid_argument for what cannot be watched.
    ErrorCode start(int signum);
    ErrorCode once(int signum);  // stopped right after its callbacks
    ErrorCode stop();
    int signum() const;  // 0 when inactive
    void call_now(int signum);

    // "SIGINT", ...; empty if the number has no name. Throws Misuse for a number outside 0 .. NSIG-1.
    static const char* signame(int signum);

    bool active() const override;
    void set_weak(bool weak) override;
    void reset() override;
    void clear() override;

  protected:
    ~Signal() override;

  private:
    ErrorCode begin(int signum);
    uv_signal_t* uv_;
    bool once_ = false;
};

}  // namespace ue::net
