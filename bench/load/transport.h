// One TCP connection that never blocks, with TLS if it is given a context.
#pragma once
#include <netinet/in.h>

#include <cstddef>
#include <string>

using SSL = struct ssl_st;
using SSL_CTX = struct ssl_ctx_st;

namespace bench {

// How a call ended: it did something, or it waits for the socket, or the other side has gone.
struct Io {
    enum Kind { kDone, kWantRead, kWantWrite, kEnd } kind = kDone;
    size_t bytes = 0;
};

// Errors that are the measurement's end (nothing listens, no descriptors, a failed TLS handshake) end the program.
class Transport {
  public:
    Transport() = default;
    Transport(Transport&& other) noexcept { *this = static_cast<Transport&&>(other); }
    Transport& operator=(Transport&&) noexcept;
    ~Transport() { close(); }

    // Starts to connect; `from` may be null. The socket becomes writable when it is there.
    void connect(const sockaddr_in& to, const sockaddr_in* from);
    void finish_connecting(SSL_CTX*);
    Io handshake();  // only with TLS
    Io read(void* to, size_t size);
    Io write(const void* from, size_t size);
    // TLS: bytes that are decrypted or read already, for which the socket will not become readable.
    bool has_pending() const;
    void close();

    int fd() const { return fd_; }
    bool tls() const { return ssl_; }
    std::string tls_name() const;  // protocol and cipher

  private:
    Io tls_outcome(int result) const;

    int fd_ = -1;
    SSL* ssl_ = nullptr;
};

SSL_CTX* make_tls_context();

}  // namespace bench
