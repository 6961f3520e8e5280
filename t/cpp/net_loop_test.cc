// The loop: runs, stops, calls put off, what it knows of its handles, fork, threads.
#include "net/loop.h"

#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "base/misuse.h"
#include "net/tick.h"
#include "net_support.h"

using namespace net_test;

TEST(net_loop) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        OK(!loop->alive() && !loop->is_default() && !loop->is_global(), "a new loop");
        OK(!loop->run() && !loop->run(Loop::Mode::kOnce) && !loop->run(Loop::Mode::kNoWait), "has nothing to run for");

        const uint64_t then = loop->now();
        usleep(5000);
        IS(loop->now(), then, "time stands still between turns");
        loop->update_time();
        OK(loop->now() >= then + 4, "and is fetched by update_time");

        auto a = make<Prepare>(loop), b = make<Prepare>(loop), c = make<Prepare>(loop);
        const std::vector<Handle*> all = {a.get(), b.get(), c.get()};
        OK(loop->handles() == all, "handles in order of creation");
        b.reset();
        IS(loop->handles().size(), 2u, "one has gone");
        c.reset();

        a->event.add(on([&] { loop->stop(); }));
        a->start();
        loop->stop();  // before the run: nothing
        OK(loop->run(), "stopped: something is alive");
        OK(loop->alive(), "still");
        a->stop();
        OK(!loop->run(), "nothing left");
    }
    {
        Ref<Loop> loop = make<Loop>(), other = make<Loop>();
        auto timer = make<Timer>(loop), inner = make<Timer>(other);
        int recursion = 0, others = 0;
        inner->event.add(on([&] { ++others; }));
        inner->once(1);
        timer->event.add(on([&] {
            try {
                loop->run(Loop::Mode::kNoWait);
            } catch (const Misuse& e) {
                recursion += std::string(e.what()).find("Loop::run recursion") != std::string::npos;
            }
            other->run();
        }));
        timer->once(1);
        loop->run();
        IS(recursion, 1, "a running loop cannot be run");
        IS(others, 1, "but another one can");
        OK(!loop->running(), "not running afterwards");
    }
    leaks.check();
}

TEST(net_loop_default) {
    Loop* loop = Loop::default_loop();
    OK(loop == Loop::default_loop() && loop->is_default(), "the same every time");
    OK(loop == Loop::global_loop() && loop->is_global(), "global in the main thread");
    Loop *theirs = nullptr, *global = nullptr;
    bool is_default = false, is_global = true;
    const long before = Object::live();
    long left = -1;
    std::thread([&] {
        theirs = Loop::default_loop();
        global = Loop::global_loop();
        is_default = theirs->is_default();
        is_global = theirs->is_global();
        int ran = 0;
        {
            auto timer = make<Timer>(Ref<Loop>(theirs));
            timer->event.add(on([&] { ++ran; }));
            timer->once(1);
            theirs->run();
        }
        left = Object::live() - before - ran;
    }).join();
    OK(theirs != loop && is_default && !is_global, "another thread has its own");
    OK(global == loop, "and sees ours as global");
    IS(left, 0, "its timer has fired and gone, the loop is left");
    IS(Object::live(), before, "until the thread ends");

    Loop* given = nullptr;
    bool again = true;
    std::thread([&] {
        OK(!Loop::give_default(), "there is none to give");
        Loop* own = Loop::default_loop();
        given = Loop::give_default();
        again = given != own || Loop::give_default() || Loop::default_loop() != own;
    }).join();
    OK(given && !again, "given once, and still the default");
    IS(Object::live(), before + 1, "it has outlived its thread");
    Loop::end_default(given);
    IS(Object::live(), before, "until its owner ends it");
}

TEST(net_delay) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        std::string log;
        loop->delay(later([&] { log += "a"; }));
        loop->delay(later([&] {
            log += "b";
            loop->delay(later([&] {
                log += "d";
                loop->delay(later([&] { log += "e"; }));
            }));
            log += "c";
        }));
        IS(log, "", "never from inside");
        OK(loop->alive(), "keeps the loop alive");
        loop->run(Loop::Mode::kNoWait);
        IS(log, "abc", "in their order");
        loop->run();
        IS(log, "abcde", "nested ones, one turn each");

        auto prepare = make<Prepare>(loop);
        int turns = 0;
        prepare->event.add(on([&] { ++turns; }));
        prepare->start();
        loop->delay(later([&] { loop->delay(later([&] { loop->stop(); })); }));
        loop->run();
        IS(turns, 2, "two nested calls take two turns");
        prepare->reset();

        const auto gone = later([&] { log += "never"; });
        loop->delay(gone);
        loop->cancel_delay(gone.get());
        loop->cancel_delay(gone.get());
        loop->cancel_delay(nullptr);
        OK(!loop->alive(), "cancelled, twice");
        Ref<Task> second = later([&] { log += "never"; });
        loop->delay(later([&] { loop->cancel_delay(second.get()); }));
        loop->delay(second);
        log.clear();
        loop->run();
        IS(log, "", "cancelled by its neighbour in the same batch");

        loop->delay(make<LambdaTask>([&] { return log += "1", false; }));
        loop->delay(later([&] { log += "2"; }));
        loop->run(Loop::Mode::kNoWait);
        IS(log, "1", "one that threw keeps the rest back");
        loop->run(Loop::Mode::kNoWait);
        IS(log, "12", "for the next run");
        loop->delay(later([&] { log += "never"; }));
        IS(gone->refs(), 1u, "cancelled calls are released");
    }
    leaks.check("a loop that goes with pending calls");
}

TEST(net_load_average) {
    Ref<Loop> loop = make<Loop>();
    IS(loop->load_average(), 0.0, "not tracked");
    loop->track_load_average(1);
    loop_for(*loop, 100);
    const double idle = loop->load_average();
    OK(idle >= 0 && idle < 0.5, "waiting: " + std::to_string(idle));
    loop->track_load_average(1);
    auto timer = make<Timer>(loop);
    timer->event.add(on([] { usleep(20'000); }));
    timer->start(1);
    loop_for(*loop, 150);
    OK(loop->load_average() > 0.5, "busy: " + std::to_string(loop->load_average()));
    loop->track_load_average(0);
    IS(loop->load_average(), 0.0, "switched off");
}

TEST(net_fork) {
    Ref<Loop> loop = make<Loop>(), second = make<Loop>();
    int parent = 0;
    std::string log;
    loop->fork_event.add(on([&] { ++parent, log += "first "; }));
    second->fork_event.add(on([&] { log += "second "; }));
    EchoServer server(loop);
    Peer peer(loop);
    peer.tcp->connect(server.options());
    loop_until(*loop, [&] { return server.clients.size() == 1 && peer.connects.size() == 1; });
    const pid_t pid = fork();
    if (pid == 0) {
        // The child's copies go without a word to the parent's poll.
        const bool fired = log.find("first") != log.npos && log.find("second") != log.npos && log.size() == 13;
        server.close();
        peer.close();
        EchoServer mine(loop);
        Peer client(loop);
        client.tcp->connect(mine.options());
        client.tcp->write("child");
        const bool echoed = loop_until(*loop, [&] { return client.got == "child"; });
        _exit(fired && echoed ? 0 : 1);
    }
    int status = -1;
    waitpid(pid, &status, 0);
    IS(status, 0, "the child's loops are repaired, told, and work");
    IS(parent, 0, "the parent hears nothing");
    peer.tcp->write("parent");
    OK(loop_until(*loop, [&] { return peer.got == "parent"; }), "and goes on");
}
