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
SV* new_handle(pTHX_ SV* klass, SV* loop) {
    net::Loop* of = loop_arg(aTHX_ loop, "new: loop");
    return guard(aTHX_ [&] { return wrap_as(aTHX_ new T(of), klass); });
}

// start([$callback]) of what cannot fail: the callback is added.
template <class T>
void start_tick(pTHX_ T* handle, SV* callback) {
    check_callback(aTHX_ callback, "start: callback");
    guard(aTHX_ [&] {
        handle->event.add(listener_arg(aTHX_ callback, "start: callback"));
        handle->start();
    });
}

// A new, started timer; not mortal. The callback is required.
SV* created_timer(pTHX_ SV* klass, SV* interval, SV* callback, SV* loop, bool once);
// start($repeat, [$callback]) and start($repeat, $initial, [$callback])
void start_timer(pTHX_ net::Timer* timer, SV* repeat, SV* second, SV* third);
void start_timer_once(pTHX_ net::Timer* timer, SV* initial, SV* callback);

// Mortal error or null. The callback is added only if the start succeeds.
SV* start_signal(pTHX_ net::Signal* signal, int signum, SV* callback, bool once);

inline bool is_code(SV* sv) { return sv && SvROK(sv) && SvTYPE(SvRV(sv)) == SVt_PVCV; }

// ([$timeout], [$callback]) where a lone code reference is the callback. Dies naming `place`.
struct Waiting {
    uint64_t timeout_ms;
    SV* callback;
};
Waiting waiting_args(pTHX_ SV* first, SV* second, const char* place);

}  // namespace ue::glue
