// One call of a Perl sub in void context inside an eval: what call_sv(code, G_VOID | G_DISCARD | G_EVAL) does, with less
// around it. A server spends most of a message's time in Perl, and call_sv's frame is a fifth of that.
#pragma once
#include "xs/glue/interpreter.h"

namespace ue::glue {

// False: the sub died, $@ says why. The arguments stay the caller's; temporaries made inside are freed. `exit` in the sub
// goes on to the outermost frame of perl, as it does through call_sv.
bool run_sub(pTHX_ SV* code, SV** args, size_t count);

}  // namespace ue::glue
