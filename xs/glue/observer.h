// The event_listener of a handle: an object whose on_* methods are called after the callbacks.
#pragma once
#include "net/handle.h"
#include "xs/glue/interpreter.h"

namespace ue::glue {

// `listener` undef removes. Held strongly unless `weak`; the handle itself is never held by itself.
void set_observer(pTHX_ net::Handle* handle, SV* listener, bool weak);
// Mortal: the listener, or undef when there is none (or the handle listens to itself).
SV* get_observer(pTHX_ net::Handle* handle);

}  // namespace ue::glue
