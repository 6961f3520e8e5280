// Events of the interface: for every row of a table a pair of methods, X_event (the dispatcher) and X_callback (the
// only handler), or event and callback where a class has just one event.
#pragma once
#include "base/dispatcher.h"
#include "xs/glue/interpreter.h"

namespace ue::glue {

struct EventRow {
    const char* package;
    const char* name;  // "" for event/callback, "message" for message_event/message_callback
    const Type& type;
    Dispatcher& (*get)(Object*);
    const char* signature;  // a letter per argument: o object, e error, i integer, b bytes
};

// EVENT("UniEvent::Timer", "", net::Timer, event, "o")
#define EVENT(package, name, Class, member, signature)                                                            \
    {                                                                                                             \
        package, name, Class::kType, [](Object* o) -> Dispatcher& { return static_cast<Class*>(o)->member; }, signature \
    }

// `rows` must live as long as the process.
void install_events(pTHX_ const EventRow* rows, size_t count);
template <size_t N>
void install_events(pTHX_ const EventRow (&rows)[N]) {
    install_events(aTHX_ rows, N);
}

// The rest of a round, for chain listeners; outlives the round harmlessly.
class RoundHandle : public Refcnt {
  public:
    RoundHandle(Round* round, const Value* args, size_t count);
    void over() { round_ = nullptr; }
    void go(pTHX_ SV** args, size_t count);  // dies if the round is over or the number of arguments is wrong

  private:
    Round* round_;
    std::string kinds_;
};
SV* round_sub(pTHX_ const Ref<RoundHandle>& handle);  // mortal code reference

// XS::Framework::CallbackDispatcher: stands for one event of one object; does not keep the object alive.
class EventProxy : public Object {
  public:
    static const Type kType;
    const Type& type() const override { return kType; }
    EventProxy(Object* owner, const EventRow& row) : owner_(owner), row_(row) {}
    Dispatcher& dispatcher() const;  // throws Misuse when the owner is gone
    const EventRow& row() const { return row_; }
    void call(pTHX_ SV** args, size_t count);

  private:
    Weak<Object> owner_;
    const EventRow& row_;
};

}  // namespace ue::glue
