#include "base/misuse.h"
#include "codec/ws/parser.h"

namespace ue::codec {

const Type ServerParser::kType = {"Protocol::WebSocket::Fast::ServerParser", &Parser::kType};
const Type ClientParser::kType = {"Protocol::WebSocket::Fast::ClientParser", &Parser::kType};

namespace {
// The page that a refusing server may send along; a client keeps it in memory.
constexpr size_t kMaxRefusalBody = 1024 * 1024;

ReaderLimits handshake_limits(const ParserConfig& config, size_t max_body) {
    ReaderLimits limits;
    limits.max_headers_size = config.max_handshake_size ? config.max_handshake_size : ReaderLimits::kNoLimit;
    limits.max_body_size = max_body;
    return limits;
}
}  // namespace

// ---- server

class ServerParser::Reader : public RequestReader {
    Ref<Request> make_request() override { return make<ConnectRequest>(); }
};

ServerParser::ServerParser(const ParserConfig& config) : Parser(Role::kServer, config), head_(new Reader) {}
ServerParser::~ServerParser() = default;

Ref<ConnectRequest> ServerParser::accept(std::string_view bytes) {
    if (request_) throw Misuse("already parsed accept");
    head_->set_limits(handshake_limits(config_, 0));
    ReadResult result = head_->feed(bytes.data(), bytes.size());
    // A body that is only just announced: the limit of nothing is about to refuse it.
    if (result.state == ReadResult::State::kHeadersDone) result.error = WsError::kBodyProhibited;
    if (result.state == ReadResult::State::kNeedMore) return nullptr;

    Ref<Request> received = head_->take_request();
    request_ = received ? Ref<ConnectRequest>(static_cast<ConnectRequest*>(received.get())) : make<ConnectRequest>();
    head_->reset();
    request_->examine(result.error);
    if (!request_->error() && result.consumed < bytes.size()) request_->set_error(WsError::kGarbageAfterConnect);
    return request_;
}

void ServerParser::accept_response(ConnectResponse* custom, std::string& out) {
    if (established()) throw Misuse("already established");
    if (!accepted()) throw Misuse("client has not been accepted");
    establish(write_acceptance(*request_, custom, deflate_config(), out));
}

void ServerParser::accept_error(Response* custom, std::string& out) {
    if (!request_) throw Misuse("accept not parsed yet");
    if (established()) throw Misuse("already established");
    if (!custom && !request_->error()) throw Misuse("no errors found");
    write_refusal(*request_, custom, out);
}

void ServerParser::reset() {
    Parser::reset();
    head_->reset();
    request_.reset();
}

// ---- client

class ClientParser::Reader : public ResponseReader {
    Ref<Response> make_response() override { return make<ConnectResponse>(); }
};

ClientParser::ClientParser(const ParserConfig& config) : Parser(Role::kClient, config), head_(new Reader) {}
ClientParser::~ClientParser() = default;

void ClientParser::connect_request(Ref<ConnectRequest> request, std::string& out) {
    if (request_) throw Misuse("already requested connection");
    request->serialise_handshake(deflate_config(), out);
    request_ = std::move(request);
    head_->set_request(request_);
}

Ref<ConnectResponse> ClientParser::connect(std::string_view bytes) {
    if (!request_) throw Misuse("has not requested connection");
    if (answered_) throw Misuse("already parsed connect response");
    head_->set_limits(handshake_limits(config_, kMaxRefusalBody));
    ReadResult result;
    for (;;) {
        result = head_->feed(bytes.data(), bytes.size());
        if (result.state == ReadResult::State::kNeedMore) return nullptr;
        if (result.state == ReadResult::State::kError) break;
        bytes.remove_prefix(result.consumed);
        if (result.state == ReadResult::State::kDone && !head_->response()->interim()) break;
    }
    Ref<Response> received = head_->take_response();
    Ref<ConnectResponse> response(received ? static_cast<ConnectResponse*>(received.get()) : nullptr);
    if (!response) response = make<ConnectResponse>();
    head_->reset();
    answered_ = true;
    const auto agreed = response->examine(*request_, deflate_config(), result.error);
    if (response->error()) return response;
    establish(agreed);
    keep(bytes);
    return response;
}

void ClientParser::reset() {
    Parser::reset();
    head_->reset();
    request_.reset();
    answered_ = false;
}

}  // namespace ue::codec
