// The frame around every engine call that may fail by exception or call back into Perl.
//
//   RETVAL = guard(aTHX_ [&] { return self->configure(...); });
//
// What the engine throws (misuse) and what a callback threw meanwhile is raised as a Perl exception from here, where
// no C++ object is alive any more: the lambda's result must be plain data (pointers, numbers). Convert arguments
// before, results inside.
#pragma once
#include "base/misuse.h"
#include "xs/glue/context.h"
#include "xs/glue/place.h"

namespace ue::glue {

SV* exception_for(pTHX_ const Failure& failure, Method method);  // UniEvent::Error object; owned
SV* exception_for(pTHX_ const std::string& text);                // "text at FILE line N."; owned
SV* exception_for(pTHX_ const std::exception& e, Method method);
[[noreturn]] void throw_perl(pTHX_ SV* exception);  // takes a mortal

template <class F>
SV* run_caught(pTHX_ F&& f, Method method) {
    try {
        f();
        return nullptr;
    } catch (const Failure& e) {
        return exception_for(aTHX_ e, method);
    } catch (const std::exception& e) {
        return exception_for(aTHX_ e, method);
    }
}

// `method`: whom messages name, by itself the function around the call. `running`: the loop that the call runs, if it
// is one of the run methods.
template <class F>
auto guard(pTHX_ F&& f, Method method = __builtin_FUNCTION(), net::Loop* running = nullptr) {
    using R = decltype(f());
    Context& cx = context(aTHX);
    net::Loop* outer = cx.running;
    cx.running = running;
    SV* thrown;
    if constexpr (std::is_void_v<R>) {
        thrown = run_caught(aTHX_ f, method);
        cx.running = outer;
        if (thrown) set_pending(aTHX_ thrown);
        if (cx.pending) throw_perl(aTHX_ take_pending(aTHX));
    } else {
        static_assert(std::is_trivially_destructible_v<R>, "a longjmp may skip it");
        R result{};
        thrown = run_caught(
            aTHX_[&] { result = f(); }, method);
        cx.running = outer;
        if (thrown) set_pending(aTHX_ thrown);
        if (cx.pending) throw_perl(aTHX_ take_pending(aTHX));
        return result;
    }
}

}  // namespace ue::glue
