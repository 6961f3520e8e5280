// Look-ups for Perl: the argument forms of resolve and the callback that gets the answer.
#pragma once
#include "net/resolver.h"
#include "xs/glue/interpreter.h"

namespace ue::glue {

// UniEvent::Resolver->new([$loop], [\%config])
SV* new_resolver(pTHX_ SV* klass, SV* loop, SV* config);

// The request, not mortal. The callback gets (\@addresses or undef, XS::STL::ErrorCode or undef, $request).
SV* resolve_host(pTHX_ net::Resolver* resolver, SV* host, SV* callback, SV* timeout);
SV* resolve_params(pTHX_ net::Resolver* resolver, SV* params);

}  // namespace ue::glue
