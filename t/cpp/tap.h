// Unit tests of the engine, without Perl. Every file of t/cpp registers suites; the program `unit NAME` runs one and
// prints TAP, which t/*/NAME.t passes on.
//
//     TEST(frame_header_sizes) { IS(header_size(125), 2u, "short header"); OK(fits(1), "one fits"); }
#pragma once
#include <string>
#include <string_view>
#include <type_traits>

namespace tap {

struct Run {
    int count = 0, failed = 0;
};
extern Run run;

using Body = void (*)();
struct Register {
    Register(const char* suite, Body body);
};

// Literals stay literals and values of one kind are compared by one function: a test file has hundreds of these lines,
// and what each of them instantiates is most of the time it takes to compile.
struct Name {
    Name(const char* text) : text(text) {}
    Name(const std::string& text) : text(text) {}
    std::string_view text;
};

bool ok(bool good, Name name, const char* file, int line);
bool is(std::string_view got, std::string_view want, Name name, const char* file, int line);
bool is_not(const std::string& got, const std::string& want, Name name, const char* file, int line);

template <class T>
constexpr bool kText = std::is_convertible_v<T, std::string_view> && !std::is_null_pointer_v<T>;

// What a value is shown as when it is wrong.
template <class T>
std::string show(const T& v) {
    if constexpr (kText<T>)
        return std::string(std::string_view(v));
    else if constexpr (std::is_enum_v<T>)
        return std::to_string(static_cast<std::underlying_type_t<T>>(v));
    else if constexpr (std::is_arithmetic_v<T>)
        return std::to_string(v);
    else if constexpr (std::is_pointer_v<T> || std::is_null_pointer_v<T>)
        return v == nullptr ? "null" : "not null";
    else
        return "something without a text";
}

template <class A, class B, class = std::enable_if_t<!kText<A> || !kText<B>>>
bool is(const A& got, const B& want, Name name, const char* file, int line) {
    return got == want ? ok(true, name, file, line) : is_not(show(got), show(want), name, file, line);
}

}  // namespace tap

#define TAP_JOIN2(a, b) a##b
#define TAP_JOIN(a, b) TAP_JOIN2(a, b)
// One test body of a suite; a suite may have many.
#define TEST(suite)                                                                                        \
    static void TAP_JOIN(suite##_body_, __LINE__)();                                                       \
    static tap::Register TAP_JOIN(suite##_register_, __LINE__)(#suite, TAP_JOIN(suite##_body_, __LINE__)); \
    static void TAP_JOIN(suite##_body_, __LINE__)()
#define OK(cond, name) tap::ok(static_cast<bool>(cond), name, __FILE__, __LINE__)
#define IS(got, want, name) tap::is(got, want, name, __FILE__, __LINE__)
