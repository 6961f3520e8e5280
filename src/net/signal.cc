#include "net/signal.h"

#include <csignal>

#include "base/misuse.h"
#include "net/errors.h"
#include "net/sigpipe.h"
#include "net/uv_block.h"

namespace ue::net {

const Type Signal::kType = {"UniEvent::Signal", &Handle::kType};

Signal::Signal(Ref<Loop> loop) : Handle(std::move(loop)), uv_(make_watcher<uv_signal_t>(this)) {
    const int status = uv_signal_init(loop_->uv(), uv_);
    if (status == 0) return;
    std::free(uv_);  // the pipe of the signals could not be made; libuv does not know the watcher
    throw Failure(uv_error(status));
}

Signal::~Signal() {
    const bool pipe = signum() == SIGPIPE;
    drop_watcher(uv_);
    if (pipe) ignore_sigpipe();
}

ErrorCode Signal::begin(int signum) {
    if (signum <= 0 || signum >= NSIG) return system_error(EINVAL);
    return uv_error(uv_signal_start(
        uv_,
        [](uv_signal_t* h, int signum) {
            if (!h->data) return;
            const Ref<Signal> self(static_cast<Signal*>(h->data));
            const bool once = self->once_;
            self->call_now(signum);
            if (once && self->once_) self->stop();
        },
        signum));
}

ErrorCode Signal::start(int signum) {
    once_ = false;
    return begin(signum);
}

ErrorCode Signal::once(int signum) {
    once_ = true;
    return begin(signum);
}

ErrorCode Signal::stop() {
    const bool pipe = signum() == SIGPIPE;
    const int status = uv_signal_stop(uv_);
    if (pipe) ignore_sigpipe();
    return uv_error(status);
}

int Signal::signum() const {
    return active() ? uv_->signum : 0;
}

void Signal::call_now(int signum) {
    const Value args[] = {Value(this), Value(signum)};
    notify(&event, "on_signal", args, 2);
}

bool Signal::active() const {
    return uv_is_active(as_handle(uv_));
}

void Signal::set_weak(bool weak) {
    weak_ = weak;
    set_watcher_weak(uv_, weak);
}

void Signal::reset() {
    stop();
}

void Signal::clear() {
    const Ref<Signal> hold(this);
    reset();
    set_weak(false);
    event.remove_all();
    set_observer(nullptr);
}

const char* Signal::signame(int signum) {
    if (signum < 0 || signum >= NSIG)
        throw Misuse("signal number out of range: expected 0 to " + std::to_string(NSIG - 1) +
                     got(std::to_string(signum)));
    switch (signum) {
#define UE_NAME(name) \
    case name:        \
        return #name;
        UE_NAME(SIGHUP)
        UE_NAME(SIGINT)
        UE_NAME(SIGQUIT)
        UE_NAME(SIGILL)
        UE_NAME(SIGTRAP)
        UE_NAME(SIGABRT) UE_NAME(SIGBUS) UE_NAME(SIGFPE) UE_NAME(SIGKILL) UE_NAME(SIGUSR1) UE_NAME(SIGSEGV)
            UE_NAME(SIGUSR2) UE_NAME(SIGPIPE) UE_NAME(SIGALRM) UE_NAME(SIGTERM) UE_NAME(SIGCHLD) UE_NAME(SIGCONT)
                UE_NAME(SIGSTOP) UE_NAME(SIGTSTP) UE_NAME(SIGTTIN) UE_NAME(SIGTTOU) UE_NAME(SIGURG) UE_NAME(SIGXCPU)
                    UE_NAME(SIGXFSZ) UE_NAME(SIGVTALRM) UE_NAME(SIGPROF) UE_NAME(SIGWINCH) UE_NAME(SIGPOLL)
                        UE_NAME(SIGSYS)
#ifdef SIGSTKFLT
                            UE_NAME(SIGSTKFLT)
#endif
#ifdef SIGPWR
                                UE_NAME(SIGPWR)
#endif
#undef UE_NAME
                                    default : return "";
    }
}

}  // namespace ue::net
