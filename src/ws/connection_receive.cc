// Bytes in: from the stream through the reader to the events.
#include <cerrno>
#include <new>

#include "ws/connection.h"
#include "ws/postponed.h"
#include "ws/share.h"

namespace ue::ws {

void Connection::on_read(char* data, size_t size) {
    const Ref<Connection> hold(this);
    if (statistics_) {
        ++statistics_->msgs_in;
        statistics_->bytes_in += size;
    }
    if (state_ != State::kConnected) return on_handshake_bytes(data, size);
    if (postponed_) return postponed_->append({data, size});  // somebody has started the reading again
    if (direct_) {
        direct_ = false;
        reader_.received(size);
        size = 0;
    }
    receive({data, size});
}

net::Loop::Buffer Connection::read_target() {
    if (state_ != State::kConnected) return {nullptr, 0};
    try {
        const codec::Span place = reader_.receive_target();
        direct_ = place.size > 0;
        return {place.data, place.size};
    } catch (const std::bad_alloc&) {  // libuv is asking; the reader will find out for itself
        return {nullptr, 0};
    }
}

void Connection::receive(codec::Span bytes) {
    MessageLoan message;
    size_t messages = 0, octets = 0;
    while (messages < kMessagesPerTurn && octets < kBytesPerTurn) {
        codec::MessageReader::Status status;
        try {
            status = reader_.next(bytes, *message, true);
        } catch (const std::bad_alloc&) {  // what the peer sends is more than there is room for
            return fail(ErrorCode(Error::kReadError, system_error(ENOMEM)), codec::kCloseMaxSize);
        }
        if (status == codec::MessageReader::kPause) break;
        if (status == codec::MessageReader::kNeedMore) return;
        if (status == codec::MessageReader::kError) {
            // Answers to what came before the fault leave before the close frame does.
            stream_->flush();
            return fail(ErrorCode(Error::kReadError, message->error()), reader_.suggested_close_code());
        }
        ++messages;
        octets += message->payload().size();
        deliver(*message);
        if (state_ != State::kConnected) return;
        message.renew();
    }
    if (bytes.size > 0) postpone(bytes);
}

void Connection::deliver(codec::WsMessage& message) {
    switch (message.opcode()) {
        case codec::kOpPing:
            send_pong(message.payload());
            if (state_ == State::kConnected) ping_event.emit(this, &message);
            break;
        case codec::kOpPong:
            pong_event.emit(this, &message);
            break;
        case codec::kOpClose:
            peer_close_event.emit(this, &message);
            if (state_ == State::kConnected) close(reader_.suggested_close_code(), message.close_message());
            break;
        default:
            message_event.emit(this, &message);
    }
}

void Connection::postpone(codec::Span rest) {
    if (postponed_) {
        postponed_->shrink_to(rest.size);
    } else {
        postponed_ = make<Postponed>(*this, std::string_view(rest.data, rest.size));
        stream_->read_stop();
    }
    loop_->delay(postponed_);
}

void Connection::resume() {
    const Ref<Connection> hold(this);
    const Ref<Postponed> task = postponed_;
    const codec::Span rest = task->take();
    receive(rest);
    if (state_ != State::kConnected || postponed_ != task || task->waiting()) return;
    task->done();
    postponed_.reset();
    stream_->read_start();
}

void Connection::fail(const ErrorCode& error, uint16_t code) {
    error_event.emit(this, error);
    if (state_ == State::kConnected) close(code);
}

void Connection::on_eof(const ErrorCode& error) {
    const Ref<Connection> hold(this);
    eof_ = true;
    if (state_ != State::kConnected) return on_handshake_end(error);
    if (error && !error.contains(system_error(ECONNRESET)))
        return fail(ErrorCode(Error::kReadError, error), codec::kCloseAbnormally);
    peer_close_event.emit(this, nullptr);
    if (state_ == State::kConnected) close(codec::kCloseAbnormally);
}

// The peer has gone, which the reading side is about to tell, too, after the last messages that it may have sent.
static bool peer_gone(const ErrorCode& error) {
    return error.contains(system_error(EPIPE)) || error.contains(system_error(ENOTCONN)) ||
           error.contains(system_error(ECANCELED));
}

void Connection::on_write_error(const ErrorCode& error) {
    if (peer_gone(error)) return;
    const Ref<Connection> hold(this);
    if (state_ != State::kConnected) return on_handshake_end(error);
    eof_ = true;
    fail(ErrorCode(Error::kWriteError, error), codec::kCloseAbnormally);
}

void Connection::on_reset() {
    const Ref<Connection> hold(this);
    eof_ = true;
    if (state_ != State::kConnected) return on_handshake_end(system_error(ECANCELED));
    close(codec::kCloseAbnormally);
}

}  // namespace ue::ws
