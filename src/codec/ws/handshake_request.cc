#include "base/digest.h"
#include "base/misuse.h"
#include "codec/ws/handshake.h"

namespace ue::codec {

const Type ConnectRequest::kType = {"Protocol::WebSocket::Fast::ConnectRequest", &Request::kType};
const char kServerName[] = "Panda-WebSocket";

std::string websocket_accept(std::string_view key) {
    std::string text(key);
    text += "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    return base64_encode(sha1(text));
}

namespace {
std::string checked(std::string_view value) {
    if (!Headers::valid_value(value))
        throw Misuse("value can't be part of a header: it has control characters" + got(value));
    return std::string(value);
}

// 16 octets in base64. The unused bits of the last letter are not looked at: nobody decodes the key.
bool is_key(std::string_view text) {
    if (text.size() != 24 || text.substr(22) != "==") return false;
    for (const char c : text.substr(0, 22)) {
        const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (!letter && c != '+' && c != '/') return false;
    }
    return true;
}

int parse_version(std::string_view text) {
    int version = 0;
    if (text.empty() || text.size() > 5) return 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return 0;
        version = version * 10 + c - '0';
    }
    return version;
}

bool announces_body(const Headers& headers) {
    const std::string_view length = headers.get("Content-Length");
    return length.find_first_not_of('0') != std::string_view::npos;
}
}  // namespace

void ConnectRequest::set_ws_key(std::string_view key) {
    ws_key_ = checked(key);
}
void ConnectRequest::set_ws_protocol(std::string_view text) {
    ws_protocol_ = checked(text);
}

// ---- server

Ref<ConnectRequest> ConnectRequest::received(const Request& request) {
    auto copy = make<ConnectRequest>();
    copy->headers() = request.headers();
    copy->append_target(request.target());
    copy->set_method(static_cast<int>(request.method()));
    if (request.http_version()) copy->set_http_version(request.http_version());
    copy->set_chunked(request.chunked());
    copy->set_body(request.body());
    copy->examine();
    return copy;
}

void ConnectRequest::examine(const ErrorCode& reader_error) {
    error_ = reader_error ? reader_error : check();
}

ErrorCode ConnectRequest::check() {
    const Headers& h = headers();
    if (raw_method() != Method::kGet) return WsError::kMethodMustbeGet;
    if (http_version() != 11) return WsError::kHttp11Required;
    if (!body().empty() || chunked() || announces_body(h)) return WsError::kBodyProhibited;
    if (!h.has_token("Connection", "upgrade")) return WsError::kConnectionMustbeUpgrade;
    if (!h.has_token("Upgrade", "websocket")) return WsError::kUpgradeMustbeWebsocket;

    ws_key_ = h.get("Sec-WebSocket-Key");
    if (h.count("Sec-WebSocket-Key") != 1 || !is_key(ws_key_)) return WsError::kSecAcceptMissing;
    ws_version_ = parse_version(h.get("Sec-WebSocket-Version"));
    version_supported_ = ws_version_ == kWebSocketVersion;
    if (!version_supported_) return WsError::kUnsupportedVersion;

    ws_protocol_ = protocols();
    for (const std::string_view value : h.get_all("Sec-WebSocket-Extensions"))
        parse_extensions(value, ws_extensions_);
    return {};
}

// ---- client

// What is or was asked for: set as a property, or else as plain headers.
std::string ConnectRequest::protocols() const {
    if (!ws_protocol_.empty()) return ws_protocol_;
    std::string all;
    for (const std::string_view value : headers().get_all("Sec-WebSocket-Protocol")) {
        if (!all.empty()) all += ", ";
        all += value;
    }
    return all;
}

Extensions ConnectRequest::offered(const DeflateConfig* offer) const {
    Extensions list = ws_extensions_;
    for (const std::string_view value : headers().get_all("Sec-WebSocket-Extensions"))
        parse_extensions(value, list);
    if (!offer) return list;
    for (const Extension& e : list)
        if (e.name == kDeflateName) return list;
    list.push_back(deflate_offer(*offer));
    return list;
}

// The head as it goes out: what the protocol asks for, then what the user has put in.
Headers ConnectRequest::handshake_headers(const DeflateConfig* offer) {
    if (ws_key_.empty()) {
        char octets[16];
        random_bytes(octets, sizeof octets);
        ws_key_ = base64_encode({octets, sizeof octets});
    }
    if (ws_version_ == 0) ws_version_ = kWebSocketVersion;

    const Ref<Uri> host = uri()->clone();
    host->set_port(0);
    const auto own_or = [this](std::string_view name, const std::string& value) {
        const std::string_view own = headers().get(name);
        return own.data() ? std::string(own) : value;
    };
    Headers out;
    out.add("Host", own_or("Host", host->explicit_location()));
    out.add("Connection", "Upgrade");
    out.add("Upgrade", "websocket");
    out.add("Sec-WebSocket-Version", std::to_string(ws_version_));
    out.add("Sec-WebSocket-Key", ws_key_);
    out.add("User-Agent", own_or("User-Agent", kServerName));
    const std::string extensions = format_extensions(offered(offer)), protocol = protocols();
    if (!extensions.empty()) out.add("Sec-WebSocket-Extensions", extensions);
    if (!protocol.empty()) out.add("Sec-WebSocket-Protocol", protocol);
    const size_t ours = out.count();
    for (const auto& [name, value] : headers()) {
        bool taken = equals_nocase(name, "Sec-WebSocket-Extensions") || equals_nocase(name, "Content-Length") ||
                     equals_nocase(name, "Transfer-Encoding");
        for (size_t i = 0; i < ours && !taken; ++i)
            taken = equals_nocase(out[i].name, name);
        if (!taken) out.add(name, value);
    }
    return out;
}

void ConnectRequest::serialise_handshake(const DeflateConfig* offer, std::string& out) {
    Uri* const target = uri();
    if (!target || target->host().empty())
        throw Misuse("no host in uri" + got(target ? target->to_string() : std::string()));
    const std::string& scheme = target->scheme();
    if (!scheme.empty() && scheme != "ws" && scheme != "wss")
        throw Misuse("scheme must be 'ws' or 'wss'" + got(scheme));
    if (!body().empty() || chunked() || form()) throw Misuse("body is not allowed in a connect request");

    // The object is to say afterwards what its user has said, however often it is sent.
    struct Restore {
        ConnectRequest& request;
        Headers headers;
        Ref<Uri> uri;
        ~Restore() {
            request.headers() = std::move(headers);
            request.set_uri(std::move(uri));
        }
    } restore{*this, headers(), Ref<Uri>(target)};

    headers() = handshake_headers(offer);
    if (!target->fragment().empty()) {  // RFC 6455 section 3: no fragments
        const Ref<Uri> plain = target->clone();
        plain->set_fragment("");
        set_uri(plain);
    }
    set_method(static_cast<int>(Method::kGet));
    set_http_version(11);
    serialise(out);
}

}  // namespace ue::codec
