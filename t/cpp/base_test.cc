// src/base: events, errors as values, counted objects and their wrappers, the little cryptography.
#include <cerrno>
#include <functional>
#include <set>

#include "base/digest.h"
#include "base/dispatcher.h"
#include "base/error.h"
#include "base/object.h"
#include "tap.h"

using namespace ue;

namespace {

class Lambda : public Listener {
  public:
    using Body = std::function<bool(const Value*, size_t, Round*)>;
    Lambda(Body body, bool chain, const void* identity) : body_(std::move(body)), chain_(chain), identity_(identity) {}
    bool call(const Value* args, size_t count, Round* rest) override { return body_(args, count, rest); }
    bool chain() const override { return chain_; }
    const void* identity() const override { return identity_; }

  private:
    Body body_;
    bool chain_;
    const void* identity_;
};

Ref<Listener> plain(std::function<void()> body, const void* identity = nullptr) {
    return make<Lambda>([body = std::move(body)](const Value*, size_t, Round*) { return body(), true; }, false,
                        identity);
}

Ref<Listener> chained(Lambda::Body body, const void* identity = nullptr) {
    return make<Lambda>(std::move(body), true, identity);
}

class Thing : public Object {
  public:
    static const Type kType;
    const Type& type() const override { return kType; }
    explicit Thing(int* deaths = nullptr) : deaths_(deaths) {}
    ~Thing() override {
        if (deaths_) ++*deaths_;
        const Ref<Thing> still(this);  // must not delete it a second time
    }

  private:
    int* deaths_;
};
const Type Thing::kType = {"Test::Thing", &Object::kType};

}  // namespace

TEST(base_dispatcher) {
    std::string log;
    const auto say = [&log](const char* what) { return plain([&log, what] { log += what; }, what); };

    {
        Event<> e;
        OK(!e.has_listeners(), "none at first");
        OK(e.emit(), "an event nobody listens to");
        const char *a = "a", *b = "b", *c = "c";
        e.add(say(a));
        e.add(say(b));
        e.prepend(say(c));
        e.emit();
        IS(log, "cab", "front to back");
        e.add(say(a));
        e.remove(a, false);
        log.clear();
        e.emit();
        IS(log, "cab", "remove takes the last added one");
        e.remove(a, true);
        e.remove("unknown", false);
        e.remove(nullptr, false);
        log.clear();
        e.emit();
        IS(log, "cab", "the other kind, an unknown one and nobody are not removed");
        e.set(say(b));
        log.clear();
        e.emit();
        IS(log, "b", "set replaces all");
        e.set(nullptr);
        OK(!e.has_listeners(), "set to nothing");
    }
    {
        Event<> e;
        int once = 0;
        const char* id = "x";
        e.add(plain([&] { ++once, e.remove(id, false); }, id));
        e.add(plain([&] { log += "2"; }));
        log.clear();
        e.emit();
        e.emit();
        IS(once, 1, "a listener removes itself");
        IS(log, "22", "and nobody is skipped for it");
    }
    {
        Event<> e;
        const char* gone = "gone";
        e.add(plain([&] { e.remove(gone, false); }));
        e.add(plain([&] { log += "no"; }, gone));
        log.clear();
        e.emit();
        IS(log, "", "removed before its turn");
    }
    {
        Event<> e;
        bool first = true;
        e.add(plain([&] {
            if (!first) return;
            first = false;
            e.add(plain([&] { log += "end "; }));
            e.prepend(plain([&] { log += "front "; }));
        }));
        e.add(plain([&] { log += "second "; }));
        log.clear();
        e.emit();
        IS(log, "second end ", "added at the end: this round; in front: not");
        log.clear();
        e.emit();
        IS(log, "front second end ", "in the next round all of them");
    }
    {
        Event<> e;
        e.add(plain([&] { e.remove_all(); }));
        e.add(plain([&] { log += "never"; }));
        log.clear();
        OK(e.emit(), "remove_all in a round");
        IS(log, "", "ends it");
    }
    {
        auto* e = new Event<>;
        e->add(plain([&] { delete e; }));
        e->add(plain([&] { log += "never"; }));
        log.clear();
        e->emit();
        IS(log, "", "the dispatcher dies in its own round");
    }
    {
        Event<> e;
        e.add(make<Lambda>([](const Value*, size_t, Round*) { return false; }, false, nullptr));
        e.add(plain([&] { log += "never"; }));
        log.clear();
        OK(!e.emit(), "a listener that failed ends the round");
        IS(log, "", "nobody is called after it");
    }
    {
        Event<int> e;
        int seen = 0;
        e.add(chained([](const Value* v, size_t, Round* rest) {
            const Value more[] = {Value(v[0].integer() + 1)};
            return rest->go(more, 1);
        }));
        e.add(chained([](const Value* v, size_t, Round* rest) { return v[0].integer() > 5 || rest->go(v, 1); }));
        e.add(
            make<Lambda>([&](const Value* v, size_t, Round*) { return seen = static_cast<int>(v[0].integer()), true; },
                         false, nullptr));
        e.emit(1);
        IS(seen, 2, "a chain listener changes the arguments");
        seen = 0;
        e.emit(7);
        IS(seen, 0, "or keeps the rest from being called");
    }
    {
        Event<> e;
        int depth = 0;
        e.add(plain([&] {
            if (++depth < 3) e.emit();
            log += std::to_string(depth);
        }));
        e.add(plain([&] { log += "."; }));
        log.clear();
        e.emit();
        IS(log, "3.3.3.", "rounds inside rounds");
    }
    {
        Event<> e;
        for (int i = 0; i < 100; ++i)
            e.add(plain([&] { log += "x"; }));
        log.clear();
        e.emit();
        IS(log.size(), 100u, "many listeners");
    }
}

