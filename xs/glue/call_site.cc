#include "xs/glue/call_site.h"

#include "xs/glue/context.h"

namespace ue::glue {

// perl 5.24 has the ops as they are used here; a perl with counted stacks wants more to be done.
#if (PERL_REVISION > 5 || PERL_VERSION >= 24) && !defined(PERL_RC_STACK)

// What was found at the places of calls. Two that fall on the same entry take turns.
struct CallSites {
    struct Found {
        const OP* op = nullptr;
        HV* stash = nullptr;   // held, so that its address means this class
        CV* method = nullptr;  // held by its glob while the generation is the same
        UV generation = 0;
    };
    static constexpr size_t kSize = 256;
    Found& at(const OP* op) { return found[(PTR2UV(op) >> 4 ^ PTR2UV(op) >> 12) % kSize]; }
    Found found[kSize];
};

namespace {

// Changes whenever a method of the class, or of one it inherits from, may have become another one. Each part only grows.
UV generation(pTHX_ HV* stash, bool* known) {
#ifdef HvHasAUX
    const bool named = HvHasAUX(stash);
#else
    const bool named = SvOOK(stash);
#endif
    const mro_meta* meta = named ? HvAUX(stash)->xhv_mro_meta : nullptr;
    *known = meta != nullptr;
    return meta ? UV{PL_sub_generation} + meta->pkg_gen + meta->cache_gen : 0;
}

HV* class_of(SV* self) {
    return self && !SvGMAGICAL(self) && SvROK(self) && SvOBJECT(SvRV(self)) ? SvSTASH(SvRV(self)) : nullptr;
}

// In place of pp_method_named.
OP* method_found_before(pTHX) {
    const OP* const op = PL_op;
    HV* const stash = class_of(PL_stack_base[TOPMARK + 1]);
    CallSites* const sites = context(aTHX).call_sites.get();
    if (!stash || !sites) return PL_ppaddr[OP_METHOD_NAMED](aTHX);
    CallSites::Found& found = sites->at(op);
    bool known;
    if (found.op == op && found.stash == stash && found.generation == generation(aTHX_ stash, &known)) {
        dSP;
        XPUSHs(reinterpret_cast<SV*>(found.method));
        PUTBACK;
        return NORMAL;
    }
    OP* const next = PL_ppaddr[OP_METHOD_NAMED](aTHX);
    SV* const method = *PL_stack_sp;
    const UV now = generation(aTHX_ stash, &known);  // looking it up may have begun a new one
    if (!known || SvTYPE(method) != SVt_PVCV || !CvISXSUB(reinterpret_cast<CV*>(method))) return next;
    SvREFCNT_inc_simple_void_NN(reinterpret_cast<SV*>(stash));
    SvREFCNT_dec(reinterpret_cast<SV*>(found.stash));
    found = {op, stash, reinterpret_cast<CV*>(method), now};
    return next;
}

// In place of pp_entersub: what that does for an XSUB.
OP* call_found_before(pTHX) {
    CV* const method = reinterpret_cast<CV*>(*PL_stack_sp);
    if (SvTYPE(reinterpret_cast<SV*>(method)) != SVt_PVCV || !CvISXSUB(method) || !CvXSUB(method) || PL_perldb)
        return PL_ppaddr[OP_ENTERSUB](aTHX);
    --PL_stack_sp;
    SSize_t mark = TOPMARK;
    for (SV** arg = PL_stack_base + mark + 1; arg <= PL_stack_sp; ++arg)
        if (*arg && SvPADTMP(*arg)) *arg = sv_mortalcopy(*arg);
    const I32 scope = PL_savestack_ix;
    CvXSUB(method)(aTHX_ method);
    if (GIMME_V == G_SCALAR && ++mark != PL_stack_sp - PL_stack_base) {
        PL_stack_base[mark] = mark > PL_stack_sp - PL_stack_base ? &PL_sv_undef : *PL_stack_sp;
        PL_stack_sp = PL_stack_base + mark;
    }
    if (PL_savestack_ix > scope) leave_scope(scope);
    return NORMAL;
}

// The op that finds the method of this call, or null if the call is of another kind.
OP* method_op(OP* call) {
    OP* last = cUNOPx(call)->op_first;
    if (last && !OpHAS_SIBLING(last)) last = (last->op_flags & OPf_KIDS) ? cUNOPx(last)->op_first : nullptr;
    while (last && OpHAS_SIBLING(last)) last = OpSIBLING(last);
    return last && last->op_type == OP_METHOD_NAMED && last->op_next == call ? last : nullptr;
}

}  // namespace

void CallSitesDelete::operator()(CallSites* sites) const { delete sites; }

void shorten_call(pTHX) {
    OP* const call = PL_op;
    if (PL_perldb) return;
    constexpr U8 kUnusual = OPpENTERSUB_DB | OPpENTERSUB_AMPER;
    if (call->op_type != OP_ENTERSUB || !(call->op_flags & OPf_STACKED) || (call->op_private & kUnusual)) return;
    if ((call->op_private & OPpENTERSUB_LVAL_MASK) == OPpLVAL_INTRO) return;  // an assignment to it, for perl to refuse
    OP* const method = method_op(call);
    if (!method || method->op_ppaddr != PL_ppaddr[OP_METHOD_NAMED]) return;
    auto& sites = context(aTHX).call_sites;
    if (!sites) sites.reset(new CallSites);
    CallSites::Found& older = sites->at(method);  // perhaps of an op that lay in this very place
    SvREFCNT_dec(reinterpret_cast<SV*>(older.stash));
    older = {};
    method->op_ppaddr = method_found_before;
    call->op_ppaddr = call_found_before;
}

#else

struct CallSites {};
void CallSitesDelete::operator()(CallSites* sites) const { delete sites; }
void shorten_call(pTHX) { PERL_UNUSED_CONTEXT; }

#endif

}  // namespace ue::glue
