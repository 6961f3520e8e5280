// The HTTP server: listens, keeps its connections, tells of requests.
//
// Ownership: whoever made the server holds it, and so does every routed, unfinished request. The server owns its
// listeners and connections; they know it by plain pointers. When the server goes, they go, without any event.
// Every method may be called from inside any callback, and the last reference may be given up there.
#pragma once
#include <memory>
#include <vector>

#include "base/dispatcher.h"
#include "http/config.h"
#include "http/server_request.h"
#include "net/loop.h"

namespace ue::http {

class ServerListener;
struct ServerPolicy;

// Gets what the listeners of request_event have left. A plain pointer: its owner clears it before it goes.
class RequestHandler {
  public:
    // A request that has been received completely (not in partial mode) and is still attached; perhaps answered.
    virtual void on_request(ServerRequest& request) = 0;

  protected:
    ~RequestHandler() = default;
};

class Server : public Object {
  public:
    static const Type kType;  // "UniEvent::HTTP::Server"
    const Type& type() const override { return kType; }

    explicit Server(Ref<net::Loop> loop);

    Event<> run_event;                             // at the end of run()
    Event<ServerRequest*> route_event;             // a head is complete
    Event<ServerRequest*> request_event;           // received; not in partial mode
    Event<ServerRequest*, ErrorCode> error_event;  // could not be received; not in partial mode
    Event<> stop_event;                            // everything is closed
    // Called after request_event's listeners; independent of what is done to the event.
    void set_fallback(RequestHandler* handler) { fallback_ = handler; }

    const Ref<net::Loop>& loop() const { return loop_; }
    const ServerConfig& config() const { return config_; }

    // Replaces the whole configuration. Throws Misuse (ServerConfig::check) or returns why it cannot be listened on:
    // the previous one then stays in force. A running server changes its listeners: the new ones are opened before the
    // old ones are closed, or, where both want the same address, right after. Connections keep the limits they
    // were accepted with.
    ErrorCode configure(ServerConfig config);
    // Back to the state without configuration; stops first.
    void unconfigure();

    // Misuse "server is already running"; "no locations to listen supplied" if not configured. On an error the server
    // is not running.
    ErrorCode run();
    // Misuse "server is already listening". The descriptor of a location with `sock` can be listened on only once.
    ErrorCode start_listening();
    void stop_listening();
    // Closes everything at once, drops the requests (server_stopping), fires stop_event; nothing if not running.
    void stop();
    // Takes no new connections and requests, ends each connection after its last request; stop_event comes when the
    // last one has gone (at once without connections). Nothing if not running.
    void graceful_stop();

    bool running() const { return state_ == State::kRunning; }
    bool stopping() const { return state_ == State::kStopping; }
    std::vector<Ref<net::Stream>> listeners() const;
    Expected<net::SockAddr> sockaddr() const;  // of the first listener; not_connected without one
    size_t connections_count() const { return connection_count_; }

  protected:
    ~Server() override;

  private:
    friend class ServerListener;
    friend class ServerConnection;

    enum class State : uint8_t { kInitial, kRunning, kStopping, kClosing };
    using Listeners = std::vector<std::unique_ptr<ServerListener>>;

    ErrorCode open(ServerConfig& config, Listeners& out);
    ErrorCode change_listeners(ServerConfig& next, Listeners& opened);
    void accept(Ref<net::Stream> stream);
    void enter(ServerConnection& connection);
    void leave(ServerConnection& connection);
    void stopped();
    std::vector<Ref<ServerConnection>> snapshot() const;
    std::string_view date();  // for the Date header

    Ref<net::Loop> loop_;
    ServerConfig config_;
    Ref<ServerPolicy> policy_;
    Listeners listeners_;
    ServerConnection* connections_ = nullptr;  // newest first; each is held once
    size_t connection_count_ = 0;
    RequestHandler* fallback_ = nullptr;
    State state_ = State::kInitial;
    int64_t date_second_ = -1;
    char date_[32];
    std::string scratch_;  // responses on their way to the stream
};

}  // namespace ue::http