TEST(base_error) {
    const ErrorCode none, a = system_error(ECONNREFUSED), b = system_error(EPIPE), c = system_error(ECANCELED);
    OK(!none && !system_error(0), "no error is false");
    IS(a.to_string(), "Connection refused (111:generic)", "text of one");
    const ErrorCode chain(b, a);
    IS(chain.to_string(), "Broken pipe (32:generic) -> Connection refused (111:generic)", "text of a chain");
    OK(chain == b && chain != a, "compares by the top");
    OK(chain.contains(a) && chain.contains(b) && !chain.contains(c) && !chain.contains(none), "contains each level");
    OK(chain.next() == a && !chain.next().next(), "next goes down");
    const ErrorCode cancelled(b, c);
    OK(cancelled == c && !cancelled.next(), "a cancellation is not wrapped");
    OK(ErrorCode(b, ErrorCode::stacked(a, c)) == a, "nor is what contains one");
    IS(ErrorCode::stacked(b, c).to_string(), "Broken pipe (32:generic) -> Operation canceled (125:generic)",
       "unless asked for");
    OK(ErrorCode(b, none) == b && ErrorCode::stacked(none, a) == a, "nothing above or below");
    OK(ErrorCode(5, generic_category) != ErrorCode(5, system_category), "categories differ by address");
    Expected<int> value(7), failed(a);
    OK(value && value.value() == 7 && !value.error(), "a value");
    OK(!failed && failed.error() == a, "an error");
}

