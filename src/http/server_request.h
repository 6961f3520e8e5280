// A request as the server's user sees it: what was received, and the way to answer it.
//
// A request is *attached* from its first byte until it is finished: received completely and answered completely,
// dropped, or upgraded. Once detached all its methods are harmless: they do nothing, or say so.
//
// Ownership: the connection holds its attached requests, in order; the request knows the connection by a plain pointer,
// cleared when it is detached. From route_event on until then it keeps the server alive.
// Every method may be called from inside any callback.
#pragma once
#include <string>
#include <string_view>

#include "base/dispatcher.h"
#include "codec/http/request.h"
#include "http/server_response.h"
#include "net/stream.h"

namespace ue::http {

class Server;
class ServerConnection;

// A connection that has left the HTTP server.
struct Upgraded {
    Ref<net::Stream> stream;  // connected and reading; no owner, no listeners
    std::string rest;         // what the client has sent after the request, already taken from the stream
};

class ServerRequest : public codec::Request {
  public:
    static const Type kType;  // "UniEvent::HTTP::ServerRequest"
    const Type& type() const override { return kType; }

    Event<ServerRequest*> receive_event;             // complete; not in partial mode
    Event<ServerRequest*, ErrorCode> partial_event;  // partial mode: more has come, or (last) an error
    Event<ServerRequest*, ErrorCode> drop_event;     // received, and will never be answered
    Event<ServerRequest*> finish_event;              // detached, for whatever reason

    // From now on partial_event instead of receive_event, request_event and error_event. For route_event's listeners.
    void enable_partial() { partial_ = true; }
    bool partial() const { return partial_; }
    bool is_done() const { return stage_ >= Stage::kReceived; }  // received completely, or failed
    bool attached() const { return connection_ != nullptr; }
    bool is_secure() const { return secure_; }

    // Misuse: null, "double response for request given", a response that is still being sent for another request.
    // Written at once if all earlier requests of the connection have been answered.
    void respond(Ref<ServerResponse> response);
    const Ref<ServerResponse>& response() const { return response_; }
    // One interim response, if the client has asked for it and it is this request's turn, else nothing.
    // Misuse "100-continue can only be sent before response".
    void send_continue();
    void redirect(std::string_view uri);  // 302
    // Ends the connection at once, unless the response is complete.
    void drop();

    net::SockAddr sockaddr() const;  // empty once detached
    net::SockAddr peeraddr() const;

    // Takes the connection away from the server, if Connection lists `upgrade` and the request has been received and
    // not been answered. Nothing is written. Errors, which leave everything as it was: connection_aborted (detached),
    // upgrade_wrong_request.
    Expected<Upgraded> upgrade();

  protected:
    ~ServerRequest() override;

  private:
    friend class ServerConnection;
    friend class ServerResponse;
    friend class ServerReader;
    ServerRequest() = default;

    enum class Stage : uint8_t { kHead, kBody, kReceived, kFailed };

    ServerConnection* connection_ = nullptr;
    Ref<ServerRequest> later_;  // the next one on the connection
    Ref<Server> server_;        // while routed and attached
    Ref<ServerResponse> response_;
    Stage stage_ = Stage::kHead;
    bool partial_ = false;
    bool secure_ = false;
    bool upgrade_ = false;   // Connection lists `upgrade`: what follows is not ours to parse
    bool started_ = false;   // the head of the response has been written
    bool persists_ = true;   // the connection goes on after the response, as far as is known
    bool streamed_ = false;  // the response is complete only when it says so
    bool answered_ = false;  // the whole response has been written
    bool told_ = false;      // the last call about its reception is being or has been made
};

}  // namespace ue::http
