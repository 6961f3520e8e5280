// The requests of one stream, done strictly one after another (writes that follow each other flow together, their bytes
// keep their order). Callbacks are called by the loop, never from inside push(): what is finished at once is delivered
// in the next turn, what finishes later right then. Only cancel_all() calls them itself.
//
// While there are requests the queue holds its stream.
#pragma once
#include <deque>

#include "net/stream.h"

namespace ue::net {

class StreamQueue {
  public:
    explicit StreamQueue(Stream& stream);
    ~StreamQueue();

    bool empty() const { return items_.empty() && doomed_.empty(); }
    size_t size() const { return items_.size(); }
    Request* front() const { return items_.empty() ? nullptr : items_.front().get(); }
    size_t unstarted_bytes() const { return unstarted_bytes_; }

    void push(Ref<Request> request);
    // A request that was at work is done. By the loop.
    void finished(Request* request, const ErrorCode& result);
    // The request's time is over: the ones before it are cancelled, it gets timed_out, the ones behind it go on.
    void timed_out(Request* request);
    // Takes all requests out, cancelled; deliver_doomed() tells them.
    void doom_all();
    void deliver_doomed();

  private:
    class Later;
    static constexpr int kBurst = 300;  // callbacks in a row, then the loop gets its turn

    void start_ready();
    void pump();
    void pump_later();
    void doom_front(size_t count, const ErrorCode& error);
    void fail_connect();
    void hold();
    void unhold();

    Stream& stream_;
    std::deque<Ref<Request>> items_;
    std::deque<Ref<Request>> doomed_;  // with their results, to be told in this order
    size_t started_ = 0;               // of the front
    size_t unstarted_bytes_ = 0;
    int dooming_ = 0;
    bool pumping_ = false, held_ = false;
    Ref<Later> later_;
};

}  // namespace ue::net
