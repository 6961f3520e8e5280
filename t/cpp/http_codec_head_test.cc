// Request heads: what is accepted, what is refused, and where.
#include "http_codec_fixture.h"

using namespace http_codec;

TEST(http_head) {
    auto o = accepts("GET / HTTP/1.0\r\n\r\n", "1.0 without headers");
    Request& r = *o.requests[0];
    IS(r.http_version(), 10, "version 10");
    OK(r.method() == Method::kGet, "GET");
    IS(std::string(r.target()), "/", "target");
    OK(!r.uri()->empty() && r.uri()->path() == "/", "uri");
    OK(o.state == MessageState::kDone, "state done");
    IS(o.heads, 0, "a message without body is done at once");

    auto p = accepts("GET / HTTP/1.0\r\nHost: host\r\nX:\r\nY: \t \r\nZ:  a  b \t\r\nh:ost\r\n\r\n", "headers");
    const Headers& h = p.requests[0]->headers();
    IS(h.count(), size_t{5}, "five fields");
    IS(std::string(h.get("HOST")), "host", "name without case");
    OK(h.get("x").data() && h.get("x").empty(), "empty value");
    OK(h.get("y").data() && h.get("y").empty(), "blank value");
    IS(std::string(h.get("z")), "a  b", "trimmed, inner blanks kept");
    IS(std::string(h.get("h")), "ost", "no blank after the colon");
    OK(!h.get("w").data(), "missing");
    IS(std::string(h[0].name), "Host", "spelling kept");

    auto q = accepts(get("Host:: host\r\n"), "colon in a value");
    IS(std::string(q.requests[0]->headers().get("host")), ": host", "value keeps it");
    auto twice = accepts(get("A: 1\r\nB: 2\r\na: 3\r\n"), "a name twice");
    IS(twice.requests[0]->headers().count("A"), size_t{2}, "two fields");
    IS(std::string(twice.requests[0]->headers().get("A")), "3", "the last one counts");
    auto high = accepts(get("A: \xc3\xa4\xff\r\n"), "bytes beyond ASCII in a value");
    IS(std::string(high.requests[0]->headers().get("A")), "\xc3\xa4\xff", "kept");
}

