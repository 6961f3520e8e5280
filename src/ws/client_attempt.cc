#include "ws/client_attempt.h"

namespace ue::ws {

const Type ConnectRequest::kType = {"UniEvent::WebSocket::ConnectRequest", &codec::ConnectRequest::kType};

static codec::ReaderLimits limits_for(const codec::ParserConfig& config) {
    codec::ReaderLimits limits;
    limits.max_headers_size = config.max_handshake_size ? config.max_handshake_size : codec::ReaderLimits::kNoLimit;
    limits.max_body_size = Client::kMaxRefusalBody;
    return limits;
}

Client::Attempt::Attempt(Client& client, Ref<ConnectRequest> request, const codec::ParserConfig& config)
    : ResponseReader(limits_for(config)),
      request_(std::move(request)),
      offers_(config.deflate_enabled),
      offer_(config.deflate),
      connected_(make<ConnectListener>(&client)),
      late_(make<TimeoutListener>(&client)) {
    request_->serialise_handshake(offer(), text);
    reader().set_request(request_);
}

Client::Attempt::~Attempt() {
    connected_->clear();
    late_->clear();
    if (timer_) timer_->stop();
}

void Client::Attempt::start_timer(const Ref<net::Loop>& loop, uint64_t ms) {
    if (!ms) return;
    timer_ = make<net::Timer>(loop);
    timer_->event.add(late_);
    timer_->once(ms);
}

Ref<codec::ConnectResponse> Client::Attempt::take_response() {
    const Ref<codec::Response> taken = reader().take_response();
    if (!taken) return make<codec::ConnectResponse>();
    return static_cast<codec::ConnectResponse*>(taken.get());
}

}  // namespace ue::ws
