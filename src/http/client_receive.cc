// Client: what comes back.
#include <cerrno>

#include "base/misuse.h"
#include "http/client.h"
#include "http/errors.h"
#include "http/pool.h"

namespace ue::http {

void Client::on_read(char* data, size_t size) {
    const Ref<Client> self(this);
    if (!request_) return hang_up();  // nobody has asked for anything
    const Ref<Request> request(request_);
    const uint32_t ends = ends_;
    std::string_view input(data, size);
    while (!input.empty()) {
        if (!make_ready()) return;
        const codec::ReadResult result = reader_.feed(input.data(), input.size());
        input.remove_prefix(result.consumed);
        response_ = Ref<Response>(static_cast<Response*>(reader_.response()));
        switch (result.state) {
            case codec::ReadResult::State::kNeedMore:
                break;
            case codec::ReadResult::State::kHeadersDone:
                head_done_ = true;
                break;
            case codec::ReadResult::State::kError:
                return finish(result.error);
            case codec::ReadResult::State::kDone: {
                if (!response_->interim()) return complete(!input.empty());
                const bool go_on = response_->code() == 100;
                response_.reset();
                if (go_on) request->continue_event.emit(request.get());
                if (ends_ != ends) return;
            }
        }
    }
    if (head_done_ && !will_redirect(*response_))
        request->partial_event.emit(request.get(), Ref<Response>(response_).get(), ErrorCode());
}

void Client::on_eof(const ErrorCode& error) {
    const Ref<Client> self(this);
    if (!request_) return hang_up();
    if (try_again()) return;
    keeps_ = false;
    if (error) return finish(error);
    if (!make_ready()) return;
    const codec::ReadResult result = reader_.eof();
    response_ = Ref<Response>(static_cast<Response*>(reader_.response()));
    if (result.state == codec::ReadResult::State::kDone) return complete(false);
    finish(result.error);
}

void Client::on_write_error(const ErrorCode& error) {
    const Ref<Client> self(this);
    if (!request_) return hang_up();
    if (!try_again()) finish(error);
}

void Client::on_reset() {
    if (request_) finish(system_error(ECANCELED));
}

void Client::on_timeout() {
    const Ref<Client> self(this);
    hang_up();
    if (pool_) pool_->expired(*this);
}

// A response for the reader's next message. It may be the program that makes it: false if it has ended the request.
bool Client::make_ready() {
    if (reader_.in_message() || made_) return true;
    const uint32_t ends = ends_;
    Ref<Response> made = request_->make_response();
    if (ends_ != ends) return false;
    made_ = std::move(made);
    return true;
}

// A server may close an idle connection at the very moment a request is sent. If nothing has been answered, and asking
// twice does no harm, the request is sent over a new one (RFC 9112 section 9.3.1).
bool Client::try_again() {
    if (!reused_ || reader_.in_message() || response_) return false;
    switch (request_->method()) {
        case codec::Method::kGet:
        case codec::Method::kHead:
        case codec::Method::kOptions:
        case codec::Method::kTrace:
        case codec::Method::kPut:
        case codec::Method::kDelete:
            break;
        default:
            return false;
    }
    if (request_->chunked() && request_->body().empty()) return false;  // gone with what was sent
    keeps_ = false;
    try {
        prepare();
    } catch (const std::exception&) {  // it has been changed since it was sent
        return false;
    }
    go();
    return true;
}

void Client::complete(bool more_input) {
    response_->done_ = true;
    if (more_input || !request_->keep_alive() || !response_->keep_alive() || response_->code() == 101) keeps_ = false;
    if (!request_->transferred_) {
        keeps_ = false;
        return finish(HttpError::kTransferAborted);
    }
    if (!will_redirect(*response_)) return finish({});
    if (const ErrorCode error = redirect()) finish(error);
}

}  // namespace ue::http
