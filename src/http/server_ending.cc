// The ends a ServerConnection can come to.
#include <cerrno>

#include "http/errors.h"
#include "http/server_connection.h"

namespace ue::http {

void ServerConnection::on_eof(const ErrorCode& error) {
    const Ref<ServerConnection> self(this);
    // A client that has been answered and has only closed its sending side still gets what is on its way.
    if (phase_ != Phase::kOpen || !first_) return vanish(!error);
    const ErrorCode reset = system_error(ECONNRESET);
    die(error && error != reset ? ErrorCode(reset, error) : reset);
}

void ServerConnection::on_write_error(const ErrorCode& error) {
    die(error);
}

void ServerConnection::on_reset() {
    die(system_error(ECONNRESET));
}

void ServerConnection::on_secure(const ErrorCode& error) {
    if (error) vanish(false);
}

void ServerConnection::on_timeout() {
    const Ref<ServerConnection> self(this);
    const Watch what = std::exchange(watched_, Watch::kNothing);
    if (what == Watch::kHead) return die(system_error(ETIMEDOUT));
    const size_t unsent = stream_->unsent();
    if (what == Watch::kIdle && unsent && unsent != stalled_at_) {  // a long way, but they are getting on
        stalled_at_ = unsent;
        return watch(Watch::kIdle);
    }
    vanish(false);
}

void ServerConnection::die(const ErrorCode& error) {
    if (phase_ == Phase::kGone) return;
    const Ref<ServerConnection> self(this);
    const Ref<Server> server(server_);
    phase_ = Phase::kGone;
    watch(Watch::kNothing);
    stream_->set_owner(nullptr);
    stream_->flush();
    stream_->abort();
    drop_requests(error);
    leave();
}

// Oldest first, each one detached before it is told. Whoever calls has made sure that no answer is written any more.
void ServerConnection::drop_requests(const ErrorCode& error) {
    Server* const server = server_;
    while (first_) {
        const bool was_told = first_->told_;
        const Ref<ServerRequest> request = detach_first();
        if (request->stage_ == ServerRequest::Stage::kReceived) {
            if (!request->response_ || (request->streamed_ && !request->response_->completed_))
                request->drop_event.emit(request.get(), error);
        } else if (was_told) {
            continue;  // that it failed
        } else if (request->partial_) {
            request->partial_event.emit(request.get(), error);
        } else {
            server->error_event.emit(request.get(), error);
        }
    }
}

void ServerConnection::wind_down() {
    if (phase_ != Phase::kOpen) return;
    winding_down_ = true;
    if (!first_) return begin_close();
    if (last_->is_done()) deaf_ = true;
}

void ServerConnection::begin_close() {
    phase_ = Phase::kFlushing;
    deaf_ = true;
    held_ = std::string();
    watch(Watch::kIdle);
    stream_->after_flush(Ref<net::WriteNotice>(this));
}

void ServerConnection::written(const ErrorCode& error) {
    if (phase_ != Phase::kFlushing) return;
    const Ref<ServerConnection> self(this);
    vanish(!error);
}

// Without a word to anybody. `deliver_rest`: what has been written still goes out.
void ServerConnection::vanish(bool deliver_rest) {
    if (phase_ == Phase::kGone) return;
    if (first_) return die(system_error(ECONNRESET));
    const Ref<ServerConnection> self(this);
    phase_ = Phase::kGone;
    watch(Watch::kNothing);
    stream_->set_owner(nullptr);
    if (deliver_rest) {
        stream_->finish(kFinishMs);
    } else {
        stream_->abort();
    }
    leave();
}

void ServerConnection::abandon() {
    const Ref<ServerConnection> self(this);
    const bool open = phase_ != Phase::kGone;
    phase_ = Phase::kGone;
    watch(Watch::kNothing);
    server_ = nullptr;
    while (first_) {  // heads that were still arriving
        first_->connection_ = nullptr;
        first_ = Ref<ServerRequest>(std::move(first_->later_));
    }
    last_ = nullptr;
    if (!open) return;
    stream_->set_owner(nullptr);
    stream_->finish(kFinishMs);
}

void ServerConnection::leave() {
    const Ref<Server> server(std::exchange(server_, nullptr));
    if (server) server->leave(*this);
}

// Idle is who has neither a request that could be answered nor one that is arriving.
void ServerConnection::watch() {
    if (phase_ != Phase::kOpen || consuming_) return;
    if (!first_) {
        stalled_at_ = 0;
        return watch(Watch::kIdle);
    }
    const bool head_arriving = first_->stage_ == ServerRequest::Stage::kHead;
    if (!head_arriving) return watch(Watch::kNothing);
    if (watched_ != Watch::kHead) watch(Watch::kHead);
}

void ServerConnection::watch(Watch what) {
    disarm();
    watched_ = what;
    switch (what) {
        case Watch::kNothing:
            break;
        case Watch::kHead:
            policy_->head->arm(*this);
            break;
        case Watch::kIdle:
            policy_->idle->arm(*this);
            break;
    }
}

}  // namespace ue::http
