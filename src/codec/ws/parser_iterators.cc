#include "base/misuse.h"
#include "codec/ws/parser.h"

namespace ue::codec {

const Type FrameIterator::kType = {"Protocol::WebSocket::Fast::FrameIterator", &Object::kType};
const Type MessageIterator::kType = {"Protocol::WebSocket::Fast::MessageIterator", &Object::kType};
const Type FrameSender::kType = {"Protocol::WebSocket::Fast::FrameSender", &Object::kType};

FrameIterator::FrameIterator(Ref<Parser> parser, Ref<Frame> first)
    : parser_(std::move(parser)), first_(std::move(first)), turn_(parser_->turn_) {}

Ref<Frame> FrameIterator::next() {
    if (turn_ != parser_->turn_) return nullptr;
    return first_ ? std::move(first_) : parser_->next_frame();
}

Ref<MessageIterator> FrameIterator::get_messages() {
    if (turn_ != parser_->turn_) return nullptr;
    return parser_->iterate_messages();
}

MessageIterator::MessageIterator(Ref<Parser> parser, Ref<WsMessage> first)
    : parser_(std::move(parser)), first_(std::move(first)), turn_(parser_->turn_) {}

Ref<WsMessage> MessageIterator::next() {
    if (turn_ != parser_->turn_) return nullptr;
    return first_ ? std::move(first_) : parser_->next_message();
}

Ref<FrameIterator> MessageIterator::get_frames() {
    if (turn_ != parser_->turn_) return nullptr;
    return parser_->iterate_frames();
}

void FrameSender::send(const Parser::Pieces& payload, bool final, std::string& out) {
    parser_->check_can_send();
    MessageWriter& writer = parser_->writer_;
    if (message_ != parser_->message_ || !writer.in_message()) {
        throw Misuse("can't send frame: message has not been started");
    }
    if (is_control(writer.message_opcode()) && !final) throw Misuse("control frame must be final");
    StringSink sink(out);
    writer.frame(sink, payload.data(), payload.size(), final);
}

}  // namespace ue::codec
