// TCP: listening and connecting by address or name.
#pragma once
#include <string>
#include <utility>

#include "net/resolver.h"
#include "net/stream.h"

namespace ue::net {

class Tcp : public Stream {
  public:
    static const Type kType;  // "UniEvent::Tcp"
    const Type& type() const override { return kType; }
    const char* type_name() const override { return "tcp"; }

    // AF_UNSPEC: the socket is made on first use, of the family of the address.
    explicit Tcp(Ref<Loop> loop, int domain = AF_UNSPEC);

    enum BindFlags : unsigned {
        kIpv6Only = 1,
        kReusePort = 2,  // several processes listen side by side, the kernel shares the connections out
    };
    // bind_error over the reason (a second bind: invalid_argument). An address in use is reported by listen().
    ErrorCode bind_addr(const SockAddr& address, unsigned flags = 0);
    // "*" is every interface. Names are resolved synchronously; a failure is a plain error of the resolver.
    ErrorCode bind(std::string_view host, uint16_t port, const ResolveHints& hints = {}, unsigned flags = 0);
    // Duplicates the descriptor. A connected socket makes a connected stream that reads, a bound one a bound stream.
    ErrorCode open(int fd);

    struct ConnectOptions {
        SockAddr address;  // wins over host
        std::string host;
        uint16_t port = 0;
        ResolveHints hints;
        uint64_t timeout_ms = 0;  // for look-up, connection and TLS together; 0: none
        bool use_cache = true;
        Ref<Listener> callback;
    };
    // Queued. All addresses of a name are tried in turn; the error is the last one's. Errors: plain system errors,
    // resolve_error over the resolver's, ssl_error over TLS's, timed_out, operation_canceled.
    Ref<ConnectRequest> connect(ConnectOptions options);

    // Kept for the socket to come if there is none yet.
    ErrorCode set_nodelay(bool on);
    ErrorCode set_keepalive(bool on, unsigned delay_seconds);
    ErrorCode set_simultaneous_accepts(bool on);

    Expected<SockAddr> sockaddr() const override;
    Expected<SockAddr> peeraddr() const override;
    // "local:... peer:... connected:yes/no"
    std::string dump() const;

    // Connects two clean streams with each other (made if null). Throws Failure.
    static std::pair<Ref<Tcp>, Ref<Tcp>> pair(Ref<Loop> loop, int type = SOCK_STREAM, int protocol = 0,
                                              Ref<Tcp> first = nullptr, Ref<Tcp> second = nullptr);

  protected:
    ~Tcp() override;
    Ref<Stream> make_same_kind() override;
    Wire* make_wire() override;
    ErrorCode prepare_listen() override;

  private:
    class Connect;
    ErrorCode make_socket(int domain);
    void apply_options();

    bool nodelay_ = false, keepalive_ = false;
    unsigned keepalive_delay_ = 0;
};

}  // namespace ue::net
