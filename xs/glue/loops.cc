#include "xs/glue/loops.h"

#include "xs/glue/callback.h"
#include "xs/glue/guard.h"

namespace ue::glue {

const Type DelayToken::kType = {"UniEvent::Loop::DelayToken", &Object::kType};

namespace {

class PerlTask : public net::Task {
  public:
    PerlTask(pTHX_ SV* code) : listener_(make<PerlListener>(aTHX_ code, false)) {}
    bool run() override { return listener_->call(nullptr, 0, nullptr); }

  private:
    Ref<PerlListener> listener_;
};

// Called at the end of an interpreter; also of those that were cloned from it, which have loops of their own or none.
void end_default_loop(pTHX_ void*) {
    net::Loop*& held = context(aTHX).default_loop;
    if (held) net::Loop::end_default(held);
    held = nullptr;
}

}  // namespace

net::Loop* default_loop(pTHX) {
    net::Loop* loop = net::Loop::default_loop();
    net::Loop*& held = context(aTHX).default_loop;
    // The main thread's lasts as long as the process.
    if (!held && !loop->is_global() && (held = net::Loop::give_default()))
        Perl_call_atexit(aTHX_ end_default_loop, nullptr);
    return loop;
}

net::Loop* loop_arg(pTHX_ SV* sv, const Argument& argument) {
    net::Loop* loop = optional_arg<net::Loop>(aTHX_ sv, argument);
    return loop ? loop : guard(aTHX_ [&] { return default_loop(aTHX); }, argument.method);
}

net::Loop* global_loop(pTHX) {
    net::Loop* own = loop_arg(aTHX_ nullptr, "UniEvent::Loop::global");
    return own->is_global() ? own : nullptr;
}

bool run_loop(pTHX_ Method method, net::Loop* loop, net::Loop::Mode mode) {
    return guard(
        aTHX_ [&] {
            Ref<net::Loop> hold(loop);
            return loop->run(mode);
        },
        method, loop);
}

void DelayToken::cancel() {
    Ref<net::Task> task = std::move(task_);
    if (net::Loop* loop = loop_.get(); loop && task) loop->cancel_delay(task.get());
}

SV* delay_call(pTHX_ net::Loop* loop, SV* callback, bool wanted) {
    Ref<net::Task> task(new PerlTask(aTHX_ callback));
    loop->delay(task);
    return wanted ? wrap_mortal(aTHX_ new DelayToken(loop, task)) : nullptr;
}

}  // namespace ue::glue
