// The engine's face of a stream, and what its wire reports.
#include <algorithm>
#include <cerrno>

#include "base/misuse.h"
#include "net/errors.h"
#include "net/loop_shared.h"
#include "net/stream_face.h"
#include "net/wire.h"

namespace ue::net {

// ---- output ----

void Stream::set_owner(StreamOwner* owner) {
    owner_ = owner;
}

char* Stream::reserve(size_t size) {
    return wire_ ? wire_->reserve(size) : loop_->scrap(size);
}

void Stream::commit(size_t size) {
    if (wire_) wire_->commit(size);
}

void Stream::append(std::string_view bytes) {
    if (!wire_ || bytes.empty()) return;
    bytes.copy(wire_->reserve(bytes.size()), bytes.size());
    wire_->commit(bytes.size());
}

void Stream::append_held(std::string_view bytes, Ref<Keeper> keeper) {
    if (wire_) wire_->append_held(bytes, std::move(keeper));
}

namespace {
class NeverWritten : public Task {
  public:
    explicit NeverWritten(Ref<WriteNotice> notice) : notice_(std::move(notice)) {}
    ~NeverWritten() override { tell(); }
    bool run() override {
        tell();
        return true;
    }

  private:
    void tell() {
        const Ref<WriteNotice> notice = std::move(notice_);
        if (notice) notice->written(system_error(ENOTCONN));
    }
    Ref<WriteNotice> notice_;
};
}  // namespace

void Stream::after_flush(Ref<WriteNotice> notice) {
    if (wire_)
        wire_->after_flush(std::move(notice));
    else
        loop_->delay(make<NeverWritten>(std::move(notice)));
}

void Stream::flush() {
    if (wire_ && established_) wire_->flush();
}

size_t Stream::unsent() const {
    return wire_ ? wire_->unsent() : 0;
}

void Stream::finish(uint64_t timeout_ms) {
    const Ref<Stream> hold(this);
    owner_ = nullptr;
    if (Wire* wire = wire_) {
        wire_ = nullptr;
        wire->farewell(timeout_ms);
    }
    reset();
}

void Stream::abort() {
    owner_ = nullptr;
    reset();
}

// ---- from the wire ----

void Stream::wire_read(char* data, size_t size) {
    if (owner_) return owner_->on_read(data, size);
    if (!face_ && !observer()) return;
    const ErrorCode none;
    const Value args[] = {Value(this), Value(std::string_view(data, size)), Value(none)};
    notify(face_ ? &face_->read : nullptr, "on_read", args, 3);
}

void Stream::wire_ended(const ErrorCode& error) {
    ended_ = true;
    if (owner_) return owner_->on_eof(error);
    if (!face_ && !observer()) return;
    const bool plain_end = !error || error == system_error(ECONNRESET);
    const Value args[] = {Value(this), Value(std::string_view()), Value(error)};
    if (plain_end)
        notify(face_ ? &face_->eof : nullptr, "on_eof", args, 1);
    else
        notify(face_ ? &face_->read : nullptr, "on_read", args, 3);
}

void Stream::wire_write_failed(const ErrorCode& error) {
    shut_ = true;
    if (owner_) owner_->on_write_error(error);
}

void Stream::wire_drained() {
    if (owner_) owner_->on_drain();
}

void Stream::wire_connected(const ErrorCode& error) {
    if (connecting_) static_cast<ConnectRequest*>(face_->queue.front())->tried(*this, error);
}

void Stream::wire_secured(const ErrorCode& error) {
    if (connecting_) return face_->queue.finished(face_->queue.front(), error);
    if (!error) begin_reading();
    if (face_ && face_->server) {
        face_->server->client_ready(*this, error);
    } else if (owner_) {
        owner_->on_secure(error);
    }
}

// ---- connections ----

int Stream::take(int fd) {
    Wire* wire = make_wire();
    const int status = wire->open(fd);
    if (status) {
        wire->drop();
        return status;
    }
    wire_ = wire;
    established_ = true;
    return 0;
}

void Stream::begin_reading() {
    if (!wire_ || !in_) return;
    if (want_read_)
        wire_->read_start();
    else
        wire_->read_stop();
}

void Stream::replace_wire(Wire* wire) {
    if (wire_) wire_->drop();
    wire_ = wire;
}

void Stream::established(const ErrorCode& error, const std::string& host) {
    const Ref<Stream> hold(this);
    StreamQueue& queue = face_->queue;
    const Ref<Request> request(queue.front());
    established_ = !error;
    if (observer()) {
        const Value args[] = {Value(this), Value(error), Value(request)};
        notify(nullptr, "on_establish", args, 3);
        if (queue.front() != request.get() || !connecting_) return;
    }
    if (error || !face_->ssl) return queue.finished(request.get(), error);
    secure_ = true;
    const ErrorCode failure = wire_->start_tls(*face_->ssl, false, host);
    if (failure) queue.finished(request.get(), failure);
}

// ---- listening ----

ErrorCode Stream::listen(int backlog) {
    Face& f = face();
    if (f.ssl && !f.ssl->can_serve()) throw Failure("can't listen with SSL: the context has no certificate and key");
    if (wire_) return ErrorCode(NetError::kListenError, system_error(EINVAL));
    int failed = f.bind_error;
    if (!failed && !f.listening) {
        const ErrorCode error = prepare_listen();
        if (error) return ErrorCode(NetError::kListenError, error);
    }
    if (!failed && ::listen(fd(), backlog)) failed = errno;
    if (failed) return ErrorCode(NetError::kListenError, system_error(failed));
    if (f.listening) return {};
    const int status = Listening::start(*this, f.fd, &f.listening);
    if (status) return ErrorCode(NetError::kListenError, uv_error(status));
    f.fd = -1;
    return {};
}

void Stream::accepted(int fd) {
    const Ref<Stream> hold(this);
    const Ref<Factory> factory = face_->factory;
    const Ref<Stream> client = factory ? factory->make(*this) : make_same_kind();
    if (!client || !listening() || !client->pristine()) {
        ::close(fd);
        return;
    }
    const int status = client->take(fd);
    if (status) {
        ::close(fd);
        return accept_failed(uv_error(status));
    }
    const Ref<SslContext> ssl = face_->ssl;
    client->secure_ = static_cast<bool>(ssl);
    if (owner_) {
        owner_->on_accept(client);
    } else if (observer()) {
        const ErrorCode none;
        const Value args[] = {Value(this), Value(client), Value(none)};
        notify(nullptr, "on_establish", args, 3);
    }
    if (!client->wire_ || !listening() || (owner_ && client->refs() == 1)) return;
    if (!ssl) {
        client->begin_reading();
        if (!owner_) client_ready(*client, {});
        return;
    }
    if (!owner_) {
        client->face().server = this;
        face_->handshaking.push_back(client);
        if (!face_->handshake_times) face_->handshake_times = make<TimeoutQueue>(loop(), Face::kHandshakeMs);
        face_->handshake_times->arm(client->face_->patience);
    }
    const ErrorCode failure = client->wire_->start_tls(*ssl, true, {});
    if (failure) client->wire_secured(failure);
}

// A client that is no more in its handshake.
void Stream::forget_client(Stream& client) {
    client.face_->server = nullptr;
    client.face_->patience.disarm();
    auto& waiting = face_->handshaking;
    const auto it = std::find(waiting.begin(), waiting.end(), Ref<Stream>(&client));
    if (it == waiting.end()) return;
    const Ref<Stream> last_look = std::move(*it);
    *it = std::move(waiting.back());
    waiting.pop_back();
}

void Stream::client_ready(Stream& client, const ErrorCode& error) {
    const Ref<Stream> hold(this), hold_client(&client);
    if (client.face_) forget_client(client);
    if (error) client.close_down();
    const Value args[] = {Value(this), Value(&client), Value(error)};
    if (!client.notify(client.face_ ? &client.face_->connection : nullptr, "on_connection", args, 3)) return;
    notify(&face_->connection, "on_connection", args, 3);
}

void Stream::accept_failed(const ErrorCode& error) {
    if (owner_) return owner_->on_accept_error(error);
    const Value args[] = {Value(this), Value(), Value(error)};
    notify(&face_->connection, "on_connection", args, 3);
}

}  // namespace ue::net
