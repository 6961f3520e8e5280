// A TCP stream that runs one request at a time and keeps its connection for the next one.
//
// Ownership: a running client holds itself and its request; an idle one is held by its user or its pool only, and its
// kept connection does not keep the loop running.
// Everything may be called from inside any callback. When a request's last events come the client is free again.
#pragma once
#include <string>

#include "codec/http/response_reader.h"
#include "http/request.h"
#include "net/tcp.h"
#include "net/timeout_queue.h"

namespace ue::http {

class Client : public net::Tcp, private net::StreamOwner, private net::TimeoutQueue::Entry {
  public:
    static const Type kType;  // "UniEvent::HTTP::Client"
    const Type& type() const override { return kType; }

    // A head of a response that never ends.
    static constexpr size_t kMaxHeadersSize = 64 * 1024;

    explicit Client(Ref<net::Loop> loop);

    // Misuse: "client supports only one request at a time", "request is already in progress", "request must have uri",
    // "uri must have host", "client supports only socks5 protocol for proxy"; whatever cannot be serialised. Failure:
    // no TLS to be had. Nothing is told before it returns.
    void request(Ref<Request> request);
    void cancel(const ErrorCode& error);  // the request, if there is one
    bool busy() const { return static_cast<bool>(request_); }

    bool uncompress_response() const { return uncompress_; }  // bodies in gzip are unpacked, and asked for
    void set_uncompress_response(bool on) { uncompress_ = on; }

  protected:
    ~Client() override;

  private:
    friend class Request;
    friend class Pool;
    class Connected;
    class Reader : public codec::ResponseReader {
      public:
        explicit Reader(Client& client);

      private:
        Ref<codec::Response> make_response() override;
        Client& client_;
    };
    // Requests that agree in all of this may share a connection.
    struct Destination {
        std::string host;
        uint16_t port = 0;
        Ref<net::SslContext> tls;  // null: plain
        bool operator==(const Destination& o) const { return host == o.host && port == o.port && tls == o.tls; }
    };

    static void check(Request& request);
    static Destination destination(Request& request);
    void prepare();
    void go();
    void connect_to();
    void connected_with(const ErrorCode& error);
    void send();
    void send_chunk(std::string_view data);
    void send_final_chunk(std::string_view data);

    void on_read(char* data, size_t size) override;
    void on_eof(const ErrorCode& error) override;
    void on_write_error(const ErrorCode& error) override;
    void on_reset() override;
    void on_timeout() override;  // idle for too long, in a pool
    bool try_again();
    bool make_ready();

    bool will_redirect(const Response& response) const;
    void complete(bool more_input);
    ErrorCode redirect();
    void finish(const ErrorCode& error);
    void hang_up();

    Ref<Request> request_;
    Ref<Client> self_;  // while running
    Ref<Response> response_;
    Ref<Response> made_;  // for the reader's next message
    Reader reader_;
    Destination to_, at_;  // where the request goes, where the connection leads
    std::string text_;     // of the request, until there is a connection
    Ref<Connected> connecting_;
    Pool* pool_ = nullptr;
    std::string pool_key_;
    uint32_t ends_ = 0;  // requests that are over: a callback may have ended one and begun it again
    bool uncompress_ = true;
    bool head_done_ = false;
    bool keeps_ = false;   // the connection may be used again
    bool reused_ = false;  // it has been used before, so it may just have been closed by the server
};

}  // namespace ue::http
