// The engine's face of a stream: corked output, held pieces, notices, backlog, the two ends (finish and abort), and
// what a connection costs.
#include <sys/socket.h>
#include <sys/types.h>

#include <cerrno>
#include <cstring>

#include "net/wire.h"
#include "net_support.h"

using namespace net_test;

namespace {

struct TestOwner : StreamOwner {
    void on_read(char* data, size_t size) override {
        got.append(data, size);
        ++reads;
        if (reading) reading(data, size);
    }
    void on_eof(const ErrorCode& e) override {
        ++eofs, eof_error = text(e);
        if (ended) ended();
    }
    void on_write_error(const ErrorCode& e) override {
        ++write_errors, write_error = text(e);
        if (failed) failed();
    }
    void on_reset() override { ++resets; }
    void on_drain() override {
        ++drains;
        if (drained) drained();
    }
    Loop::Buffer read_target() override { return target; }
    void on_accept(Ref<Stream> client) override {
        accepted.push_back(client);
        if (accepting) accepting(*client);
    }
    std::string got, eof_error, write_error;
    int reads = 0, eofs = 0, write_errors = 0, resets = 0, drains = 0;
    Loop::Buffer target = {nullptr, 0};
    std::vector<Ref<Stream>> accepted;
    std::function<void(char*, size_t)> reading;
    std::function<void()> ended, failed, drained;
    std::function<void(Stream&)> accepting;
};

// Two connected streams with owners.
struct Two {
    Ref<Loop> loop = make<Loop>();
    TestOwner one, two;
    Ref<Stream> a, b;
    Two() {
        auto pair = Tcp::pair(loop);
        a = pair.first, b = pair.second;
        a->set_owner(&one), b->set_owner(&two);
    }
    ~Two() {
        for (auto* s : {&a, &b})
            if (*s) (*s)->set_owner(nullptr), (*s)->reset();
        a.reset(), b.reset();
        OK(!loop->run(), "the loop closes empty");
    }
    void small_buffers() {
        a->set_send_buffer_size(5000);
        b->set_recv_buffer_size(5000);
    }
};

struct BytesKeeper : Keeper {
    BytesKeeper(std::string b, int& deaths) : bytes(std::move(b)), deaths_(deaths) {}
    ~BytesKeeper() override { ++deaths_; }
    std::string bytes;
    int& deaths_;
};

struct TestNotice : WriteNotice {
    explicit TestNotice(std::string& log, const char* name) : log_(log), name_(name) {}
    void written(const ErrorCode& e) override { log_ += name_ + (e ? "!" + text(e) : std::string()) + " "; }
    std::string& log_;
    std::string name_;
};

std::string pattern(size_t size) {
    std::string out(size, 0);
    for (size_t i = 0; i < size; ++i)
        out[i] = static_cast<char>('a' + (i * 7 + i / 997) % 26);
    return out;
}

}  // namespace

TEST(net_output_cork) {
    Leaks leaks;
    {
        Two t;
        t.a->append("one ");
        t.a->append("two");
        IS(t.a->unsent(), 7u, "not sent yet");
        t.loop->run(Loop::Mode::kOnce);
        IS(t.two.got, "one two", "left before the poll");
        IS(t.two.reads, 1, "in one piece");
        IS(t.a->unsent(), 0u, "sent");

        t.a->append("x");
        t.a->flush();
        IS(t.a->unsent(), 0u, "flush sends at once");
        loop_until(*t.loop, [&] { return t.two.got == "one twox"; });

        t.two.got.clear();
        size_t unsent = 0;
        t.one.reading = [&](char* data, size_t size) {
            for (size_t i = 0; i < size; ++i) {
                char* room = t.a->reserve(100);
                std::memset(room, data[i], 3);
                t.a->commit(3);
            }
            t.a->append("");
            t.a->commit(0);
            unsent = t.a->unsent();
        };
        t.b->append("abc");
        t.two.reads = 0;
        loop_until(*t.loop, [&] { return !t.two.got.empty(); });
        IS(t.two.got, "aaabbbccc", "answers of one read");
        IS(unsent, 9u, "are collected");
        IS(t.two.reads, 1, "and leave together");

        // More than the loop's buffer holds, while other streams write, too.
        const std::string big = pattern(1'000'000);
        auto other = Tcp::pair(t.loop);
        Peer others(other.second);
        t.one.reading = [&](char*, size_t) {
            other.first->append("from a callback");
            for (size_t at = 0; at < big.size(); at += 1000)
                t.a->append(std::string_view(big).substr(at, 1000));
            other.first->append(" of another");
        };
        t.two.got.clear();
        t.b->append("go");
        loop_until(*t.loop, [&] { return t.two.got.size() == big.size() && others.got.size() == 26; });
        OK(t.two.got == big, "a lot");
        IS(others.got, "from a callback of another", "another stream's output");
        other.first->reset();
    }
    leaks.check();
}

