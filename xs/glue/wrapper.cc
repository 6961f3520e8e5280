#include "xs/glue/wrapper.h"

#include "xs/glue/context.h"

namespace ue::glue {

namespace {

int wrapper_free(pTHX_ SV*, MAGIC* mg) {
    PERL_UNUSED_CONTEXT;
    auto* object = reinterpret_cast<Object*>(mg->mg_ptr);
    mg->mg_ptr = nullptr;
    if (object) object->detach_wrapper();
    return 0;
}

// A thread's copy of the scalar is not a copy of the object (engine objects belong to one thread).
int wrapper_dup(pTHX_ MAGIC* mg, CLONE_PARAMS*) {
    PERL_UNUSED_CONTEXT;
    mg->mg_ptr = nullptr;
    return 0;
}

const MGVTBL kWrapperMagic = {nullptr, nullptr, nullptr, nullptr, wrapper_free, nullptr, wrapper_dup, nullptr};

void wrapper_shared(void* wrapper) { SvREFCNT_inc_simple_void_NN(static_cast<SV*>(wrapper)); }

void wrapper_sole(void* wrapper) {
    dTHX;
    SvREFCNT_dec_NN(static_cast<SV*>(wrapper));
}

MAGIC* wrapper_magic(SV* referent) {
    for (MAGIC* mg = SvMAGIC(referent); mg; mg = mg->mg_moremagic)
        if (mg->mg_virtual == &kWrapperMagic) return mg;
    return nullptr;
}

// The class that a wrapper was made for stands in its scalar's number, which nobody sees: the scalar is undefined.
void set_home(SV* referent, HV* stash) { SvIV_set(referent, PTR2IV(stash)); }
bool is_home(SV* referent) { return PTR2IV(SvSTASH(referent)) == SvIVX(referent); }

bool wrapper_reclaim(void* wrapper) {
    auto* referent = static_cast<SV*>(wrapper);
    const bool untouched =
        SvREFCNT(referent) == 1 && SvTYPE(referent) == SVt_PVMG && !SvOK(referent) && is_home(referent);
    MAGIC* const mg = wrapper_magic(referent);
    if (untouched && mg->mg_obj) {
        dTHX;
        set_companion(aTHX_ reinterpret_cast<Object*>(mg->mg_ptr), nullptr);
    }
    return untouched;
}

const Object::Hooks kHooks = {wrapper_shared, wrapper_sole, wrapper_reclaim};

SV* new_wrapper(pTHX_ Object* object, HV* stash) {
    SV* referent = newSV_type(SVt_PVMG);
    MAGIC* mg = sv_magicext(referent, nullptr, PERL_MAGIC_ext, &kWrapperMagic, nullptr, 0);
    mg->mg_ptr = reinterpret_cast<char*>(object);
    mg->mg_flags |= MGf_DUP;
    SV* reference = newRV_noinc(referent);
    sv_bless(reference, stash);
    set_home(referent, stash);
    object->attach_wrapper(referent);
    return reference;
}

}  // namespace

void install_hooks() { Object::set_hooks(&kHooks); }

Object* object_in(pTHX_ SV* sv) {
    PERL_UNUSED_CONTEXT;
    if (!sv || !SvROK(sv)) return nullptr;
    SV* referent = SvRV(sv);
    if (SvTYPE(referent) < SVt_PVMG) return nullptr;
    MAGIC* mg = wrapper_magic(referent);
    return mg ? reinterpret_cast<Object*>(mg->mg_ptr) : nullptr;
}

void set_companion(pTHX_ Object* object, SV* companion) {
    MAGIC* mg = wrapper_magic(static_cast<SV*>(object->wrapper()));
    SV* older = mg->mg_obj;
    mg->mg_obj = companion;
    companion ? (mg->mg_flags |= MGf_REFCOUNTED) : (mg->mg_flags &= ~MGf_REFCOUNTED);
    SvREFCNT_dec(older);
}

SV* companion(pTHX_ const Object* object) {
    PERL_UNUSED_CONTEXT;
    return wrapper_magic(static_cast<SV*>(object->wrapper()))->mg_obj;
}

void croak_wrong_object(pTHX_ Method method, const char* argument, const Type& wanted, SV* got) {
    SV* expected = sv_2mortal(newSVpvf("expected an object of class %s", wanted.name));
    refuse(aTHX_ Argument(method, argument), SvPVX(expected), got);
}

SV* wrap(pTHX_ Object* object) {
    if (!object) return newSV(0);
    if (auto* referent = static_cast<SV*>(object->wrapper())) return newRV_inc(referent);
    return new_wrapper(aTHX_ object, stash_of(aTHX_ object->type()));
}

SV* wrap_as(pTHX_ Object* object, SV* klass) {
    Ref<Object> hold(object);
    HV* stash = SvROK(klass) && SvOBJECT(SvRV(klass)) ? SvSTASH(SvRV(klass)) : gv_stashsv(klass, GV_ADD);
    return new_wrapper(aTHX_ object, stash);
}

void give_body(pTHX_ SV* object, svtype body, Method method) {
    if (!SvROK(object)) refuse(aTHX_ method, "argument is not a reference", object);
    SV* referent = SvRV(object);
    if (SvTYPE(referent) == body) return;
    if (SvTYPE(referent) > SVt_PVMG || SvOK(referent)) refuse(aTHX_ method, "the object already holds a value", object);
    SvUPGRADE(referent, body);
}

}  // namespace ue::glue
