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

namespace {

// The context goes with the interpreter's last scalars, after every object: what is destroyed may still ask for it.
int context_free(pTHX_ SV*, MAGIC* mg) {
    PERL_UNUSED_CONTEXT;
    delete reinterpret_cast<Context*>(mg->mg_ptr);
    return 0;
}
// The copy that a new thread gets of it must not free its parent's.
int context_dup(pTHX_ MAGIC* mg, CLONE_PARAMS*) {
    PERL_UNUSED_CONTEXT;
    mg->mg_ptr = nullptr;
    return 0;
}
const MGVTBL kContextMagic = {nullptr, nullptr, nullptr, nullptr, context_free, nullptr, context_dup, nullptr};

Context* new_context(pTHX) {
    auto* context = new Context;
    SV* keeper = newSV_type(SVt_PVMG);
    MAGIC* mg = sv_magicext(keeper, nullptr, PERL_MAGIC_ext, &kContextMagic, nullptr, 0);
    mg->mg_ptr = reinterpret_cast<char*>(context);
    mg->mg_flags |= MGf_DUP;
    (void)hv_stores(PL_modglobal, "UniEvent::_context", keeper);
    return context;
}

}  // namespace

void start_context(pTHX) {
    MY_CXT_INIT;
    MY_CXT.context = new_context(aTHX);
}

// A new thread starts with a byte copy of its parent's pointer; it gets a context of its own.
void clone_context(pTHX) {
    MY_CXT_CLONE;
    MY_CXT.context = new_context(aTHX);
}

HV* stash_of(pTHX_ const Type& type) {
    Context& cx = context(aTHX);
    if (cx.last_type == &type) return cx.last_stash;
    HV*& stash = cx.stashes[&type];
    if (!stash) stash = gv_stashpv(type.name, GV_ADD);
    cx.last_type = &type;
    return cx.last_stash = stash;
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
