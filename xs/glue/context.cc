#include "xs/glue/context.h"

namespace ue::glue {

#define MY_CXT_KEY "UniEvent::_context"
typedef struct {
    Context* context;
} my_cxt_t;
START_MY_CXT

Context& context(pTHX) {
    dMY_CXT;
    return *MY_CXT.context;
}

static void end_context(pTHX_ void* context) {
    auto* gone = static_cast<Context*>(context);
    gone->spare_refs.clear();  // perl frees its scalars itself
    gone->stashes.clear();
}

void start_context(pTHX) {
    MY_CXT_INIT;
    MY_CXT.context = new Context;
    Perl_call_atexit(aTHX_ end_context, MY_CXT.context);
}

// A new thread starts with a byte copy of its parent's pointer; it gets a context of its own.
void clone_context(pTHX) {
    MY_CXT_CLONE;
    MY_CXT.context = new Context;
    Perl_call_atexit(aTHX_ end_context, MY_CXT.context);
}

HV* stash_of(pTHX_ const Type& type) {
    HV*& stash = context(aTHX).stashes[&type];
    if (!stash) stash = gv_stashpv(type.name, GV_ADD);
    return stash;
}

void set_pending(pTHX_ SV* exception) {
    Context& cx = context(aTHX);
    SV* older = cx.pending;
    cx.pending = exception;
    SvREFCNT_dec(older);
}

SV* take_pending(pTHX) {
    Context& cx = context(aTHX);
    if (!cx.pending) return nullptr;
    SV* out = sv_2mortal(cx.pending);
    cx.pending = nullptr;
    return out;
}

}  // namespace ue::glue