TEST(http_head) {
    struct {
        const char* text;
        const char* name;
    } bad[] = {
        {"\r\nGET / HTTP/1.1\r\n\r\n", "CRLF in front"},
        {"\nGET / HTTP/1.1\r\n\r\n", "LF in front"},
        {" GET / HTTP/1.1\r\n\r\n", "blank in front"},
        {"GET  / HTTP/1.1\r\n\r\n", "two blanks before the target"},
        {"GET /  HTTP/1.1\r\n\r\n", "two blanks after the target"},
        {"GET\t/ HTTP/1.1\r\n\r\n", "tab"},
        {"GET / HTTP/1.1 \r\n\r\n", "blank after the version"},
        {"GET / HTTP/1.1\n\n", "bare LF"},
        {"GET / HTTP/1.1\n\r\n", "bare LF after the request line"},
        {"GET / HTTP/1.1\r\r\n\r\n", "CR CR LF"},
        {"GET / HTTP/1.1\r\nA: b\n\r\n", "bare LF after a field"},
        {"GET / HTTP/1.1\r\nA: b\r\n\n", "bare LF as the empty line"},
        {"GET / HTTP/1.1\r\nA: b\rc\r\n\r\n", "bare CR in a value"},
        {"GET / HTTP/1.1\r\nA: b\r\r\n\r\n", "CR CR LF after a value"},
        {"GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", "folded line, blank"},
        {"GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n", "folded line, tab"},
        {"GET / HTTP/1.1\r\nA:\r\n b\r\n\r\n", "folded line, empty value"},
        {"GET / HTTP/1.1\r\n A: b\r\n\r\n", "blank before the first field"},
        {"GET / HTTP/1.1\r\nA : b\r\n\r\n", "blank before the colon"},
        {"GET / HTTP/1.1\r\nA\t: b\r\n\r\n", "tab before the colon"},
        {"GET / HTTP/1.1\r\nA b: c\r\n\r\n", "blank in a name"},
        {"GET / HTTP/1.1\r\n: b\r\n\r\n", "no name"},
        {"GET / HTTP/1.1\r\nA\r\n\r\n", "no colon"},
        {"GET / HTTP/1.1\r\nA\x01: b\r\n\r\n", "control byte in a name"},
        {"GET / HTTP/1.1\r\nA\xe4: b\r\n\r\n", "name beyond ASCII"},
        {"GET / HTTP/1.1\r\nA(: b\r\n\r\n", "delimiter in a name"},
        {"GET / HTTP/1.1\r\nA: b\x01\r\n\r\n", "control byte in a value"},
        {"GET / HTTP/1.1\r\nA: b\x7f\r\n\r\n", "DEL in a value"},
        {"GET / HTTP/1.1\r\nA: b\x0b\r\n\r\n", "vertical tab in a value"},
        {"GET /\r\n\r\n", "HTTP/0.9"},
        {"GET / HTTP/0.9\r\n\r\n", "version 0.9"},
        {"GET / HTTP/1.2\r\n\r\n", "version 1.2"},
        {"GET / HTTP/2.0\r\n\r\n", "version 2.0"},
        {"GET / HTTP/11\r\n\r\n", "version 11"},
        {"GET / HTTP/1.11\r\n\r\n", "version 1.11"},
        {"GET / http/1.1\r\n\r\n", "lower case protocol"},
        {"GET / HTTP/1\r\n\r\n", "version 1"},
        {"GET / HTTPS/1.1\r\n\r\n", "another protocol"},
        {"GET / RTSP/1.0\r\n\r\n", "RTSP"},
        {"OPTIONS / RTSP/1.0\r\n\r\n", "RTSP with a method of both"},
        {"SOURCE / ICE/1.0\r\n\r\n", "ICE"},
        {"SOURCE / HTTP/1.1\r\n\r\n", "method of ICE"},
        {"DESCRIBE / HTTP/1.1\r\n\r\n", "method of RTSP"},
        {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "preface of HTTP/2"},
        {"PRI * HTTP/1.1\r\n\r\n", "method of that preface"},
        {"get / HTTP/1.1\r\n\r\n", "lower case method"},
        {"GETT / HTTP/1.1\r\n\r\n", "unknown method"},
        {"GE / HTTP/1.1\r\n\r\n", "half a method"},
        {"G\x01T / HTTP/1.1\r\n\r\n", "control byte in the method"},
        {"GET /\x01 HTTP/1.1\r\n\r\n", "control byte in the target"},
        {"GET /\t HTTP/1.1\r\n\r\n", "tab in the target"},
        {"GET /\xc3\xa4 HTTP/1.1\r\n\r\n", "target beyond ASCII"},
        {"GET /\x7f HTTP/1.1\r\n\r\n", "DEL in the target"},
        {"GET HTTP/1.1\r\n\r\n", "no target"},
        {"GET  HTTP/1.1\r\n\r\n", "empty target"},
        {" / HTTP/1.1\r\n\r\n", "empty method"},
        {"HTTP/1.1 200 OK\r\n\r\n", "a response"},
        {"GET / HTTP/1.0\r\nGET / HTTP/1.0\r\n\r\n", "two request lines"},
        {"\x16\x03\x01\x02", "TLS hello"},
    };
    for (const auto& b : bad)
        refuses(b.text, HttpError::kLexical, b.name);
    using std::string;
    refuses(string("GET / HTTP/1.1\r\nA: b\0c\r\n\r\n", 25), HttpError::kLexical, "NUL in a value");
    refuses(string("GET / HTTP/1.1\r\nA\0: b\r\n\r\n", 24), HttpError::kLexical, "NUL in a name");
    refuses(string("GET /\0 HTTP/1.1\r\n\r\n", 19), HttpError::kLexical, "NUL in the target");
    refuses(string("\0GET / HTTP/1.1\r\n\r\n", 19), HttpError::kLexical, "NUL in front");
}

