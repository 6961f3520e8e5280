// The answering half of ServerConnection.
#include <cerrno>

#include "http/errors.h"
#include "http/server_connection.h"

namespace ue::http {

void ServerConnection::attach(ServerRequest& request) {
    request.connection_ = this;
    request.secure_ = stream_->is_secure();
    (last_ ? last_->later_ : first_) = Ref<ServerRequest>(&request);
    last_ = &request;
    ++pending_;
}

Ref<ServerRequest> ServerConnection::detach_first() {
    const Ref<ServerRequest> request = std::move(first_);
    first_ = std::move(request->later_);
    if (!first_) last_ = nullptr;
    --pending_;
    request->connection_ = nullptr;
    if (request->response_ && request->response_->request_ == request.get()) request->response_->request_ = nullptr;
    const Ref<Server> server = std::move(request->server_);  // perhaps the last one: until the event is over
    request->finish_event.emit(request.get());
    return request;
}

void ServerConnection::advance() {
    const Ref<ServerConnection> self(this);
    while (phase_ == Phase::kOpen && first_ && first_->response_ && write(*first_) && first_->told_) {
        const bool last =
            !first_->persists_ || first_->stage_ == ServerRequest::Stage::kFailed || (winding_down_ && !first_->later_);
        if (last) phase_ = Phase::kFlushing;  // no answer to a later request may follow
        detach_first();
        if (last && phase_ == Phase::kFlushing) drop_requests(HttpError::kPipelineCanceled);
        if (last && phase_ == Phase::kFlushing) begin_close();
    }
    if (phase_ != Phase::kOpen) return;
    resume_later();
    watch();
}

// True if the whole response has been written.
bool ServerConnection::write(ServerRequest& request) {
    if (request.answered_) return true;
    if (!request.started_) write_head(request);
    if (!request.streamed_) return request.answered_ = true;

    ServerResponse& response = *request.response_;
    const bool has_body = response.may_have_body(&request);
    std::string& out = server_->scratch_;
    out.clear();
    for (const std::string& data : response.waiting_)
        if (has_body) response.append_chunk(data, out);
    response.waiting_.clear();
    if (response.completed_ && has_body) response.append_final_chunk({}, out);
    write_scratch();
    if (!response.completed_) return false;
    response.request_ = nullptr;
    return request.answered_ = true;
}

void ServerConnection::write_head(ServerRequest& request) {
    ServerResponse& response = *request.response_;
    const uint64_t most = policy_->max_keepalive_requests;
    const bool none_behind = !request.later_;
    codec::Response::Context context;
    context.request = &request;
    context.date = server_->date();
    context.close = request.stage_ == ServerRequest::Stage::kFailed || (none_behind && winding_down_) ||
                    (none_behind && most && responses_ + 1 >= most);
    ++responses_;
    std::string& out = server_->scratch_;
    out.clear();
    request.persists_ = response.serialise(out, context);
    // It was complete when it was given, and its user has made something else of it since.
    if (!request.streamed_ && response.chunked() && response.body().empty() && response.may_have_body(&request))
        response.append_final_chunk({}, out);
    request.started_ = true;
    if (!request.persists_ && last_->is_done()) deaf_ = true;
    write_scratch();
}

namespace {
class HeldText : public net::Keeper {
  public:
    explicit HeldText(std::string&& t) : text(std::move(t)) {}
    const std::string text;
};
}  // namespace

void ServerConnection::write_scratch() {
    std::string& out = server_->scratch_;
    if (out.size() < kSendInPlace) return stream_->append(out);
    const auto held = make<HeldText>(std::move(out));
    out = std::string();
    stream_->append_held(held->text, held);
}

void ServerConnection::send_chunk(ServerRequest& request, std::string_view data) {
    ServerResponse& response = *request.response_;
    if (first_.get() != &request || !request.started_) {
        response.waiting_.emplace_back(data);
        return;
    }
    if (!response.may_have_body(&request)) return;
    std::string& out = server_->scratch_;
    out.clear();
    response.append_chunk(data, out);
    write_scratch();
}

void ServerConnection::send_continue(ServerRequest& request) {
    if (first_.get() == &request) stream_->append("HTTP/1.1 100 Continue\r\n\r\n");
}

Expected<Upgraded> ServerConnection::upgrade(ServerRequest& request) {
    if (!request.upgrade_ || request.stage_ != ServerRequest::Stage::kReceived || request.response_)
        return ErrorCode(HttpError::kUpgradeWrongRequest);
    if (first_.get() != &request) return ErrorCode(HttpError::kUpgradeInPipeline);

    const Ref<ServerConnection> self(this);
    const Ref<Server> server(server_);
    Upgraded upgraded;
    upgraded.rest = std::move(held_);
    upgraded.rest.append(input_);
    input_ = {};
    upgraded.stream = std::move(stream_);
    upgraded.stream->set_owner(nullptr);
    if (!reading_) {
        if (const ErrorCode error = upgraded.stream->read_start()) upgraded.stream->abort();
    }
    phase_ = Phase::kGone;
    watch(Watch::kNothing);
    const Ref<ServerRequest> detached = detach_first();
    leave();
    return upgraded;
}

}  // namespace ue::http
