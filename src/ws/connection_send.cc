// Bytes out: from send() through the writer straight into the stream's output.
#include <cerrno>
#include <new>

#include "base/misuse.h"
#include "codec/ws/frame_header.h"
#include "codec/ws/sink.h"
#include "ws/compression.h"
#include "ws/connection.h"

namespace ue::ws {

class Connection::OutputSink final : public codec::Sink {
  public:
    OutputSink(Connection& connection, net::Keeper* keeper) : connection_(connection), keeper_(keeper) {}
    ~OutputSink() {
        Statistics* counters = connection_.statistics();
        if (!counters) return;
        ++counters->msgs_out;
        counters->bytes_out += bytes_;
    }
    char* reserve(size_t size) override { return connection_.stream_->reserve(size); }
    void commit(size_t size) override {
        bytes_ += size;
        connection_.stream_->commit(size);
    }
    void append_payload(std::string_view piece) override {
        bytes_ += piece.size();
        if (keeper_) {
            connection_.stream_->append_held(piece, keeper_);
        } else {
            connection_.stream_->append(piece);
        }
    }

  private:
    Connection& connection_;
    net::Keeper* keeper_;
    size_t bytes_ = 0;
};

// Tells the sender of a message. Cancellations come as they are, everything else as a write error.
class Connection::SendNotice : public net::WriteNotice {
  public:
    SendNotice(Connection& connection, Ref<Listener> done, size_t size)
        : connection_(&connection), done_(std::move(done)), size_(size) {}
    void written(const ErrorCode& error) override {
        const Ref<SendNotice> hold(this);
        tell(*connection_, *done_, size_, error ? ErrorCode(Error::kWriteError, error) : ErrorCode());
    }
    static void tell(Connection& connection, Listener& done, size_t size, const ErrorCode& error) {
        const Ref<net::WriteRequest> request = net::WriteRequest::past_queue(size);
        const Value args[] = {Value(&connection), Value(error), Value(request)};
        done.call(args, 3, nullptr);
    }

  private:
    Ref<Connection> connection_;
    Ref<Listener> done_;
    size_t size_;
};

void Connection::send(uint8_t opcode, std::string_view payload, codec::Compress how, Ref<Listener> done) {
    if (!done && how == codec::Compress::kPolicy && send_whole(opcode, payload)) return;
    send(opcode, payload, nullptr, how, std::move(done));
}

// What most servers send most: a small message as it is, and nobody who wants to be told. False: nothing has been done,
// it takes more than that.
bool Connection::send_whole(uint8_t opcode, std::string_view payload) {
    if (state_ != State::kConnected || (opcode != codec::kOpText && opcode != codec::kOpBinary)) return false;
    if (!writer_.is_whole(opcode, payload.size()) || statistics_) return false;
    const size_t limit = config_->value.max_buffered_of(role_);
    if (limit && stream_->unsent() > limit) return false;
    try {
        stream_->commit(writer_.whole(stream_->reserve(codec::kMaxFrameHeader + payload.size()), opcode, payload));
    } catch (const std::bad_alloc&) {
        return false;
    }
    return true;
}

void Connection::send(uint8_t opcode, std::string_view payload, Ref<net::Keeper> keeper, codec::Compress how,
                      Ref<Listener> done) {
    const bool data = opcode == codec::kOpText || opcode == codec::kOpBinary;
    if (!data && opcode != codec::kOpPing && opcode != codec::kOpPong)
        throw Misuse("opcode: a message can be text (1), binary (2), ping (9) or pong (10)" +
                     got(std::to_string(opcode)));
    if (!may_send()) {
        const Ref<Connection> hold(this);
        if (done) SendNotice::tell(*this, *done, payload.size(), Error::kWriteError);
        return;
    }
    try {
        OutputSink sink(*this, keeper.get());
        if (data) {
            writer_.message(sink, opcode, payload, how);
            if (compression_) compression_->used();
        } else {
            writer_.control(sink, opcode, payload);
        }
    } catch (const std::bad_alloc&) {
        const Ref<Connection> hold(this);
        out_of_memory();
        if (done) SendNotice::tell(*this, *done, payload.size(), Error::kWriteError);
        return;
    }
    if (done) stream_->after_flush(make<SendNotice>(*this, std::move(done), payload.size()));
}

// Half a frame may be in the output, so there is nothing left to say on this connection.
void Connection::out_of_memory() {
    const Ref<Connection> hold(this);
    error_event.emit(this, ErrorCode(Error::kWriteError, system_error(ENOMEM)));
    if (state_ == State::kConnected)
        end(codec::kCloseInternalError, codec::default_close_reason(codec::kCloseInternalError), Leave::kAbort);
}

void Connection::send_control(uint8_t opcode, std::string_view payload) {
    if (!may_send()) return;
    try {
        OutputSink sink(*this, nullptr);
        writer_.control(sink, opcode, payload);
    } catch (const std::bad_alloc&) {
        out_of_memory();
    }
}

void Connection::send_close(uint16_t code, std::string_view reason) {
    try {
        OutputSink sink(*this, nullptr);
        writer_.close(sink, code, reason);
    } catch (const std::bad_alloc&) {  // then without
    }
}

bool Connection::may_send() {
    if (state_ != State::kConnected) return false;
    const size_t limit = config_->value.max_buffered_of(role_);
    if (!limit || stream_->unsent() <= limit) return true;
    stream_->flush();  // what is only collected does not count
    if (stream_->unsent() <= limit) return true;
    const Ref<Connection> hold(this);
    error_event.emit(this, ErrorCode(Error::kWriteError, system_error(ENOBUFS)));
    // Nothing that is said now would be read, so the end is abrupt.
    if (state_ == State::kConnected)
        end(codec::kCloseBadRequest, codec::default_close_reason(codec::kCloseBadRequest), Leave::kAbort);
    return false;
}

}  // namespace ue::ws
