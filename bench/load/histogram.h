// Latencies: a log-linear histogram with 64 steps per power of two, so values are within 1.6 %.
#pragma once
#include <cstddef>
#include <cstdint>

namespace bench {

class Histogram {
  public:
    void add(uint64_t value) {
        const int shift = value >> kBits ? 63 - __builtin_clzll(value) - kBits : -1;
        ++cells_[shift < 0 ? value : (uint64_t(shift + 1) << kBits) + (value >> shift) - (1 << kBits)];
        ++count_;
        if (value > max_) max_ = value;
    }

    double percentile(double percent) const {
        const uint64_t rank = uint64_t(double(count_) * percent / 100);
        uint64_t seen = 0;
        for (size_t i = 0; i < kCells; ++i) {
            if ((seen += cells_[i]) <= rank) continue;
            const int shift = int(i >> kBits) - 1;
            return shift < 0 ? double(i) : double(((i & ((1 << kBits) - 1)) + (1 << kBits)) << shift);
        }
        return double(max_);
    }

    uint64_t max() const { return max_; }

  private:
    static constexpr int kBits = 6;
    static constexpr size_t kCells = (64 - kBits + 1) << kBits;
    uint64_t count_ = 0, max_ = 0, cells_[kCells] = {};
};

}  // namespace bench
