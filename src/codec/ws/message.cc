#include "codec/ws/message.h"

namespace ue::codec {

const Type WsMessage::kType = {"Protocol::WebSocket::Fast::Message", &Object::kType};
const Type Frame::kType = {"Protocol::WebSocket::Fast::Frame", &Object::kType};

void Frame::reuse() {
    if (error_) error_ = ErrorCode();
    payload_.clear(WsMessage::kKeptBlock);
    wire_length_ = 0;
    close_code_ = kCloseNone;
    opcode_ = 0;
    final_ = false;
}

}  // namespace ue::codec
