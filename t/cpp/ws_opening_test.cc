// RFC 6455 section 4: the opening handshake, both sides, as values.
#include "base/misuse.h"
#include "codec/ws/handshake.h"
#include "codec/ws/parser.h"
#include "ws_wire.h"

using namespace wire;

namespace {
const std::string kKey = "dGhlIHNhbXBsZSBub25jZQ==";

// A request in wire format; lines may be replaced ("Name: value") or left out ("Name:").
std::string request_text(const std::vector<std::string>& changes = {},
                         const std::string& line = "GET /?encoding=text HTTP/1.1") {
    std::vector<std::string> lines = {"Host: dev.example.com",     "Connection: Upgrade",
                                      "Upgrade: WebSocket",        "Sec-WebSocket-Key: " + kKey,
                                      "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: chat",
                                      "Origin: http://example.com"};
    for (const std::string& change : changes) {
        const std::string field = change.substr(0, change.find(':') + 1);
        bool found = false;
        for (std::string& l : lines)
            if (l.compare(0, field.size(), field) == 0) l = change, found = true;
        if (!found) lines.push_back(change);
    }
    std::string text = line + "\r\n";
    for (const std::string& l : lines)
        if (l.back() != ':') text += l + "\r\n";
    return text + "\r\n";
}

std::string verdict(const std::string& text) {
    auto parser = make<ServerParser>();
    const Ref<ConnectRequest> r = parser->accept(text);
    if (!r) return "incomplete";
    if (!r->error()) return "fine";
    return r->error().category().name == std::string("protocol-websocket") ? error_text(r->error())
                                                                           : r->error().category().name;
}

std::string refusal(const std::string& text) {
    auto parser = make<ServerParser>();
    parser->accept(text);
    std::string out;
    parser->accept_error(nullptr, out);
    return out;
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}
}  // namespace

TEST(ws_opening) {
    IS(websocket_accept(kKey), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "the example of section 1.3");
    IS(verdict(request_text()), "fine", "a good request");
    // What browsers, curl and proxies send.
    IS(verdict(request_text({"Connection: keep-alive, Upgrade", "Upgrade: websocket"})), "fine", "Firefox");
    IS(verdict(request_text({"Connection: upgrade"})), "fine", "nginx");
    IS(verdict(request_text({"Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c, websocket"})), "fine", "lists");
    IS(verdict(request_text({"Connection: UPGRADE", "Upgrade: WEBSOCKET"})), "fine", "any case");

    IS(verdict(request_text({}, "POST / HTTP/1.1")), "!method_mustbe_get", "POST");
    IS(verdict(request_text({}, "GET / HTTP/1.0")), "!http_1_1_required", "HTTP/1.0");
    IS(verdict(request_text({"Connection:"})), "!connection_mustbe_upgrade", "no Connection");
    IS(verdict(request_text({"Connection: close"})), "!connection_mustbe_upgrade", "another Connection");
    IS(verdict(request_text({"Connection: not-upgrade"})), "!connection_mustbe_upgrade",
       "a token that only contains it");
    IS(verdict(request_text({"Upgrade:"})), "!upgrade_mustbe_websocket", "no Upgrade");
    IS(verdict(request_text({"Upgrade: something"})), "!upgrade_mustbe_websocket", "another Upgrade");
    IS(verdict(request_text({"Sec-WebSocket-Key:"})), "!sec_accept_missing", "no key");
    for (const char* key : {"short", "dGhlIHNhbXBsZSBub25jZQ=", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ=x",
                            "dGhlIHNhbXBsZSBub25jZ!==", "dGhlIHNhbXBsZSBub25jZWFhYWFh", "dGhlIHNhbXBsZSBub25="})
        IS(verdict(request_text({std::string("Sec-WebSocket-Key: ") + key})), "!sec_accept_missing",
           std::string("key ") + key);
    IS(verdict(request_text({"X: y\r\nSec-WebSocket-Key: " + kKey})), "!sec_accept_missing", "two keys");
    for (const char* version : {"12", "14", "999", "8", "0", "13a", "-13", "13, 8", "99999999999999999999"})
        IS(verdict(request_text({std::string("Sec-WebSocket-Version: ") + version})), "!unsupported_version",
           std::string("version ") + version);
    IS(verdict(request_text({"Sec-WebSocket-Version:"})), "!unsupported_version", "no version");
    IS(verdict(request_text({"Sec-WebSocket-Version: 14", "Connection: close"})), "!connection_mustbe_upgrade",
       "the first thing that is wrong");
    OK(verdict(request_text({"Content-Length: 1"}) + "x") != "fine", "a body");
    OK(verdict(request_text({"Content-Length: 1"})) != "fine", "an announced one");
    OK(verdict(request_text({"Transfer-Encoding: chunked"})) != "fine", "chunks");
    IS(verdict(request_text({"Content-Length: 0"})), "fine", "a length of nothing is nothing");
    IS(verdict("Error / nonsense\r\n\r\n"), "protocol-http", "no HTTP");
    IS(verdict(request_text() + "x"), "!garbage_after_connect", "bytes behind it");
}

