// Prepare, check and idle watchers: once a turn each, in their place.
#include "net/tick.h"

#include "net_support.h"

using namespace net_test;

namespace {

template <class T>
void check_tick(const char* type, const char* method) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        auto h = make<T>(loop);
        int calls = 0;
        std::vector<std::string> diary;
        h->event.add(on([&] { ++calls; }));
        h->set_observer(make<Diary>(diary));
        IS(std::string(h->type_name()), type, "type");
        OK(!h->active(), "inactive");
        h->stop();
        h->start();
        h->start();
        OK(h->active() && loop->alive(), "started, twice");
        for (int i = 0; i < 3; ++i)
            loop->run(Loop::Mode::kNoWait);
        IS(calls, 3, "once a turn");
        IS(diary.size(), 3u, "the observer as well");
        IS(diary[0], method, "by its method");
        h->call_now();
        IS(calls, 4, "call_now");
        h->set_weak(true);
        OK(!loop->alive(), "weak");
        h->set_weak(false);
        h->stop();
        OK(!h->active() && !loop->run(), "stopped");
        h->event.set(on([&] { h.reset(); }));
        h->start();
        loop->run(Loop::Mode::kNoWait);
        OK(!h && !loop->run(), "dropped in its callback");
    }
    leaks.check();
}

}  // namespace

TEST(net_tick) {
    check_tick<Prepare>("prepare", "on_prepare");
}
TEST(net_tick) {
    check_tick<Check>("check", "on_check");
}
TEST(net_tick) {
    check_tick<Idle>("idle", "on_idle");
}

TEST(net_tick) {
    Ref<Loop> loop = make<Loop>();
    std::string log;
    auto timer = make<Timer>(loop);
    auto idle = make<Idle>(loop);
    auto prepare = make<Prepare>(loop);
    auto check = make<Check>(loop);
    timer->event.add(on([&] { log += "timer "; }));
    idle->event.add(on([&] { log += "idle "; }));
    prepare->event.add(on([&] { log += "prepare "; }));
    check->event.add(on([&] { log += "check "; }));
    timer->once(0);
    idle->start(), prepare->start(), check->start();
    loop->delay(later([&] { log += "delayed "; }));
    loop->run(Loop::Mode::kNoWait);
    OK(log == "timer idle delayed prepare check " || log == "timer delayed idle prepare check ",
       "order of a turn: " + log);
}
