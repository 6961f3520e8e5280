// What the two readers (request_reader.h, response_reader.h) share.
//
// A reader turns bytes, in fragments of any size, into one message after the other. It copies what it keeps, stops
// exactly behind the end of each message (what follows stays with the caller: pipelining, upgrade), and starts over by
// itself after a message and after an error. Between messages it holds nothing but its settings.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include "base/error.h"

namespace ue::codec {

// Where in its message a reader is. The numbers are the public constants.
enum class MessageState : uint8_t {
    kHeaders = 0,
    kBody = 1,
    kChunk = 2,
    kChunkBody = 3,
    kChunkTrailer = 4,
    kDone = 5,
    kError = 6,
};

struct ReaderLimits {
    static constexpr size_t kNoLimit = SIZE_MAX;
    // All bytes from the first one of the start line to the end of the empty line: a head that never ends. The same
    // again for the trailer of a chunked body.
    size_t max_headers_size = 16384;
    // Bytes of body, after decompression: bombs, and bodies that never end. 0: no body at all.
    size_t max_body_size = kNoLimit;
};

// A chunk size line longer than this is refused (leading zeros and extensions without end).
constexpr size_t kMaxChunkLine = 1024;

struct ReadResult {
    enum class State : uint8_t {
        kNeedMore,     // all of the input is used up
        kHeadersDone,  // the head is complete, a body follows: act on it, then feed the rest
        kDone,         // the message is complete (its head may never have been reported as kHeadersDone)
        kError,
    };
    State state;
    size_t consumed;  // kError: up to the offending byte
    ErrorCode error;  // kError only
};

class MessageParser;

}  // namespace ue::codec
