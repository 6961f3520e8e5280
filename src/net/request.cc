#include "net/request.h"

#include <cerrno>

#include "net/flush_watch.h"
#include "net/stream_face.h"
#include "net/wire.h"

namespace ue::net {

const Type Request::kType = {"UniEvent::Request", &Object::kType};
const Type ConnectRequest::kType = {"UniEvent::Request::Connect", &Request::kType};
const Type WriteRequest::kType = {"UniEvent::Request::Write", &Request::kType};
const Type ShutdownRequest::kType = {"UniEvent::Request::Shutdown", &Request::kType};

bool Request::answer(Stream& stream, Dispatcher* event, const char* method) {
    const Ref<Request> hold(this);
    const Value args[] = {Value(&stream), Value(result_), Value(this)};
    const Ref<Listener> callback = std::move(callback_);
    if (callback && !callback->call(args, 3, nullptr)) return false;
    return stream.notify(event, method, args, 3);
}

void FlushWatch::written(const ErrorCode& error) {
    if (!stream_) return;
    Stream& stream = *stream_;
    forget();
    stream.face_->queue.finished(request_, request_->flushed(stream, error));
}

// ---- connect ----

class ConnectRequest::Timeout : public Listener {
  public:
    Timeout(Stream* stream, ConnectRequest* request) : stream_(stream), request_(request) {}
    bool call(const Value*, size_t, Round*) override {
        const Ref<ConnectRequest> request(request_);
        request->cancel(*stream_);
        stream_->face_->queue.finished(request.get(), system_error(ETIMEDOUT));
        return true;
    }

  private:
    Stream* stream_;
    ConnectRequest* request_;
};

ConnectRequest::ConnectRequest(Ref<Listener> callback, uint64_t timeout_ms)
    : Request(std::move(callback)), timeout_ms_(timeout_ms) {}

ConnectRequest::~ConnectRequest() = default;

bool ConnectRequest::start(Stream& stream) {
    if (stream.wire_ && stream.ended_ && stream.shut_) stream.close_down();
    if (stream.wire_ || stream.listening()) {
        result_ = system_error(EISCONN);
        return true;
    }
    stream.connecting_ = true;
    if (timeout_ms_) {
        timer_ = make<Timer>(stream.loop());
        if (stream.weak()) timer_->set_weak(true);
        timer_->event.add(make<Timeout>(&stream, this));
        timer_->once(timeout_ms_);
    }
    result_ = begin(stream);
    return static_cast<bool>(result_);
}

void ConnectRequest::stop_timer() {
    if (timer_) timer_->clear();
}

void ConnectRequest::cancel(Stream&) {
    stop_timer();
    give_up();
}

bool ConnectRequest::deliver(Stream& stream) {
    stop_timer();
    if (!result_) {
        stream.connecting_ = false;
        stream.begin_reading();
    }
    return answer(stream, &stream.face_->connect, "on_connect");
}

// ---- write ----

WriteRequest::WriteRequest(Ref<Listener> callback, std::string_view data)
    : Request(std::move(callback)), size_(data.size()), now_(data) {}

WriteRequest::~WriteRequest() = default;

Ref<WriteRequest> WriteRequest::past_queue(size_t size) {
    Ref<WriteRequest> request(new WriteRequest(nullptr, {}));
    request->size_ = size;
    return request;
}

void WriteRequest::keep() {
    if (!started_) data_.assign(now_);
    now_ = {};
}

bool WriteRequest::start(Stream& stream) {
    if (!stream.can_send()) {
        result_ = system_error(ENOTCONN);
        return true;
    }
    stream.append(now_.empty() ? std::string_view(data_) : now_);
    std::string().swap(data_);
    return false;
}

void WriteRequest::wait_for(Stream& stream, size_t bytes_after) {
    watch_ = new FlushWatch(stream, *this);
    stream.wire_->after_flush(watch_, bytes_after);
}

void WriteRequest::cancel(Stream&) {
    if (watch_) watch_->forget();
}

bool WriteRequest::deliver(Stream& stream) {
    return answer(stream, &stream.face_->write, "on_write");
}

// ---- shutdown ----

class ShutdownRequest::Timeout : public Listener {
  public:
    Timeout(Stream* stream, ShutdownRequest* request) : stream_(stream), request_(request) {}
    bool call(const Value*, size_t, Round*) override {
        stream_->face_->queue.timed_out(request_);
        return true;
    }

  private:
    Stream* stream_;
    ShutdownRequest* request_;
};

ShutdownRequest::ShutdownRequest(Ref<Listener> callback, Stream& stream, uint64_t timeout_ms)
    : Request(std::move(callback)) {
    if (!timeout_ms) return;
    timer_ = make<Timer>(stream.loop());
    timer_->event.add(make<Timeout>(&stream, this));
    timer_->once(timeout_ms);
}

ShutdownRequest::~ShutdownRequest() = default;

bool ShutdownRequest::start(Stream& stream) {
    if (!stream.can_send()) {
        result_ = system_error(ENOTCONN);
        return true;
    }
    stream.shutting_ = true;
    stream.flush();
    if (!stream.unsent()) {
        result_ = flushed(stream, {});
        return true;
    }
    watch_ = new FlushWatch(stream, *this);
    stream.wire_->after_flush(watch_);
    return false;
}

void ShutdownRequest::cancel(Stream&) {
    if (timer_) timer_->clear();
    if (watch_) watch_->forget();
}

ErrorCode ShutdownRequest::flushed(Stream& stream, const ErrorCode& error) {
    if (error) return error;
    const int failed = stream.wire_->shut_down();
    if (failed != ENOTSOCK || stream.in_) return system_error(failed);
    stream.replace_wire(nullptr);  // a pipe(2) has only this way of saying it
    stream.ended_ = true;
    return {};
}

bool ShutdownRequest::deliver(Stream& stream) {
    if (timer_) timer_->clear();
    if (stream.shutting_) {
        stream.shutting_ = false;
        stream.shut_ = true;
    }
    return answer(stream, &stream.face_->shutdown, "on_shutdown");
}

}  // namespace ue::net
