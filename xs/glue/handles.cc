#include "xs/glue/handles.h"

#include "xs/glue/callback.h"
#include "xs/glue/convert.h"

namespace ue::glue {

SV* created_timer(pTHX_ SV* klass, SV* interval, SV* callback, SV* loop, bool once) {
    const uint64_t ms = ms_arg(aTHX_ interval, "UniEvent::Timer: interval");
    check_callback(aTHX_ callback, "UniEvent::Timer: callback", true);
    net::Loop* of = loop_arg(aTHX_ loop, "UniEvent::Timer: loop");
    return guard(aTHX_ [&] {
        Ref<net::Timer> timer(new net::Timer(of));
        timer->event.add(listener_arg(aTHX_ callback, "callback"));
        once ? timer->once(ms) : timer->start(ms);
        return wrap_as(aTHX_ timer.get(), klass);
    });
}

void start_timer(pTHX_ net::Timer* timer, SV* repeat, SV* second, SV* third) {
    const uint64_t every = ms_arg(aTHX_ repeat, "UniEvent::Timer::start: repeat");
    const bool has_initial = second && SvOK(second) && !is_code(second);
    const uint64_t initial = has_initial ? ms_arg(aTHX_ second, "UniEvent::Timer::start: initial") : every;
    SV* callback = is_code(second) ? second : third;
    check_callback(aTHX_ callback, "UniEvent::Timer::start: callback");
    guard(aTHX_ [&] {
        timer->event.add(listener_arg(aTHX_ callback, "callback"));
        timer->start(every, initial);
    });
}

void start_timer_once(pTHX_ net::Timer* timer, SV* initial, SV* callback) {
    const uint64_t ms = ms_arg(aTHX_ initial, "UniEvent::Timer::once: initial");
    check_callback(aTHX_ callback, "UniEvent::Timer::once: callback");
    guard(aTHX_ [&] {
        timer->event.add(listener_arg(aTHX_ callback, "callback"));
        timer->once(ms);
    });
}

SV* start_signal(pTHX_ net::Signal* signal, int signum, SV* callback, bool once) {
    check_callback(aTHX_ callback, "UniEvent::Signal::start: callback");
    return guard(aTHX_ [&] {
        const ErrorCode error = once ? signal->once(signum) : signal->start(signum);
        if (!error) signal->event.add(listener_arg(aTHX_ callback, "callback"));
        return mortal_error(aTHX_ error);
    });
}

Waiting waiting_args(pTHX_ SV* first, SV* second, const char* place) {
    if (is_code(first)) return {0, first};
    const uint64_t ms = first && SvOK(first) ? ms_arg(aTHX_ first, place) : 0;
    check_callback(aTHX_ second, place);
    return {ms, second};
}

}  // namespace ue::glue