TEST(base_base64) {
    const struct {
        const char *plain, *coded;
    } kPairs[] = {{"", ""},        {"f", "Zg=="},        {"fo", "Zm8="},
                  {"foo", "Zm9v"}, {"foob", "Zm9vYg=="}, {"foobar", "Zm9vYmFy"}};
    for (const auto& p : kPairs) {
        IS(base64_encode(p.plain), p.coded, std::string("encode ") + p.plain);
        std::string back;
        OK(base64_decode(p.coded, back) && back == p.plain, std::string("decode ") + p.coded);
    }
    std::string out;
    for (const char* bad : {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", "Zm 9", "Zm9v\n", "Zm-_"})
        OK(!base64_decode(bad, out), std::string("refuses ") + bad);
    std::string all;
    for (int i = 0; i < 256; ++i)
        all += static_cast<char>(i);
    OK(base64_decode(base64_encode(all), out) && out == all, "all bytes");
    IS(base64_encode(sha1("abc")), "qZk+NkcGgWq6PiVxeFDCbJzQ2J0=", "sha1");
}

TEST(base_random) {
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) {
        std::string bytes(4, 0);
        random_bytes(bytes.data(), bytes.size());
        seen.insert(bytes);
    }
    OK(seen.size() > 990, "four bytes a thousand times");
    std::string big(5000, 0);
    random_bytes(big.data(), big.size());
    OK(big.find(std::string(16, 0)) == big.npos, "more than the reserve");
}

TEST(base_weak) {
    const long before = Object::live();
    int deaths = 0;
    Weak<Thing> w, copy;
    OK(!w, "null at first");
    {
        Ref<Thing> t = make<Thing>(&deaths);
        w = Weak<Thing>(t.get());
        copy = w;
        OK(w.get() == t.get() && copy.get() == t.get(), "looks at it");
        IS(t->refs(), 1u, "without holding it");
        Weak<Thing> moved = std::move(copy);
        OK(moved.get() == t.get() && !copy, "moves");
        copy = moved;
    }
    IS(deaths, 1, "it has gone");
    OK(!w && !copy, "and all of them know");
    {
        Ref<Thing> t = make<Thing>();
        { Weak<Thing> brief(t.get()); }
        Weak<Thing> again(t.get());
        OK(again.get() == t.get(), "a weak pointer after all others had gone");
    }
    OK(object_cast<Thing>(make<Thing>().get()) != nullptr, "cast to its own type");
    OK(object_cast<Thing>(static_cast<Object*>(nullptr)) == nullptr, "cast of nothing");
    IS(Object::live(), before, "no object is left");
}

namespace {
// The other side of the binding: counts as one reference, is held by the object while the engine holds the object.
struct Wrapper {
    Object* object;
    int refs = 1;
    std::string log = {};
};
void wrapper_released(Wrapper& w) {
    if (--w.refs == 0) w.object->detach_wrapper();
}
const Object::Hooks kHooks = {
    [](void* w) { static_cast<Wrapper*>(w)->log += "shared ", ++static_cast<Wrapper*>(w)->refs; },
    [](void* w) { static_cast<Wrapper*>(w)->log += "sole ", wrapper_released(*static_cast<Wrapper*>(w)); },
    nullptr,
};
}  // namespace

TEST(base_toggle) {
    Object::set_hooks(&kHooks);
    {
        int deaths = 0;
        Wrapper w{new Thing(&deaths)};
        w.object->attach_wrapper(&w);
        IS(w.log, "", "owned by its wrapper alone");
        {
            Ref<Object> held(w.object), twice(held);
            IS(w.log, "shared ", "the engine holds it: it holds its wrapper, once");
        }
        IS(w.log, "shared sole ", "the engine has let go");
        IS(deaths, 0, "the wrapper keeps it");
        wrapper_released(w);
        IS(deaths, 1, "and was the last");
    }
    {
        int deaths = 0;
        Wrapper w{new Thing(&deaths)};
        Ref<Object> held(w.object);
        w.object->attach_wrapper(&w);
        IS(w.log, "shared ", "attached to something held");
        wrapper_released(w);
        IS(deaths, 0, "the other side lets go first: the engine's reference keeps both");
        IS(w.refs, 1, "the wrapper is kept, not rebuilt");
        held.reset();
        IS(deaths, 1, "both go with the last reference");
    }
    {
        int deaths = 0;
        Wrapper w{new Thing(&deaths)};
        Ref<Object> held(w.object);
        w.object->attach_wrapper(&w);
        w.object->detach_wrapper();  // the other side ends by force
        OK(w.object->wrapper() == nullptr, "no wrapper any more");
        held.reset();
        IS(deaths, 1, "an object without a wrapper goes as ever");
    }
}
