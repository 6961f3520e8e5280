// A small single-threaded WebSocket and HTTP load generator for Linux. It talks to loopback addresses only, every loop
// is bounded by --connections, --messages and --seconds, and whatever comes back is checked.
//
// Exit status: 0 measured, 1 usage, 2 protocol error or lost messages, 3 the server declined what was asked of it.
#include <sys/resource.h>

#include <csignal>

#include "common.h"
#include "load.h"

int main(int argc, char** argv) {
    using namespace bench;
    const Options options = parse_options(argc, argv);
    std::signal(SIGPIPE, SIG_IGN);
    rlimit files{};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    if (files.rlim_max < options.connections + 16)
        die(kUsage, "only %llu open files allowed", static_cast<unsigned long long>(files.rlim_max));
    report(options, Load(options).run());
    return kMeasured;
}
