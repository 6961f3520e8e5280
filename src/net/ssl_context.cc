#include "net/ssl_context.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "net/errors.h"
#include "net/tls.h"

namespace ue::net {

const Type SslContext::kType = {"UniEvent::SslContext", &Object::kType};

namespace {

std::string openssl_message(int value) {
    char text[256];
    ERR_error_string_n(static_cast<unsigned>(value), text, sizeof text);
    return text;
}

std::string ssl_message(int) {
    return "generic ssl error";
}

template <class T, void (*kFree)(T*)>
struct Freer {
    void operator()(T* p) const { kFree(p); }
};
void free_bio(BIO* b) {
    BIO_free(b);
}
using BioPtr = std::unique_ptr<BIO, Freer<BIO, free_bio>>;
using X509Ptr = std::unique_ptr<X509, Freer<X509, X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY, EVP_PKEY_free>>;

SSL_CTX* of(void* ctx) {
    return static_cast<SSL_CTX*>(ctx);
}

bool is_text(const std::string& value) {
    return value.find("-----BEGIN") != std::string::npos;
}

// Without this OpenSSL would ask at the terminal.
int give_passphrase(char* into, int room, int, void* phrase) {
    const auto& text = *static_cast<const std::string*>(phrase);
    if (text.empty() || text.size() > static_cast<size_t>(room)) return -1;
    std::memcpy(into, text.data(), text.size());
    return static_cast<int>(text.size());
}

// Fills an SSL_CTX setting by setting; the first failure stays.
class Builder {
  public:
    explicit Builder(const SslContext::Settings& settings)
        : set_(settings), ctx_(SSL_CTX_new(TLS_method())) {}  // either way: it may serve and connect
    ~Builder() { SSL_CTX_free(ctx_); }

    bool build() {
        ERR_clear_error();
        if (!ctx_) return fail("ssl", "");
        return limits() && certificate() && key() && chain() && trust();
    }
    SSL_CTX* release() {
        SSL_CTX* ctx = ctx_;
        ctx_ = nullptr;
        return ctx;
    }
    ErrorCode error;
    std::string problem;

  private:
    // `value` is the setting's: a file name, or text, which is not repeated.
    bool fail(const char* setting, const std::string& value, const char* why = nullptr) {
        ErrorCode cause = take_openssl_error();
        return fail(setting, value, cause ? cause : system_error(EINVAL), why);
    }
    bool fail(const char* setting, const std::string& value, const ErrorCode& cause, const char* why) {
        problem = setting;
        if (!value.empty()) problem += is_text(value) ? ": (text)" : ": " + value;
        problem += ": ";
        if (why) problem += why;
        if (!why || cause.category().name != generic_category.name)
            problem += (why ? std::string(" (") : std::string()) + cause.message() + (why ? ")" : "");
        error = ErrorCode(NetError::kSslError, cause);
        return false;
    }

    bool open(const char* setting, const std::string& value, BioPtr& out) {
        if (is_text(value)) {
            out.reset(BIO_new_mem_buf(value.data(), static_cast<int>(value.size())));
            return out || fail(setting, value);
        }
        FILE* file = std::fopen(value.c_str(), "rb");
        if (!file) return fail(setting, value, system_error(errno), nullptr);
        out.reset(BIO_new_fp(file, BIO_CLOSE));
        if (!out) std::fclose(file);
        return out || fail(setting, value);
    }

    bool limits() {
        static const struct {
            const char* name;
            int version;
        } kVersions[] = {
            {"1.0", TLS1_VERSION}, {"1.1", TLS1_1_VERSION}, {"1.2", TLS1_2_VERSION}, {"1.3", TLS1_3_VERSION}};
        std::string_view wanted = set_.min_version;
        if (wanted.substr(0, 4) == "TLSv") wanted.remove_prefix(4);
        int version = 0;
        for (const auto& v : kVersions)
            if (wanted == v.name) version = v.version;
        if (!version || !SSL_CTX_set_min_proto_version(ctx_, version))
            return fail("min_version", set_.min_version, "no such TLS version");
        SSL_CTX_set_default_passwd_cb(ctx_, give_passphrase);
        SSL_CTX_set_default_passwd_cb_userdata(ctx_, const_cast<std::string*>(&set_.passphrase));
        // Tickets carry all that is needed to resume; a cache here would only grow.
        SSL_CTX_set_session_cache_mode(ctx_, SSL_SESS_CACHE_OFF);
        if (!set_.session_tickets) {
            SSL_CTX_set_options(ctx_, SSL_OP_NO_TICKET);
            SSL_CTX_set_num_tickets(ctx_, 0);
        }
        return true;
    }

    bool certificate() {
        if (set_.cert.empty()) return !set_.server || fail("cert", "", "a server needs a certificate");
        BioPtr in;
        if (!open("cert", set_.cert, in)) return false;
        const X509Ptr cert(PEM_read_bio_X509_AUX(in.get(), nullptr, give_passphrase, passphrase()));
        if (!cert || !SSL_CTX_use_certificate(ctx_, cert.get()))
            return fail("cert", set_.cert, cert ? nullptr : "no certificate in PEM format");
        return more_of_chain("cert", set_.cert, in.get());
    }

