// The masking of RFC 6455 section 5.3. A key is kept as it lies in memory (memcpy of the four octets). `phase` is the
// number of payload octets handled before, so that a payload may come in pieces of any size.
#pragma once
#include <cstddef>
#include <cstdint>

namespace ue::codec {

void mask_in_place(char* data, size_t size, uint32_t key, uint64_t phase = 0);
// `to` and `from` do not overlap.
void mask_copy(char* to, const char* from, size_t size, uint32_t key, uint64_t phase = 0);

}  // namespace ue::codec