TEST(ws_opening) {  // the request, examined
    auto parser = make<ServerParser>();
    const Ref<ConnectRequest> r =
        parser->accept(request_text({"Sec-WebSocket-Extensions: a; x=1, permessage-deflate; client_max_window_bits",
                                     "Sec-WebSocket-Protocol: chat, superchat"}));
    IS(r->ws_key(), kKey, "key");
    IS(r->ws_version(), 13, "version");
    IS(r->ws_protocol(), "chat, superchat", "protocol");
    IS(format_extensions(r->ws_extensions()), "a; x=1, permessage-deflate; client_max_window_bits", "extensions");
    IS(r->uri()->to_string(), "/?encoding=text", "uri");
    IS(std::string(r->headers().get("origin")), "http://example.com", "headers");
    OK(r->ws_version_supported(), "version supported");
    auto other = make<ServerParser>();
    const Ref<ConnectRequest> bad =
        other->accept(request_text({"Sec-WebSocket-Version: 14", "Sec-WebSocket-Extensions: a"}));
    OK(bad->ws_version() == 14 && !bad->ws_version_supported(), "version not supported");
    OK(bad->ws_protocol().empty() && bad->ws_extensions().empty(), "the rest is filled in only if all is well");
    const Ref<ConnectRequest> copy = ConnectRequest::received(*r);
    OK(!copy->error() && copy->ws_key() == kKey && copy->uri()->to_string() == "/?encoding=text",
       "taken over from an HTTP server");
    OK(copy->headers().get("Origin") == "http://example.com", "with its headers");
}

