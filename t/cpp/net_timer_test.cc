// Timers, and the queue of many equal deadlines.
#include "net/timer.h"

#include <cerrno>
#include <memory>

#include "net/timeout_queue.h"
#include "net_support.h"

using namespace net_test;

TEST(net_timer) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        auto t = make<Timer>(loop);
        int calls = 0;
        t->event.add(on([&] { ++calls; }));
        std::vector<std::string> diary;
        t->set_observer(make<Diary>(diary));
        OK(!t->active() && t->loop() == loop && !t->weak(), "a new timer");
        IS(std::string(t->type_name()), "timer", "type");

        OK(t->again() == system_error(EINVAL), "again before any start");
        OK(t->resume() == system_error(EINVAL), "resume without pause");
        IS(t->due_in(), 0u, "never armed");
        t->pause();
        t->once(5);
        OK(t->active() && t->due_in() >= 4 && t->due_in() <= 5, "due in");
        OK(!loop->run(), "fires once and ends the run");
        IS(calls, 1, "called");
        IS(joined(diary), "on_timer", "the observer as well");
        OK(!t->again(), "again after a finished one-shot is no error");
        OK(!t->active(), "and has no effect");

        calls = 0;
        t->start(5, 1);
        IS(t->repeat(), 5u, "repeat");
        t->set_repeat(0);
        IS(t->repeat(), 5u, "zero does not set it");
        const uint64_t began = loop->now();
        loop_until(*loop, [&] { return calls == 3; });
        OK(loop->now() - began >= 10, "first after the initial time, then repeating");
        t->stop();
        OK(!t->active(), "stopped");
        OK(!t->again() && t->active(), "again restarts a repeating timer that was stopped");

        t->start(100);
        t->pause();
        t->pause();
        OK(!t->active(), "paused, twice");
        OK(!t->resume() && t->active() && t->due_in() >= 95, "resumed with what was left");
        OK(t->resume() == system_error(EINVAL), "resume when active");
        t->pause();
        t->stop();
        OK(t->resume() == system_error(EINVAL), "stop forgets the pause");

        t->set_weak(true);
        t->start(1);
        OK(t->weak() && !loop->run(), "a weak timer does not keep the loop");
        t->set_weak(false);

        Timer* raw = t.get();
        t->event.set(on([&] { raw->reset(); }));
        t->start(1);
        OK(!loop->run(), "reset in the callback ends the run");

        calls = 0;
        t->event.set(on([&] { ++calls; }));
        t->call_now();
        IS(calls, 1, "call_now");

        t->event.set(on([&] { t.reset(); }));
        t->start(1);
        OK(!loop->run() && !t, "dropped in its own callback");

        auto first = make<Timer>(loop), second = make<Timer>(loop);
        first->event.add(on([&] { second.reset(); }));
        second->event.add(on([&] { ++calls; }));
        first->once(1);
        second->once(1);
        calls = 0;
        loop->run();
        IS(calls, 0, "dropped by the one before, on the same tick");

        first->clear();
        OK(!first->event.has_listeners() && !first->observer(), "clear drops the listeners");
    }
    leaks.check();
}

namespace {
struct Entry : TimeoutQueue::Entry {
    explicit Entry(std::function<void()> f) : fired(std::move(f)) {}
    void on_timeout() override { fired(); }
    std::function<void()> fired;
};
}  // namespace

TEST(net_timeout_queue) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        auto queue = make<TimeoutQueue>(loop, 20), never = make<TimeoutQueue>(loop, 0);
        std::string log;
        Entry a([&] { log += "a"; }), b([&] { log += "b"; }), c([&] { log += "c"; }), d([&] { log += "d"; });
        never->arm(d);
        OK(!d.armed(), "zero: arm does nothing");
        queue->arm(a);
        queue->arm(b);
        queue->arm(c);
        OK(a.armed() && !loop->alive(), "armed, without keeping the loop");
        queue->arm(a);
        b.disarm();
        b.disarm();
        loop_until(*loop, [&] { return log.size() >= 2; });
        IS(log, "ca", "in the order of arming, without the disarmed one");
        OK(!a.armed() && !c.armed(), "disarmed");

        uint64_t fired_at = 0;
        Entry again([&] { fired_at = uv_now(loop->uv()); });
        queue->arm(again);
        loop_for(*loop, 12);
        fired_at = 0;  // it has fired already if this machine took its time
        const uint64_t armed_at = uv_now(loop->uv());
        queue->arm(again);
        loop_until(*loop, [&] { return fired_at != 0; });
        OK(fired_at >= armed_at + 20, "arming again puts it off");
        OK(!again.armed(), "and then it fires");

        log.clear();
        auto self = std::make_unique<Entry>([] {});
        self->fired = [&] { log += "x", self.reset(); };
        Entry repeat([] {});
        repeat.fired = [&] { log += "r", queue->arm(repeat), c.disarm(); };
        queue->arm(*self);
        queue->arm(repeat);
        queue->arm(c);
        loop_until(*loop, [&] { return log.size() >= 3; });
        IS(log, "xrr", "destroyed in its call; armed again in its call; the next one disarmed in it");
        Entry last([&] { queue.reset(); });
        queue->arm(last);
        loop_until(*loop, [&] { return !queue; });
        OK(!queue && !repeat.armed(), "the queue goes in a call and lets all entries go");
    }
    leaks.check();
}
