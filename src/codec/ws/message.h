// What a reader hands out: whole messages (data messages, and control frames, which are messages of one frame), or
// single frames. Both are read-only for everybody but the reader.
//
// Life of a payload: as handed out it may be a view into the caller's read buffer. Whoever keeps the object beyond the
// handling of that read calls own() first. A payload that is a block can be given away with release_payload().
// Reuse: an object that nobody else holds may be passed to the reader again and again; the reader resets it.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/error.h"
#include "base/object.h"
#include "codec/ws/errors.h"
#include "codec/ws/payload.h"

namespace ue::codec {

class WsMessage : public Object {
  public:
    static const Type kType;  // "Protocol::WebSocket::Fast::Message"
    const Type& type() const override { return kType; }

    // A block of up to this size is kept in an object that is reused.
    static constexpr size_t kKeptBlock = 16 * 1024;

    const ErrorCode& error() const { return error_; }
    uint8_t opcode() const { return opcode_; }
    bool is_control() const { return codec::is_control(opcode_); }
    std::string_view payload() const { return payload_.view(); }  // of a close frame: the reason
    uint64_t payload_length() const { return payload_.size(); }   // after decompression
    uint16_t close_code() const { return close_code_; }           // kCloseUnknown if the close frame had none
    std::string_view close_message() const { return opcode_ == kOpClose ? payload_.view() : std::string_view(); }
    uint32_t frame_count() const { return frame_count_; }  // frames that passed their checks
    bool deflated() const { return deflated_; }

    bool payload_owned() const { return payload_.owned(); }
    void own() { payload_.own(); }
    // The payload as a block to be freed with free(); payload() is empty from now on.
    MallocBlock release_payload() { return payload_.release(); }
    // The same, but payload() goes on showing it; the taker keeps it unchanged until the message has other content.
    MallocBlock lend_payload(size_t spare) { return payload_.lend(spare); }
    // Back to a fresh message. Nobody else may hold it.
    void reuse() {
        if (error_) error_ = ErrorCode();
        payload_.clear(kKeptBlock);
        frame_count_ = 0;
        close_code_ = kCloseNone;
        opcode_ = 0;
        deflated_ = false;
    }

  private:
    friend class MessageReader;
    ErrorCode error_;
    Payload payload_;
    uint32_t frame_count_ = 0;
    uint16_t close_code_ = kCloseNone;
    uint8_t opcode_ = 0;
    bool deflated_ = false;
};

class Frame : public Object {
  public:
    static const Type kType;  // "Protocol::WebSocket::Fast::Frame"
    const Type& type() const override { return kType; }

    const ErrorCode& error() const { return error_; }
    uint8_t opcode() const { return opcode_; }
    bool is_control() const { return codec::is_control(opcode_); }
    bool final() const { return final_; }
    std::string_view payload() const { return payload_.view(); }  // decompressed; of a close frame: the reason
    uint64_t payload_length() const { return wire_length_; }      // as transferred; of a close frame: the reason's
    uint16_t close_code() const { return close_code_; }
    std::string_view close_message() const { return opcode_ == kOpClose ? payload_.view() : std::string_view(); }

    bool payload_owned() const { return payload_.owned(); }
    void own() { payload_.own(); }
    MallocBlock release_payload() { return payload_.release(); }
    MallocBlock lend_payload(size_t spare) { return payload_.lend(spare); }
    void reuse();

  private:
    friend class MessageReader;
    ErrorCode error_;
    Payload payload_;
    uint64_t wire_length_ = 0;
    uint16_t close_code_ = kCloseNone;
    uint8_t opcode_ = 0;
    bool final_ = false;
};

}  // namespace ue::codec
