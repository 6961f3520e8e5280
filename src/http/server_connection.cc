// The reading half of ServerConnection.
#include "http/server_connection.h"

#include <algorithm>
#include <cerrno>
#include <new>

#include "codec/uri_chars.h"
#include "http/bad_request_page.h"
#include "http/errors.h"

namespace ue::http {

ServerConnection::ServerConnection(Server& server, Ref<ServerPolicy> policy, Ref<net::Stream> stream)
    : server_(&server), policy_(std::move(policy)), stream_(std::move(stream)), reader_(policy_->limits) {
    stream_->set_owner(this);
    // Nothing has come yet: both times run, so the shorter one counts.
    const uint64_t idle = policy_->idle->ms(), head = policy_->head->ms();
    watch(head && (!idle || head < idle) ? Watch::kHead : Watch::kIdle);
}

ServerConnection::~ServerConnection() {
    disarm();
    if (stream_ && stream_->owner() == this) stream_->set_owner(nullptr);
}

void ServerConnection::on_read(char* data, size_t size) {
    const Ref<ServerConnection> self(this);
    if (phase_ != Phase::kOpen || deaf_) return;  // read only in order to see the end of it
    if (!held_.empty() || blocked()) return hold({data, size});
    consume({data, size});
}

void ServerConnection::consume(std::string_view input) {
    const Ref<Server> server(server_);  // not to go while it is calling out
    input_ = input;
    consuming_ = true;
    for (size_t n = 0; n < kRequestsPerTurn && !input_.empty() && phase_ == Phase::kOpen && !deaf_ && !blocked(); ++n)
        read_request();
    consuming_ = false;
    const std::string_view rest = std::exchange(input_, {});
    if (phase_ != Phase::kOpen || deaf_) return;
    if (!rest.empty()) {
        hold(rest);
        resume_later();
    }
    watch();
}

// One request, or as much of it as there is.
void ServerConnection::read_request() {
    codec::ReadResult result;
    ServerRequest* request;
    do {
        result = reader_.feed(input_.data(), input_.size());
        input_.remove_prefix(result.consumed);
        request = static_cast<ServerRequest*>(reader_.request());
        if (request && !request->attached()) attach(*request);
        if (result.state != codec::ReadResult::State::kHeadersDone) break;
        request->stage_ = ServerRequest::Stage::kBody;
    } while (!input_.empty());
    if (!request) return;

    const Ref<ServerRequest> keep(request);
    const bool done = result.state == codec::ReadResult::State::kDone;
    const bool failed = result.state == codec::ReadResult::State::kError;
    const bool has_head = done || request->stage_ == ServerRequest::Stage::kBody;
    if (!has_head && !failed) return;
    if (done || failed) {
        reader_.take_request();
        request->stage_ = done ? ServerRequest::Stage::kReceived : ServerRequest::Stage::kFailed;
        if (failed || winding_down_ || !request->keep_alive() || !request->persists_) deaf_ = true;
    }
    deliver(*request, has_head && !request->server_, result.error);
}

namespace {
// uri-host [ ":" port ] (RFC 9110 section 7.2), as far as bytes go; it may be empty.
bool is_host(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return codec::is_host_char(c) || c == ':' || c == '[' || c == ']' || c == '%'; });
}
}  // namespace

// Requests that are understood and yet refused.
ErrorCode ServerConnection::refusal_of(const ServerRequest& request) const {
    if (request.upgrade_ && first_.get() != &request) return HttpError::kUpgradeInPipeline;
    size_t hosts = 0;
    for (const codec::Headers::Field field : request.headers()) {
        if (!codec::equals_nocase(field.name, "Host")) continue;
        if (++hosts > 1 || !is_host(field.value)) return HttpError::kWrongHost;
    }
    if (!hosts && policy_->require_host && request.http_version() != 10) return HttpError::kWrongHost;
    return {};
}

void ServerConnection::deliver(ServerRequest& request, bool route, ErrorCode error) {
    Server* const server = server_;  // held by consume()
    if (route) {
        request.server_ = server;
        request.upgrade_ = request.headers().has_token("Connection", "upgrade");
        if (const ErrorCode refusal = refusal_of(request)) {
            // What follows may be something else than a request, so nothing may be made of it.
            if (!error) error = refusal;
            request.stage_ = ServerRequest::Stage::kFailed;
            reader_.reset();
            deaf_ = true;
        } else {
            server->route_event.emit(&request);
            if (!request.attached()) return;
        }
    }
    // From the last call about it on, an answer finishes the request there and then.
    const bool last = request.is_done();
    if (error) {
        request.told_ = true;
        if (request.partial_) {
            request.partial_event.emit(&request, error);
        } else {
            server->error_event.emit(&request, error);
        }
        if (request.attached() && !request.response_) request.respond(make_bad_request_page());
    } else if (request.partial_) {
        request.told_ = last;
        request.partial_event.emit(&request, ErrorCode());
    } else if (last) {
        request.receive_event.emit(&request);
        if (!request.attached()) return;
        request.told_ = true;
        if (request.answered_) advance();
        server->request_event.emit(&request);
        if (request.attached() && server->fallback_) server->fallback_->on_request(request);
    }
    if (last && request.attached()) advance();
}

bool ServerConnection::blocked() {
    if (reader_.in_message()) return false;
    if (first_ && (pending_ >= policy_->max_pending || (first_->upgrade_ && first_->is_done()))) return true;
    if (stream_->unsent() <= kMaxUnsent) return false;
    stream_->flush();
    return stream_->unsent() > kMaxUnsent;
}

void ServerConnection::hold(std::string_view input) {
    held_.append(input);
    if (reading_ && held_.size() >= kMaxHeld) {
        reading_ = false;
        stream_->read_stop();
    }
}

// Not at once: requests are not told from inside the answer to an earlier one.
class ServerConnection::Resume : public net::Task {
  public:
    explicit Resume(ServerConnection* c) : connection_(c) {}
    bool run() override {
        try {
            connection_->resume();
        } catch (const std::bad_alloc&) {
            connection_->die(system_error(ENOMEM));
        }
        return true;
    }

  private:
    const Ref<ServerConnection> connection_;
};

void ServerConnection::resume_later() {
    if (consuming_ || resuming_ || phase_ != Phase::kOpen || deaf_ || (held_.empty() && reading_) || blocked()) return;
    resuming_ = true;
    server_->loop()->delay(make<Resume>(this));
}

void ServerConnection::resume() {
    resuming_ = false;
    if (phase_ != Phase::kOpen || blocked()) return;
    const std::string bytes = std::move(held_);
    held_ = std::string();
    if (!reading_) {
        reading_ = true;
        if (const ErrorCode error = stream_->read_start()) return die(error);
    }
    consume(bytes);
}

void ServerConnection::on_drain() {
    if (phase_ != Phase::kOpen) return;
    watch();
    resume_later();
}

}  // namespace ue::http
