// Starting timers and signals, and the argument forms that the handles' methods share.
#pragma once
#include "net/signal.h"
#include "net/timer.h"
#include "xs/glue/callback.h"
#include "xs/glue/guard.h"
#include "xs/glue/loops.h"

namespace ue::glue {

// CLASS->new([$loop])
template <class T>
SV* new_handle(pTHX_ Method method, SV* klass, SV* loop) {
    net::Loop* of = loop_arg(aTHX_ loop, {method, "loop"});
    return guard(aTHX_ [&] { return wrap_as(aTHX_ new T(of), klass); }, method);
}

// start([$callback]) of what cannot fail: the callback is added.
template <class T>
void start_tick(pTHX_ Method method, T* handle, SV* callback) {
    check_callback(aTHX_ callback, {method, "callback"});
    guard(
        aTHX_ [&] {
            handle->event.add(listener_arg(aTHX_ callback));
            handle->start();
        },
        method);
}

// A new, started timer; not mortal. The callback is required.
SV* created_timer(pTHX_ Method method, SV* klass, SV* interval, SV* callback, SV* loop, bool once);
// start($repeat, [$callback]) and start($repeat, $initial, [$callback])
void start_timer(pTHX_ Method method, net::Timer* timer, SV* repeat, SV* second, SV* third);
void start_timer_once(pTHX_ Method method, net::Timer* timer, SV* initial, SV* callback);

// Mortal error or null. The callback is added only if the start succeeds.
SV* start_signal(pTHX_ Method method, net::Signal* signal, int signum, SV* callback, bool once);

inline bool is_code(SV* sv) { return sv && SvROK(sv) && SvTYPE(SvRV(sv)) == SVt_PVCV; }

// ([$timeout], [$callback]) where a lone code reference is the callback.
struct Waiting {
    uint64_t timeout_ms;
    SV* callback;
};
Waiting waiting_args(pTHX_ Method method, SV* first, SV* second);

}  // namespace ue::glue
