// Errors on the Perl side. XS::ErrorCode and XS::STL::ErrorCode are values: a blessed reference to a byte string of
// (category index, value) pairs, top first. They have no identity, survive copying into threads, and nothing that a
// program puts into such a string can do worse than name another category.
#pragma once
#include "base/misuse.h"
#include "xs/glue/interpreter.h"

namespace ue::glue {

// New XS::ErrorCode; undef for no error. Not mortal.
SV* error_sv(pTHX_ const ErrorCode& error);
// The same as XS::STL::ErrorCode (top only).
SV* single_error_sv(pTHX_ const ErrorCode& error);
SV* category_sv(pTHX_ const ErrorCategory& category);

bool is_error(pTHX_ SV* sv);  // an object of either class or below them
// The error in `sv`; none for undef or anything else.
ErrorCode error_in(pTHX_ SV* sv);
const ErrorCategory* category_in(pTHX_ SV* sv);  // null if it is none

// What `==` and `eq` mean: the tops are equal, or an integer is the value.
bool errors_equal(pTHX_ SV* a, SV* b);

// UniEvent::Error, the exception class, with `what` as its text.
SV* new_failure(pTHX_ const Failure& failure, const std::string& what);

// Installs a constant sub per entry: PACKAGE::name() returns an XS::STL::ErrorCode. The names go to
// @PACKAGE::CONSTANTS.
struct ErrorConstant {
    const char* name;
    ErrorCode code;
};
void install_error_constants(pTHX_ const char* package, const std::vector<ErrorConstant>& rows);

}  // namespace ue::glue
