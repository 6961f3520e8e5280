// The client's reader: bytes of a connection into Responses. See reader.h.
//
// What a response means depends on the request it answers, so that has to be set before each response. After an
// interim response (100, which must have been expected; 102, 103 and the like; not 101) the request stays for the
// final one: a client that does not care for them skips those with Response::interim().
#pragma once
#include "base/object.h"
#include "codec/http/reader.h"
#include "codec/http/request.h"
#include "codec/http/response.h"

namespace ue::codec {

class ResponseReader {
  public:
    explicit ResponseReader(const ReaderLimits& limits = {});
    ResponseReader(const ResponseReader&) = delete;
    ResponseReader& operator=(const ResponseReader&) = delete;
    virtual ~ResponseReader();

    const ReaderLimits& limits() const { return limits_; }
    void set_limits(const ReaderLimits& limits) { limits_ = limits; }
    // Off: bodies are handed out as they came. On by default.
    void set_uncompress(bool on) { uncompress_ = on; }

    Request* request() const { return request_.get(); }
    // Misuse while another one is waiting for its response.
    void set_request(Ref<Request> request);

    // Misuse without a request to answer (and with bytes to read).
    ReadResult feed(const char* data, size_t size);

    // The peer has closed its side. kNeedMore: nothing was going on. kDone: a body that lasts until then is complete.
    // kError: kUnexpectedEof; response() is there even if not a byte had arrived.
    ReadResult eof();

    Response* response() const { return response_.get(); }
    Ref<Response> take_response();
    MessageState state() const { return state_; }
    bool in_message() const { return parser_ != nullptr; }
    void reset();  // forgets the request as well

  protected:
    virtual Ref<Response> make_response();

  private:
    void leave();

    std::unique_ptr<MessageParser> parser_;
    Ref<Request> request_;
    Ref<Response> response_;
    ReaderLimits limits_;
    MessageState state_ = MessageState::kHeaders;
    bool uncompress_ = true;
};

}  // namespace ue::codec
