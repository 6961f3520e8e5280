// Method calls that a program makes again and again from the same place, made short.
//
// For every `$message->payload` perl looks the method up by its name and puts a scope around the XSUB: five hundred
// instructions, more than the method itself has. A method that is called once per message says remember_call_site();
// from then on the two ops of that call in the program do the same with functions of ours: the method is the one found
// last time as long as the object's class is, and no class has been changed since; everything else is perl's way.
//
// Nothing is remembered under a debugger or profiler (they want to see the calls), nor for calls that are no plain
// `$object->name(...)`.
#pragma once
#include "xs/glue/interpreter.h"

namespace ue::glue {

struct CallSites;  // of one interpreter, in its Context
struct CallSitesDelete {
    void operator()(CallSites* sites) const;
};

void shorten_call(pTHX);
// From within an XSUB: shortens the call that is under way, the next time.
inline void remember_call_site(pTHX) {
    if (PL_op->op_ppaddr == PL_ppaddr[OP_ENTERSUB]) shorten_call(aTHX);
}

}  // namespace ue::glue
