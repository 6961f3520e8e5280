// The interface's face of a stream: state, settings, requests. The engine's face and what the wire reports:
// stream_io.cc.
#include "net/stream.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "base/misuse.h"
#include "net/errors.h"
#include "net/stream_face.h"
#include "net/wire.h"

namespace ue::net {

const Type Stream::kType = {"UniEvent::Stream", &Handle::kType};

Stream::Stream(Ref<Loop> loop)
    : Handle(std::move(loop)),
      want_read_(true),
      connecting_(false),
      established_(false),
      secure_(false),
      ended_(false),
      shutting_(false),
      shut_(false),
      in_(true),
      out_(true) {}

Stream::~Stream() {
    close_down();
}

Stream::Face& Stream::face() {
    if (!face_) face_.reset(new Face(*this));
    return *face_;
}

Event<Stream*, Stream*, ErrorCode>& Stream::connection_event() {
    return face().connection;
}
Event<Stream*, ErrorCode, ConnectRequest*>& Stream::connect_event() {
    return face().connect;
}
Event<Stream*, std::string_view, ErrorCode>& Stream::read_event() {
    return face().read;
}
Event<Stream*>& Stream::eof_event() {
    return face().eof;
}
Event<Stream*, ErrorCode, WriteRequest*>& Stream::write_event() {
    return face().write;
}
Event<Stream*, ErrorCode, ShutdownRequest*>& Stream::shutdown_event() {
    return face().shutdown;
}

void Stream::set_connection_factory(Ref<Factory> factory) {
    face().factory = std::move(factory);
}

// ---- state ----

bool Stream::readable() const {
    return established_ && in_;
}
bool Stream::writable() const {
    return established_ && out_ && !shutting_ && !shut_;
}
bool Stream::listening() const {
    return face_ && face_->listening;
}
bool Stream::connecting() const {
    return connecting_ || (established_ && secure_ && !wire_->tls_up());
}
bool Stream::established() const {
    return established_;
}
bool Stream::connected() const {
    return established_ && !connecting() && !(ended_ && shut_);
}
bool Stream::wantread() const {
    return want_read_;
}
bool Stream::shutting_down() const {
    return shutting_;
}
bool Stream::is_shut_down() const {
    return shut_;
}
bool Stream::is_secure() const {
    return secure_ || (face_ && face_->ssl);
}

bool Stream::active() const {
    return listening() || connecting_ || (wire_ && wire_->busy());
}

size_t Stream::write_queue_size() const {
    return (wire_ ? wire_->unsent() : 0) + (face_ ? face_->queue.unstarted_bytes() : 0);
}

bool Stream::can_send() const {
    return wire_ && established_ && !connecting() && out_ && !shutting_ && !shut_ && !wire_->write_error();
}

// ---- descriptors ----

int Stream::fd() const {
    if (wire_) return wire_->fd();
    if (listening()) return face_->listening->fd();
    return idle_fd();
}

int Stream::idle_fd() const {
    return face_ ? face_->fd : -1;
}
bool Stream::bound() const {
    return face_ && face_->bound;
}
bool Stream::pristine() const {
    return !wire_ && !listening() && !bound();
}
void Stream::set_bind_error(int errno_value) {
    face().bind_error = errno_value;
}
int Stream::bind_error() const {
    return face_ ? face_->bind_error : 0;
}

void Stream::set_idle_fd(int fd, bool bound) {
    Face& f = face();
    if (f.fd >= 0 && f.fd != fd) ::close(f.fd);
    f.fd = fd;
    f.bound = bound;
}

int Stream::release_idle_fd() {
    const int fd = idle_fd();
    if (fd >= 0) face_->fd = -1;
    return fd;
}

namespace {
Expected<SockAddr> address_of(int fd, int (*ask)(int, ::sockaddr*, socklen_t*)) {
    if (fd < 0) return SockAddr();
    sockaddr_storage native;
    socklen_t size = sizeof native;
    if (ask(fd, reinterpret_cast<::sockaddr*>(&native), &size))
        return errno == ENOTCONN ? Expected<SockAddr>(SockAddr()) : system_error(errno);
    return SockAddr::from_native(&native, size);
}
}  // namespace

Expected<SockAddr> Stream::own_address() const {
    if (idle_fd() >= 0 && !bound()) return SockAddr();
    return address_of(fd(), getsockname);
}

Expected<SockAddr> Stream::peer_address() const {
    return address_of(fd(), getpeername);
}

namespace {
Expected<int> buffer_size(int fd, int option) {
    int value = 0;
    socklen_t size = sizeof value;
    if (getsockopt(fd, SOL_SOCKET, option, &value, &size)) return system_error(errno);
    return value;
}

ErrorCode set_buffer_size(int fd, int option, int value) {
    return system_error(setsockopt(fd, SOL_SOCKET, option, &value, sizeof value) ? errno : 0);
}
}  // namespace

Expected<int> Stream::recv_buffer_size() const {
    return buffer_size(fd(), SO_RCVBUF);
}
ErrorCode Stream::set_recv_buffer_size(int bytes) {
    return set_buffer_size(fd(), SO_RCVBUF, bytes);
}
Expected<int> Stream::send_buffer_size() const {
    return buffer_size(fd(), SO_SNDBUF);
}
ErrorCode Stream::set_send_buffer_size(int bytes) {
    return set_buffer_size(fd(), SO_SNDBUF, bytes);
}

// ---- reading, requests ----

ErrorCode Stream::read_start() {
    want_read_ = true;
    if (!wire_ || !established_ || connecting() || !in_) return {};
    const int status = wire_->read_start();
    return status ? ErrorCode(NetError::kReadStartError, uv_error(status)) : ErrorCode();
}

void Stream::read_stop() {
    want_read_ = false;
    if (wire_ && !connecting()) wire_->read_stop();
}

void Stream::push(Ref<Request> request) {
    face().queue.push(std::move(request));
}

Ref<WriteRequest> Stream::write(std::string_view data, Ref<Listener> callback) {
    if (data.empty()) return nullptr;
    Ref<WriteRequest> request(new WriteRequest(std::move(callback), data));
    push(request);
    request->keep();
    return request;
}

Ref<ShutdownRequest> Stream::shutdown(uint64_t timeout_ms, Ref<Listener> callback) {
    Ref<ShutdownRequest> request(new ShutdownRequest(std::move(callback), *this, timeout_ms));
    push(request);
    return request;
}

namespace {
class InOrder : public Request {
  public:
    explicit InOrder(Ref<Listener> callback) : Request(std::move(callback)) {}