TEST(ws_opening) {  // 4.2.2: the answer
    auto parser = make<ServerParser>();
    parser->accept(request_text());
    std::string out;
    parser->accept_response(nullptr, out);
    IS(out,
       "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
       "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
       "Sec-WebSocket-Protocol: chat\r\nServer: Panda-WebSocket\r\nContent-Length: 0\r\n\r\n",
       "the default 101");
    OK(parser->established() && !parser->is_deflate_active(), "established");

    auto second = make<ServerParser>();
    second->accept(request_text({"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits",
                                 "Sec-WebSocket-Protocol: soap, wamp"}));
    out.clear();
    second->accept_response(nullptr, out);
    OK(has(out, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=15\r\n"), "compression");
    OK(has(out, "Sec-WebSocket-Protocol: soap\r\n"), "one subprotocol of several");
    OK(second->is_deflate_active(), "agreed on");

    auto custom = make<ConnectResponse>();
    custom->set_ws_protocol("x");
    custom->set_ws_extensions({{"ext1", {}}, {"ext2", {{"arg1", "1"}}}, {"ext3", {}}});
    custom->headers().add("h1", "1");
    custom->headers().add("Server", "mine");
    custom->headers().add("Upgrade", "nonsense");
    custom->headers().add("Content-Length", "77");
    custom->set_body("no body");
    custom->set_code(200);
    SetCookie cookie;
    cookie.value = "abc";
    custom->set_cookie("session", cookie);
    for (int i = 0; i < 2; ++i) {
        auto third = make<ServerParser>();
        third->accept(request_text({"Sec-WebSocket-Extensions: permessage-deflate"}));
        out.clear();
        third->accept_response(custom.get(), out);
        OK(out.compare(0, 34, "HTTP/1.1 101 Switching Protocols\r\n") == 0, "a custom answer is a 101, too");
        OK(has(out, "Sec-WebSocket-Protocol: x\r\n") && has(out, "h1: 1\r\n") && has(out, "Server: mine\r\n"),
           "with its headers");
        OK(!has(out, "Extensions") && !has(out, "nonsense") && !has(out, "77") && !has(out, "no body") &&
               !has(out, "Panda"),
           "and nothing that it may not say");
        OK(has(out, "Set-Cookie: session=abc"), "and its cookies");
        OK(!third->is_deflate_active(), "a list without compression means none");
    }
}

TEST(ws_opening) {  // 4.2.2, 4.4: refusals
    const std::string post = refusal(request_text({}, "POST / HTTP/1.1"));
    OK(post.compare(0, 26, "HTTP/1.1 400 Bad Request\r\n") == 0, "400");
    OK(has(post, "\r\n\r\n400 Bad Request\nmethod must be GET (7:protocol-websocket)"), "with the reason");
    OK(has(post, "Content-Type: text/plain\r\n") && has(post, "Content-Length: "), "as text");
    OK(has(refusal("Error\r\n\r\n"), "HTTP/1.1 400 Bad Request\r\n"), "for nonsense, too");
    const std::string version = refusal(request_text({"Sec-WebSocket-Version: 999"}));
    OK(version.compare(0, 31, "HTTP/1.1 426 Upgrade Required\r\n") == 0, "426");
    OK(has(version, "Sec-WebSocket-Version: 13\r\n"), "names the version");
    OK(has(version, "\r\n\r\n426 Upgrade Required"), "and says so");

    auto custom = make<Response>();
    custom->set_code(404);
    custom->set_message("Not Me");
    custom->headers().add("a", "1");
    custom->headers().add("b", "2");
    auto parser = make<ServerParser>();
    parser->accept(request_text());
    std::string out;
    parser->accept_error(custom.get(), out);
    OK(out.compare(0, 21, "HTTP/1.1 404 Not Me\r\n") == 0, "a custom refusal");
    OK(has(out, "a: 1\r\n") && has(out, "b: 2\r\n") && has(out, "\r\n\r\n404 Not Me"), "with headers and a body");
    custom->set_body("go away");
    out.clear();
    parser->accept_error(custom.get(), out);
    OK(has(out, "\r\n\r\ngo away"), "or its own");
    out.clear();
    parser->accept_error(make<Response>().get(), out);
    OK(out.compare(0, 26, "HTTP/1.1 400 Bad Request\r\n") == 0, "400 where nothing is said");
    auto coded = make<Response>();
    coded->set_code(403);
    out.clear();
    parser->accept_error(coded.get(), out);
    OK(out.compare(0, 24, "HTTP/1.1 403 Forbidden\r\n") == 0, "a code without message has the usual phrase");
    OK(has(out, "\r\n\r\n403 Forbidden"), "also in the body");
    coded->set_code(499);
    out.clear();
    parser->accept_error(coded.get(), out);
    OK(out.compare(0, 22, "HTTP/1.1 499 Unknown\r\n") == 0, "a code that has none");
    auto bad = make<ServerParser>();
    bad->accept(request_text({"Upgrade: x"}));
    out.clear();
    bad->accept_error(custom.get(), out);
    OK(has(out, "400 Bad Request") && !has(out, "go away"), "a bad request gets its own answer");
}

// ---- client

namespace {
Ref<ConnectRequest> connect_to(const char* uri) {
    auto r = make<ConnectRequest>();
    r->set_uri(Uri::parse(uri));
    return r;
}
std::string serialised(ConnectRequest& r, const DeflateConfig* offer) {
    std::string out;
    r.serialise_handshake(offer, out);
    return out;
}
std::string misuse(ConnectRequest& r) {
    try {
        serialised(r, nullptr);
    } catch (const Misuse& m) {
        return m.what();
    }
    return "";
}
}  // namespace

TEST(ws_opening) {  // 4.1: the request of a client
    const DeflateConfig defaults;
    auto r = connect_to("ws://host:4321/path?a=b#frag");
    r->set_ws_key(kKey);
    r->set_ws_protocol("fuck");
    r->set_ws_version(12);
    r->set_ws_extensions({{kDeflateName, {{"client_max_window_bits", ""}}}});
    r->headers().add("MyHeader", "MyVal");
    r->headers().add("User-Agent", "me");
    const std::string text = serialised(*r, nullptr);
    IS(text,
       "GET /path?a=b HTTP/1.1\r\nHost: host\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: "
       "12\r\n"
       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nUser-Agent: me\r\nSec-WebSocket-Extensions: permessage-deflate; "
       "client_max_window_bits\r\n"
       "Sec-WebSocket-Protocol: fuck\r\nMyHeader: MyVal\r\n\r\n",
       "everything given");
    IS(serialised(*r, nullptr), text, "again");
    IS(serialised(*r, &defaults), text, "the user's own offer stands");
    IS(r->uri()->fragment(), "frag", "the uri is as it was");
    IS(r->headers().count(), 2u, "so are the headers");

    auto plain = connect_to("ws://example.com");
    const std::string first = serialised(*plain, &defaults);
    OK(has(first, "GET / HTTP/1.1\r\nHost: example.com\r\n"), "an empty path");
    OK(has(first, "Sec-WebSocket-Version: 13\r\n") && !has(first, "Protocol"), "defaults");
    OK(has(first,
           "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=15; server_max_window_bits=15\r\n"),
       "the offer");
    IS(serialised(*plain, &defaults), first, "the key is kept");
    OK(!has(serialised(*plain, nullptr), "Extensions"), "no offer");
    IS(plain->ws_key().size(), 24u, "a key of 16 octets");
    OK(serialised(*connect_to("ws://example.com"), nullptr) != serialised(*connect_to("ws://example.com"), nullptr),
       "a fresh one each time");
    OK(has(serialised(*connect_to("wss://[::1]:99/x"), nullptr), "Host: [::1]\r\n"), "an IPv6 address");

    OK(!misuse(*connect_to("ws:path")).empty(), "no host");
    OK(!misuse(*connect_to("wsss://host/")).empty(), "another scheme");
    OK(!misuse(*connect_to("http://host/")).empty(), "http");
    OK(!misuse(*make<ConnectRequest>()).empty(), "no uri");
    auto body = connect_to("ws://host/");
    body->set_body("x");
    OK(!misuse(*body).empty(), "a body");
    try {
        connect_to("ws://host/")->set_ws_protocol("a\r\nb: c");
        OK(false, "a line break in a value");
    } catch (const Misuse&) {
        OK(true, "a line break in a value");
    }
}

namespace {
// What a client makes of an answer to its default offer.
std::string answer_verdict(const std::vector<std::string>& changes,
                           const std::string& line = "HTTP/1.1 101 Switching Protocols",
                           const ParserConfig& config = {}) {
    auto client = make<ClientParser>(config);
    auto request = connect_to("ws://host/");
    request->set_ws_key(kKey);
    request->set_ws_protocol("chat, superchat");
    request->set_ws_extensions({{"own", {}}});
    std::string out;
    client->connect_request(request, out);
    std::string text = request_text(changes, line);
    const size_t start = text.find("Sec-WebSocket-Key");
    text.replace(start, text.find("\r\n", start) - start, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    const Ref<ConnectResponse> r = client->connect(text);
    if (!r) return "incomplete";
    if (r->error()) return client->established() ? "established all the same" : error_text(r->error());
    return std::string("fine") + (client->established() ? "" : ", but not established") +
           (client->is_deflate_active() ? " z" : "");
}
}  // namespace

TEST(ws_opening) {  // 4.1: the answer, examined by the client
    IS(answer_verdict({}), "fine", "a good answer");
    IS(answer_verdict({"Connection: keep-alive, upgrade", "Upgrade: WEBSOCKET"}), "fine", "in other words");
    IS(answer_verdict({"Connection: close"}), "!connection_mustbe_upgrade", "Connection");
    IS(answer_verdict({"Upgrade: x"}), "!upgrade_mustbe_websocket", "Upgrade");
    IS(answer_verdict({"Sec-WebSocket-Protocol: superchat"}), "fine", "another protocol of the list");
    IS(answer_verdict({"Sec-WebSocket-Protocol: chat, superchat"}), "fine", "the whole list, as older servers answer");
    IS(answer_verdict({"Sec-WebSocket-Protocol:"}), "fine", "none of them");
    IS(answer_verdict({"Sec-WebSocket-Protocol: wamp"}), "!subprotocol_mismatch", "one that was not offered");
    IS(answer_verdict({"Sec-WebSocket-Protocol: Chat"}), "!subprotocol_mismatch", "the case counts");
    IS(answer_verdict({"X: y\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}), "!sec_accept_missing",
       "two of them");
    IS(answer_verdict({"Sec-WebSocket-Extensions: permessage-deflate"}), "fine z", "compression");
    IS(answer_verdict({"Sec-WebSocket-Extensions: own"}), "fine", "an extension of the user's");
    IS(answer_verdict({"Sec-WebSocket-Extensions: foreign"}), "!extension_mismatch", "one that was not offered");
    for (const char* bad :
         {"client_max_window_bits=14", "server_max_window_bits=hello", "something", "client_max_window_bits"})
        IS(answer_verdict({std::string("Sec-WebSocket-Extensions: permessage-deflate; ") + bad}),
           "!deflate_negotiation_failed", bad);
    ParserConfig off;
    off.deflate_enabled = false;
    IS(answer_verdict({"Sec-WebSocket-Extensions: permessage-deflate"}, "HTTP/1.1 101 OK", off), "fine",
       "ignored where it is switched off");
    IS(answer_verdict({"Content-Length: 0"}, "HTTP/1.1 200 OK"), "!response_code_101", "200");
    IS(answer_verdict({"Content-Length: 0"}, "HTTP/1.1 403 No"), "!response_code_101", "403");
    IS(answer_verdict({"Content-Length: 0"}, "HTTP/1.1 426 Upgrade Required"), "!unsupported_version", "426");
    OK(answer_verdict({}, "HTTP/9 nonsense") != "fine", "no HTTP");
    auto client = make<ClientParser>();
    auto request = connect_to("ws://host/");
    std::string out;
    client->connect_request(request, out);
    const Ref<ConnectResponse> r = client->connect(
        "HTTP/1.1 101 S\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: "
        "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
    IS(error_text(r->error()), "!sec_accept_missing", "the answer to another key");
    auto early = make<ClientParser>();
    early->connect_request(connect_to("ws://host/"), out);
    OK(!early->connect("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"), "an interim response is skipped");
    OK(early->connect("HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno")->body() == "no",
       "the final one has its body");
}
