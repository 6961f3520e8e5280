#include "xs/glue/guard.h"

#include "xs/glue/errors.h"

namespace ue::glue {

SV* exception_for(pTHX_ const Failure& failure, Method method) {
    return new_failure(aTHX_ failure, method.refuses(failure.what()));
}

SV* exception_for(pTHX_ const std::exception& e, Method method) {
    const bool ours = dynamic_cast<const Misuse*>(&e) != nullptr;
    const std::string what = ours ? e.what() : std::string("[") + typeid(e).name() + "] " + e.what();
    return exception_for(aTHX_ method.refuses(what));
}

SV* exception_for(pTHX_ const std::string& text) { return text_at_caller(aTHX_ text); }

void throw_perl(pTHX_ SV* exception) { croak_sv(exception); }

}  // namespace ue::glue
