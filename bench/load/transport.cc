#include "transport.h"

#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "common.h"

namespace bench {

SSL_CTX* make_tls_context() {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    SSL_CTX_set_read_ahead(context, 1);
    SSL_CTX_set_default_read_buffer_len(context, 64 << 10);
    return context;
}

Transport& Transport::operator=(Transport&& other) noexcept {
    std::swap(fd_, other.fd_);
    std::swap(ssl_, other.ssl_);
    return *this;
}

void Transport::connect(const sockaddr_in& to, const sockaddr_in* from) {
    fd_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd_ < 0) die(kBroken, "socket: %s", std::strerror(errno));
    const int one = 1;
    setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (from) {
        setsockopt(fd_, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
        if (bind(fd_, reinterpret_cast<const sockaddr*>(from), sizeof *from))
            die(kBroken, "bind: %s", std::strerror(errno));
    }
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&to), sizeof to) && errno != EINPROGRESS)
        die(kBroken, "connect: %s", std::strerror(errno));
}

void Transport::finish_connecting(SSL_CTX* tls) {
    int error = 0;
    socklen_t length = sizeof error;
    getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error, &length);
    if (error) die(kBroken, "connect: %s", std::strerror(error));
    if (!tls) return;
    ssl_ = SSL_new(tls);
    SSL_set_fd(ssl_, fd_);
    SSL_set_connect_state(ssl_);
    SSL_set_quiet_shutdown(ssl_, 1);
}

Io Transport::tls_outcome(int result) const {
    if (result > 0) return {Io::kDone, size_t(result)};
    switch (SSL_get_error(ssl_, result)) {
        case SSL_ERROR_WANT_READ:
            return {Io::kWantRead, 0};
        case SSL_ERROR_WANT_WRITE:
            return {Io::kWantWrite, 0};
        default:
            return {Io::kEnd, 0};
    }
}

Io Transport::handshake() {
    const Io io = tls_outcome(SSL_do_handshake(ssl_));
    if (io.kind == Io::kEnd) die(kBroken, "TLS handshake failed: %s", ERR_reason_error_string(ERR_peek_error()));
    return io;
}

Io Transport::read(void* to, size_t size) {
    if (ssl_) return tls_outcome(SSL_read(ssl_, to, int(size)));
    const ssize_t n = recv(fd_, to, size, 0);
    if (n > 0) return {Io::kDone, size_t(n)};
    return {n < 0 && errno == EAGAIN ? Io::kWantRead : Io::kEnd, 0};
}

Io Transport::write(const void* from, size_t size) {
    if (ssl_) return tls_outcome(SSL_write(ssl_, from, int(size)));
    const ssize_t n = send(fd_, from, size, MSG_NOSIGNAL);
    if (n >= 0) return {Io::kDone, size_t(n)};
    return {errno == EAGAIN ? Io::kWantWrite : Io::kEnd, 0};
}

bool Transport::has_pending() const {
    return ssl_ && SSL_has_pending(ssl_);
}

void Transport::close() {
    if (ssl_) SSL_free(ssl_);
    if (fd_ >= 0) ::close(fd_);
    ssl_ = nullptr;
    fd_ = -1;
}

std::string Transport::tls_name() const {
    return ssl_ ? std::string(SSL_get_version(ssl_)) + " " + SSL_get_cipher(ssl_) : std::string();
}

}  // namespace bench
