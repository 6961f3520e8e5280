#include "xs/glue/handles.h"

#include "xs/glue/callback.h"
#include "xs/glue/convert.h"

namespace ue::glue {

SV* created_timer(pTHX_ Method method, SV* klass, SV* interval, SV* callback, SV* loop, bool once) {
    const uint64_t ms = ms_arg(aTHX_ interval, {method, "interval"});
    check_callback(aTHX_ callback, {method, "callback"}, true);
    net::Loop* of = loop_arg(aTHX_ loop, {method, "loop"});
    return guard(
        aTHX_[&] {
            Ref<net::Timer> timer(new net::Timer(of));
            timer->event.add(listener_arg(aTHX_ callback));
            once ? timer->once(ms) : timer->start(ms);
            return wrap_as(aTHX_ timer.get(), klass);
        },
        method);
}

void start_timer(pTHX_ Method method, net::Timer* timer, SV* repeat, SV* second, SV* third) {
    const uint64_t every = ms_arg(aTHX_ repeat, {method, "repeat"});
    const bool has_initial = second && SvOK(second) && !is_code(second);
    const uint64_t initial = has_initial ? ms_arg(aTHX_ second, {method, "initial"}) : every;
    SV* callback = is_code(second) ? second : third;
    check_callback(aTHX_ callback, {method, "callback"});
    guard(
        aTHX_[&] {
            timer->event.add(listener_arg(aTHX_ callback));
            timer->start(every, initial);
        },
        method);
}

void start_timer_once(pTHX_ Method method, net::Timer* timer, SV* initial, SV* callback) {
    const uint64_t ms = ms_arg(aTHX_ initial, {method, "initial"});
    check_callback(aTHX_ callback, {method, "callback"});
    guard(
        aTHX_[&] {
            timer->event.add(listener_arg(aTHX_ callback));
            timer->once(ms);
        },
        method);
}

SV* start_signal(pTHX_ Method method, net::Signal* signal, int signum, SV* callback, bool once) {
    check_callback(aTHX_ callback, {method, "callback"});
    return guard(
        aTHX_[&] {
            const ErrorCode error = once ? signal->once(signum) : signal->start(signum);
            if (!error) signal->event.add(listener_arg(aTHX_ callback));
            return mortal_error(aTHX_ error);
        },
        method);
}

Waiting waiting_args(pTHX_ Method method, SV* first, SV* second) {
    if (is_code(first)) return {0, first};
    const uint64_t ms = first && SvOK(first) ? ms_arg(aTHX_ first, {method, "timeout"}) : 0;
    check_callback(aTHX_ second, {method, "callback"});
    return {ms, second};
}

}  // namespace ue::glue
