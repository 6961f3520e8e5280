#include "codec/ws/parser.h"

#include "base/misuse.h"

namespace ue::codec {

const Type Parser::kType = {"Protocol::WebSocket::Fast::Parser", &Object::kType};

Parser::Parser(Role role, const ParserConfig& config)
    : config_(config), role_(role), reader_(role, &config_), writer_(role) {}

void Parser::configure(const ParserConfig& config) {
    const ParserConfig before = config_;
    config_ = config;
    if (!established_) return;
    config_.deflate_enabled = before.deflate_enabled;
    config_.deflate = before.deflate;
}

void Parser::no_deflate() {
    if (!established_) config_.deflate_enabled = false;
}

void Parser::establish(std::optional<DeflateAgreement> agreed) {
    established_ = true;
    if (!agreed) return;
    deflate_ = std::make_unique<MessageDeflate>(role_, *agreed);
    reader_.set_deflate(deflate_.get());
    writer_.set_deflate(deflate_.get());
}

void Parser::reset() {
    established_ = send_closed_ = false;
    receiving_ = MessageReader::Mode::kNone;
    ++turn_;
    ++message_;
    reader_.reset();
    writer_.reset();
    deflate_.reset();
    buffer_.clear();
    consumed_ = 0;
}

// ---- receiving

void Parser::begin_receiving(MessageReader::Mode mode, std::string_view bytes) {
    if (!established_) throw Misuse("not established");
    const MessageReader::Mode inside = reader_.in_message();
    if (inside != MessageReader::Mode::kNone && inside != mode) {
        throw Misuse(inside == MessageReader::Mode::kFrames ? "frame mode active" : "message is being parsed");
    }
    if (receiving_ != mode) {
        receiving_ = mode;
        ++turn_;
    }
    if (bytes.empty()) return;
    buffer_.erase(0, consumed_);
    consumed_ = 0;
    buffer_.append(bytes);
}

template <class T, class Next>
Ref<T> Parser::pull(Ref<T> one, Next next) {
    Span in{&buffer_[consumed_], buffer_.size() - consumed_};
    const MessageReader::Status status = next(in, *one);
    consumed_ = buffer_.size() - in.size;
    one->own();
    if (consumed_ == buffer_.size()) {
        buffer_.clear();
        consumed_ = 0;
    }
    return status == MessageReader::kNeedMore ? nullptr : one;
}

Ref<Frame> Parser::next_frame() {
    if (consumed_ == buffer_.size()) return nullptr;
    return pull(make<Frame>(), [this](Span& in, Frame& out) { return reader_.next_frame(in, out); });
}

Ref<WsMessage> Parser::next_message() {
    if (consumed_ == buffer_.size()) return nullptr;
    Ref<WsMessage> one = pull(recent_.take(), [this](Span& in, WsMessage& out) { return reader_.next(in, out); });
    if (one) recent_.filled(one);
    return one;
}

std::vector<Ref<Frame>> Parser::get_frames(std::string_view bytes) {
    begin_receiving(MessageReader::Mode::kFrames, bytes);
    std::vector<Ref<Frame>> all;
    while (Ref<Frame> one = next_frame())
        all.push_back(std::move(one));
    return all;
}

std::vector<Ref<WsMessage>> Parser::get_messages(std::string_view bytes) {
    begin_receiving(MessageReader::Mode::kMessages, bytes);
    std::vector<Ref<WsMessage>> all;
    while (Ref<WsMessage> one = next_message())
        all.push_back(std::move(one));
    return all;
}

Ref<FrameIterator> Parser::iterate_frames(std::string_view bytes) {
    begin_receiving(MessageReader::Mode::kFrames, bytes);
    Ref<Frame> first = next_frame();
    return first ? make<FrameIterator>(Ref<Parser>(this), std::move(first)) : nullptr;
}

Ref<MessageIterator> Parser::iterate_messages(std::string_view bytes) {
    begin_receiving(MessageReader::Mode::kMessages, bytes);
    Ref<WsMessage> first = next_message();
    return first ? make<MessageIterator>(Ref<Parser>(this), std::move(first)) : nullptr;
}

// ---- sending

void Parser::check_can_send() const {
    if (!established_) throw Misuse("not established");
    if (send_closed_) throw Misuse("close sent, can't send anymore");
}

void Parser::check_no_message() const {
    check_can_send();
    if (writer_.in_message()) throw Misuse("can't start message: previous message wasn't finished");
}

void Parser::send_message(const Pieces& payload, uint8_t opcode, Compress how, std::string& out) {
    check_no_message();
    StringSink sink(out);
    writer_.message(sink, opcode, payload.data(), payload.size(), how);
}

void Parser::send_message_multiframe(const Pieces& payload, uint8_t opcode, Compress how, std::string& out) {
    check_no_message();
    StringSink sink(out);
    writer_.message_multiframe(sink, opcode, payload.data(), payload.size(), how);
}

Ref<FrameSender> Parser::start_message(uint8_t opcode, bool deflate) {
    check_no_message();
    writer_.start(opcode, deflate);
    return make<FrameSender>(Ref<Parser>(this), ++message_);
}

void Parser::send_control(uint8_t opcode, std::string_view payload, std::string& out) {
    check_can_send();
    StringSink sink(out);
    writer_.control(sink, opcode, payload);
}

void Parser::send_close(uint16_t code, std::string_view reason, std::string& out) {
    check_can_send();
    StringSink sink(out);
    writer_.close(sink, code, reason);
    send_closed_ = true;
    ++message_;
}

}  // namespace ue::codec
