// What a message says of the call it refuses: the method, the argument, the value that was given. All of it is made
// when something is wrong and not before.
#pragma once
#include "xs/glue/interpreter.h"

namespace ue::glue {

// The method that was called. The C name of an XSUB ("XS_UniEvent__Timer_once") is what guard() and the reports take by
// themselves; a method with aliases is known by its CV only.
struct Method {
    Method(const char* function) : function(function) {}
    Method(CV* cv) : cv(cv) {}
    std::string name() const;  // "UniEvent::Timer::once", "UniEvent::Timer->new"
    // `message` with the method in front, unless it begins with one already: that of the outermost call.
    std::string refuses(const std::string& message) const;

    const char* function = nullptr;
    CV* cv = nullptr;
};

// An argument of it. A text alone names both: "UniEvent::Timer::once: initial".
struct Argument {
    Argument(const char* text) : method(text) {}
    Argument(CV* cv) : method(cv) {}
    Argument(Method method, const char* name = nullptr) : method(method), name(name) {}
    std::string text() const;

    Method method;
    const char* name = nullptr;
};

// Dies with "ARGUMENT: MESSAGE", or "ARGUMENT: MESSAGE, got VALUE". For use outside of guard().
[[noreturn]] void refuse(pTHX_ const Argument& argument, const char* message);
[[noreturn]] void refuse(pTHX_ const Argument& argument, const char* message, SV* value);

// Dies of a wrong number of arguments; `parameters` as xsubpp writes them: "self, first, second= nullptr".
[[noreturn]] void refuse_usage(pTHX_ CV* cv, const char* parameters);

// What perl dies with: the text and " at FILE line N.", where the first caller is that is not written by us. Owned.
SV* text_at_caller(pTHX_ const std::string& text);

// undef, 'text' (the beginning of a long one, without what moves a cursor), or what is referred to. Calls no Perl code.
std::string shown(pTHX_ SV* sv);

}  // namespace ue::glue
