// What the header fields of a message say about its body: how long it is and what it is packed in.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "codec/http/compression.h"

namespace ue::codec {

struct BodyFraming {
    uint64_t length = 0;
    bool has_length = false;
    bool chunked = false;
    Compression encoding = Compression::kNone;

    // Takes one complete field into account. An error for every way to be ambiguous: two lengths, a length that is no
    // plain number, a length beside a transfer encoding, a transfer encoding other than one single "chunked".
    ErrorCode add_field(std::string_view name, std::string_view value);
};

}  // namespace ue::codec
