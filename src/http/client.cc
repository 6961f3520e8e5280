#include "http/client.h"

#include <cerrno>

#include "base/misuse.h"
#include "http/errors.h"
#include "http/pool.h"

namespace ue::http {

const Type Client::kType = {"UniEvent::HTTP::Client", &net::Tcp::kType};

class Client::Connected : public Listener {
  public:
    explicit Connected(Client* c) : client_(c) {}
    void forget() { client_ = nullptr; }
    bool call(const Value* args, size_t, Round*) override {  // (stream, error, request)
        if (client_) client_->connected_with(args[1].error());
        return true;
    }

  private:
    Client* client_;
};

Client::Reader::Reader(Client& client) : client_(client) {
    codec::ReaderLimits limits;
    limits.max_headers_size = kMaxHeadersSize;
    set_limits(limits);
}

Ref<codec::Response> Client::Reader::make_response() {
    const Ref<Response> made = std::move(client_.made_);
    return made ? made : make<Response>();
}

Client::Client(Ref<net::Loop> loop) : Tcp(std::move(loop)), reader_(*this) {}

Client::~Client() {
    disarm();
    set_owner(nullptr);
    if (connecting_) connecting_->forget();
}

namespace {
// Trust in the system's authorities, server names are checked.
Ref<net::SslContext> verifying_context() {
    thread_local Ref<net::SslContext> shared;
    if (shared) return shared;
    net::SslContext::Settings settings;
    settings.server = false;
    settings.verify = net::SslContext::Verify::kPeer;
    Expected<Ref<net::SslContext>> made = net::SslContext::create(settings);
    if (!made) throw Failure(made.error());
    return shared = made.value();
}
}  // namespace

void Client::check(Request& request) {
    if (request.active()) throw Misuse("request is already in progress");
    codec::Uri* uri = request.uri();
    if (!uri) throw Misuse("request must have uri, got none");
    if (uri->host().empty()) throw Misuse("uri must have host" + got(uri->to_string()));
    if (uri->scheme().empty()) uri->set_scheme("http");
    if (!request.settings.proxy) return;
    if (const std::string& scheme = request.settings.proxy->scheme(); scheme != "socks5")
        throw Misuse("client supports only socks5 protocol for proxy" + got(scheme));
    throw Failure(system_error(EOPNOTSUPP));
}

Client::Destination Client::destination(Request& request) {
    Destination d;
    const codec::Uri& uri = *request.uri();
    d.host = uri.host();
    d.port = uri.port();
    if (uri.secure()) d.tls = request.settings.ssl_ctx ? request.settings.ssl_ctx : verifying_context();
    return d;
}

void Client::request(Ref<Request> request) {
    if (request_) throw Misuse("client supports only one request at a time");
    if (!request) throw Misuse("request required");
    check(*request);
    request_ = request;
    try {
        prepare();
    } catch (...) {
        request_.reset();
        throw;
    }
    self_ = Ref<Client>(this);
    disarm();
    request->client_ = this;
    request->begin(loop());
    go();
}

// Everything about the request that can be wrong.
void Client::prepare() {
    Request& request = *request_;
    to_ = destination(request);
    if (uncompress_ && request.compression_preferences().empty() && !request.headers().has("Accept-Encoding"))
        request.allow_compression(static_cast<int>(codec::Compression::kGzip));
    text_.clear();
    request.serialise(text_);
}

void Client::go() {
    response_.reset();
    head_done_ = false;
    request_->transferred_ = !request_->chunked() || !request_->body().empty();
    reader_.reset();
    reader_.set_uncompress(uncompress_);
    reader_.set_request(request_);
    set_weak(false);
    reused_ = keeps_ && connected() && at_ == to_;
    if (reused_) return send();
    hang_up();
    connect_to();
}

void Client::connect_to() {
    const Request::Settings& settings = request_->settings;
    at_ = to_;
    if (at_.tls) {
        use_ssl(at_.tls);
    } else {
        no_ssl();
    }
    set_nodelay(settings.tcp_nodelay);
    set_owner(this);
    connecting_ = make<Connected>(this);
    ConnectOptions options;
    options.host = at_.host;
    options.port = at_.port;
    options.hints = settings.tcp_hints;
    options.timeout_ms = settings.connect_timeout ? settings.connect_timeout : settings.timeout;
    options.callback = connecting_;
    connect(std::move(options));
}

void Client::connected_with(const ErrorCode& error) {
    connecting_.reset();
    if (error) return finish(ErrorCode(HttpError::kConnectError, error));
    send();
}

void Client::send() {
    keeps_ = true;
    append(text_);
    text_ = std::string();
}

void Client::send_chunk(std::string_view data) {
    std::string chunk;
    request_->append_chunk(data, chunk);
    if (connecting_) {
        text_ += chunk;
    } else {
        append(chunk);
    }
}

void Client::send_final_chunk(std::string_view data) {
    std::string chunk;
    request_->append_final_chunk(data, chunk);
    if (connecting_) {
        text_ += chunk;
    } else {
        append(chunk);
    }
    request_->transferred_ = true;
}

void Client::cancel(const ErrorCode& error) {
    if (!request_) return;
    finish(connecting_ ? ErrorCode(HttpError::kConnectError, error) : error);
}

// Lets go of the connection, or of the attempt to get one.
void Client::hang_up() {
    keeps_ = false;
    if (connecting_) connecting_->forget();
    connecting_.reset();
    abort();
}

void Client::finish(const ErrorCode& error) {
    const Ref<Client> self(this);
    const Ref<Request> request = std::move(request_);
    const Ref<Response> response = std::move(response_);
    self_.reset();
    reader_.reset();
    made_.reset();
    ++ends_;
    text_ = std::string();
    request->end();
    if (error || !keeps_) {
        hang_up();
    } else {
        set_weak(true);
    }
    if (pool_) pool_->released(*this);
    request->deliver(response, error);
}

}  // namespace ue::http
