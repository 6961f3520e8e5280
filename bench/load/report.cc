#include "report.h"

#include <algorithm>
#include <cstdio>
#include <utility>
#include <vector>

#include "common.h"

namespace bench {

namespace {

class Fields {
  public:
    explicit Fields(bool json) : json_(json) {}

    void text(const char* key, const std::string& value) {
        fields_.emplace_back(key, json_ ? '"' + value + '"' : value);
    }
    void number(const char* key, double value, int digits) {
        char buffer[64];
        std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
        fields_.emplace_back(key, buffer);
    }
    void print() const {
        const char* separator = "{";
        for (const auto& [key, value] : fields_) {
            if (json_)
                std::printf("%s\"%s\":%s", separator, key.c_str(), value.c_str());
            else
                std::printf("%-26s %s\n", key.c_str(), value.c_str());
            separator = ",";
        }
        if (json_) std::puts("}");
    }

  private:
    const bool json_;
    std::vector<std::pair<std::string, std::string>> fields_;
};

void idle_fields(const Options& options, const Result& result, Fields& out) {
    if (result.up > 1) out.number("handshakes_per_s", double(result.up - 1) / result.ramp_seconds, 0);
    if (!options.server_pid) return;
    const double grown = (result.rss_all_kb - result.rss_one_kb) * 1024;
    out.number("rss_mb", result.rss_all_kb / 1024, 1);
    out.number("rss_bytes_per_conn", result.up > 1 ? grown / double(result.up - 1) : 0, 0);
}

void server_fields(const Result& result, double seconds, double messages, Fields& out) {
    const Snapshot &from = result.from, &to = result.to;
    const double cpu = to.server.cpu - from.server.cpu, own = to.own - from.own;
    out.number("server_cpu", cpu / seconds, 3);
    out.number("server_us_per_message", cpu * 1e6 / messages, 4);
    out.number("reads_per_message", double(to.server.reads - from.server.reads) / messages, 4);
    out.number("writes_per_message", double(to.server.writes - from.server.writes) / messages, 4);
    out.number("other_cpu", std::max(0.0, (to.machine - from.machine - cpu - own) / seconds), 3);
    out.number("rss_mb", to.server.rss_kb / 1024, 1);
}

void work_fields(const Options& options, const Result& result, Fields& out) {
    const Snapshot &from = result.from, &to = result.to;
    const double seconds = double(to.time - from.time) / 1e9, messages = double(to.messages - from.messages);
    if (messages <= 0) die(kBroken, "nothing came back in the measured time");
    out.number("inflight", options.inflight, 0);
    out.number("seconds", seconds, 3);
    out.number("messages", messages, 0);
    out.number("per_s", messages / seconds, 0);
    out.number("mb_per_s", double(to.bytes - from.bytes) / seconds / 1e6, 2);
    for (const auto& [name, percent] :
         {std::pair{"p50_us", 50.0}, {"p90_us", 90.0}, {"p99_us", 99.0}, {"p999_us", 99.9}})
        out.number(name, result.latency.percentile(percent) / 1e3, 1);
    out.number("max_us", double(result.latency.max()) / 1e3, 1);
    // What was due and could not be sent because its connection still waited: with many, the rate was too high.
    if (options.rate > 0) out.number("skipped", double(to.skipped - from.skipped) / messages, 4);
    out.number("own_cpu", (to.own - from.own) / seconds, 3);
    if (options.server_pid) server_fields(result, seconds, messages, out);
}

}  // namespace

void report(const Options& options, const Result& result) {
    Fields out(options.json);
    out.text("mode", name_of(options.mode));
    out.number("connections", options.connections, 0);
    if (options.mode != Mode::kConnect) out.number("size", double(result.size), 0);
    if (options.mode == Mode::kIdle)
        idle_fields(options, result, out);
    else
        work_fields(options, result, out);
    if (options.deflate &&
        result.replies) {  // how well the server compresses: mean payload on the wire, share compressed
        out.number("reply_bytes", double(result.reply_bytes) / double(result.replies), 0);
        out.number("compressed", double(result.compressed) / double(result.replies), 2);
    }
    if (!result.extensions.empty()) out.text("extensions", result.extensions);
    if (!result.tls.empty()) out.text("tls", result.tls);
    out.print();
}

}  // namespace bench
