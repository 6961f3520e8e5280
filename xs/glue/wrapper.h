// One Perl object per engine object, found from either side.
//
// The Perl object is a blessed reference to an undefined scalar with a magic that points to the engine object; the
// engine object points back (Object::wrapper). Which side holds which is base/object.h's toggle. So a re-bless sticks,
// a subclass works, data that a subclass keeps in the scalar (obj2hv) survives while only the engine holds the object,
// and DESTROY runs exactly once, when both sides have let go.
#pragma once
#include "base/object.h"
#include "xs/glue/interpreter.h"
#include "xs/glue/place.h"

namespace ue::glue {

void install_hooks();

// The engine object behind a Perl value, or null if it is none (or a thread's empty copy).
Object* object_in(pTHX_ SV* sv);
template <class T>
T* object_in(pTHX_ SV* sv) {
    return object_cast<T>(object_in(aTHX_ sv));
}

// The same for arguments: dies naming the argument and the wanted class.
[[noreturn]] void croak_wrong_object(pTHX_ Method method, const char* argument, const Type& wanted, SV* got);
template <class T>
T* fast_object_in(pTHX_ SV* sv) {
    Object* o = object_in(aTHX_ sv);
    return o && (&o->type() == &T::kType || o->type().is_a(T::kType)) ? static_cast<T*>(o) : nullptr;
}
template <class T>
T* object_arg(pTHX_ SV* sv, Method method, const char* argument) {
    if (T* object = fast_object_in<T>(aTHX_ sv)) return object;
    croak_wrong_object(aTHX_ method, argument, T::kType, sv);
}
// Its own body, because it runs for every call of most methods.
template <class T>
T* object_arg(pTHX_ SV* sv, const char* method_and_argument) {
    if (T* object = fast_object_in<T>(aTHX_ sv)) return object;
    croak_wrong_object(aTHX_ method_and_argument, nullptr, T::kType, sv);
}
// undef and missing allowed.
template <class T>
T* optional_arg(pTHX_ SV* sv, const Argument& argument) {
    return sv && SvOK(sv) ? object_arg<T>(aTHX_ sv, argument.method, argument.name) : nullptr;
}

// A new reference to the object's wrapper, made if there is none yet; undef for null. Not mortal.
SV* wrap(pTHX_ Object* object);
template <class T>
SV* wrap(pTHX_ const Ref<T>& object) {
    return wrap(aTHX_ static_cast<Object*>(object.get()));
}
inline SV* wrap_mortal(pTHX_ Object* object) { return sv_2mortal(wrap(aTHX_ object)); }

// For constructors: wraps a new object into the class the constructor was called on.
SV* wrap_as(pTHX_ Object* object, SV* klass);

// A scalar kept with the wrapper for as long as the object has this content (a payload handed to Perl). Takes over the
// reference; null drops it. The object must have a wrapper.
void set_companion(pTHX_ Object* object, SV* companion);
SV* companion(pTHX_ const Object* object);

// XS::Framework::obj2hv / obj2av: gives the referent a hash (array) body, keeping blessing and object.
void give_body(pTHX_ SV* object, svtype body, Method method = __builtin_FUNCTION());

}  // namespace ue::glue
