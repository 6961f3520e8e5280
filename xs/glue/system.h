// What the machine says, as Perl values.
#pragma once
#include "xs/glue/convert.h"

namespace ue::glue {

Outcome hostname(pTHX);
Outcome uname(pTHX);             // \%
Outcome resident_memory(pTHX);   // bytes
Outcome interfaces(pTHX);        // \@ of \%
Outcome cpus(pTHX);              // \@ of \%
Outcome usage(pTHX);             // \%
SV* random_bytes_sv(pTHX_ size_t size);

}  // namespace ue::glue
