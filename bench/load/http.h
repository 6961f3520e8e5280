// HTTP responses with Content-Length: status 200 and always the same length.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>

namespace bench {

class HttpReader {
  public:
    // Takes bytes until a response is complete (true) or there are no more (false), and moves p and n on. `length` is
    // that of the bodies, 0 until one has come; any other length ends the program.
    bool read(const uint8_t*& p, size_t& n, size_t& length);

  private:
    std::string head_;  // unfinished
    size_t body_left_ = 0;
};

}  // namespace bench
