// What a stream is asked to do. A request is made by the stream's method of the same name, is held by the stream's
// queue until its callbacks have been called, and need not be kept by anybody else.
#pragma once
#include <string>
#include <string_view>

#include "base/dispatcher.h"
#include "base/error.h"
#include "net/timer.h"

namespace ue::net {

class Stream;
class StreamQueue;

class Request : public Object {
  public:
    static const Type kType;  // "UniEvent::Request"
    const Type& type() const override { return kType; }

  protected:
    explicit Request(Ref<Listener> callback) : callback_(std::move(callback)) {}

    // Sets to work. True: it is done already, with result_.
    virtual bool start(Stream& stream) = 0;
    // Stops working (reset, time-out); what it had under way must not come back to the stream.
    virtual void cancel(Stream& stream) { (void)stream; }
    // Calls whoever waits for it.
    virtual void deliver(Stream& stream) = 0;
    virtual bool is_write() const { return false; }

    Ref<Listener> callback_;
    ErrorCode result_;
    bool started_ = false, done_ = false;

  private:
    friend class StreamQueue;
};

class ConnectRequest : public Request {
  public:
    static const Type kType;  // "UniEvent::Request::Connect"
    const Type& type() const override { return kType; }

    // The timer made for a time-out, or null.
    const Ref<Timer>& timeout_timer() const { return timer_; }

  protected:
    friend class Stream;
    ConnectRequest(Ref<Listener> callback, uint64_t timeout_ms);
    ~ConnectRequest() override;

    virtual void begin(Stream& stream) = 0;  // ends in stream.connect_done(), now or later
    bool start(Stream& stream) override;
    void cancel(Stream& stream) override;
    void deliver(Stream& stream) override;
    class Timeout;

    uint64_t timeout_ms_;
    Ref<Timer> timer_;
};

class WriteRequest : public Request {
  public:
    static const Type kType;  // "UniEvent::Request::Write"
    const Type& type() const override { return kType; }
    size_t size() const { return data_.size(); }

  private:
    friend class Stream;
    class Notice;
    WriteRequest(Ref<Listener> callback, std::string_view data);
    ~WriteRequest() override;
    bool start(Stream& stream) override;
    void cancel(Stream& stream) override;
    void deliver(Stream& stream) override;
    bool is_write() const override { return true; }

    std::string data_;  // given to the output when its turn comes
    Ref<Notice> notice_;
};

class ShutdownRequest : public Request {
  public:
    static const Type kType;  // "UniEvent::Request::Shutdown"
    const Type& type() const override { return kType; }

  private:
    friend class Stream;
    friend class StreamQueue;
    ShutdownRequest(Ref<Listener> callback, uint64_t timeout_ms);
    ~ShutdownRequest() override;
    bool start(Stream& stream) override;
    void cancel(Stream& stream) override;
    void deliver(Stream& stream) override;
    class Timeout;

    Ref<Timer> timer_;
};

}  // namespace ue::net
