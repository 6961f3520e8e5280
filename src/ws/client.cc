#include "ws/client.h"

#include <cerrno>

#include "base/misuse.h"
#include "net/pipe.h"
#include "net/ssl_context.h"
#include "ws/client_attempt.h"

namespace ue::ws {

const Type Client::kType = {"UniEvent::WebSocket::Client", &Connection::kType};

static Ref<const SharedConnectionConfig> checked(const ConnectionConfig& config) {
    config.check();
    return make<const SharedConnectionConfig>(config);
}

Client::Client(const ConnectionConfig& config, Ref<net::Loop> loop)
    : Connection(codec::Role::kClient, std::move(loop), checked(config)) {}

Client::~Client() {
    attempt_.reset();
}

void Client::configure(const ConnectionConfig& config) {
    Connection::configure(config);
    if (auto* tcp = object_cast<net::Tcp>(stream_.get())) (void)tcp->set_nodelay(config.tcp_nodelay);
}

void Client::connect(std::string_view host_or_uri, bool secure, uint16_t port) {
    Ref<codec::Uri> uri = codec::Uri::parse(host_or_uri, codec::Uri::kSuffixReference);
    if (uri->scheme().empty()) uri->set_scheme(secure ? "wss" : "ws");
    if (port) uri->set_port(port);
    Ref<ConnectRequest> request = make<ConnectRequest>();
    request->set_uri(std::move(uri));
    connect(std::move(request));
}

void Client::connect(Ref<ConnectRequest> request) {
    if (state_ != State::kInitial) throw Misuse("can't connect(): you should close() the client connection first");
    auto attempt = std::make_unique<Attempt>(*this, request, config().parser);
    if (!request->unix_path.empty() && request->uri()->secure())
        throw Misuse("unix_path: expected a uri of scheme ws" + got(request->uri()->scheme()));
    const Ref<Listener> made = attempt->listener();
    attempt_ = std::move(attempt);
    attempt_->start_timer(loop_, request->timeout);
    state_ = State::kTcpConnecting;
    if (request->unix_path.empty()) return connect_tcp(*request, made);
    const Ref<net::Pipe> pipe = make<net::Pipe>(loop_);
    attach(pipe);
    pipe->connect(request->unix_path, made);
}

void Client::connect_tcp(ConnectRequest& request, Ref<Listener> made) {
    const codec::Uri& uri = *request.uri();
    const Ref<net::Tcp> tcp = make<net::Tcp>(loop_);
    if (uri.secure()) tcp->use_ssl(request.ssl_ctx ? request.ssl_ctx : net::SslContext::default_client());
    if (config().tcp_nodelay) (void)tcp->set_nodelay(true);  // there is no socket yet that could refuse

    net::Tcp::ConnectOptions options;
    options.host = uri.host();
    options.port = uri.port();
    options.hints = request.addr_hints;
    options.use_cache = request.cached_resolver;
    options.callback = std::move(made);
    attach(tcp);
    tcp->connect(std::move(options));
}

void Client::connection_made(const ErrorCode& error) {
    if (state_ != State::kTcpConnecting) return;  // told while the stream is being given up
    const Ref<Client> hold(this);
    if (error) return failed(error);
    state_ = State::kConnecting;
    stream_->append(attempt_->text);
    std::string().swap(attempt_->text);
}

void Client::timed_out() {
    const Ref<Client> hold(this);
    failed(system_error(ETIMEDOUT));
}

// A client in HALT has nothing to do with what the server still sends.
void Client::on_handshake_bytes(char* data, size_t size) {
    if (state_ != State::kConnecting) return;
    codec::ResponseReader& reader = attempt_->reader();
    for (;;) {
        const codec::ReadResult got = reader.feed(data, size);
        data += got.consumed;
        size -= got.consumed;
        switch (got.state) {
            case codec::ReadResult::State::kNeedMore:
                return;
            case codec::ReadResult::State::kHeadersDone:
                break;
            case codec::ReadResult::State::kDone:
                if (reader.response()->interim()) break;
                return answered({}, {data, size});
            case codec::ReadResult::State::kError:
                return answered(got.error, {data, 0});
        }
    }
}

void Client::answered(const ErrorCode& reader_error, codec::Span rest) {
    const std::unique_ptr<Attempt> attempt = std::move(attempt_);
    const Ref<codec::ConnectResponse> response = attempt->take_response();
    const auto agreed = response->examine(attempt->request(), attempt->offer(), reader_error);
    if (response->error()) {
        state_ = State::kHalt;
    } else {
        established(agreed ? &*agreed : nullptr);
    }
    connect_event.emit(this, response.get());
    if (state_ == State::kConnected && stream_ && rest.size > 0) receive(rest);
}

// Before CONNECTED: eof (no error), a failure, or the user's reset of the stream. A peer that cuts the connection off is
// one that has gone, as everywhere in this library.
void Client::on_handshake_end(const ErrorCode& error) {
    const bool cut = error.contains(system_error(ECONNRESET));
    if (error && !cut && state_ != State::kHalt) return failed(error);
    if (!error && state_ == State::kConnecting && attempt_->reader().eof().state == codec::ReadResult::State::kDone)
        answered({}, {nullptr, 0});  // a refusal whose body lasts until here
    const State now = state_;
    if (now != State::kConnecting && now != State::kHalt) return;
    peer_close_event.emit(this, nullptr);
    if (state_ == now) close(codec::kCloseAbnormally);
}

void Client::failed(const ErrorCode& error) {
    const std::unique_ptr<Attempt> attempt = std::move(attempt_);
    state_ = State::kHalt;
    let_stream_go(Leave::kAbort);
    report(*attempt, error);
}

void Client::report(Attempt& attempt, const ErrorCode& error) {
    const Ref<codec::ConnectResponse> response = attempt.take_response();
    response->set_error(ErrorCode(Error::kConnectError, error));
    connect_event.emit(this, response.get());
}

// After a live connection there may be a new attempt already, begun in close_event.
void Client::on_closed(State was, uint16_t, std::string_view) {
    if (was != State::kTcpConnecting && was != State::kConnecting) return;
    const std::unique_ptr<Attempt> attempt = std::move(attempt_);
    report(*attempt, system_error(ECANCELED));
}

}  // namespace ue::ws
