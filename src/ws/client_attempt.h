// One connect() of a client: what is needed until the handshake is over, and nothing after it.
#pragma once
#include "codec/http/response_reader.h"
#include "net/tcp.h"
#include "net/timer.h"
#include "ws/client.h"

namespace ue::ws {

// The stream's and the timer's way back; the attempt clears it.
class Client::ConnectListener : public Listener {
  public:
    explicit ConnectListener(Client* client) : client_(client) {}
    void clear() { client_ = nullptr; }
    bool call(const Value* args, size_t, Round*) override {  // (stream, error, request)
        if (client_) client_->connection_made(args[1].error());
        return true;
    }

  private:
    Client* client_;
};

class Client::TimeoutListener : public Listener {
  public:
    explicit TimeoutListener(Client* client) : client_(client) {}
    void clear() { client_ = nullptr; }
    bool call(const Value*, size_t, Round*) override {
        if (client_) client_->timed_out();
        return true;
    }

  private:
    Client* client_;
};

class Client::Attempt : private codec::ResponseReader {
  public:
    Attempt(Client& client, Ref<ConnectRequest> request, const codec::ParserConfig& config);
    ~Attempt() override;

    void start_timer(const Ref<net::Loop>& loop, uint64_t ms);
    const Ref<ConnectListener>& listener() const { return connected_; }
    ConnectRequest& request() { return *request_; }
    const codec::DeflateConfig* offer() const { return offers_ ? &offer_ : nullptr; }

    codec::ResponseReader& reader() { return *this; }
    codec::ConnectResponse* response() { return static_cast<codec::ConnectResponse*>(reader().response()); }
    Ref<codec::ConnectResponse> take_response();  // an empty one if nothing has come

    std::string text;  // the request, until it is sent

  private:
    Ref<codec::Response> make_response() override { return Ref<codec::Response>(new codec::ConnectResponse); }

    Ref<ConnectRequest> request_;
    const bool offers_;
    const codec::DeflateConfig offer_;  // as it was offered: the configuration may change meanwhile
    Ref<ConnectListener> connected_;
    Ref<TimeoutListener> late_;
    Ref<net::Timer> timer_;
};

}  // namespace ue::ws
