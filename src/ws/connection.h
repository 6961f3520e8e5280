// One WebSocket connection, either side of it: state, sending, closing, events.
//
//   INITIAL -> (client: TCP_CONNECTING) -> CONNECTING -> CONNECTED -> INITIAL
//                              any failure of a client's connecting -> HALT -> INITIAL
//
// Ownership: a server holds its connections, a client is held by its user; a connection holds its stream and is the
// stream's owner (net::StreamOwner) until either of them ends. Closing hands the stream to itself: it sends what is
// left and goes.
// Everything here may be called from any callback; a callback may end the connection, its server or both. Every event
// is emitted with the connection held, and whoever emitted it looks at the state afterwards.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/dispatcher.h"
#include "codec/ws/message.h"
#include "codec/ws/message_reader.h"
#include "codec/ws/message_writer.h"
#include "net/stream.h"
#include "ws/config.h"
#include "ws/errors.h"
#include "ws/statistics.h"

namespace ue::ws {

class Compression;
class Share;

enum class State : uint8_t { kInitial, kTcpConnecting, kConnecting, kConnected, kHalt };

class Connection : public Object, private net::StreamOwner {
  public:
    static const Type kType;  // "UniEvent::WebSocket::Connection"
    const Type& type() const override { return kType; }

    Event<Connection*, codec::WsMessage*> message_event;  // a whole text or binary message
    Event<Connection*, codec::WsMessage*> ping_event;     // already answered
    Event<Connection*, codec::WsMessage*> pong_event;
    // The peer's close frame, or null: it went without one. Closed by the engine afterwards if no listener does.
    Event<Connection*, codec::WsMessage*> peer_close_event;
    Event<Connection*, int64_t, std::string_view> close_event;  // code and reason this side sent or would have sent
    Event<Connection*, ErrorCode> error_event;                  // closed by the engine afterwards likewise

    const Ref<net::Loop>& loop() const { return loop_; }
    net::Stream* stream() const { return stream_.get(); }  // null before connecting and after closing
    State state() const { return state_; }
    bool connected() const { return state_ == State::kConnected; }
    bool connecting() const { return state_ == State::kTcpConnecting || state_ == State::kConnecting; }

    // In force at once, except for deflate, which stays as it was agreed on. Throws Misuse for values out of range.
    virtual void configure(const ConnectionConfig& config);
    const ConnectionConfig& config() const { return config_->value; }

    // Empty without error when there is no stream.
    Expected<net::SockAddr> sockaddr() const;
    Expected<net::SockAddr> peeraddr() const;

    // One message in one frame. opcode: kOpText, kOpBinary (kOpPing and kOpPong make control frames), else Misuse.
    // `done` is called once with (connection, error, write request) when the bytes are the kernel's, never
    // from inside the call; but right away, with kWriteError, if the connection is not connected. It holds the
    // connection until then.
    // Too much waiting for the peer already (max_buffered): error_event and the end of the connection, inside the call.
    void send(uint8_t opcode, std::string_view payload, codec::Compress how = codec::Compress::kPolicy,
              Ref<Listener> done = nullptr);
    // The same without a copy of a large payload: it must stay as it is for as long as `keeper` is held.
    void send(uint8_t opcode, std::string_view payload, Ref<net::Keeper> keeper,
              codec::Compress how = codec::Compress::kPolicy, Ref<Listener> done = nullptr);
    void send_text(std::string_view payload) { send(codec::kOpText, payload); }
    void send_message(std::string_view payload) { send(codec::kOpBinary, payload); }
    // Cut to 125 octets; silent unless connected.
    void send_ping(std::string_view payload = {}) { send_control(codec::kOpPing, payload); }
    void send_pong(std::string_view payload = {}) { send_control(codec::kOpPong, payload); }

    // Close frame, what was sent before it first, FIN, all without waiting for the peer; close_event and what follows
    // from it happen inside the call. Nothing in INITIAL.
    void close(uint16_t code = codec::kCloseDone);  // with the code's default reason
    void close(uint16_t code, std::string_view reason);

    // What was agreed on with the peer, null if nothing.
    const codec::DeflateConfig* deflate() const;

    Statistics* statistics() const { return statistics_.get(); }
    void set_statistics(Ref<Statistics> s) { statistics_ = std::move(s); }

    // What is handled in one go: so many messages, or messages of so many bytes (after decompression), whichever comes
    // first; the rest of a read waits for the loop's next turn. Stops a peer that sends tiny frames, or compressed ones
    // that are large inside, as fast as it can from keeping all others waiting.
    static constexpr size_t kMessagesPerTurn = 128;
    static constexpr size_t kBytesPerTurn = 64 * 1024;

  protected:
    Connection(codec::Role role, Ref<net::Loop> loop, Ref<const SharedConnectionConfig> config);
    ~Connection() override;

    // How the handshake side of a connection takes part.
    virtual void on_handshake_bytes(char* data, size_t size);                   // reads before CONNECTED
    virtual void on_handshake_end(const ErrorCode& error);                      // eof or failure before CONNECTED
    virtual void on_closed(State was, uint16_t code, std::string_view reason);  // last act of a close; stream() is null
    virtual Ref<Object> holder();  // who must not go while a close is being told

    void attach(Ref<net::Stream> stream);  // becomes its owner
    // CONNECTED; compression as agreed on, or none.
    void established(const codec::DeflateConfig* agreed);
    void receive(codec::Span bytes);  // frames; only while connected
    void fail(const ErrorCode& error, uint16_t code);
    enum class Leave : uint8_t { kFlush, kAbort };
    void end(uint16_t code, std::string_view reason, Leave how);
    void let_stream_go(Leave how);  // and everything that was agreed on with this peer

    void on_read(char* data, size_t size) override;
    void on_eof(const ErrorCode& error) override;
    void on_write_error(const ErrorCode& error) override;
    void on_reset() override;
    net::Loop::Buffer read_target() override;

    Ref<net::Loop> loop_;
    Ref<net::Stream> stream_;
    Ref<const SharedConnectionConfig> config_;
    State state_ = State::kInitial;

  private:
    class Postponed;
    class OutputSink;
    class SendNotice;

    bool send_whole(uint8_t opcode, std::string_view payload);
    void send_control(uint8_t opcode, std::string_view payload);
    void send_close(uint16_t code, std::string_view reason);
    void out_of_memory();
    bool may_send();  // false: not connected, perhaps since this very moment
    void deliver(codec::WsMessage& message);
    void postpone(codec::Span rest);
    void resume();

    const codec::Role role_;
    bool eof_ = false;     // the peer has finished, or nothing reaches it any more: no close frame
    bool direct_ = false;  // the last read target was the reader's
    codec::MessageWriter writer_;
    codec::MessageReader reader_;
    std::unique_ptr<Compression> compression_;
    Ref<Postponed> postponed_;
    Ref<Statistics> statistics_;
    Share* share_;
};

}  // namespace ue::ws
