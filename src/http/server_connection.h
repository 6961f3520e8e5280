// One accepted connection: bytes into requests, responses into bytes, in order.
//
// Ownership: the server holds its connections in a list until they leave it; a connection knows its server by a plain
// pointer, cleared when it leaves, and holds its stream, of which it is the owner (net::StreamOwner), and its attached
// requests, first to last. The last of them may still be on its way in.
//
// Phases: kOpen until the last response is complete; kFlushing until it is in the kernel's hands; kGone: has left the
// server, or is about to. Requests exist only in kOpen.
//
// Everything here may be entered again from the callbacks it makes: after each one the phase, and whether the request
// in hand is still attached, are asked anew.
#pragma once
#include <string>
#include <string_view>

#include "codec/http/request_reader.h"
#include "http/server.h"
#include "http/server_policy.h"
#include "net/stream.h"
#include "net/timeout_queue.h"

namespace ue::http {

class ServerReader : public codec::RequestReader {
  public:
    using RequestReader::RequestReader;

  protected:
    Ref<codec::Request> make_request() override { return Ref<codec::Request>(new ServerRequest); }
};

class ServerConnection final : public net::WriteNotice, private net::StreamOwner, private net::TimeoutQueue::Entry {
  public:
    // Output that the client does not take: with so much of it waiting, no further requests are read.
    static constexpr size_t kMaxUnsent = 1024 * 1024;
    // Input that came while no request was read. With so much of it kept, reading the socket stops.
    static constexpr size_t kMaxHeld = 64 * 1024;
    // Requests that are handled in one go; the rest of a read waits for the loop's next turn, so that a client that
    // sends them by the thousand does not keep all others waiting.
    static constexpr size_t kRequestsPerTurn = 64;
    // Responses from this size on are sent from where they were made instead of being copied once more.
    static constexpr size_t kSendInPlace = 32 * 1024;
    // A client that does not take the rest of what it is to get, when the end does not wait for it.
    static constexpr uint64_t kFinishMs = 30000;

    ServerConnection(Server& server, Ref<ServerPolicy> policy, Ref<net::Stream> stream);

    // --- for the server ---
    // Tells the requests (finish and drop, partial or error), closes, leaves.
    void die(const ErrorCode& error);
    // Ends after the last request that has begun to arrive; at once without one.
    void wind_down();
    // The server is going: closes without any event. What had been answered still goes out.
    void abandon();

    // --- for requests and responses; `request` is attached to this connection ---
    // Writes whatever it is the turn of, finishes what is over, ends the connection if it is over.
    void advance();
    void send_chunk(ServerRequest& request, std::string_view data);
    void send_continue(ServerRequest& request);
    Expected<Upgraded> upgrade(ServerRequest& request);
    net::Stream& stream() { return *stream_; }

  private:
    friend class Server;
    ~ServerConnection() override;

    enum class Phase : uint8_t { kOpen, kFlushing, kGone };
    enum class Watch : uint8_t { kNothing, kHead, kIdle };
    class Resume;

    // Reading.
    void on_read(char* data, size_t size) override;
    void on_eof(const ErrorCode& error) override;
    void on_write_error(const ErrorCode& error) override;
    void on_reset() override;
    void on_drain() override;
    void on_secure(const ErrorCode& error) override;
    void on_timeout() override;
    void consume(std::string_view input);
    void read_request();
    void deliver(ServerRequest& request, bool route, ErrorCode error);
    ErrorCode refusal_of(const ServerRequest& request) const;
    bool blocked();
    void hold(std::string_view input);
    void resume_later();
    void resume();

    // Answering.
    void attach(ServerRequest& request);
    bool write(ServerRequest& request);
    void write_head(ServerRequest& request);
    void write_scratch();
    Ref<ServerRequest> detach_first();

    // Ending.
    void drop_requests(const ErrorCode& error);
    void begin_close();
    void written(const ErrorCode& error) override;
    void vanish(bool deliver_rest);
    void leave();
    void watch();
    void watch(Watch what);

    Server* server_;
    ServerConnection *prev_ = nullptr, *next_ = nullptr;  // the server's list
    Ref<ServerPolicy> policy_;
    Ref<net::Stream> stream_;
    ServerReader reader_;
    Ref<ServerRequest> first_;
    ServerRequest* last_ = nullptr;
    size_t pending_ = 0;      // attached requests
    uint64_t responses_ = 0;  // begun
    std::string_view input_;  // what is left of the bytes being read right now
    std::string held_;        // read, not looked at yet
    size_t stalled_at_ = 0;   // unsent bytes when the idle time was last up
    Phase phase_ = Phase::kOpen;
    Watch watched_ = Watch::kNothing;
    bool consuming_ = false;     // and calling out, perhaps
    bool deaf_ = false;          // no further requests
    bool winding_down_ = false;  // deaf after the request that is arriving
    bool reading_ = true;        // the socket is being read
    bool resuming_ = false;      // resume() is going to be called
};

}  // namespace ue::http