TEST(net_output_held) {
    Leaks leaks;
    for (bool small : {false, true}) {
        Two t;
        if (small) t.small_buffers();
        int deaths = 0;
        std::string want, log;
        for (int i = 0; i < 100; ++i) {
            const std::string head = "<" + std::to_string(i) + ">";
            t.a->append(head);
            Ref<BytesKeeper> keeper = make<BytesKeeper>(pattern(1000 + i * 10), deaths);
            t.a->append_held(keeper->bytes, keeper);
            want += head + keeper->bytes;
            if (i == 50) t.a->after_flush(make<TestNotice>(log, "half"));
        }
        t.a->append("end");
        want += "end";
        t.a->after_flush(make<TestNotice>(log, "all"));
        IS(t.a->unsent(), want.size(), "all counts");
        loop_until(*t.loop, [&] { return t.two.got.size() == want.size() && deaths == 100; });
        OK(t.two.got == want, small ? "in order over a slow connection" : "in order");
        IS(deaths, 100, "every keeper is released");
        loop_until(*t.loop, [&] { return log == "half all "; });
        IS(log, "half all ", "notices in order");
    }
    {
        Two t;
        int deaths = 0;
        std::string log;
        Ref<BytesKeeper> keeper = make<BytesKeeper>(pattern(5'000'000), deaths);
        t.a->append_held(keeper->bytes, keeper);
        keeper.reset();
        t.a->after_flush(make<TestNotice>(log, "n"));
        IS(log, "", "not from inside");
        t.a->flush();
        IS(log, "", "nor from flush");
        t.a->reset();
        IS(log, "n!Operation canceled (125:generic) ", "told when it will never be");
        t.loop->run();
        IS(deaths, 1, "released");
        t.a->after_flush(make<TestNotice>(log, "late"));
        t.a->append("dropped");
        std::memset(t.a->reserve(100'000), 'x', 100'000);
        t.a->commit(100'000);
        IS(t.a->unsent(), 0u, "a closed stream drops its output");
        loop_until(*t.loop, [&] { return log.find("late!") != log.npos; });
        OK(log.find("late!") != log.npos, "and says so");
    }
    leaks.check();
}

TEST(net_output_backlog) {
    Leaks leaks;
    {
        Two t;
        t.small_buffers();
        t.b->read_stop();
        const std::string data = pattern(3'000'000);
        t.a->append(data);
        t.a->flush();
        const size_t stuck = t.a->unsent();
        OK(stuck > 0 && stuck <= data.size(), "backlog: " + std::to_string(stuck));
        t.a->append(data);
        IS(t.a->unsent(), stuck + data.size(), "grows");
        loop_for(*t.loop, 20);
        IS(t.one.drains, 0, "no drain yet");
        t.b->read_start();
        loop_until(
            *t.loop, [&] { return t.two.got.size() == 2 * data.size(); }, 10000);
        OK(t.two.got == data + data, "all of it, in order");
        loop_until(*t.loop, [&] { return t.one.drains == 1; });
        IS(t.one.drains, 1, "drained once");
        t.a->append("more");
        loop_until(*t.loop, [&] { return t.two.got.size() == 2 * data.size() + 4; });
        IS(t.one.drains, 1, "no drain without a backlog");

        // A producer that goes on while the reader is slow.
        t.two.got.clear();
        size_t sent = 0;
        t.one.drained = [&] {
            if (sent >= 2'000'000) return;
            t.a->append(std::string_view(data).substr(sent, 100'000));
            sent += 100'000;
        };
        t.one.drained();
        t.a->flush();
        loop_until(
            *t.loop, [&] { return t.two.got.size() == 2'000'000; }, 10000);
        OK(t.two.got == data.substr(0, 2'000'000), "fed from on_drain");
    }
    {
        // The reader goes away.
        Two t;
        t.small_buffers();
        t.b->read_stop();
        t.a->append(pattern(3'000'000));
        t.a->flush();
        t.b->set_owner(nullptr);
        t.b->reset();
        loop_until(*t.loop, [&] { return t.one.write_errors > 0; });
        IS(t.one.write_errors, 1, "a write error, once");
        IS(t.a->unsent(), 0u, "nothing waits any more");
        t.a->append("x");
        t.a->flush();
        loop_for(*t.loop, 10);
        IS(t.one.write_errors, 1, "still once");
        OK(t.one.eofs == 1, "and the end of input: " + t.one.eof_error);
    }
    {
        // Written into a connection that is gone: the error is told later, not from inside.
        Two t;
        t.b->set_owner(nullptr);
        t.b->reset();
        loop_until(*t.loop, [&] { return t.one.eofs == 1; });
        t.a->append("x");
        t.a->flush();
        IS(t.one.write_errors, 0, "not from inside flush");
        t.one.failed = [&] { t.a.reset(); };
        loop_until(*t.loop, [&] { return t.one.write_errors == 1; });
        OK(!t.a, "dropped in on_write_error");
    }
    leaks.check();
}

TEST(net_output_targets) {
    Leaks leaks;
    {
        Two t;
        std::string own(1 << 20, 0);
        t.two.target = {own.data(), own.size()};
        char* seen = nullptr;
        t.two.reading = [&](char* data, size_t) { seen = data; };
        t.a->append("here");
        loop_until(*t.loop, [&] { return seen; });
        OK(seen == own.data() && own.compare(0, 4, "here") == 0, "received where the owner wants it");
        t.two.target = {nullptr, 0};
        seen = nullptr;
        t.a->append("there");
        loop_until(*t.loop, [&] { return seen; });
        OK(seen == t.loop->read_buffer().data, "or in the loop's buffer");
        std::memset(seen - Loop::kReadPadding, 0, Loop::kReadPadding);
        OK(true, "with room in front");
    }
    leaks.check();
}

TEST(net_output_finish) {
    Leaks leaks;
    {
        Two t;
        t.small_buffers();
        t.a->append(pattern(2'000'000));
        t.a->finish(5000);
        OK(!t.a->owner() && !t.a->connected(), "detached at once");
        t.a.reset();
        loop_until(
            *t.loop, [&] { return t.two.eofs == 1; }, 10000);
        IS(t.two.got.size(), 2'000'000u, "all of it arrived");
        OK(t.two.eofs == 1 && t.two.eof_error.empty(), "then FIN");
    }
    {
        // Unread input must not turn the end into a reset.
        Ref<Loop> loop = make<Loop>();
        TestOwner server, session;
        auto listener = make<Tcp>(loop);
        listener->set_owner(&server);
        listener->bind_addr(loopback());
        listener->listen();
        server.accepting = [&](Stream& s) { s.set_owner(&session), s.read_stop(); };
        Peer client(loop);
        Tcp::ConnectOptions o;
        o.address = listener->sockaddr().value();
        client.tcp->connect(o);
        client.tcp->write(pattern(100'000));
        loop_until(*loop, [&] { return server.accepted.size() == 1 && client.tcp->connected(); });
        loop_for(*loop, 5);
        server.accepted[0]->append("too large, go away");
        server.accepted[0]->finish(1000);
        client.tcp->write(pattern(100'000));
        loop_until(*loop, [&] { return client.eofs == 1; });
        IS(client.got, "too large, go away", "the last words arrive");
        OK(client.errors.empty(), "and no error");
        client.close();
        server.accepted.clear();
        listener->set_owner(nullptr);
        listener->reset();
        loop_for(*loop, 5);
        IS(open_sockets(*loop), 0, "nothing lingers after the peer has closed");
    }
    {
        // A peer that does not read cannot hold a finishing stream for longer than the time-out...
        Two t;
        t.small_buffers();
        t.b->read_stop();
        t.a->append(pattern(3'000'000));
        t.a->finish(30);
        t.a.reset();
        const uint64_t began = uv_hrtime();
        t.b->set_owner(nullptr);
        t.b->set_weak(true);
        loop_until(*t.loop, [&] { return t.loop->handles().size() <= 2 && uv_hrtime() - began > 60'000'000; });
        t.b->reset();
        OK(!t.loop->run(), "given up after the time-out");
    }
    {
        // ... nor the loop, by not closing.
        Two t;
        t.a->append("bye");
        t.a->finish(0);
        t.a.reset();
        loop_until(*t.loop, [&] { return t.two.eofs == 1; });
        t.b->set_weak(true);
        OK(!t.loop->run(), "the loop does not wait for a lingering end");
    }
    {
        // The loop goes while a stream is finishing.
        auto loop = make<Loop>();
        auto pair = Tcp::pair(loop);
        pair.first->set_send_buffer_size(5000);
        pair.second->read_stop();
        int deaths = 0;
        Ref<BytesKeeper> keeper = make<BytesKeeper>(pattern(3'000'000), deaths);
        pair.first->append_held(keeper->bytes, keeper);
        keeper.reset();
        pair.first->finish(0);
        pair.first.reset();
        pair.second.reset();
        loop.reset();
        IS(deaths, 1, "nothing leaks when the loop goes first");
    }
    {
        Two t;
        t.a->append("never");
        t.a->abort();
        OK(!t.a->owner() && t.one.resets == 0, "abort detaches the owner");
        loop_until(*t.loop, [&] { return t.two.eofs == 1; });
        IS(t.two.got, "", "nothing is flushed");
        t.b->reset();
        IS(t.two.resets, 1, "somebody else's reset is told");
    }
    leaks.check();
}

// The owner ends, drops, swaps the stream in each of its own calls.
TEST(net_output_reentry) {
    Leaks leaks;
    using Strike = void (*)(Two&);
    const struct {
        const char* name;
        Strike strike;
    } kStrikes[] = {
        {"drop", [](Two& t) { t.a.reset(); }},
        {"reset", [](Two& t) { t.a->set_owner(nullptr), t.a->reset(); }},
        {"reset with owner", [](Two& t) { t.a->reset(); }},
        {"finish", [](Two& t) { t.a->append("last"), t.a->finish(100); }},
        {"finish and drop", [](Two& t) { t.a->append("last"), t.a->finish(100), t.a.reset(); }},
        {"abort", [](Two& t) { t.a->append("last"), t.a->abort(); }},
        {"read_stop", [](Two& t) { t.a->read_stop(); }},
        {"stop the loop", [](Two& t) { t.loop->stop(); }},
        {"drop both", [](Two& t) { t.a.reset(), t.b->set_owner(nullptr), t.b.reset(); }},
    };
    for (const auto& s : kStrikes) {
        {
            Two t;
            t.one.reading = [&](char* data, size_t size) {
                t.a->append({data, size});
                s.strike(t);
                if (t.a) t.a->append("after");
            };
            t.b->append("x");
            loop_for(*t.loop, 5);
            OK(true, std::string(s.name) + " in on_read");
        }
        {
            Two t;
            t.one.ended = [&] { t.a->append("still"), s.strike(t); };
            t.b->shutdown();
            loop_for(*t.loop, 5);
            OK(true, std::string(s.name) + " in on_eof");
        }
        {
            Two t;
            t.small_buffers();
            t.one.drained = [&] { s.strike(t); };
            t.a->append(pattern(1'000'000));
            loop_until(*t.loop, [&] { return t.one.drains; });
            OK(t.one.drains, std::string(s.name) + " in on_drain");
        }
        {
            Two t;
            struct N : WriteNotice {
                explicit N(std::function<void()> f) : f(std::move(f)) {}
                void written(const ErrorCode&) override { f(); }
                std::function<void()> f;
            };
            int told = 0;
            t.a->append("x");
            t.a->after_flush(make<N>([&] { ++told, s.strike(t); }));
            t.a->after_flush(make<N>([&] { ++told; }));
            loop_until(*t.loop, [&] { return told == 2; });
            IS(told, 2, std::string(s.name) + " in a notice");
        }
        {
            Two t;
            t.one.failed = [&] { s.strike(t); };
            t.b->set_owner(nullptr);
            t.b->reset();
            loop_until(*t.loop, [&] { return t.one.eofs; });
            t.a->append("x");
            loop_until(*t.loop, [&] { return t.one.write_errors; });
            OK(t.one.write_errors, std::string(s.name) + " in on_write_error");
        }
    }
    leaks.check();
}

TEST(net_output_size) {
    const size_t stream = sizeof(Tcp), wire = sizeof(Wire);
    OK(stream <= 128, "a stream takes " + std::to_string(stream) + " bytes");
    OK(wire <= 384, "its wire, with libuv's handle, " + std::to_string(wire));
    Two t;
    t.a->append("x");
    loop_until(*t.loop, [&] { return !t.two.got.empty(); });
    IS(t.a->unsent(), 0u, "idle again");
}
