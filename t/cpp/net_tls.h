// Certificates made on the spot, for the TLS tests. The only OpenSSL in t/cpp.
#pragma once
#include <string>

namespace net_test {

struct Identity {
    std::string cert, key;  // PEM
};

// `issuer` null: self-signed. Without a name check a client may use them for anything.
Identity make_identity(const std::string& common_name, const Identity* issuer = nullptr,
                       const std::string& passphrase = {});

}  // namespace net_test
