// The load: opens the connections, keeps messages in flight, checks what comes back and measures in between.
//
// load.cc moves bytes, phases.cc decides when what is sent and measured.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "accounting.h"
#include "connection.h"
#include "histogram.h"
#include "options.h"
#include "report.h"
#include "upgrade.h"

namespace bench {

class Load {
  public:
    explicit Load(const Options&);
    // Until everything that was asked for has been measured. A broken promise of the server ends the program.
    Result run();

  private:
    enum class Phase { kRamp, kWarm, kMeasure, kDrain, kDone };

    // load.cc: one connection
    void start(Connection&);
    void stop(Connection&);
    void watch(Connection&, int operation, bool output);
    void arm(Connection&, bool output);
    void on_writable(Connection&);
    void on_readable(Connection&);
    void take(Connection&, const uint8_t*, size_t);
    void advance_tls(Connection&);
    void send_upgrade(Connection&);
    void read_upgrade(Connection&, const uint8_t*, size_t);
    void agree(const Agreement&);
    void flush(Connection&);

    // phases.cc: all of them
    void on_open(Connection&);
    void on_up();
    void on_message(Connection&);
    void on_delivery(uint64_t seq);
    void on_control(Connection&);
    void count(uint64_t since);
    void queue(Connection&, uint64_t at);
    void ramp();
    void pace();
    void tick();
    void tick_ramp();
    void tick_idle();
    void enter(Phase, double seconds);
    void start_sending();
    bool drained() const;
    bool sending() const;
    int patience() const;
    Snapshot snapshot() const;

    const Options options_;
    SSL_CTX* tls_ = nullptr;
    int epoll_;
    uint64_t now_ = 0, began_ = 0, progress_at_ = 0;

    std::vector<Connection> connections_;
    uint32_t wanted_, started_ = 0, pending_ = 0, open_ = 0, up_ = 0;

    std::vector<uint8_t> buffer_ = std::vector<uint8_t>(256 << 10);
    Tape tape_;
    FrameRules rules_;
    size_t http_body_ = 0;

    Phase phase_ = Phase::kRamp;
    uint64_t phase_end_ = 0, sent_ = 0, paced_ = 0, skipped_ = 0;
    std::vector<uint32_t>
        undelivered_;  // broadcast: receivers still missing a message, by its number modulo --inflight
    uint64_t messages_ = 0, bytes_ = 0;
    Result result_;
};

}  // namespace bench
