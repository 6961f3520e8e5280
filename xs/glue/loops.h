// Running loops, putting calls off, and the loop argument that most constructors take.
#pragma once
#include "net/loop.h"
#include "xs/glue/interpreter.h"
#include "xs/glue/wrapper.h"

namespace ue::glue {

// The loop in `sv`; undef or missing: this thread's default loop.
net::Loop* loop_arg(pTHX_ SV* sv, const Argument& argument);

// This thread's default loop. Inside a guard, like all that may fail in the engine.
net::Loop* default_loop(pTHX);

// The main thread's default loop, which belongs to the main thread's interpreter: null in any other.
net::Loop* global_loop(pTHX);

// Runs user code inside: an exception of a callback stops the loop and leaves from here.
bool run_loop(pTHX_ Method method, net::Loop* loop, net::Loop::Mode mode);

// The guard of a delayed call: cancels it when the last copy goes.
class DelayToken : public Object {
  public:
    static const Type kType;
    const Type& type() const override { return kType; }
    DelayToken(net::Loop* loop, Ref<net::Task> task) : loop_(loop), task_(std::move(task)) {}
    void cancel();

  protected:
    ~DelayToken() override { cancel(); }

  private:
    Weak<net::Loop> loop_;
    Ref<net::Task> task_;
};

// Mortal token, or null if it was not wanted.
SV* delay_call(pTHX_ net::Loop* loop, SV* callback, bool wanted);

// A new array reference with the wrappers of the objects.
template <class Range>
SV* array_of(pTHX_ const Range& objects) {
    AV* out = newAV();
    for (const auto& object : objects) av_push(out, wrap(aTHX_ object));
    return newRV_noinc(reinterpret_cast<SV*>(out));
}

}  // namespace ue::glue
