#include <cstdio>
#include <map>
#include <vector>

#include "tap.h"

namespace tap {

Run run;

namespace {

std::map<std::string_view, std::vector<Body>>& suites() {
    static std::map<std::string_view, std::vector<Body>> all;
    return all;
}

bool result(bool good, Name name) {
    ++run.count;
    if (!good) ++run.failed;
    std::printf("%sok %d - %.*s\n", good ? "" : "not ", run.count, static_cast<int>(name.text.size()),
                name.text.data());
    return good;
}

}  // namespace

Register::Register(const char* suite, Body body) {
    suites()[suite].push_back(body);
}

bool ok(bool good, Name name, const char* file, int line) {
    result(good, name);
    if (!good) std::printf("# %s:%d\n", file, line);
    std::fflush(stdout);
    return good;
}

bool is_not(const std::string& got, const std::string& want, Name name, const char* file, int line) {
    result(false, name);
    std::printf("# %s:%d got '%s', want '%s'\n", file, line, got.c_str(), want.c_str());
    std::fflush(stdout);
    return false;
}

bool is(std::string_view got, std::string_view want, Name name, const char* file, int line) {
    return got == want ? ok(true, name, file, line) : is_not(std::string(got), std::string(want), name, file, line);
}

}  // namespace tap

// unit NAME runs a suite; without a name it lists them.
int main(int argc, char** argv) {
    if (argc < 2) {
        for (const auto& suite : tap::suites())
            std::printf("%s\n", std::string(suite.first).c_str());
        return 0;
    }
    const auto found = tap::suites().find(argv[1]);
    if (found == tap::suites().end()) {
        std::fprintf(stderr, "unit: no suite '%s'\n", argv[1]);
        return 2;
    }
    for (const auto& body : found->second)
        body();
    std::printf("1..%d\n", tap::run.count);
    return tap::run.failed ? 1 : 0;
}
