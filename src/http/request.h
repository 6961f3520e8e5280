// A request to be sent by a Client, perhaps through a Pool: what to send, how long to wait, and whom to tell.
//
// Ownership: the client (or the queue of the pool) holds the request while it is *active*: from request() until its
// response event. It may be run again afterwards, the response event itself included. The request knows its client or
// pool by a plain pointer, cleared when it is over.
#pragma once
#include <string_view>

#include "base/dispatcher.h"
#include "codec/http/request.h"
#include "http/redirect_context.h"
#include "http/response.h"
#include "net/resolver.h"
#include "net/ssl_context.h"
#include "net/timer.h"

namespace ue::http {

class Client;
class Pool;

class Request : public codec::Request {
  public:
    static const Type kType;  // "UniEvent::HTTP::Request"
    const Type& type() const override { return kType; }

    Request() = default;

    // (request, response, error). The response is never null.
    Event<Request*, Response*, ErrorCode> response_event;  // once, at the end
    // When the head is there and the body is not, with each further piece, and at the end just before response_event.
    Event<Request*, Response*, ErrorCode> partial_event;
    // About to be sent again, to uri(). Anything about the request may be changed, or it may be cancelled.
    Event<Request*, Response*, RedirectContext*> redirect_event;
    Event<Request*> continue_event;  // an interim 100

    class ResponseFactory : public Refcnt {
      public:
        virtual Ref<Response> make(Request& request) = 0;  // null: the usual kind
    };

    // How it is run; looked at when it starts and at every redirect.
    struct Settings {
        uint64_t timeout = 20000;      // ms for everything: the pool's queue, connecting, redirects. 0: none
        uint64_t connect_timeout = 0;  // ms; 0: as timeout
        bool follow_redirect = true;
        uint32_t redirection_limit = 20;  // servers that send clients in circles. 0: a redirect is an error
        bool tcp_nodelay = false;
        net::ResolveHints tcp_hints;
        Ref<net::SslContext> ssl_ctx;  // null: the system's trust, names are checked
        Ref<codec::Uri> proxy;
        Ref<ResponseFactory> response_factory;
    };
    Settings settings;

    bool active() const { return client_ || pool_; }
    // All of the request is on its way.
    bool transfer_completed() const { return transferred_; }
    // The body of a chunked request without one, while it is active. Misuse "can't send chunk: request has already been
    // transfered", "can't send chunk: request is not active".
    void send_chunk(std::string_view data);
    void send_final_chunk(std::string_view data = {});
    // Ends it with this error, inside the call. Not active: nothing.
    void cancel(const ErrorCode& error);
    void cancel();  // operation_canceled

  protected:
    ~Request() override;

  private:
    friend class Client;
    friend class Pool;
    class Late;

    void begin(const Ref<net::Loop>& loop);  // the time runs
    void end();
    Ref<Response> make_response();
    void deliver(Ref<Response> response, const ErrorCode& error);  // the last two events

    Client* client_ = nullptr;
    Pool* pool_ = nullptr;  // waiting in its queue
    Ref<net::Timer> timer_;
    uint32_t redirects_ = 0;
    bool transferred_ = false;
};

}  // namespace ue::http
