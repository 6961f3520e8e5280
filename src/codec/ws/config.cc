#include "codec/ws/config.h"

namespace ue::codec {

const char* DeflateConfig::invalid_key() const {
    const auto within = [](int v, int low, int high) { return v >= low && v <= high; };
    if (!within(server_max_window_bits, 9, 15)) return "server_max_window_bits";
    if (!within(client_max_window_bits, 9, 15)) return "client_max_window_bits";
    if (!within(mem_level, 1, 9)) return "mem_level";
    if (!within(compression_level, -1, 9)) return "compression_level";
    if (!within(strategy, 0, 4)) return "strategy";
    return nullptr;
}

}  // namespace ue::codec
