#include "net/stream_queue.h"

#include <cerrno>

#include "net/stream_face.h"
#include "net/wire.h"

namespace ue::net {

// The pump, put off. Outlives the queue.
class StreamQueue::Later : public Task {
  public:
    explicit Later(StreamQueue* queue) : queue_(queue) {}
    bool run() override {
        if (!queue_) return true;
        StreamQueue& queue = *queue_;
        forget();
        queue.later_.reset();
        queue.pump();
        return true;
    }
    void forget() { queue_ = nullptr; }

  private:
    StreamQueue* queue_;
};

StreamQueue::StreamQueue(Stream& stream) : stream_(stream) {}

StreamQueue::~StreamQueue() {
    if (later_) later_->forget();
}

void StreamQueue::hold() {
    if (held_) return;
    held_ = true;
    stream_.retain();
}

// The stream, and with it this, may be gone afterwards.
void StreamQueue::unhold() {
    if (!held_ || !empty() || pumping_ || dooming_) return;
    held_ = false;
    stream_.release();
}

void StreamQueue::push(Ref<Request> request) {
    hold();
    unstarted_bytes_ += request->bytes();
    items_.push_back(std::move(request));
    start_ready();
    if (!pumping_ && !dooming_ && items_.front()->done_) pump_later();
}

// Starts the front, and the writes that directly follow a write.
void StreamQueue::start_ready() {
    if (dooming_) return;
    const size_t first = started_;
    while (started_ < items_.size()) {
        Request& next = *items_[started_];
        if (started_ > 0 && !(next.bytes() && items_[started_ - 1]->bytes())) break;
        ++started_;
        unstarted_bytes_ -= next.bytes();
        next.started_ = true;
        next.done_ = next.start(stream_);
    }
    if (first == started_ || !items_[first]->bytes() || !stream_.wire()) return;
    stream_.flush();
    size_t bytes_after = 0;
    const bool all = stream_.unsent() == 0;
    const ErrorCode error = stream_.wire()->write_error();
    for (size_t i = started_; i-- > first;) {
        auto& write = static_cast<WriteRequest&>(*items_[i]);
        if (write.done_) continue;
        if (all) {
            write.done_ = true;
            write.result_ = error;
        } else {
            write.wait_for(stream_, bytes_after);
        }
        bytes_after += write.bytes();
    }
}

void StreamQueue::finished(Request* request, const ErrorCode& result) {
    request->done_ = true;
    request->result_ = result;
    pump();
}

void StreamQueue::pump_later() {
    if (later_) return;
    later_ = new Later(this);
    stream_.loop()->delay(later_);
}

void StreamQueue::pump() {
    if (pumping_ || dooming_) return;
    const Ref<Stream> hold(&stream_);
    pumping_ = true;
    for (int n = 0; !items_.empty() && items_.front()->done_; ++n) {
        if (n == kBurst) {
            pump_later();
            break;
        }
        if (items_.front()->fatal()) {
            fail_connect();
        } else {
            const Ref<Request> request = std::move(items_.front());
            items_.pop_front();
            --started_;
            request->deliver(stream_);
        }
        start_ready();
    }
    pumping_ = false;
    unhold();
}

// Moves requests to the doomed; they are told later.
void StreamQueue::doom_front(size_t count, const ErrorCode& error) {
    for (; count; --count) {
        Ref<Request> request = std::move(items_.front());
        items_.pop_front();
        if (request->started_)
            --started_;
        else
            unstarted_bytes_ -= request->bytes();
        request->cancel(stream_);
        request->result_ = error;
        request->done_ = true;
        doomed_.push_back(std::move(request));
    }
}

void StreamQueue::doom_all() {
    doom_front(items_.size(), system_error(ECANCELED));
}

void StreamQueue::deliver_doomed() {
    const Ref<Stream> hold(&stream_);
    ++dooming_;
    while (!doomed_.empty()) {
        const Ref<Request> request = std::move(doomed_.front());
        doomed_.pop_front();
        request->deliver(stream_);
    }
    if (--dooming_) return;
    // What the callbacks asked for is done from here on.
    if (!pumping_) {
        start_ready();
        if (!items_.empty() && items_.front()->done_) pump_later();
    }
    unhold();
}

// The stream is in its initial state before anybody hears of it, so that a callback may use it anew.
void StreamQueue::fail_connect() {
    const ErrorCode error = items_.front()->result_;
    doom_front(1, error);
    doom_all();
    stream_.close_down();
    deliver_doomed();
}

void StreamQueue::timed_out(Request* request) {
    size_t before = 0;
    while (before < items_.size() && items_[before].get() != request)
        ++before;
    if (before == items_.size()) return;
    const Ref<Stream> hold(&stream_);
    doom_front(before, system_error(ECANCELED));
    doom_front(1, system_error(ETIMEDOUT));
    if (stream_.connecting_) {
        stream_.close_down();
    } else if (stream_.wire()) {
        stream_.wire()->cut_output();
        stream_.shutting_ = false;
        stream_.shut_ = true;
    }
    deliver_doomed();
}

}  // namespace ue::net
