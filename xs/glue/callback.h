// Perl subs as listeners of the engine's events.
#pragma once
#include "base/dispatcher.h"
#include "xs/glue/interpreter.h"
#include "xs/glue/place.h"

namespace ue::glue {

// A Perl value for an event's argument. Mortal or immortal; never freed by the caller.
SV* value_sv(pTHX_ const Value& value);

// Calls `code` (a sub, or a method's CV) with the arguments already made, catching everything: an exception becomes
// the pending one, and stops the running loop if nothing that could throw it stands in between. False: it died.
bool call_perl(pTHX_ SV* code, SV** args, size_t count);
// The same for a sub whose answer matters: mortal, or null if it died.
SV* ask_perl(pTHX_ SV* code, SV** args, size_t count);

// The sub given by the user, held until the listener goes.
class PerlListener : public Listener {
  public:
    PerlListener(pTHX_ SV* code, bool chain);  // code: a code reference
    bool call(const Value* args, size_t count, Round* rest) override;
    bool chain() const override { return chain_; }
    const void* identity() const override { return code_; }
    SV* code() const { return code_; }

  protected:
    ~PerlListener() override;

  private:
    bool call_with_objects(pTHX_ const Value* args, size_t count);
    bool call_chain(pTHX_ const Value* values, SV** args, size_t count, Round* rest);
    PerlInterpreter* perl_;
    SV* code_;  // the CV
    bool chain_;
};

// A listener for as long as what `reference` refers to exists: the variable of `code`'s closure that holds the reference
// becomes weak. Null if the sub has no such variable.
Ref<Listener> weak_listener(pTHX_ SV* reference, SV* code);

// A callback argument is a code reference, or undef or missing for none. Dies if it is something else, before the engine
// is entered.
void check_callback(pTHX_ SV* sv, const Argument& argument, bool required = false);
// One that was checked.
Ref<Listener> listener_arg(pTHX_ SV* sv);

}  // namespace ue::glue
