#include "ws/statistics.h"

namespace ue::ws {

const Type Statistics::kType = {"UniEvent::WebSocket::Connection::Statistics", &Object::kType};

Statistics::Rates Statistics::normalized(double seconds) const {
    if (!(seconds > 0)) return {0, 0, 0, 0};
    // A tiny divisor must not carry the quotient beyond what an integer holds.
    const auto rate = [seconds](uint64_t n) {
        const double r = static_cast<double>(n) / seconds;
        return r < 18446744073709549568.0 ? static_cast<uint64_t>(r) : UINT64_MAX;
    };
    return {rate(msgs_in), rate(msgs_out), rate(bytes_in), rate(bytes_out)};
}

Statistics::Rates Statistics::fetch(double seconds) {
    const Rates rates = normalized(seconds);
    reset();
    return rates;
}

}  // namespace ue::ws
