// What a TLS connection is made from: certificate, key, trust, protocol limits. Shared by many streams.
// No OpenSSL type shows here: an SSL_CTX is a void*.
#pragma once
#include <string>

#include "base/error.h"
#include "base/object.h"

namespace ue::net {

class SslContext : public Object {
  public:
    static const Type kType;  // "UniEvent::SslContext"
    const Type& type() const override { return kType; }

    enum class Verify {
        kNone,      // any certificate, or none, will do
        kPeer,      // one that is shown must be valid; clients check the server's (and its name)
        kRequired,  // servers: a client without a valid certificate is turned away
    };

    // Where a value is a file name or PEM text, text is told by its "-----BEGIN".
    struct Settings {
        std::string cert;        // the certificate, perhaps followed by its chain
        std::string key;         // of the certificate; empty: in the same place
        std::string chain;       // further certificates to show
        std::string ca;          // whom to trust: a file, a directory or text; empty with verification: the system's
        std::string passphrase;  // of the key
        Verify verify = Verify::kNone;
        std::string min_version = "1.2";  // "1.0" .. "1.3", or "TLSv1.0" ..
        bool session_tickets = true;
        bool server = true;  // false: for connecting, where cert is not needed
    };
    // The error is ssl_error over OpenSSL's or the system's. `problem` gets a sentence for people: the setting, the
    // file, the reason.
    static Expected<Ref<SslContext>> create(const Settings& settings, std::string* problem = nullptr);

    // Shares a foreign SSL_CTX: raises its count.
    static Ref<SslContext> adopt(void* ssl_ctx);
    // For connecting without verification; one per thread.
    static Ref<SslContext> default_client();

    bool can_serve() const;  // has a certificate and its key
    bool verifies_name() const { return verifies_name_; }
    void* native() const { return ctx_; }  // SSL_CTX*

  protected:
    explicit SslContext(void* owned_ssl_ctx) : ctx_(owned_ssl_ctx) {}
    ~SslContext() override;

  private:
    void* ctx_;
    bool verifies_name_ = false;
};

}  // namespace ue::net
