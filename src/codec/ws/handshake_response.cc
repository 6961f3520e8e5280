#include "base/misuse.h"
#include "codec/ws/handshake.h"

namespace ue::codec {

const Type ConnectResponse::kType = {"Protocol::WebSocket::Fast::ConnectResponse", &Response::kType};

void ConnectResponse::set_ws_protocol(std::string_view text) {
    if (!Headers::valid_value(text))
        throw Misuse("value can't be part of a header: it has control characters" + got(text));
    ws_protocol_ = text;
    has_protocol_ = true;
}

void ConnectResponse::set_ws_extensions(Extensions list) {
    ws_extensions_ = std::move(list);
    has_extensions_ = true;
}

namespace {
bool listed(const Extensions& list, const std::string& name) {
    for (const Extension& e : list)
        if (e.name == name) return true;
    return false;
}

// One of those asked for (RFC 6455 section 4.1), or, as older servers answer, all of them.
bool protocol_offered(const std::string& asked, std::string_view chosen) {
    return asked == chosen || any_list_element(asked, [&](std::string_view one) { return one == chosen; });
}
}  // namespace

std::optional<DeflateAgreement> ConnectResponse::examine(const ConnectRequest& request, const DeflateConfig* offer,
                                                         const ErrorCode& reader_error) {
    error_ = reader_error ? reader_error : check(request, offer);
    if (error_ || !offer) return std::nullopt;
    DeflateAgreement agreed;
    switch (deflate_check(ws_extensions_, *offer, agreed)) {
        case Negotiated::kNo:
            return std::nullopt;
        case Negotiated::kYes:
            return agreed;
        case Negotiated::kFailed:
            break;
    }
    error_ = WsError::kDeflateNegotiationFailed;
    return std::nullopt;
}

ErrorCode ConnectResponse::check(const ConnectRequest& request, const DeflateConfig* offer) {
    const Headers& h = headers();
    if (code() == 426) {
        int version = 0;
        for (const char c : h.get("Sec-WebSocket-Version")) {
            if (c < '0' || c > '9' || version > 255) break;
            version = version * 10 + c - '0';
        }
        ws_version_ = version;
        return WsError::kUnsupportedVersion;
    }
    if (code() != 101) return WsError::kResponseCode101;
    if (!h.has_token("Connection", "upgrade")) return WsError::kConnectionMustbeUpgrade;
    if (!h.has_token("Upgrade", "websocket")) return WsError::kUpgradeMustbeWebsocket;
    const std::string_view accept = h.get("Sec-WebSocket-Accept");
    if (h.count("Sec-WebSocket-Accept") != 1 || accept != websocket_accept(request.ws_key())) {
        return WsError::kSecAcceptMissing;
    }
    ws_accept_key_ = accept;

    const size_t protocols = h.count("Sec-WebSocket-Protocol");
    if (protocols) {
        ws_protocol_ = h.get("Sec-WebSocket-Protocol");
        if (protocols > 1 || !protocol_offered(request.protocols(), ws_protocol_)) return WsError::kSubprotocolMismatch;
    }
    for (const std::string_view value : h.get_all("Sec-WebSocket-Extensions"))
        parse_extensions(value, ws_extensions_);
    const Extensions offered = request.offered(offer);
    for (const Extension& e : ws_extensions_) {
        // Compression that is switched off here is none of our business: its frames will be refused.
        if (!listed(offered, e.name) && e.name != kDeflateName) return WsError::kExtensionMismatch;
    }
    return {};
}

// ---- server

namespace {
// What a user's own headers may not say in a 101, or what is said already.
bool reserved_in_acceptance(std::string_view name) {
    for (const char* taken :
         {"Upgrade", "Connection", "Sec-WebSocket-Accept", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions",
          "Sec-WebSocket-Key", "Sec-WebSocket-Version", "Content-Length", "Transfer-Encoding", "Set-Cookie"}) {
        if (equals_nocase(name, taken)) return true;
    }
    return false;
}

void add_header(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

// RFC 6455 section 4.2.2: one value. Whoever offers a list prefers its first.
std::string_view chosen_protocol(const ConnectRequest& request, const ConnectResponse* custom) {
    if (custom && custom->has_ws_protocol()) return custom->ws_protocol();
    if (custom && custom->headers().has("Sec-WebSocket-Protocol"))
        return custom->headers().get("Sec-WebSocket-Protocol");
    const std::string_view asked = request.ws_protocol();
    std::string_view first = trim_blanks(asked);
    any_list_element(asked, [&](std::string_view one) {
        first = one;
        return true;
    });
    return first;
}
}  // namespace

std::optional<DeflateAgreement> write_acceptance(const ConnectRequest& request, ConnectResponse* custom,
                                                 const DeflateConfig* deflate, std::string& out) {
    // A list of the user's own decides whether there is compression; how, is between the request and the settings.
    if (custom && custom->has_ws_extensions() && !listed(custom->ws_extensions(), kDeflateName)) deflate = nullptr;
    DeflateAgreement agreed;
    Extension answer;
    const bool compressed =
        deflate && deflate_accept(request.ws_extensions(), *deflate, answer, agreed) == Negotiated::kYes;

    out += "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n";
    add_header(out, "Sec-WebSocket-Accept", websocket_accept(request.ws_key()));
    const std::string_view protocol = chosen_protocol(request, custom);
    if (!protocol.empty()) add_header(out, "Sec-WebSocket-Protocol", protocol);
    if (compressed) add_header(out, "Sec-WebSocket-Extensions", format_extensions({answer}));
    if (!custom || !custom->headers().has("Server")) add_header(out, "Server", kServerName);
    if (custom) {
        for (const auto& [name, value] : custom->headers()) {
            if (!reserved_in_acceptance(name)) add_header(out, name, value);
        }
        const std::string_view host = request.headers().get("Host");
        for (const auto& [name, cookie] : custom->cookies()) {
            out += "Set-Cookie: ";
            append_set_cookie(name, cookie, host, out);
            out += "\r\n";
        }
    }
    out += "Content-Length: 0\r\n\r\n";
    if (!compressed) return std::nullopt;
    return agreed;
}

namespace {
constexpr int kBadRequest = 400, kUpgradeRequired = 426;

void complete(Response& r, const std::string& default_body) {
    if (r.body().empty()) r.set_body(default_body);
    if (!r.headers().has("Content-Type")) r.headers().add("Content-Type", "text/plain");
}

void fill_default(Response& r, const ErrorCode& error) {
    if (error == ErrorCode(WsError::kUnsupportedVersion)) {
        r.set_code(kUpgradeRequired);
        r.set_message("Upgrade Required");
        r.headers().add("Upgrade", "websocket");  // RFC 9110 section 15.5.22
        r.headers().add("Sec-WebSocket-Version", std::to_string(kWebSocketVersion));
        return complete(r, "426 Upgrade Required");
    }
    r.set_code(kBadRequest);
    r.set_message("Bad Request");
    complete(r, "400 Bad Request\n" + error.to_string());
}

void fill_custom(Response& r, Response& custom) {
    r.headers() = custom.headers();
    for (const auto& [name, cookie] : custom.cookies())
        r.set_cookie(name, cookie);
    r.set_body(custom.body());
    r.set_code(custom.code() ? custom.code() : kBadRequest);
    const std::string_view usual = reason_phrase(r.code());
    r.set_message(!custom.message().empty() ? std::string_view(custom.message()) : usual.empty() ? "Unknown" : usual);
    complete(r, std::to_string(r.code()) + " " + r.message());
}
}  // namespace

void write_refusal(const ConnectRequest& request, Response* custom, std::string& out) {
    auto response = make<Response>();
    Response::Context context;
    context.close = true;
    if (request.error() || !custom) {
        fill_default(*response, request.error());
    } else {
        fill_custom(*response, *custom);
        context.request = &request;
    }
    response->serialise(out, context);
}

}  // namespace ue::codec
