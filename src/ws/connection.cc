#include "ws/connection.h"

#include "ws/compression.h"
#include "ws/postponed.h"
#include "ws/share.h"

namespace ue::ws {

const Type Connection::kType = {"UniEvent::WebSocket::Connection", &Object::kType};

Connection::Connection(codec::Role role, Ref<net::Loop> loop, Ref<const SharedConnectionConfig> config)
    : loop_(std::move(loop)),
      config_(std::move(config)),
      role_(role),
      writer_(role),
      reader_(role, &config_->value.parser),
      share_(Share::join()) {}

Connection::~Connection() {
    if (postponed_) postponed_->cancel();
    if (stream_) {
        stream_->set_owner(nullptr);
        stream_->abort();
    }
    compression_.reset();
    Share::leave(share_);
}

void Connection::configure(const ConnectionConfig& config) {
    config.check();
    config_ = make<SharedConnectionConfig>(config);
    reader_.set_config(&config_->value.parser);
}

const codec::DeflateConfig* Connection::deflate() const {
    return compression_ ? &compression_->streams().agreed() : nullptr;
}

Expected<net::SockAddr> Connection::sockaddr() const {
    if (!stream_) return net::SockAddr();
    return stream_->sockaddr();
}

Expected<net::SockAddr> Connection::peeraddr() const {
    if (!stream_) return net::SockAddr();
    return stream_->peeraddr();
}

void Connection::attach(Ref<net::Stream> stream) {
    stream_ = std::move(stream);
    eof_ = direct_ = false;
    stream_->set_owner(this);
}

void Connection::established(const codec::DeflateConfig* agreed) {
    if (agreed) {
        compression_ = std::make_unique<Compression>(role_, *agreed, *loop_, *config_);
        reader_.set_deflate(&compression_->streams());
        writer_.set_deflate(&compression_->streams());
    }
    state_ = State::kConnected;
}

void Connection::close(uint16_t code) {
    close(code, codec::default_close_reason(code));
}

void Connection::close(uint16_t code, std::string_view reason) {
    end(code, reason, Leave::kFlush);
}

// The order is the contract: the stream has gone and the state is INITIAL before anybody hears of it, so that a
// listener may connect anew; the holder (a server) forgets the connection only after close_event.
void Connection::end(uint16_t code, std::string_view reason, Leave how) {
    if (state_ == State::kInitial) return;
    const Ref<Connection> hold(this);
    const Ref<Object> holder = this->holder();
    const std::string said(reason);  // a listener may change the bytes it gave
    const State was = state_;
    if (was == State::kConnected && !eof_ && how == Leave::kFlush) send_close(code, said);
    state_ = State::kInitial;
    let_stream_go(was == State::kTcpConnecting ? Leave::kAbort : how);
    if (was == State::kConnected) close_event.emit(this, int64_t{code}, std::string_view(said));
    on_closed(was, code, said);
}

void Connection::let_stream_go(Leave how) {
    if (postponed_) postponed_->cancel();
    postponed_.reset();
    reader_.reset();
    writer_.reset();
    writer_.set_deflate(nullptr);
    compression_.reset();
    const Ref<net::Stream> stream = std::move(stream_);
    if (!stream) return;
    if (how == Leave::kFlush) {
        stream->finish(config_->value.shutdown_timeout);
    } else {
        stream->abort();
    }
    stream->set_owner(nullptr);
}

void Connection::on_handshake_bytes(char*, size_t) {}
void Connection::on_handshake_end(const ErrorCode&) {
    end(codec::kCloseAbnormally, {}, Leave::kAbort);
}
void Connection::on_closed(State, uint16_t, std::string_view) {}
Ref<Object> Connection::holder() {
    return nullptr;
}

}  // namespace ue::ws
