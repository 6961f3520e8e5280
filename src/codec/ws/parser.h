// One end of one WebSocket connection without any input or output: the classes Protocol::WebSocket::Fast::*Parser. The
// connection engine does not use them (it drives readers and writers itself); they are the same machinery for those who
// bring their own transport.
//
// Text that a method appends to `out` is to be sent to the peer. Misuse is thrown on entry. The wrong bytes of a peer
// are never a Misuse: they come back as error() of what was received.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/object.h"
#include "codec/http/request_reader.h"
#include "codec/http/response_reader.h"
#include "codec/ws/config.h"
#include "codec/ws/deflate.h"
#include "codec/ws/handshake.h"
#include "codec/ws/message.h"
#include "codec/ws/message_reader.h"
#include "codec/ws/message_writer.h"
#include "codec/ws/recent_messages.h"

namespace ue::codec {

class FrameIterator;
class FrameSender;
class MessageIterator;

class Parser : public Object {
  public:
    static const Type kType;  // "Protocol::WebSocket::Fast::Parser"
    const Type& type() const override { return kType; }

    // Replaces everything; limits and the UTF-8 check count at once, compression only before the connection is
    // established.
    void configure(const ParserConfig& config);
    const ParserConfig& config() const { return config_; }
    const DeflateConfig* deflate_config() const { return config_.deflate_enabled ? &config_.deflate : nullptr; }
    const DeflateAgreement* effective_deflate_config() const { return deflate_ ? &deflate_->agreed() : nullptr; }
    void no_deflate();

    bool established() const { return established_; }
    bool recv_closed() const { return reader_.recv_closed(); }
    bool send_closed() const { return send_closed_; }
    bool is_deflate_active() const { return deflate_ != nullptr; }
    uint16_t suggested_close_code() const { return reader_.suggested_close_code(); }
    virtual void reset();  // before the handshake again; the configuration stays

    // ---- receiving: all that is complete...
    std::vector<Ref<Frame>> get_frames(std::string_view bytes = {});
    std::vector<Ref<WsMessage>> get_messages(std::string_view bytes = {});
    // ...or one by one: null if there is not even one.
    Ref<FrameIterator> iterate_frames(std::string_view bytes = {});
    Ref<MessageIterator> iterate_messages(std::string_view bytes = {});

    // ---- sending
    using Pieces = std::vector<std::string_view>;
    void send_message(const Pieces& payload, uint8_t opcode, Compress how, std::string& out);
    void send_message_multiframe(const Pieces& payload, uint8_t opcode, Compress how, std::string& out);
    Ref<FrameSender> start_message(uint8_t opcode = kOpBinary, bool deflate = false);
    void send_control(uint8_t opcode, std::string_view payload, std::string& out);
    void send_ping(std::string_view payload, std::string& out) { send_control(kOpPing, payload, out); }
    void send_pong(std::string_view payload, std::string& out) { send_control(kOpPong, payload, out); }
    void send_close(uint16_t code, std::string_view reason, std::string& out);  // code 0: none

  protected:
    Parser(Role role, const ParserConfig& config);
    void establish(std::optional<DeflateAgreement> agreed);
    void keep(std::string_view bytes) { buffer_.append(bytes); }

    ParserConfig config_;

  private:
    friend class FrameIterator;
    friend class FrameSender;
    friend class MessageIterator;
    void begin_receiving(MessageReader::Mode mode, std::string_view bytes);
    template <class T, class Next>
    Ref<T> pull(Ref<T> one, Next next);
    Ref<Frame> next_frame();
    Ref<WsMessage> next_message();
    void check_can_send() const;
    void check_no_message() const;

    Role role_;
    bool established_ = false;
    bool send_closed_ = false;
    MessageReader::Mode receiving_ = MessageReader::Mode::kNone;
    uint32_t turn_ = 0;     // changes with the mode: iterators of an earlier turn are over
    uint32_t message_ = 0;  // changes with every message begun by start_message: so are senders of earlier ones
    MessageReader reader_;
    MessageWriter writer_;
    std::unique_ptr<MessageDeflate> deflate_;
    RecentMessages recent_;
    std::string buffer_;
    size_t consumed_ = 0;  // of buffer_
};

class ServerParser : public Parser {
  public:
    static const Type kType;  // "Protocol::WebSocket::Fast::ServerParser"
    const Type& type() const override { return kType; }
    explicit ServerParser(const ParserConfig& config = {});
    ~ServerParser() override;

    // Null until the request is complete or bad.
    Ref<ConnectRequest> accept(std::string_view bytes);
    bool accept_parsed() const { return static_cast<bool>(request_); }
    bool accepted() const { return request_ && !request_->error(); }
    void accept_response(ConnectResponse* custom, std::string& out);
    void accept_error(Response* custom, std::string& out);
    void reset() override;

  private:
    class Reader;
    std::unique_ptr<Reader> head_;
    Ref<ConnectRequest> request_;
};

class ClientParser : public Parser {
  public:
    static const Type kType;  // "Protocol::WebSocket::Fast::ClientParser"
    const Type& type() const override { return kType; }
    explicit ClientParser(const ParserConfig& config = {});
    ~ClientParser() override;

    void connect_request(Ref<ConnectRequest> request, std::string& out);
    // Null until the response is complete or bad. Bytes behind it are kept for get_messages().
    Ref<ConnectResponse> connect(std::string_view bytes);
    void reset() override;

  private:
    class Reader;
    std::unique_ptr<Reader> head_;
    Ref<ConnectRequest> request_;
    bool answered_ = false;
};

// Frames as they are asked for. Holds its parser.
class FrameIterator : public Object {
  public:
    static const Type kType;  // "Protocol::WebSocket::Fast::FrameIterator"
    const Type& type() const override { return kType; }
    FrameIterator(Ref<Parser> parser, Ref<Frame> first);
    Ref<Frame> next();                    // null: nothing more yet
    Ref<MessageIterator> get_messages();  // from here on by messages; this iterator is over

  private:
    Ref<Parser> parser_;
    Ref<Frame> first_;
    uint32_t turn_;
};

class MessageIterator : public Object {
  public:
    static const Type kType;  // "Protocol::WebSocket::Fast::MessageIterator"
    const Type& type() const override { return kType; }
    MessageIterator(Ref<Parser> parser, Ref<WsMessage> first);
    Ref<WsMessage> next();
    Ref<FrameIterator> get_frames();

  private:
    Ref<Parser> parser_;
    Ref<WsMessage> first_;
    uint32_t turn_;
};

// Writes one message frame by frame. Holds its parser.
class FrameSender : public Object {
  public:
    static const Type kType;  // "Protocol::WebSocket::Fast::FrameSender"
    const Type& type() const override { return kType; }
    FrameSender(Ref<Parser> parser, uint32_t message) : parser_(std::move(parser)), message_(message) {}
    void send(const Parser::Pieces& payload, bool final, std::string& out);

  private:
    Ref<Parser> parser_;
    uint32_t message_;
};

}  // namespace ue::codec
