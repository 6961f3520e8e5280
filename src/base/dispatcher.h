// Events: a list of listeners behind every "something happened".
//
// Dispatcher is typeless (arguments are Values), so that one listener class of the binding serves every event.
// Event<A...> puts the types back: emit() takes exactly the event's arguments.
//
// Rules of one round (one emit):
//   * front to back; a listener added at the end during the round is called in it, one put in front is not;
//   * a listener removed before its turn is skipped; remove_all() ends the round;
//   * a *chain* listener gets the rest of the round as a Round and decides itself whether it goes on;
//   * a listener that returns false (its code threw) ends the round;
//   * the dispatcher itself may be destroyed in the middle of a round: nothing more is called.
// An event nobody listens to costs one pointer and one comparison.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/object.h"

namespace ue {

class Value {
  public:
    enum class Kind : uint8_t { kObject, kError, kInt, kBytes };

    Value() : Value(static_cast<Object*>(nullptr)) {}
    Value(Object* o) : kind_(Kind::kObject) { u_.object = o; }  // null is "nothing"
    template <class T>
    Value(const Ref<T>& o) : Value(o.get()) {}
    Value(const ErrorCode& e) : kind_(Kind::kError) { u_.error = &e; }  // false is "nothing"; not copied
    Value(int64_t i) : kind_(Kind::kInt) { u_.integer = i; }
    Value(int i) : Value(int64_t{i}) {}
    Value(std::string_view s) : kind_(Kind::kBytes) {  // not copied; null data is "nothing"
        u_.bytes = {s.data(), s.size()};
    }

    Kind kind() const { return kind_; }
    Object* object() const { return u_.object; }
    const ErrorCode& error() const { return *u_.error; }
    int64_t integer() const { return u_.integer; }
    std::string_view bytes() const { return {u_.bytes.data, u_.bytes.size}; }

  private:
    Kind kind_;
    union {
        Object* object;
        const ErrorCode* error;
        int64_t integer;
        struct {
            const char* data;
            size_t size;
        } bytes;
    } u_;
};

class Round;

class Listener : public Refcnt {
  public:
    // One event. `rest` is non-null only for chain listeners. False ends the round.
    virtual bool call(const Value* args, size_t count, Round* rest) = 0;
    virtual bool chain() const { return false; }
    // What remove() compares: equal and non-null means "this very function".
    virtual const void* identity() const { return nullptr; }
};

class Dispatcher {
  public:
    Dispatcher() = default;
    Dispatcher(const Dispatcher&) = delete;
    Dispatcher& operator=(const Dispatcher&) = delete;
    ~Dispatcher() { remove_all(); }

    void add(Ref<Listener> listener);
    void prepend(Ref<Listener> listener);
    // Takes out the last added one with this identity that is (not) a chain listener; unknown: nothing.
    void remove(const void* identity, bool chain);
    void remove_all();
    void set(Ref<Listener> listener);  // remove_all, then add if there is one
    // The first listener, or null: what a getter of a single callback shows.
    Listener* first() const;
    bool has_listeners() const { return first() != nullptr; }

    // False if a listener ended the round (its code threw).
    bool call(const Value* args, size_t count);

  protected:
    bool silent() const { return list_ == nullptr; }

  private:
    friend class Round;
    struct List;
    void insert(uint32_t at, Ref<Listener> listener);
    List* list_ = nullptr;
};

// The cursor of one round. Lives on the stack of call(); a chain listener must not keep it.
class Round {
  public:
    // Calls the listeners that are left, with these arguments. False: the round was ended by a listener.
    bool go(const Value* args, size_t count);

  private:
    friend class Dispatcher;
    explicit Round(Dispatcher* d);
    ~Round();
    bool run(const Value* args, size_t count);
    Dispatcher* dispatcher_;  // null once the list has gone
    uint32_t next_ = 0;
    Round* outer_;
    bool ended_ = false;
};

template <class... A>
class Event : public Dispatcher {
  public:
    static constexpr size_t kArity = sizeof...(A);
    bool emit(const A&... args) {
        if (silent()) return true;
        const Value values[] = {Value(args)..., Value()};
        return call(values, sizeof...(A));
    }
};

}  // namespace ue