    bool more_of_chain(const char* setting, const std::string& value, BIO* in) {
        for (;;) {
            X509Ptr next(PEM_read_bio_X509(in, nullptr, give_passphrase, passphrase()));
            if (!next) break;
            if (!SSL_CTX_add0_chain_cert(ctx_, next.get())) return fail(setting, value);
            next.release();
        }
        const bool at_end = ERR_GET_REASON(ERR_peek_last_error()) == PEM_R_NO_START_LINE;
        if (!at_end) return fail(setting, value);
        ERR_clear_error();
        return true;
    }

    bool key() {
        if (set_.cert.empty()) return true;
        const std::string& from = set_.key.empty() ? set_.cert : set_.key;
        BioPtr in;
        if (!open("key", from, in)) return false;
        const KeyPtr key(PEM_read_bio_PrivateKey(in.get(), nullptr, give_passphrase, passphrase()));
        if (!key) {
            const unsigned long why = ERR_peek_last_error();
            const bool none = ERR_GET_REASON(why) == PEM_R_NO_START_LINE || ERR_GET_LIB(why) == ERR_LIB_OSSL_DECODER;
            return fail("key", from,
                        none ? "no private key in PEM format" : "cannot be read, is the passphrase right?");
        }
        if (!SSL_CTX_use_PrivateKey(ctx_, key.get()) || !SSL_CTX_check_private_key(ctx_))
            return fail("key", from, "does not belong to the certificate");
        return true;
    }

    bool chain() {
        if (set_.chain.empty()) return true;
        BioPtr in;
        return open("chain", set_.chain, in) && more_of_chain("chain", set_.chain, in.get());
    }

    bool trust() {
        int mode = SSL_VERIFY_NONE;
        if (set_.verify != SslContext::Verify::kNone) mode = SSL_VERIFY_PEER;
        if (set_.verify == SslContext::Verify::kRequired) mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
        SSL_CTX_set_verify(ctx_, mode, nullptr);
        static const unsigned char kSessions[] = "UniEvent";
        SSL_CTX_set_session_id_context(ctx_, kSessions, sizeof kSessions - 1);
        if (set_.ca.empty()) return mode == SSL_VERIFY_NONE || SSL_CTX_set_default_verify_paths(ctx_) || fail("ca", "");
        if (is_text(set_.ca)) return trust_text();
        struct stat info;
        if (::stat(set_.ca.c_str(), &info)) return fail("ca", set_.ca, system_error(errno), nullptr);
        const bool loaded = S_ISDIR(info.st_mode) ? SSL_CTX_load_verify_dir(ctx_, set_.ca.c_str())
                                                  : SSL_CTX_load_verify_file(ctx_, set_.ca.c_str());
        return loaded || fail("ca", set_.ca, "no certificate in PEM format");
    }

    bool trust_text() {
        BioPtr in;
        if (!open("ca", set_.ca, in)) return false;
        int count = 0;
        for (;; ++count) {
            const X509Ptr cert(PEM_read_bio_X509_AUX(in.get(), nullptr, give_passphrase, passphrase()));
            if (!cert) break;
            if (!X509_STORE_add_cert(SSL_CTX_get_cert_store(ctx_), cert.get())) return fail("ca", set_.ca);
        }
        if (!count) return fail("ca", set_.ca, "no certificate in PEM format");
        ERR_clear_error();
        return true;
    }

    void* passphrase() { return const_cast<std::string*>(&set_.passphrase); }

    const SslContext::Settings& set_;
    SSL_CTX* ctx_;
};

}  // namespace

const ErrorCategory ssl_category = {"unievent-ssl", ssl_message};
const ErrorCategory openssl_category = {"unievent-openssl", openssl_message};

ErrorCode take_openssl_error() {
    const unsigned long last = ERR_peek_last_error();
    ERR_clear_error();
    return last ? ErrorCode(static_cast<int>(last), openssl_category) : ErrorCode();
}

SslContext::~SslContext() {
    SSL_CTX_free(of(ctx_));
}

Expected<Ref<SslContext>> SslContext::create(const Settings& settings, std::string* problem) {
    Builder builder(settings);
    if (!builder.build()) {
        if (problem) *problem = builder.problem;
        return builder.error;
    }
    SSL_CTX* ctx = builder.release();
    SSL_CTX_set_default_passwd_cb_userdata(ctx, nullptr);
    SSL_CTX_set_default_passwd_cb(ctx, nullptr);
    Ref<SslContext> out(new SslContext(ctx));
    out->verifies_name_ = settings.verify != Verify::kNone;  // asked when connecting only
    return out;
}

Ref<SslContext> SslContext::adopt(void* ssl_ctx) {
    SSL_CTX_up_ref(of(ssl_ctx));
    return new SslContext(ssl_ctx);
}

Ref<SslContext> SslContext::default_client() {
    thread_local Ref<SslContext> shared;
    if (!shared) {
        SSL_CTX* ctx = SSL_CTX_new(TLS_client_method());
        if (!ctx) return nullptr;
        SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, nullptr);
        shared = new SslContext(ctx);
    }
    return shared;
}

bool SslContext::can_serve() const {
    return SSL_CTX_get0_certificate(of(ctx_)) && SSL_CTX_get0_privatekey(of(ctx_));
}

}  // namespace ue::net
