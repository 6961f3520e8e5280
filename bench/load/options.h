// The command line of the load generator.
#pragma once
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <string>

namespace bench {

enum class Mode { kEcho, kRaw, kIdle, kConnect, kBroadcast, kHttp };
const char* name_of(Mode);

struct Options {
    std::string host = "127.0.0.1", path = "/";
    int port = 0;
    Mode mode = Mode::kEcho;
    uint32_t connections = 100, inflight = 1, sources = 0, pending = 64;
    size_t size = 64;
    uint64_t messages = 0;  // 0: as many as there is time for
    double seconds = 3, warmup = 1, ramp = 0, rate = 0;
    bool text = true, deflate = false, takeover = true, plain = false, tls = false, json = false, touch = false;
    pid_t server_pid = 0;

    // Connections that are opened: a broadcast has its sender beside the receivers.
    uint32_t all_connections() const { return connections + (mode == Mode::kBroadcast); }
    // Replies to one message.
    uint32_t deliveries() const { return mode == Mode::kBroadcast ? connections : 1; }
};

// Ends the program with a message or the usage if the command line is wrong.
Options parse_options(int argc, char** argv);

}  // namespace bench
