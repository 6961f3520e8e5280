#include "xs/glue/run_sub.h"

namespace ue::glue {

namespace {

inline void push_call(pTHX_ SV* code, SV** args, size_t count, bool with_code) {
    dSP;
    PUSHMARK(SP);
    EXTEND(SP, static_cast<SSize_t>(count + 1));
    for (size_t i = 0; i < count; ++i) PUSHs(args[i]);
    if (with_code) PUSHs(code);
    PUTBACK;
}

bool run_plain(pTHX_ SV* code, SV** args, size_t count) {
    ENTER;
    SAVETMPS;
    push_call(aTHX_ code, args, count, false);
    call_sv(code, G_VOID | G_DISCARD | G_EVAL);
    SV* error = ERRSV;
    const bool died = SvROK(error) || SvTRUE(error);
    FREETMPS;
    LEAVE;
    return !died;
}

}  // namespace

// perl 5.24 made its context frames inline functions. A perl with counted stacks, and one that runs under the debugger,
// want more to be done than is done here.
#if (PERL_REVISION > 5 || PERL_VERSION >= 24) && !defined(PERL_RC_STACK)

namespace {

void clear_error(pTHX) {
    SV* error = GvSV(PL_errgv);
    constexpr U32 kState = SVf_POK | SVf_ROK | SVs_GMG | SVs_SMG | SVs_RMG | SVf_READONLY;
    if (!error || (SvFLAGS(error) & kState) != SVf_POK || SvCUR(error) > 0) CLEAR_ERRSV();
}

}  // namespace

// The steps are those of call_sv and of the eval frame it makes (perl.c, pp_ctl.c); an exception finds the frame by the
// context stack and has taken it off when it arrives here.
bool run_sub(pTHX_ SV* code, SV** args, size_t count) {
    if (PL_perldb) return run_plain(aTHX_ code, args, count);
    OP* const caller = PL_op;
    OP call;
    Zero(&call, 1, OP);
    call.op_flags = OPf_STACKED | OPf_WANT_VOID;

    PERL_CONTEXT* frame = cx_pushblock(CXt_EVAL | CXp_TRYBLOCK, G_VOID, PL_stack_sp, PL_savestack_ix);
    cx_pusheval(frame, nullptr, nullptr);
    PL_in_eval = EVAL_INEVAL;
    PL_eval_root = PL_op;
    clear_error(aTHX);
    const SSize_t base = PL_stack_sp - PL_stack_base;
    push_call(aTHX_ code, args, count, true);

    dJMPENV;
    int how;
    JMPENV_PUSH(how);
    switch (how) {
        case 0:
            PL_op = &call;
            PL_op = PL_ppaddr[OP_ENTERSUB](aTHX);
            if (PL_op) CALLRUNOPS(aTHX);
            break;
        case 3:
            if (!PL_restartop) break;  // our frame has caught it
            PL_restartjmpenv = nullptr;  // a frame further in has: on behind it
            PL_op = PL_restartop;
            PL_restartop = nullptr;
            CALLRUNOPS(aTHX);
            how = 0;
            break;
        default:
            JMPENV_POP;
            JMPENV_JUMP(how);
    }
    JMPENV_POP;
    PL_stack_sp = PL_stack_base + base;
    PL_op = caller;
    if (how) return false;
    clear_error(aTHX);
    FREETMPS;
    frame = CX_CUR();
    CX_LEAVE_SCOPE(frame);
    cx_popeval(frame);
    cx_popblock(frame);
    CX_POP(frame);
    return true;
}

#else

bool run_sub(pTHX_ SV* code, SV** args, size_t count) {
    return run_plain(aTHX_ code, args, count);
}

#endif

}  // namespace ue::glue
