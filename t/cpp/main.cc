#include <cstdio>

#include "tap.h"

namespace tap {

Run run;

std::map<std::string, std::vector<std::function<void()>>>& suites() {
    static std::map<std::string, std::vector<std::function<void()>>> all;
    return all;
}

void Run::result(bool good, const std::string& name, const std::string& detail) {
    ++count;
    if (!good) ++failed;
    std::printf("%sok %d - %s\n", good ? "" : "not ", count, name.c_str());
    if (!detail.empty()) std::printf("# %s\n", detail.c_str());
    std::fflush(stdout);
}

}  // namespace tap

// unit NAME runs a suite; without a name it lists them.
int main(int argc, char** argv) {
    if (argc < 2) {
        for (const auto& suite : tap::suites()) std::printf("%s\n", suite.first.c_str());
        return 0;
    }
    const auto found = tap::suites().find(argv[1]);
    if (found == tap::suites().end()) {
        std::fprintf(stderr, "unit: no suite '%s'\n", argv[1]);
        return 2;
    }
    for (const auto& body : found->second) body();
    std::printf("1..%d\n", tap::run.count);
    return tap::run.failed ? 1 : 0;
}
