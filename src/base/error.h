// Errors as values: a code in a category, on top of the error that caused it, and so on down the chain.
// An ErrorCode is two words and a reference; "no error" is the default one, which is false.
//
// Each layer has one enum with an entry for every rule that can be broken, one category with a sentence for every
// entry, and a make_error() overload found by argument-dependent lookup, so that `return StreamError::kEof;` works.
#pragma once
#include <string>

#include "base/object.h"

namespace ue {

// A number space of codes. Categories are static and compared by address.
struct ErrorCategory {
    const char* name;
    std::string (*message)(int value);
};

class ErrorCode {
  public:
    ErrorCode() = default;
    ErrorCode(int value, const ErrorCategory& category) : value_(value), category_(&category) {}
    // `code` on top of `cause`. A cause that contains a cancellation is returned as it is: cancellations travel
    // unwrapped through all layers.
    ErrorCode(const ErrorCode& code, const ErrorCode& cause);
    template <class E, class = decltype(make_error(E()))>
    ErrorCode(E e) : ErrorCode(make_error(e)) {}
    template <class E, class = decltype(make_error(E()))>
    ErrorCode(E e, const ErrorCode& cause) : ErrorCode(make_error(e), cause) {}

    // The very same pile, also for cancellations.
    static ErrorCode stacked(const ErrorCode& code, const ErrorCode& next);

    explicit operator bool() const { return category_ != nullptr; }
    int value() const { return value_; }
    const ErrorCategory& category() const { return *category_; }
    std::string message() const { return category_ ? category_->message(value_) : std::string(); }

    ErrorCode top() const { return category_ ? ErrorCode(value_, *category_) : ErrorCode(); }
    ErrorCode next() const;                        // the chain below the top; false at the end
    bool contains(const ErrorCode& wanted) const;  // some level equals wanted's top
    bool same_top(const ErrorCode& o) const { return value_ == o.value_ && category_ == o.category_; }

    // The same error with a text in front that says where it happened: "locations[1] (port 80)".
    ErrorCode at(std::string place) const;
    std::string place() const;

    // "place: message (value:category) -> message (value:category)", top first.
    std::string to_string() const;

  private:
    struct Cause;
    int value_ = 0;
    const ErrorCategory* category_ = nullptr;
    Ref<const Cause> cause_;
};

struct ErrorCode::Cause : Refcnt {
    explicit Cause(const ErrorCode& e, std::string p = {}) : error(e), place(std::move(p)) {}
    const ErrorCode error;    // false if there is only a place
    const std::string place;  // of the code above
};

inline bool operator==(const ErrorCode& a, const ErrorCode& b) { return a.same_top(b); }
inline bool operator!=(const ErrorCode& a, const ErrorCode& b) { return !a.same_top(b); }

// Errors of the operating system: the value is an errno. Named "generic".
extern const ErrorCategory generic_category;
extern const ErrorCategory system_category;
extern const ErrorCategory iostream_category;
extern const ErrorCategory future_category;

ErrorCode system_error(int errno_value);  // 0 gives no error

// A value or an error.
template <class T>
class Expected {
  public:
    Expected(T value) : value_(std::move(value)) {}
    Expected(ErrorCode error) : error_(std::move(error)) {}
    explicit operator bool() const { return !error_; }
    T& value() { return value_; }
    const T& value() const { return value_; }
    const ErrorCode& error() const { return error_; }

  private:
    T value_{};
    ErrorCode error_;
};

}  // namespace ue
