#pragma once
#include "net/stream.h"

namespace ue::net {

// Ends a request of a stream's queue when the output before it has left.
class FlushWatch : public WriteNotice {
  public:
    FlushWatch(Stream& stream, Request& request) : stream_(&stream), request_(&request) {}
    void forget() { stream_ = nullptr; }
    void written(const ErrorCode& error) override;

  private:
    Stream* stream_;
    Request* request_;
};

}  // namespace ue::net
