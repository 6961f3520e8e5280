// llhttp behind three calls. From a head that HeadGuard has found good it fills method or code, version, target or
// reason, and header fields of a message. The only source that sees llhttp is head_parser.cc.
#pragma once
#include <cstddef>
#include <memory>
#include <string_view>

#include "base/error.h"
#include "codec/http/body_framing.h"

struct llhttp__internal_s;

namespace ue::codec {

class Message;
class Request;
class Response;

class HeadParser {
  public:
    HeadParser();

    // Begins a head; exactly one of the two is given, and outlives the parsing.
    void start(Request* request, Response* response);

    // How many of the bytes were taken. Less than `size`: refused, error() tells why.
    size_t feed(const char* data, size_t size);
    bool complete() const { return complete_; }  // the empty line has been taken
    const ErrorCode& error() const { return error_; }
    const BodyFraming& framing() const { return framing_; }

    // After an error, here or elsewhere: the message keeps complete fields, and the start line, if that was complete.
    void salvage(bool start_line);

  private:
    struct Callbacks;
    struct Delete {
        void operator()(llhttp__internal_s* p) const;
    };
    bool take_start_line();
    bool field_complete();
    std::string_view last_name() const;

    std::unique_ptr<llhttp__internal_s, Delete> llhttp_;
    Message* message_ = nullptr;
    Request* request_ = nullptr;
    Response* response_ = nullptr;
    BodyFraming framing_;
    ErrorCode error_;
    bool started_ = false;  // the start line is in the message
    bool in_field_ = false;
    bool complete_ = false;
};

}  // namespace ue::codec
