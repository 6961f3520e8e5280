#include "base/error.h"

#include <cerrno>
#include <cstring>
#include <future>
#include <ios>
#include <system_error>

namespace ue {

namespace {
std::string generic_message(int v) { return std::generic_category().message(v); }
std::string iostream_message(int v) { return std::iostream_category().message(v); }
std::string future_message(int v) { return std::future_category().message(v); }
}  // namespace

const ErrorCategory generic_category = {"generic", generic_message};
const ErrorCategory system_category = {"system", generic_message};
const ErrorCategory iostream_category = {"iostream", iostream_message};
const ErrorCategory future_category = {"future", future_message};

ErrorCode system_error(int errno_value) {
    return errno_value ? ErrorCode(errno_value, generic_category) : ErrorCode();
}

ErrorCode ErrorCode::stacked(const ErrorCode& code, const ErrorCode& next) {
    if (!code) return next;
    ErrorCode out = code.top();
    if (next) out.cause_ = Ref<const Cause>(new Cause(next));
    return out;
}

ErrorCode::ErrorCode(const ErrorCode& code, const ErrorCode& cause) {
    *this = cause.contains(system_error(ECANCELED)) ? cause : stacked(code, cause);
}

ErrorCode ErrorCode::next() const { return cause_ ? cause_->error : ErrorCode(); }

ErrorCode ErrorCode::at(std::string place) const {
    ErrorCode out = top();
    if (out) out.cause_ = Ref<const Cause>(new Cause(next(), std::move(place)));
    return out;
}

std::string ErrorCode::place() const { return cause_ ? cause_->place : std::string(); }

bool ErrorCode::contains(const ErrorCode& wanted) const {
    if (!wanted) return false;
    for (const ErrorCode* e = this; *e; e = &e->cause_->error) {
        if (e->same_top(wanted)) return true;
        if (!e->cause_) break;
    }
    return false;
}

std::string ErrorCode::to_string() const {
    std::string out;
    for (const ErrorCode* e = this; *e; e = &e->cause_->error) {
        if (e != this) out += " -> ";
        if (e->cause_ && !e->cause_->place.empty()) out += e->cause_->place + ": ";
        out += e->message() + " (" + std::to_string(e->value_) + ":" + e->category_->name + ")";
        if (!e->cause_) break;
    }
    return out;
}

}  // namespace ue
