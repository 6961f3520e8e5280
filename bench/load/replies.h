// Compares what comes back on one connection with what the tape says has to come back.
#pragma once
#include <cstdint>

#include "tape.h"

namespace bench {

class Replies {
  public:
    // More payload of the current message. Lengths are always checked, small payloads whole, large ones by samples and
    // one in 64 whole; a difference ends the program.
    void check(const Tape&, uint32_t connection, const uint8_t* bytes, size_t size);
    // The current message is over; returns its number. Ends the program if it was too short.
    uint64_t next(const Tape&);
    // The same where the tape does not say what comes back.
    uint64_t next_unchecked() { return count_++; }

    uint64_t count() const { return count_; }
    size_t missing(const Tape& tape) const { return tape.payload(count_).size() - offset_; }

  private:
    uint64_t count_ = 0;
    size_t offset_ = 0;
};

}  // namespace bench
