#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <climits>
#include <cstring>
#include <new>

#include "net/errors.h"
#include "net/sockaddr.h"
#include "net/ssl_context.h"

namespace ue::net {

// OpenSSL's view of a filter: input is what was fed, output goes to `sealed`.
struct TlsBio {
    static TlsFilter* filter(BIO* bio) { return static_cast<TlsFilter*>(BIO_get_data(bio)); }

    static int read(BIO* bio, char* into, int room) {
        BIO_clear_retry_flags(bio);
        const size_t got = filter(bio)->take_input(into, static_cast<size_t>(room));
        if (got) return static_cast<int>(got);
        BIO_set_retry_read(bio);
        return -1;
    }
    static int write(BIO* bio, const char* data, int size) {
        BIO_clear_retry_flags(bio);
        try {
            filter(bio)->sealed.append(data, static_cast<size_t>(size));
        } catch (const std::bad_alloc&) {  // not through OpenSSL: the write fails
            return -1;
        }
        return size;
    }
    static long ctrl(BIO*, int command, long, void*) { return command == BIO_CTRL_FLUSH; }

    static BIO_METHOD* make_method() {
        BIO_METHOD* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "stream");
        BIO_meth_set_read(m, read);
        BIO_meth_set_write(m, write);
        BIO_meth_set_ctrl(m, ctrl);
        return m;
    }
};

namespace {

SSL* of(void* ssl) {
    return static_cast<SSL*>(ssl);
}

bool name_peer(SSL* ssl, const std::string& host, bool verify) {
    if (host.empty()) return true;
    const bool is_address = static_cast<bool>(SockAddr::from_ip(host, 0));
    if (!is_address && !SSL_set_tlsext_host_name(ssl, host.c_str())) return false;
    if (!verify) return true;
    X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
    return is_address ? X509_VERIFY_PARAM_set1_ip_asc(param, host.c_str())
                      : X509_VERIFY_PARAM_set1_host(param, host.c_str(), host.size());
}

}  // namespace

std::unique_ptr<TlsFilter> TlsFilter::make(const SslContext& context, bool server, const std::string& host,
                                           ErrorCode* error) {
    static BIO_METHOD* const method = TlsBio::make_method();
    ERR_clear_error();
    SSL* ssl = SSL_new(static_cast<SSL_CTX*>(context.native()));
    BIO* bio = ssl ? BIO_new(method) : nullptr;
    if (!bio || (!server && !name_peer(ssl, host, context.verifies_name()))) {
        *error = take_openssl_error();
        BIO_free(bio);
        SSL_free(ssl);
        return nullptr;
    }
    std::unique_ptr<TlsFilter> filter(new TlsFilter(ssl));
    BIO_set_data(bio, filter.get());
    BIO_set_init(bio, 1);
    SSL_set_bio(ssl, bio, bio);
    // Renegotiation: a peer could make us do the expensive half of a handshake over and over.
    SSL_set_options(ssl, SSL_OP_NO_RENEGOTIATION);
    // Record buffers, 33 KiB a connection, only while there is a record.
    SSL_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (server)
        SSL_set_accept_state(ssl);
    else
        SSL_set_connect_state(ssl);
    return filter;
}

TlsFilter::~TlsFilter() {
    SSL_free(of(ssl_));
}

void TlsFilter::feed(const char* data, size_t size) {
    if (in_size_) {
        std::string all(in_, in_size_);
        all.append(data, size);
        stash_.swap(all);
        in_ = stash_.data();
        in_size_ = stash_.size();
        return;
    }
    std::string().swap(stash_);
    in_ = data;
    in_size_ = size;
}

void TlsFilter::stash() {
    std::string left(in_, in_size_);
    stash_.swap(left);
    in_ = stash_.data();
}

bool TlsFilter::waiting() const {
    return in_size_ || SSL_pending(of(ssl_));
}

size_t TlsFilter::take_input(char* into, size_t room) {
    const size_t size = std::min(room, in_size_);
    if (!size) return 0;
    std::memcpy(into, in_, size);
    in_ += size;
    in_size_ -= size;
    return size;
}

TlsFilter::Result TlsFilter::outcome(int returned) {
    if (returned > 0) return Result::kOk;
    const int reason = SSL_get_error(of(ssl_), returned);
    if (reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE) return Result::kWantMore;
    in_size_ = 0;
    if (reason == SSL_ERROR_ZERO_RETURN) return Result::kEof;
    error_ = take_openssl_error();
    if (!error_) error_ = ErrorCode(reason, ssl_category);
    return Result::kError;
}

TlsFilter::Result TlsFilter::handshake() {
    ERR_clear_error();
    return outcome(SSL_do_handshake(of(ssl_)));
}

TlsFilter::Result TlsFilter::read(char* into, size_t room, size_t* got) {
    ERR_clear_error();
    *got = 0;
    while (*got < room) {
        const int size = static_cast<int>(std::min<size_t>(room - *got, INT_MAX));
        const int n = SSL_read(of(ssl_), into + *got, size);
        if (n <= 0) return outcome(n);
        *got += static_cast<size_t>(n);
    }
    return Result::kOk;
}

TlsFilter::Result TlsFilter::write(const char* data, size_t size) {
    ERR_clear_error();
    while (size) {
        const int n = SSL_write(of(ssl_), data, static_cast<int>(std::min<size_t>(size, INT_MAX)));
        if (n <= 0) return outcome(n);
        data += n;
        size -= static_cast<size_t>(n);
    }
    return Result::kOk;
}

void TlsFilter::close() {
    ERR_clear_error();
    SSL_shutdown(of(ssl_));
    ERR_clear_error();
}

}  // namespace ue::net
