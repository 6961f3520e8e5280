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
class FlushWatch;

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
    // The output it waited for has left, or never will; its result.
    virtual ErrorCode flushed(Stream& stream, const ErrorCode& error) {
        (void)stream;
        return error;
    }
    // Calls whoever waits for it. False: somebody's code threw.
    virtual bool deliver(Stream& stream) = 0;
    virtual bool fatal() const { return false; }  // having failed, it takes the requests behind it along
    virtual size_t bytes() const { return 0; }    // of a write

    bool answer(Stream& stream, Dispatcher* event, const char* method);

    Ref<Listener> callback_;
    ErrorCode result_;
    bool started_ = false, done_ = false;

  private:
    friend class StreamQueue;
    friend class FlushWatch;
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

    // Looks up, connects, tries again; ends in Stream::established(). An error: it failed at once.
    virtual ErrorCode begin(Stream& stream) = 0;
    virtual void tried(Stream& stream, const ErrorCode& error) = 0;  // what became of the wire's connect
    virtual void give_up() {}                                        // cancelled: whatever else is under way

    bool start(Stream& stream) override;
    void cancel(Stream& stream) override;
    bool deliver(Stream& stream) override;
    bool fatal() const override { return static_cast<bool>(result_); }

  private:
    class Timeout;
    void stop_timer();

    uint64_t timeout_ms_;
    Ref<Timer> timer_;
};

class WriteRequest : public Request {
  public:
    static const Type kType;  // "UniEvent::Request::Write"
    const Type& type() const override { return kType; }
    size_t size() const { return size_; }
    // Stands for bytes that an owner has sent past the queue. Belongs to no stream, and is over.
    static Ref<WriteRequest> past_queue(size_t size);

  private:
    friend class Stream;
    friend class StreamQueue;
    WriteRequest(Ref<Listener> callback, std::string_view data);
    ~WriteRequest() override;
    bool start(Stream& stream) override;
    void cancel(Stream& stream) override;
    bool deliver(Stream& stream) override;
    size_t bytes() const override { return size_; }
    void keep();                                        // copies what cannot be sent at once
    void wait_for(Stream& stream, size_t bytes_after);  // until it is out

    size_t size_;
    std::string_view now_;  // the caller's bytes, only inside Stream::write()
    std::string data_;
    Ref<FlushWatch> watch_;
};

class ShutdownRequest : public Request {
  public:
    static const Type kType;  // "UniEvent::Request::Shutdown"
    const Type& type() const override { return kType; }

  private:
    friend class Stream;
    friend class StreamQueue;
    class Timeout;
    ShutdownRequest(Ref<Listener> callback, Stream& stream, uint64_t timeout_ms);
    ~ShutdownRequest() override;
    bool start(Stream& stream) override;
    void cancel(Stream& stream) override;
    ErrorCode flushed(Stream& stream, const ErrorCode& error) override;
    bool deliver(Stream& stream) override;

    Ref<Timer> timer_;
    Ref<FlushWatch> watch_;
};

}  // namespace ue::net
