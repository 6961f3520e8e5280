#include "ws/config.h"

#include "base/misuse.h"

namespace ue::ws {

void ConnectionConfig::check() const {
    if (!parser.deflate_enabled) return;
    if (const char* key = parser.deflate.invalid_key())
        throw Misuse(std::string("deflate: ") + key + ": the value is out of range");
}

}  // namespace ue::ws
