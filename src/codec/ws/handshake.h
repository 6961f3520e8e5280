// The opening handshake (RFC 6455 section 4): a request to upgrade, its examination by the server, the answer, and its
// examination by the client. Nothing here reads: requests and responses come from the readers of codec/http, whose
// make_request()/make_response() may make these classes at once.
//
// Server                                          Client
//   request.examine()  or  received(http request)   request.serialise_handshake(...)
//   write_acceptance() or  write_refusal()          response.examine(request, ...)
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "codec/http/request.h"
#include "codec/http/response.h"
#include "codec/ws/config.h"
#include "codec/ws/deflate.h"
#include "codec/ws/extensions.h"

namespace ue::codec {

constexpr int kWebSocketVersion = 13;
extern const char kServerName[];  // the default of Server and User-Agent

// base64(sha1(key . GUID)), what proves that a server speaks the protocol.
std::string websocket_accept(std::string_view key);

class ConnectRequest : public Request {
  public:
    static const Type kType;  // "Protocol::WebSocket::Fast::ConnectRequest"
    const Type& type() const override { return kType; }

    // ---- what both sides look at; setters are for the client. Misuse for text that cannot stand in a header.
    const std::string& ws_key() const { return ws_key_; }
    void set_ws_key(std::string_view key);
    int ws_version() const { return ws_version_; }  // 0 until set, received or sent
    void set_ws_version(int version) { ws_version_ = version; }
    const std::string& ws_protocol() const { return ws_protocol_; }  // the whole header value
    void set_ws_protocol(std::string_view text);
    const Extensions& ws_extensions() const { return ws_extensions_; }
    void set_ws_extensions(Extensions list) { ws_extensions_ = std::move(list); }
    bool ws_version_supported() const { return version_supported_; }
    const ErrorCode& error() const { return error_; }

    // ---- server
    // A request received elsewhere (by an HTTP server), examined. Its headers, target and so on are copied.
    static Ref<ConnectRequest> received(const Request& request);
    // This object was filled by a reader, which reported `reader_error` or nothing. Checks, in the order of RFC 6455
    // section 4.2.1, and fills in the properties; the first thing that is wrong becomes error().
    void examine(const ErrorCode& reader_error = {});
    void set_error(ErrorCode error) { error_ = std::move(error); }

    // ---- client
    // Appends the request text. `offer`: compression is offered with these settings, unless ws_extensions() does so
    // already. The key is chosen once, so a second call gives the same bytes. Throws Misuse: no uri, no host, a scheme
    // other than ws and wss, a body.
    void serialise_handshake(const DeflateConfig* offer, std::string& out);

    // What this request asks for, properties and plain headers together; with the offer that goes with it.
    std::string protocols() const;
    Extensions offered(const DeflateConfig* offer) const;

  private:
    ErrorCode check();
    Headers handshake_headers(const DeflateConfig* offer);
    std::string ws_key_;
    std::string ws_protocol_;
    Extensions ws_extensions_;
    int ws_version_ = 0;
    bool version_supported_ = true;
    ErrorCode error_;
};

class ConnectResponse : public Response {
  public:
    static const Type kType;  // "Protocol::WebSocket::Fast::ConnectResponse"
    const Type& type() const override { return kType; }

    const std::string& ws_accept_key() const { return ws_accept_key_; }
    int ws_version() const { return ws_version_; }  // what a 426 asks for
    // Not set means: as the request has it.
    const std::string& ws_protocol() const { return ws_protocol_; }
    bool has_ws_protocol() const { return has_protocol_; }
    void set_ws_protocol(std::string_view text);
    const Extensions& ws_extensions() const { return ws_extensions_; }
    bool has_ws_extensions() const { return has_extensions_; }
    void set_ws_extensions(Extensions list);
    const ErrorCode& error() const { return error_; }
    void set_error(ErrorCode error) { error_ = std::move(error); }

    // Client: this object was filled by a reader, which reported `reader_error` or nothing, and answers `request`, sent
    // with `offer`. Returns the compression agreed on, if any; error() tells whether the connection may be used at all.
    std::optional<DeflateAgreement> examine(const ConnectRequest& request, const DeflateConfig* offer,
                                            const ErrorCode& reader_error = {});

  private:
    ErrorCode check(const ConnectRequest& request, const DeflateConfig* offer);
    std::string ws_accept_key_;
    std::string ws_protocol_;
    Extensions ws_extensions_;
    int ws_version_ = 0;
    bool has_protocol_ = false;
    bool has_extensions_ = false;
    ErrorCode error_;
};

// Server, request without error: appends the 101. `custom` (may be null, is not changed) adds headers and cookies and
// chooses the subprotocol; its code, message and body do not count. Returns the compression agreed on, if any;
// `deflate` null: none is wanted.
std::optional<DeflateAgreement> write_acceptance(const ConnectRequest& request, ConnectResponse* custom,
                                                 const DeflateConfig* deflate, std::string& out);

// Server: appends an error response. A request with an error gets the answer that belongs to it, `custom` is then
// ignored; otherwise `custom` (not null, is not changed but for its cookies being parsed) is completed and sent.
// The connection is to be closed behind it.
void write_refusal(const ConnectRequest& request, Response* custom, std::string& out);

}  // namespace ue::codec