TEST(http_head) {
    const auto o = read_requests("GET /x HTTP/1.0\r\nA: b\r\nGET / HTTP/1.0\r\n\r\n");
    Request& r = *o.requests[0];
    OK(r.method() == Method::kGet && r.http_version() == 10, "a failed request has its method and version");
    IS(std::string(r.target()), "/x", "and its target");
    IS(r.headers().count(), size_t{1}, "and the fields that were complete");
    IS(o.consumed, size_t{26}, "the error is at the offending byte");
    OK(o.state == MessageState::kError, "state error");

    RequestReader reader;
    const std::string bad = "BAD\x01", good = "GET / HTTP/1.1\r\n\r\n";
    OK(reader.feed(bad.data(), bad.size()).state == State::kError, "error");
    OK(!reader.in_message(), "nothing is kept");
    OK(reader.feed(good.data(), good.size()).state == State::kDone, "a reader starts over after an error");
    OK(reader.feed(good.data(), good.size()).state == State::kDone, "and after a message");
    OK(reader.feed(good.data(), 5).state == State::kNeedMore && reader.in_message(), "in the middle");
    reader.reset();
    OK(!reader.in_message() && !reader.request(), "reset forgets it");
    OK(reader.feed(good.data(), good.size()).state == State::kDone, "and starts over");
    OK(sizeof(RequestReader) <= 64, "an idle reader is " + std::to_string(sizeof(RequestReader)) + " bytes");
}

TEST(http_head) {
    for (int m = 1; m < kMethodCount; ++m) {
        const std::string name(method_name(m));
        if (m == static_cast<int>(Method::kConnect)) continue;
        auto o = accepts(name + " / HTTP/1.1\r\n\r\n", name);
        OK(o.requests[0]->raw_method() == static_cast<Method>(m), name + " is what it is");
    }
    auto c = accepts("CONNECT host:443 HTTP/1.1\r\n\r\n", "CONNECT");
    OK(c.requests[0]->raw_method() == Method::kConnect, "CONNECT is what it is");
    IS(c.requests[0]->uri()->location(), "host:443", "its target is a host and a port");
    refuses("CONNECT host:443 HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", HttpError::kUnexpectedBody,
            "CONNECT with a body");
    refuses("CONNECT host:443 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", HttpError::kUnexpectedBody,
            "CONNECT with a chunked body");
}

TEST(http_head) {
    struct {
        const char *target, *path, *query, *host;
    } rows[] = {
        {"/", "/", "", ""},
        {"//my///path?a=b", "//my///path", "a=b", ""},
        {"///my//path?a=b", "///my//path", "a=b", ""},
        {"/?a=b|c", "/", "a=b%7Cc", ""},
        {"http://ya.ru:8080/p?q", "/p", "q", "ya.ru"},
        {"*", "*", "", ""},
        {"/a%zz", "", "", ""},
        {"/a\"b", "", "", ""},
        {"/a:b/c:d", "/a:b/c:d", "", ""},
    };
    for (const auto& row : rows) {
        auto o = accepts(std::string("GET ") + row.target + " HTTP/1.1\r\n\r\n", row.target);
        const Uri* uri = o.requests[0]->uri();
        IS(uri->path() + "|" + uri->query_string() + "|" + uri->host(),
           std::string(row.path) + "|" + row.query + "|" + row.host, std::string("uri of ") + row.target);
    }
}