  private:
    bool start(Stream&) override { return true; }
    bool deliver(Stream& stream) override {
        if (result_ || !callback_) return true;  // cancelled: it is not called
        const Ref<Listener> callback = std::move(callback_);
        const Value args[] = {Value(&stream)};
        return callback->call(args, 1, nullptr);
    }
};
}  // namespace

void Stream::run_in_order(Ref<Listener> callback) {
    if (face().queue.empty()) {
        const Ref<Stream> hold(this);
        const Value args[] = {Value(this)};
        if (callback) callback->call(args, 1, nullptr);
        return;
    }
    push(make<InOrder>(std::move(callback)));
}

class Stream::Disconnect : public Request {
  public:
    Disconnect() : Request(nullptr) {}

  private:
    bool start(Stream& stream) override {
        stream.close_down();
        if (stream.owner_) stream.owner_->on_reset();
        return true;
    }
    bool deliver(Stream&) override { return true; }
};

void Stream::disconnect() {
    const StreamQueue& queue = face().queue;
    if (queue.empty() || (queue.size() == 1 && connecting_)) return reset();
    push(make<Disconnect>());
}

// ---- TLS ----

void Stream::use_ssl(Ref<SslContext> context) {
    if (!listening() && (connecting_ || established_)) throw Failure("can't change stream filters when active");
    if (!context) context = SslContext::default_client();
    if (!context) throw Failure("no SSL context");  // never plain text instead
    face().ssl = std::move(context);
}

void Stream::no_ssl() {
    if (!is_secure()) return;
    if (!listening() && (connecting_ || established_)) throw Failure("can't change stream filters when active");
    face().ssl.reset();
}

// ---- the end ----

void Stream::set_weak(bool weak) {
    weak_ = weak;
    if (wire_) wire_->set_weak(weak);
    if (listening()) face_->listening->set_weak(weak);
}

void Stream::close_down() {
    if (Wire* wire = wire_) {
        wire_ = nullptr;
        wire->drop();
    }
    connecting_ = established_ = secure_ = ended_ = shutting_ = shut_ = false;
    in_ = out_ = true;
    if (!face_) return;
    if (Listening* listening = face_->listening) {
        face_->listening = nullptr;
        listening->drop();
    }
    if (face_->fd >= 0) ::close(face_->fd);
    face_->fd = -1;
    face_->bound = false;
    face_->bind_error = 0;
    if (face_->server) face_->server->forget_client(*this);
    const std::vector<Ref<Stream>> clients = std::move(face_->handshaking);
    face_->handshaking.clear();
    for (const auto& client : clients)
        client->face_->server = nullptr;
}

void Stream::reset() {
    const Ref<Stream> hold(this);
    if (face_) face_->queue.doom_all();
    close_down();
    forget_address();
    if (face_) face_->queue.deliver_doomed();
    if (owner_) owner_->on_reset();
}

void Stream::clear() {
    const Ref<Stream> hold(this);
    reset();
    set_weak(false);
    want_read_ = true;
    set_observer(nullptr);
    if (!face_) return;
    face_->ssl.reset();
    face_->factory.reset();
    face_->connection.remove_all();
    face_->connect.remove_all();
    face_->read.remove_all();
    face_->eof.remove_all();
    face_->write.remove_all();
    face_->shutdown.remove_all();
}

}  // namespace ue::net
