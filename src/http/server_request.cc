#include "http/server_request.h"

#include <cerrno>

#include "base/misuse.h"
#include "http/server_connection.h"

namespace ue::http {

const Type ServerRequest::kType = {"UniEvent::HTTP::ServerRequest", &codec::Request::kType};

ServerRequest::~ServerRequest() {
    if (response_ && response_->request_ == this) response_->request_ = nullptr;
}

void ServerRequest::respond(Ref<ServerResponse> response) {
    if (!response) throw Misuse("response required");
    if (!connection_ || answered_) return;
    if (response_) throw Misuse("double response for request given");
    if (response->request_) throw Misuse("this response is still being sent for another request");
    response_ = std::move(response);
    streamed_ = response_->chunked() && response_->body().empty();
    response_->completed_ = !streamed_;
    response_->waiting_.clear();
    if (streamed_) response_->request_ = this;
    connection_->advance();
}

void ServerRequest::send_continue() {
    if (!connection_ || answered_ || http_version() == 10 || !expects_continue()) return;
    if (response_) throw Misuse("100-continue can only be sent before response");
    connection_->send_continue(*this);
}

void ServerRequest::redirect(std::string_view uri) {
    auto response = make<ServerResponse>();
    response->set_code(302);
    response->headers().add("Location", uri);
    respond(response);
}

void ServerRequest::drop() {
    if (!connection_ || (response_ && response_->completed_)) return;
    connection_->die(system_error(ECANCELED));
}

net::SockAddr ServerRequest::sockaddr() const {
    if (!connection_) return {};
    Expected<net::SockAddr> address = connection_->stream().sockaddr();
    return address ? address.value() : net::SockAddr();
}

net::SockAddr ServerRequest::peeraddr() const {
    if (!connection_) return {};
    Expected<net::SockAddr> address = connection_->stream().peeraddr();
    return address ? address.value() : net::SockAddr();
}

Expected<Upgraded> ServerRequest::upgrade() {
    if (!connection_) return system_error(ECONNABORTED);
    return connection_->upgrade(*this);
}

}  // namespace ue::http
