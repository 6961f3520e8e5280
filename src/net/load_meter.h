// The share of time a loop has not spent waiting for events, over the last seconds.
#pragma once
#include <algorithm>
#include <deque>

#include "net/loop.h"

namespace ue::net {

struct Loop::LoadMeter {
    static constexpr unsigned kSamples = 20;  // per window

    LoadMeter(uv_loop_t* loop, uint32_t seconds) : uv(loop), window(uint64_t{seconds} * 1'000'000'000) {
        uv_loop_configure(uv, UV_METRICS_IDLE_TIME);
        samples.push_back(now());
    }

    void sample() {
        const Sample s = now();
        if (s.time - samples.back().time < window / kSamples) return;
        samples.push_back(s);
        // The oldest one stays a little older than the window, so that there is always a whole one.
        while (samples.size() > 2 && s.time - samples[1].time >= window)
            samples.pop_front();
    }

    double average() const {
        const Sample s = now();
        const Sample& from = samples.front();
        if (s.time <= from.time) return 0;
        const double idle = static_cast<double>(s.idle - from.idle) / static_cast<double>(s.time - from.time);
        return std::clamp(1 - idle, 0.0, 1.0);
    }

  private:
    struct Sample {
        uint64_t time, idle;
    };
    Sample now() const { return {uv_hrtime(), uv_metrics_idle_time(uv)}; }

    uv_loop_t* uv;
    uint64_t window;
    std::deque<Sample> samples;
};

}  // namespace ue::net