TEST(http_head) {
    const std::string text = "GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n";
    IS(text.size(), size_t{37}, "37 bytes");
    ReaderLimits limits;
    limits.max_headers_size = 37;
    accepts(text, "exactly the limit", 1, limits);
    accepts(text + text + text, "each head has a limit of its own", 3, limits);
    limits.max_headers_size = 36;
    refuses(text, HttpError::kHeadersTooLarge, "one byte less", limits);
    refuses(text.substr(0, 37), HttpError::kHeadersTooLarge, "noticed before the end", limits);
    const auto o = read_requests(text.substr(0, 36), 0, limits);
    OK(!o.error, "not before the limit is passed");
    limits.max_headers_size = 100;
    refuses("GET /" + std::string(200, 'a'), HttpError::kHeadersTooLarge, "a target without end", limits);
    refuses("GET / HTTP/1.1\r\nA" + std::string(200, 'a'), HttpError::kHeadersTooLarge, "a name without end", limits);
    limits.max_headers_size = 0;
    refuses(text, HttpError::kHeadersTooLarge, "limit 0", limits);
}

TEST(http_head) {
    accepts("GET /a HTTP/1.1\r\n\r\nPOST /b HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET /c HTTP/1.1\r\n\r\n",
            "pipeline", 3);
    RequestReader reader;
    const std::string text = "POST / HTTP/1.1\r\nContent-Length: 8\r\n\r\n12345678rest";
    ReadResult r = reader.feed(text.data(), text.size());
    OK(r.state == State::kHeadersDone, "head first");
    OK(reader.state() == MessageState::kBody, "state body");
    const size_t head = r.consumed;
    r = reader.feed(text.data() + head, text.size() - head);
    OK(r.state == State::kDone, "then the body");
    IS(text.substr(head + r.consumed), "rest", "what follows is left");

    const std::string upgrade = get("Connection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n") + "\x81\x02hi";
    r = reader.feed(upgrade.data(), upgrade.size());
    OK(r.state == State::kDone, "a request to upgrade ends with its head");
    IS(upgrade.size() - r.consumed, size_t{4}, "and leaves what follows");
    OK(reader.request()->wants_upgrade(), "wants_upgrade");
    OK(reader.request()->headers().has_token("connection", "UPGRADE"), "token in a list");
}

TEST(http_head) {
    struct {
        const char *version, *connection;
        bool keep;
    } rows[] = {
        {"1.0", "", false},
        {"1.0", "Connection: Keep-Alive", true},
        {"1.0", "Connection: keep-alive", true},
        {"1.0", "Connection: close", false},
        {"1.0", "Connection: something", false},
        {"1.1", "", true},
        {"1.1", "Connection: Keep-Alive", true},
        {"1.1", "Connection: close", false},
        {"1.1", "Connection: Close", false},
        {"1.1", "Connection: close, TE", false},
        {"1.1", "Connection: Upgrade", true},
    };
    for (const auto& row : rows) {
        const std::string name = std::string("keep-alive with ") + row.version + " " + row.connection;
        const std::string field = *row.connection ? std::string(row.connection) + "\r\n" : "";
        const auto o = accepts(std::string("GET / HTTP/") + row.version + "\r\n" + field + "\r\n", name);
        IS(o.requests[0]->keep_alive(), row.keep, name);
    }
    OK(accepts(get("Expect: 100-continue\r\n"), "Expect").requests[0]->expects_continue(), "expects continue");
    OK(!accepts(get("Expect: 100\r\n"), "Expect").requests[0]->expects_continue(), "expects something else");
}

// Values are checked eight bytes at a time: every byte at every place of a word.
TEST(http_head) {
    std::string wrong, right;
    for (int c = 0; c < 256; ++c) {
        const bool good = c >= 0x80 || c == '\t' || (c >= 0x20 && c != 0x7f);
        for (size_t at = 0; at < 20; ++at) {
            std::string value(20, 'v');
            value[at] = static_cast<char>(c);
            const Outcome o = read_requests(get("A: x" + value + "x\r\n"));
            const bool accepted = !o.error && o.requests.size() == 1;
            if (accepted && !good) wrong += std::to_string(c) + "@" + std::to_string(at) + " ";
            if (!accepted && good) right += std::to_string(c) + "@" + std::to_string(at) + " ";
            if (accepted && o.requests[0]->headers().get("A") != "x" + value + "x") right += "changed ";
        }
    }
    IS(wrong, "", "nothing wrong gets through");
    IS(right, "", "nothing right is refused");
}
