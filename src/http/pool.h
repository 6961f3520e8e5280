// Clients kept for reuse: per destination at most so many, the idle ones for a limited time; requests beyond that wait.
//
// Ownership: the pool holds its clients, they know it by a plain pointer; it holds the requests that wait. When it
// goes, waiting requests are cancelled, idle connections closed, and running requests end without it. A loop's own pool
// (instance) also holds itself for as long as it has clients.
#pragma once
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "http/client.h"
#include "net/timeout_queue.h"

namespace ue::http {

class Pool : public Object {
  public:
    static const Type kType;  // "UniEvent::HTTP::Pool"
    const Type& type() const override { return kType; }

    struct Config {
        uint64_t timeout = 60000;     // ms until an idle client is closed. 0: never
        size_t max_connections = 10;  // per destination
    };
    explicit Pool(Ref<net::Loop> loop);
    Pool(Ref<net::Loop> loop, const Config& config);
    // The loop's own pool; the same one as long as anybody holds it or it has clients.
    static Ref<Pool> instance(const Ref<net::Loop>& loop);

    const Ref<net::Loop>& loop() const { return loop_; }
    // The client that has taken the request, or null: it waits. Throws like Client::request().
    Ref<Client> request(Ref<Request> request);

    uint64_t idle_timeout() const { return idle_->ms(); }
    void set_idle_timeout(uint64_t ms);
    size_t max_connections() const { return max_connections_; }
    void set_max_connections(size_t n) { max_connections_ = n ? n : 1; }
    size_t size() const;   // all clients
    size_t nbusy() const;  // those with a request

  protected:
    ~Pool() override;
    bool farewell() override;

  private:
    friend class Client;
    friend class Request;
    struct Place {  // one destination
        std::vector<Ref<Client>> clients;
        std::deque<Ref<Request>> waiting;
    };

    static std::string key(Request& request);
    void cancel(Request& request, const ErrorCode& error);  // a waiting one
    void released(Client& client);                          // its request is over
    void expired(Client& client);
    void leave(Client& client);

    Ref<net::Loop> loop_;
    Ref<net::TimeoutQueue> idle_;
    size_t max_connections_;
    std::map<std::string, Place> places_;
    Ref<Pool> self_;
    bool is_instance_ = false;
};

// Through the pool of the loop.
void http_request(const Ref<net::Loop>& loop, Ref<Request> request);
// In a loop of its own, until it is done. Misuse "recursive syncronous http request detected" from inside another one.
Expected<Ref<Response>> http_request_sync(Ref<Request> request);

}  // namespace ue::http
