#include "http/request.h"

#include <cerrno>

#include "base/misuse.h"
#include "http/client.h"
#include "http/pool.h"

namespace ue::http {

const Type Request::kType = {"UniEvent::HTTP::Request", &codec::Request::kType};
const Type Response::kType = {"UniEvent::HTTP::Response", &codec::Response::kType};
const Type RedirectContext::kType = {"UniEvent::HTTP::RedirectContext", &Object::kType};

// The timer is the request's alone and is stopped with it, so the way back may be a plain pointer.
class Request::Late : public Listener {
  public:
    explicit Late(Request* r) : request_(r) {}
    bool call(const Value*, size_t, Round*) override {
        const Ref<Request> request(request_);
        const ErrorCode error = system_error(ETIMEDOUT);
        request->cancel(error);
        return true;
    }

  private:
    Request* const request_;
};

Request::~Request() {
    end();
}

void Request::begin(const Ref<net::Loop>& loop) {
    redirects_ = 0;
    if (timer_ || !settings.timeout) return;
    timer_ = make<net::Timer>(loop);
    timer_->event.add(make<Late>(this));
    timer_->once(settings.timeout);
}

void Request::end() {
    client_ = nullptr;
    pool_ = nullptr;
    if (const Ref<net::Timer> timer = std::move(timer_)) timer->clear();
}

Ref<Response> Request::make_response() {
    Ref<Response> made;
    if (settings.response_factory) made = settings.response_factory->make(*this);
    return made ? made : make<Response>();
}

void Request::deliver(Ref<Response> response, const ErrorCode& error) {
    const Ref<Request> self(this);
    if (!response) response = make_response();
    partial_event.emit(this, response.get(), error);
    response_event.emit(this, response.get(), error);
}

void Request::send_chunk(std::string_view data) {
    if (transferred_) throw Misuse("can't send chunk: request has already been transfered");
    if (!client_) throw Misuse("can't send chunk: request is not active");
    client_->send_chunk(data);
}

void Request::send_final_chunk(std::string_view data) {
    if (transferred_) throw Misuse("can't send chunk: request has already been transfered");
    if (!client_) throw Misuse("can't send chunk: request is not active");
    client_->send_final_chunk(data);
}

void Request::cancel(const ErrorCode& error) {
    if (client_) return client_->cancel(error);
    if (pool_) pool_->cancel(*this, error);
}

void Request::cancel() {
    cancel(system_error(ECANCELED));
}

}  // namespace ue::http
