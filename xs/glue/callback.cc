#include "xs/glue/callback.h"

#include "xs/glue/context.h"
#include "xs/glue/errors.h"
#include "xs/glue/events.h"
#include "xs/glue/run_sub.h"
#include "xs/glue/wrapper.h"

namespace ue::glue {

namespace {

constexpr size_t kMaxArgs = 8;

bool is_object(const Value& value) { return value.kind() == Value::Kind::kObject && value.object(); }

bool only_objects(const Value* values, size_t count) {
    for (size_t i = 0; i < count; ++i)
        if (!is_object(values[i])) return false;
    return true;
}

// A reference to an object's wrapper in a scalar that served an earlier call, if there is one.
SV* argument_ref(pTHX_ Context& cx, Object* object) {
    auto* referent = static_cast<SV*>(object->wrapper());
    if (!referent || !cx.spare_count) return wrap(aTHX_ object);
    SV* sv = cx.spare_refs[--cx.spare_count];
    SvRV_set(sv, SvREFCNT_inc_simple_NN(referent));
    SvROK_on(sv);
    return sv;
}

// Back to the spares unless the callee kept an alias of it or changed its nature.
void recycle(pTHX_ Context& cx, SV* sv) {
    constexpr U32 kReference = SVt_IV | SVf_ROK;
    if (SvREFCNT(sv) == 1 && SvFLAGS(sv) == kReference && cx.spare_count < Context::kMaxSpare) {
        SV* referent = SvRV(sv);
        SvROK_off(sv);
        SvRV_set(sv, nullptr);
        cx.spare_refs[cx.spare_count++] = sv;
        SvREFCNT_dec_NN(referent);
    } else {
        SvREFCNT_dec_NN(sv);
    }
}

// What every call has around it: the exception in flight stays apart, and a new one becomes the pending one.
class Caught {
  public:
    explicit Caught(Context& cx) : cx_(cx), outer_pending_(cx.pending), caller_(cx.running) { cx.pending = nullptr; }
    bool finish(pTHX_ bool died) {
        cx_.running = caller_;  // an exception may have skipped a guard
        if (died) {
            set_pending(aTHX_ newSVsv(ERRSV));
            if (caller_) caller_->stop();
        }
        // The last exception wins; an older one stays only if there was none now.
        if (!cx_.pending) {
            cx_.pending = outer_pending_;
        } else {
            SvREFCNT_dec(outer_pending_);
        }
        return !died;
    }

