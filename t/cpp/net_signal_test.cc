// Signals arrive in the loop; SIGPIPE does no harm.
#include "net/signal.h"

#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "base/misuse.h"
#include "net_support.h"

using namespace net_test;

TEST(net_signal) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>(), other = make<Loop>();
        auto a = make<Signal>(loop), b = make<Signal>(loop), c = make<Signal>(other);
        std::string log;
        std::vector<std::string> diary;
        a->set_observer(make<Diary>(diary));
        const auto note = [&](const char* who) {
            return on([&log, who](const Value* v, size_t) { log += who + std::to_string(v[1].integer()) + " "; });
        };
        a->event.add(note("a"));
        b->event.add(note("b"));
        c->event.add(note("c"));
        IS(a->signum(), 0, "watches nothing");
        for (int bad : {0, -1, 9, 19, NSIG, 1000})
            OK(a->start(bad) == system_error(EINVAL), "cannot watch " + std::to_string(bad));
        OK(!a->start(SIGUSR1) && !b->once(SIGUSR1) && !c->start(SIGUSR1), "started");
        IS(a->signum(), SIGUSR1, "watches");
        OK(a->active() && loop->alive(), "keeps the loop");
        kill(getpid(), SIGUSR1);
        loop_until(*loop, [&] { return log.size() >= 8; });
        loop_until(*other, [&] { return log.size() >= 12; });
        OK(log.find("a10 ") != log.npos && log.find("b10 ") != log.npos && log.find("c10 ") != log.npos, log);
        IS(joined(diary), "on_signal", "observer");
        OK(!b->active() && a->active(), "a one-shot stops after its call");
        a->stop();
        c->reset();
        OK(!loop->run() && !other->run(), "stopped");

        log.clear();
        a->call_now(SIGINT);
        IS(log, "a2 ", "call_now");
        a->event.set(on([&] { a.reset(); }));
        a->start(SIGUSR2);
        kill(getpid(), SIGUSR2);
        OK(loop_until(*loop, [&] { return !a; }), "dropped in its callback");
        OK(!loop->run(), "nothing left");
    }
    leaks.check();

    IS(std::string(Signal::signame(SIGINT)), "SIGINT", "name");
    IS(std::string(Signal::signame(29)), "SIGPOLL", "name of 29");
    IS(std::string(Signal::signame(0)), "", "no name");
    for (int i = 1; i <= 31; ++i)
        OK(*Signal::signame(i), "a name for " + std::to_string(i));
    for (int bad : {-1, NSIG}) {
        bool thrown = false;
        try {
            Signal::signame(bad);
        } catch (const Misuse&) {
            thrown = true;
        }
        OK(thrown, "no such signal: " + std::to_string(bad));
    }
}

TEST(net_sigpipe) {
    std::signal(SIGPIPE, SIG_DFL);
    Ref<Loop> loop = make<Loop>();
    OK(std::signal(SIGPIPE, SIG_DFL) == SIG_IGN, "a loop ignores it");
    Ref<Loop> again = make<Loop>();
    auto watch = make<Signal>(loop);
    watch->start(SIGPIPE);
    watch->stop();
    OK(std::signal(SIGPIPE, SIG_IGN) == SIG_IGN, "still after it was watched");
    const auto mine = [](int) {};
    std::signal(SIGPIPE, mine);
    Ref<Loop> third = make<Loop>();
    OK(std::signal(SIGPIPE, SIG_IGN) == static_cast<void (*)(int)>(mine), "a user's handler stays");
}
