#include "xs/glue/guard.h"

#include "xs/glue/errors.h"

namespace ue::glue {

SV* exception_for(pTHX_ const Failure& failure) { return new_failure(aTHX_ failure); }

SV* exception_for(pTHX_ const std::string& text) { return newSVsv(Perl_mess(aTHX_ "%s", text.c_str())); }

void throw_perl(pTHX_ SV* exception) { croak_sv(exception); }

}  // namespace ue::glue
