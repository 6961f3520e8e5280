#include "options.h"

#include <getopt.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "common.h"

namespace bench {

static const char* const kModes[] = {"echo", "raw", "idle", "connect", "broadcast", "http"};

static const char kUsageText[] = R"(usage: load --port N [options]
  --host A          loopback address of the server (127.0.0.1)
  --path P          request path (/)
  --mode M          echo       messages sent and echoed, checked (default)
                    raw        the same bytes against a plain TCP echo server, no handshake
                    idle       open N connections and hold them for --seconds
                    connect    connect + handshake + close, over and over, on N slots
                    broadcast  1 sender, N receivers, every message goes to all
                    http       keep-alive GET requests
  --connections N   connections, slots or receivers (100)
  --size B          payload bytes (64)
  --inflight K      messages or requests outstanding per connection (1)
  --seconds S       measured time (3)        --warmup S  time before it (1)
  --messages N      exactly so many messages (or connections) instead of a time, no warm-up
  --rate R          messages a second over all connections, evenly spaced (0: as fast as they come back)
  --ramp R          open at most R connections a second (0: no limit)
  --pending N       handshakes under way at once (64)
  --sources N       source addresses 127.0.0.1.. to spread connections over (0: as needed)
  --text|--binary   message type (text)
  --deflate         offer permessage-deflate, send compressed messages; exit 3 if declined
  --no-takeover     with --deflate: ask for no context takeover in both directions
  --plain           with --deflate: negotiate it and send uncompressed all the same
  --tls             TLS, certificate not checked
  --touch           idle mode: one echo on every connection before it idles
  --server-pid P    also report CPU time, reads, writes and memory of that process, and CPU taken by all others
  --json            one line of JSON
)";

const char* name_of(Mode mode) {
    return kModes[static_cast<int>(mode)];
}

[[noreturn]] static void usage() {
    std::fputs(kUsageText, stderr);
    std::exit(kUsage);
}

static uint64_t count(const char* what, uint64_t max) {
    char* end;
    const uint64_t value = std::strtoull(optarg, &end, 10);
    if (*end || !*optarg || value > max)
        die(kUsage, "%s: not a number up to %llu: %s", what, static_cast<unsigned long long>(max), optarg);
    return value;
}

static double real(const char* what, double max) {
    char* end;
    const double value = std::strtod(optarg, &end);
    if (*end || !*optarg || !(value >= 0 && value <= max))
        die(kUsage, "%s: not a number up to %g: %s", what, max, optarg);
    return value;
}

static Mode mode_named(const char* name) {
    for (int i = 0; i < 6; ++i)
        if (!std::strcmp(name, kModes[i])) return static_cast<Mode>(i);
    die(kUsage, "no such mode: %s", name);
}

static void set(Options& o, int which) {
    switch (which) {
        case 'h':
            o.host = optarg;
            break;
        case 'p':
            o.port = int(count("port", 65535));
            break;
        case 'P':
            o.path = optarg;
            break;
        case 'm':
            o.mode = mode_named(optarg);
            break;
        case 'c':
            o.connections = uint32_t(count("connections", 100'000));
            break;
        case 's':
            o.size = count("size", 64 << 20);
            break;
        case 'k':
            o.inflight = uint32_t(count("inflight", 4096));
            break;
        case 'N':
            o.messages = count("messages", 1'000'000'000);
            break;
        case 't':
            o.seconds = real("seconds", 600);
            break;
        case 'w':
            o.warmup = real("warmup", 600);
            break;
        case 'R':
            o.rate = real("rate", 1e7);
            break;
        case 'r':
            o.ramp = real("ramp", 1e6);
            break;
        case 'q':
            o.pending = uint32_t(count("pending", 4096));
            break;
        case 'S':
            o.sources = uint32_t(count("sources", 200));
            break;
        case 'i':
            o.server_pid = pid_t(count("server-pid", 1 << 30));
            break;
        case 'x':
            o.text = true;
            break;
        case 'b':
            o.text = false;
            break;
        case 'd':
            o.deflate = true;
            break;
        case 'n':
            o.takeover = false;
            break;
        case 'U':
            o.plain = true;
            break;
        case 'l':
            o.tls = true;
            break;
        case 'u':
            o.touch = true;
            break;
        case 'j':
            o.json = true;
            break;
        default:
            usage();
    }
}

Options parse_options(int argc, char** argv) {
    static const option kLongs[] = {
        {"host", 1, nullptr, 'h'},        {"port", 1, nullptr, 'p'},    {"path", 1, nullptr, 'P'},
        {"mode", 1, nullptr, 'm'},        {"size", 1, nullptr, 's'},    {"connections", 1, nullptr, 'c'},
        {"inflight", 1, nullptr, 'k'},    {"seconds", 1, nullptr, 't'}, {"messages", 1, nullptr, 'N'},
        {"warmup", 1, nullptr, 'w'},      {"rate", 1, nullptr, 'R'},    {"ramp", 1, nullptr, 'r'},
        {"pending", 1, nullptr, 'q'},     {"sources", 1, nullptr, 'S'}, {"server-pid", 1, nullptr, 'i'},
        {"text", 0, nullptr, 'x'},        {"binary", 0, nullptr, 'b'},  {"deflate", 0, nullptr, 'd'},
        {"no-takeover", 0, nullptr, 'n'}, {"plain", 0, nullptr, 'U'},   {"tls", 0, nullptr, 'l'},
        {"touch", 0, nullptr, 'u'},       {"json", 0, nullptr, 'j'},    {"help", 0, nullptr, '?'},
        {nullptr, 0, nullptr, 0}};
    Options o;
    for (int which; (which = getopt_long(argc, argv, "", kLongs, nullptr)) != -1;)
        set(o, which);
    if (optind < argc || !o.port || !o.connections || !o.inflight || !o.pending) usage();
    if (o.host.compare(0, 4, "127.")) die(kUsage, "loopback addresses only");
    if (o.mode == Mode::kRaw && (o.tls || o.deflate)) die(kUsage, "raw mode has neither TLS nor deflate");
    if (o.messages && o.mode == Mode::kIdle) die(kUsage, "idle mode is bounded by --seconds");
    if (o.rate > 0 && (o.mode == Mode::kConnect || o.mode == Mode::kIdle || o.mode == Mode::kBroadcast))
        die(kUsage, "--rate is for echo, raw and http");
    // One address has some 28,000 ports; connections that were closed keep theirs for a minute.
    if (!o.sources) o.sources = o.mode == Mode::kConnect ? 32 : 1 + o.connections / 8000;
    return o;
}

}  // namespace bench
