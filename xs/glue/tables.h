// The names that are only data: constants and error codes of every package. Installed at boot.
#pragma once
#include "xs/glue/interpreter.h"

namespace ue::glue {

struct Constant {
    const char* name;
    int64_t value;
};
// Constant subs, and their names in @PACKAGE::CONSTANTS for the import rules of UniEvent::Exporting.
void install_constants(pTHX_ const char* package, const std::vector<Constant>& rows);

void install_constant_tables(pTHX);
void install_error_tables(pTHX);

}  // namespace ue::glue