  private:
    Context& cx_;
    SV* outer_pending_;
    net::Loop* caller_;
};

}  // namespace

SV* value_sv(pTHX_ const Value& value) {
    switch (value.kind()) {
        case Value::Kind::kObject:
            return value.object() ? sv_2mortal(wrap(aTHX_ value.object())) : &PL_sv_undef;
        case Value::Kind::kError:
            return value.error() ? sv_2mortal(error_sv(aTHX_ value.error())) : &PL_sv_undef;
        case Value::Kind::kInt:
            return sv_2mortal(newSViv(value.integer()));
        case Value::Kind::kBytes:
            if (!value.bytes().data()) return &PL_sv_undef;
            return newSVpvn_flags(value.bytes().data(), value.bytes().size(), SVs_TEMP);
    }
    return &PL_sv_undef;
}

bool call_perl(pTHX_ SV* code, SV** args, size_t count) {
    Caught caught(context(aTHX));
    const bool died = !run_sub(aTHX_ code, args, count);
    return caught.finish(aTHX_ died);
}

SV* ask_perl(pTHX_ SV* code, SV** args, size_t count) {
    Caught caught(context(aTHX));
    dSP;
    PUSHMARK(SP);
    EXTEND(SP, static_cast<SSize_t>(count));
    for (size_t i = 0; i < count; ++i) PUSHs(args[i]);
    PUTBACK;
    call_sv(code, G_SCALAR | G_EVAL);
    SPAGAIN;
    SV* result = POPs;
    PUTBACK;
    const bool died = SvROK(ERRSV) || SvTRUE(ERRSV);
    return caught.finish(aTHX_ died) ? result : nullptr;
}

PerlListener::PerlListener(pTHX_ SV* code, bool chain)
    : perl_(aTHX), code_(SvREFCNT_inc_simple_NN(SvRV(code))), chain_(chain) {}

PerlListener::~PerlListener() {
    dTHXa(perl_);
    SvREFCNT_dec(code_);
}

bool PerlListener::call(const Value* args, size_t count, Round* rest) {
    dTHXa(perl_);
    if (perl_is_going(aTHX) || count > kMaxArgs) return false;
    const Ref<PerlListener> hold(this);
    if (!rest && only_objects(args, count)) return call_with_objects(aTHX_ args, count);
    Context& cx = context(aTHX);
    ENTER;
    SAVETMPS;
    SV* svs[kMaxArgs];
    for (size_t i = 0; i < count; ++i)
        svs[i] = is_object(args[i]) ? argument_ref(aTHX_ cx, args[i].object()) : value_sv(aTHX_ args[i]);
    const bool good = rest ? call_chain(aTHX_ args, svs, count, rest) : call_perl(aTHX_ code_, svs, count);
    FREETMPS;
    LEAVE;
    for (size_t i = 0; i < count; ++i)
        if (is_object(args[i])) recycle(aTHX_ cx, svs[i]);
    return good;
}

// Making such arguments leaves nothing on perl's list of temporaries: no scope for them.
bool PerlListener::call_with_objects(pTHX_ const Value* args, size_t count) {
    Context& cx = context(aTHX);
    SV* svs[kMaxArgs];
    for (size_t i = 0; i < count; ++i)
        svs[i] = argument_ref(aTHX_ cx, args[i].object());
    Caught caught(cx);
    const bool good = caught.finish(aTHX_ !run_sub(aTHX_ code_, svs, count));
    for (size_t i = 0; i < count; ++i)
        recycle(aTHX_ cx, svs[i]);
    return good;
}

bool PerlListener::call_chain(pTHX_ const Value* values, SV** args, size_t count, Round* rest) {
    SV* with_rest[kMaxArgs + 1];
    Ref<RoundHandle> handle = make<RoundHandle>(rest, values, count);
    with_rest[0] = round_sub(aTHX_ handle);
    std::copy(args, args + count, with_rest + 1);
    const bool good = call_perl(aTHX_ code_, with_rest, count + 1);
    handle->over();
    return good;
}

namespace {

class WeakListener : public PerlListener {
  public:
    WeakListener(pTHX_ SV* reference, SV* code) : PerlListener(aTHX_ code, false), perl_(aTHX), subject_(newSVsv(reference)) {
        sv_rvweaken(subject_);
    }
    bool call(const Value* args, size_t count, Round* rest) override {
        return !SvROK(subject_) || PerlListener::call(args, count, rest);
    }

  protected:
    ~WeakListener() override {
        dTHXa(perl_);
        SvREFCNT_dec(subject_);
    }

  private:
    PerlInterpreter* perl_;
    SV* subject_;
};

}  // namespace

Ref<Listener> weak_listener(pTHX_ SV* reference, SV* code) {
    CV* sub = reinterpret_cast<CV*>(SvRV(code));
    if (CvISXSUB(sub) || !CvPADLIST(sub)) return nullptr;
    PADNAMELIST* names = PadlistNAMES(CvPADLIST(sub));
    PAD* variables = PadlistARRAY(CvPADLIST(sub))[1];
    bool found = false;
    for (SSize_t i = 1; i <= PadnamelistMAX(names); ++i) {
        PADNAME* name = PadnamelistARRAY(names)[i];
        SV* variable = name && PadnameOUTER(name) ? PadARRAY(variables)[i] : nullptr;
        if (!variable || !SvROK(variable) || SvRV(variable) != SvRV(reference)) continue;
        found = true;
        if (!SvWEAKREF(variable)) sv_rvweaken(variable);
    }
    return found ? Ref<Listener>(new WeakListener(aTHX_ reference, code)) : nullptr;
}

void check_callback(pTHX_ SV* sv, const Argument& argument, bool required) {
    const bool given = sv && SvOK(sv);
    if (given && SvROK(sv) && SvTYPE(SvRV(sv)) == SVt_PVCV) return;
    if (given) refuse(aTHX_ argument, "expected a code reference", sv);
    if (required) refuse(aTHX_ argument, "callback is required: expected a code reference", sv);
}

Ref<Listener> listener_arg(pTHX_ SV* sv) {
    return sv && SvOK(sv) ? Ref<Listener>(new PerlListener(aTHX_ sv, false)) : Ref<Listener>();
}

}  // namespace ue::glue
