// The server's reader: bytes of a connection into Requests. See reader.h.
#pragma once
#include "base/object.h"
#include "codec/http/reader.h"
#include "codec/http/request.h"

namespace ue::codec {

class RequestReader {
  public:
    explicit RequestReader(const ReaderLimits& limits = {});
    RequestReader(const RequestReader&) = delete;
    RequestReader& operator=(const RequestReader&) = delete;
    virtual ~RequestReader();

    const ReaderLimits& limits() const { return limits_; }
    void set_limits(const ReaderLimits& limits) { limits_ = limits; }  // from the next fragment on

    // Never throws, never keeps `data`. Feeding nothing is kNeedMore.
    ReadResult feed(const char* data, size_t size);

    // The request being received, or the one last received until the next feed(); null before the first byte. Received
    // body is appended to request()->body(), which the caller may take out at any time.
    Request* request() const { return request_.get(); }
    // The same, and the reader forgets it. In the middle of a message the reader goes on filling it, so hold it.
    Ref<Request> take_request();
    MessageState state() const { return state_; }
    // Bytes of an unfinished message have been seen.
    bool in_message() const { return parser_ != nullptr; }
    void reset();

  protected:
    // Makes the object for the next request; called with its first byte.
    virtual Ref<Request> make_request();

  private:
    std::unique_ptr<MessageParser> parser_;  // only inside a message
    Ref<Request> request_;
    ReaderLimits limits_;
    MessageState state_ = MessageState::kHeaders;
};

}  // namespace ue::codec
