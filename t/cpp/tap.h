// Unit tests of the engine, without Perl. Every file of t/cpp registers suites; the program `unit NAME` runs one and
// prints TAP, which t/*/NAME.t passes on.
//
//     TEST(frame_header_sizes) { IS(header_size(125), 2u, "short header"); OK(fits(1), "one fits"); }
#pragma once
#include <functional>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace tap {

struct Run {
    int count = 0, failed = 0;
    void result(bool good, const std::string& name, const std::string& detail = "");
};
extern Run run;
std::map<std::string, std::vector<std::function<void()>>>& suites();

struct Register {
    Register(const char* suite, std::function<void()> body) { suites()[suite].push_back(std::move(body)); }
};

template <class T>
std::string show(const T& v) {
    std::ostringstream s;
    s << v;
    return s.str();
}

inline bool ok(bool good, const std::string& name, const char* file, int line) {
    run.result(good, name, good ? "" : std::string(file) + ":" + std::to_string(line));
    return good;
}

template <class A, class B>
bool is(const A& got, const B& want, const std::string& name, const char* file, int line) {
    const bool good = got == want;
    run.result(good, name, good ? "" : std::string(file) + ":" + std::to_string(line) + " got '" + show(got) + "', want '" + show(want) + "'");
    return good;
}

}  // namespace tap

#define TAP_JOIN2(a, b) a##b
#define TAP_JOIN(a, b) TAP_JOIN2(a, b)
// One test body of a suite; a suite may have many.
#define TEST(suite)                                                                          \
    static void TAP_JOIN(suite##_body_, __LINE__)();                                         \
    static tap::Register TAP_JOIN(suite##_register_, __LINE__)(#suite, TAP_JOIN(suite##_body_, __LINE__)); \
    static void TAP_JOIN(suite##_body_, __LINE__)()
#define OK(cond, name) tap::ok(static_cast<bool>(cond), name, __FILE__, __LINE__)
#define IS(got, want, name) tap::is(got, want, name, __FILE__, __LINE__)
