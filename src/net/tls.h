// A TLS connection without a socket: sealed bytes in, sealed bytes out, plain bytes on the other side.
// No OpenSSL type shows here; an SSL is a void*.
#pragma once
#include <memory>
#include <string>
#include <string_view>

#include "base/error.h"

namespace ue::net {

class SslContext;

// Empties OpenSSL's error queue; its last entry, or none.
ErrorCode take_openssl_error();

class TlsFilter {
  public:
    // `host`: the name asked for (SNI), and checked if the context says so; may be empty or an address. Null if OpenSSL
    // fails, with the error.
    static std::unique_ptr<TlsFilter> make(const SslContext& context, bool server, const std::string& host,
                                           ErrorCode* error);
    ~TlsFilter();
    TlsFilter(const TlsFilter&) = delete;

    enum class Result {
        kOk,
        kWantMore,  // all that was fed is used up
        kEof,       // close alert
        kError,     // see error()
    };
    // Bytes from the network. They are read where they lie by the calls below; what these leave is copied by stash().
    void feed(const char* data, size_t size);
    void stash();
    bool waiting() const;  // something fed has not been read yet
    Result handshake();
    // Fills `into` until it is full (kOk) or nothing more can be had.
    Result read(char* into, size_t room, size_t* got);
    Result write(const char* data, size_t size);       // all of it
    void close();                                      // the close alert
    const ErrorCode& error() const { return error_; }  // of category ssl or openssl

    std::string sealed;  // output of all calls above; whoever sends it clears it

  private:
    explicit TlsFilter(void* ssl) : ssl_(ssl) {}
    size_t take_input(char* into, size_t room);
    Result outcome(int returned);
    friend struct TlsBio;

    void* ssl_;
    const char* in_ = nullptr;
    size_t in_size_ = 0;
    std::string stash_;
    ErrorCode error_;
};

}  // namespace ue::net
