// Requests and responses in wire format.
#include "base/misuse.h"
#include "http_codec_fixture.h"

using namespace http_codec;

namespace {

std::string text(Request& r) {
    std::string out;
    r.serialise(out);
    return out;
}

std::string text(Response& r, const Request* request = nullptr, bool close = false, bool* persists = nullptr) {
    std::string out;
    Response::Context context;
    context.request = request;
    context.close = close;
    const bool p = r.serialise(out, context);
    if (persists) *persists = p;
    return out;
}

Ref<Request> made(const char* uri, Method m = Method::kUnspecified) {
    Ref<Request> r = make<Request>();
    if (uri) r->set_uri(Uri::parse(uri));
    if (m != Method::kUnspecified) r->set_method(static_cast<int>(m));
    return r;
}

std::string inflate(std::string_view packed) {
    Inflater i;
    std::string out;
    i.open(ZFormat::kGzip);
    return i.write(packed, out) == Inflater::Result::kEnd && packed.empty() ? out : "not gzip";
}

std::string body_of(const std::string& message) {
    return message.substr(message.find("\r\n\r\n") + 4);
}
std::string head_of(const std::string& message) {
    return message.substr(0, message.find("\r\n\r\n") + 4);
}

}  // namespace

TEST(http_write_requests) {
    IS(text(*made(nullptr)), "GET / HTTP/1.1\r\n\r\n", "default");
    IS(text(*made("http://crazypanda.ru/hello/world")), "GET /hello/world HTTP/1.1\r\nHost: crazypanda.ru\r\n\r\n",
       "absolute uri");
    IS(text(*made("http://a.b:80/")), "GET / HTTP/1.1\r\nHost: a.b\r\n\r\n", "usual port");
    IS(text(*made("https://a.b:443")), "GET / HTTP/1.1\r\nHost: a.b\r\n\r\n", "usual port of https");
    IS(text(*made("http://a.b:443?q=1#f")), "GET /?q=1 HTTP/1.1\r\nHost: a.b:443\r\n\r\n",
       "unusual port, query, no fragment");
    IS(text(*made("ws://a.b/")), "GET / HTTP/1.1\r\nHost: a.b:80\r\n\r\n", "port of other schemes");
    IS(text(*made("http://[::1]:81/")), "GET / HTTP/1.1\r\nHost: [::1]:81\r\n\r\n", "IPv6");
    IS(text(*made("/", Method::kPost)), "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "POST has a length");
    IS(text(*made("/", Method::kPut)), "PUT / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "PUT has a length");
    IS(text(*made("/", Method::kDelete)), "DELETE / HTTP/1.1\r\n\r\n", "DELETE has none");
    IS(text(*made("*", Method::kOptions)), "OPTIONS * HTTP/1.1\r\n\r\n", "OPTIONS *");

    Ref<Request> r = made("http://crazypanda.ru/hello/world", Method::kPost);
    r->set_http_version(10);
    r->headers().add("MyHeader", "my value");
    r->set_body("my body");
    const std::string want =
        "POST /hello/world HTTP/1.0\r\nHost: crazypanda.ru\r\nContent-Length: 7\r\nMyHeader: my value\r\n\r\nmy body";
    IS(text(*r), want, "version 1.0, order, body");
    IS(text(*r), want, "again");
    r->headers().add("Host", "other");
    r->headers().add("Content-Length", "7");
    IS(text(*r), "POST /hello/world HTTP/1.0\r\nMyHeader: my value\r\nHost: other\r\nContent-Length: 7\r\n\r\nmy body",
       "own Host and length");
    r->headers().set("Content-Length", "8");
    OK(text(*r).find("Content-Length: 7\r\n") != std::string::npos && text(*r).find("Length: 8") == std::string::npos,
       "a wrong length does not go out");
    r->set_chunked(true);
    const std::string chunked = text(*r);
    IS(chunked,
       "POST /hello/world HTTP/1.1\r\nTransfer-Encoding: chunked\r\nMyHeader: my value\r\nHost: other\r\n\r\n7\r\nmy "
       "body\r\n0\r\n\r\n",
       "chunked forces 1.1, and leaves the length out");
}

TEST(http_write_requests) {
    Ref<Request> r = made("/", Method::kPost);
    r->set_chunked(true);
    IS(text(*r), "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "chunked without a body: the head");
    IS(r->make_chunk("hello"), "5\r\nhello\r\n", "chunk");
    IS(r->make_chunk(std::string(255, 'a')), "ff\r\n" + std::string(255, 'a') + "\r\n", "lower case hex");
    IS(r->make_chunk(""), "", "an empty chunk is nothing");
    IS(r->final_chunk(), "0\r\n\r\n", "final chunk");
    IS(r->final_chunk("x"), "1\r\nx\r\n0\r\n\r\n", "final chunk with data");

    r = made("/");
    r->set_cookie("a", "1");
    r->set_cookie("b", "2");
    IS(text(*r), "GET / HTTP/1.1\r\nCookie: a=1; b=2\r\n\r\n", "cookies in one header");
    auto got = accepts(get("Cookie: x=1; y=2\r\n"), "a received request").requests[0];
    IS(text(*got), "GET / HTTP/1.1\r\nCookie: x=1; y=2\r\n\r\n", "is written as it came");
    got->set_cookie("x", "3");
    IS(text(*got), "GET / HTTP/1.1\r\nCookie: y=2; x=3\r\n\r\n", "and with changed cookies in one header");

    r = made("/");
    r->allow_compression(8);
    IS(text(*r), "GET / HTTP/1.1\r\n\r\n", "identity: no Accept-Encoding");
    r->allow_compression(1);
    IS(text(*r), "GET / HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n", "gzip");
    r->allow_compression(2);
    IS(text(*r), "GET / HTTP/1.1\r\nAccept-Encoding: gzip\r\n\r\n", "deflate is not listed");
    r->allow_compression(4);
    IS(text(*r), "GET / HTTP/1.1\r\nAccept-Encoding: gzip, br\r\n\r\n", "br is");

    r = made("/", Method::kPost);
    r->compress(1, 2);
    r->set_body(std::string(1000, 'x'));
    const std::string packed = text(*r);
    IS(inflate(body_of(packed)), std::string(1000, 'x'), "gzip body");
    IS(head_of(packed),
       "POST / HTTP/1.1\r\nContent-Length: " + std::to_string(body_of(packed).size()) +
           "\r\nContent-Encoding: gzip\r\n\r\n",
       "length of the compressed body");
    OK(text(*r) == packed, "again");
    r->set_body("");
    IS(text(*r), "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "nothing is not compressed");
    r->set_chunked(true);
    std::string stream = text(*r);
    for (int i = 0; i < 10; ++i)
        stream += r->make_chunk("part " + std::to_string(i) + ";");
    stream += r->final_chunk("end");
    const auto back = accepts(stream, "gzip in chunks");
    IS(back.requests[0]->body(), "part 0;part 1;part 2;part 3;part 4;part 5;part 6;part 7;part 8;part 9;end",
       "comes back");
    r->compress(4);
    IS(text(*r), "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "brotli: plain");
}

TEST(http_write_requests) {
    Ref<Request> r = made("http://host/");
    r->uri()->set_path("/a b\r\nX: y\xc3\xa4");
    r->uri()->set_query_string("q=\r\n\r\nGET / HTTP/1.1");
    r->uri()->set_host("ho\r\nst");
    IS(text(*r), "GET /a%20b%0D%0AX:%20y%C3%A4?q=%0D%0A%0D%0AGET%20/%20HTTP/1.1 HTTP/1.1\r\nHost: ho%0D%0Ast\r\n\r\n",
       "nothing in a uri ends the request line");
    OK(read_requests(text(*r)).requests.size() == 1, "one request");
}

TEST(http_write_requests) {
    Ref<Request> r = made("/");
    r->set_form(FormEncoding::kMultipart, {{"k2", "v2", false, {}, {}}, {"k1", "v1", false, {}, {}}});
    OK(r->method() == Method::kPost, "a form is posted");
    const std::string form = text(*r);
    OK(form.find("POST / HTTP/1.1\r\nContent-Length: 232\r\nContent-Type: multipart/form-data; "
                 "boundary=-----------------------") == 0,
       "232 bytes for two fields");
    const std::string boundary = form.substr(form.find("boundary=") + 9, 40);
    OK(boundary.find_first_not_of('-') == 23, "23 dashes");
    IS(body_of(form),
       "--" + boundary + "\r\nContent-Disposition: form-data; name=\"k1\"\r\n\r\nv1\r\n--" + boundary +
           "\r\nContent-Disposition: form-data; name=\"k2\"\r\n\r\nv2\r\n--" + boundary + "--\r\n",
       "sorted by name");
    OK(text(*r) == form, "again the same");
    Ref<Request> other = made("/");
    other->set_form(FormEncoding::kMultipart, {{"k1", "v1", false, {}, {}}});
    OK(text(*other).find(boundary) == std::string::npos, "another form, another boundary");

    r->set_form(FormEncoding::kMultipart, {{"f", "content", true, "a\"\r\nb.txt", "text/plain"}});
    OK(text(*r).find(
           "form-data; name=\"f\"; filename=\"a%22%0D%0Ab.txt\"\r\nContent-Type: text/plain\r\n\r\ncontent\r\n") !=
           std::string::npos,
       "a file; its name stays in its quotes");
    r->set_form(FormEncoding::kMultipart, {{"f", "content", true, "a", "text/plain\r\nX: y"}});
    bool threw = false;
    try {
        text(*r);
    } catch (const Misuse&) {
        threw = true;
    }
    OK(threw, "a content type that would break out is refused");

    r = made("http://h/p?b=2&a=1");
    r->set_form(FormEncoding::kMultipart, {});
    OK(r->method() == Method::kPost && text(*r).find("POST /p HTTP/1.1\r\n") == 0 &&
           text(*r).find("name=\"a\"\r\n\r\n1\r\n") != std::string::npos,
       "without fields the query becomes the form");
    IS(r->uri()->to_string(), "http://h/p?b=2&a=1", "the uri stays");
    r = made("/p");
    r->set_form(FormEncoding::kMultipart, {});
    IS(text(*r), "GET /p HTTP/1.1\r\n\r\n", "neither: an ordinary request");
    r = made("/p", Method::kGet);
    r->set_form(FormEncoding::kMultipart, {{"k1", "v1", false, {}, {}}});
    OK(text(*r).find("GET /p") == 0, "an explicit method is kept");
    r = made("http://h/p?x=1");
    r->set_form(FormEncoding::kUrlEncoded, {{"b", "2 &", false, {}, {}}, {"a", "1", false, {}, {}}});
    IS(text(*r), "GET /p?a=1&b=2%20%26&x=1 HTTP/1.1\r\nHost: h\r\n\r\n", "url-encoded: into the query, sorted");
    r->set_form(FormEncoding::kUrlEncoded, {{"b", "2", true, "f", ""}});
    threw = false;
    try {
        text(*r);
    } catch (const Misuse&) {
        threw = true;
    }
    OK(threw, "no files there");
    r = made("/", Method::kUnspecified);
    r->set_chunked(true);
    r->stream_form();
    OK(text(*r).find("POST / HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=-") == 0,
       "a streamed form: its head");
}

TEST(http_write_responses) {
    Response r;
    IS(text(r), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "default");
    r.set_code(500);
    IS(text(r), "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n", "default reason");
    OK(r.message().empty(), "which is not its message");
    r.set_message("Oops");
    r.set_http_version(10);
    r.set_body("body");
    r.headers().add("A", "b");
    IS(text(r), "HTTP/1.0 500 Oops\r\nContent-Length: 4\r\nA: b\r\n\r\nbody", "own reason, version, body, header");
    r.headers().add("Content-Length", "4");
    IS(text(r), "HTTP/1.0 500 Oops\r\nA: b\r\nContent-Length: 4\r\n\r\nbody", "own length in its place");
    r.headers().set("Content-Length", "5");
    IS(text(r), "HTTP/1.0 500 Oops\r\nContent-Length: 4\r\nA: b\r\n\r\nbody", "a wrong one does not go out");
    r.headers().add("Transfer-Encoding", "chunked");
    IS(text(r), "HTTP/1.0 500 Oops\r\nContent-Length: 4\r\nA: b\r\n\r\nbody", "nor does a coding that is not used");
    r.set_chunked(true);
    IS(text(r), "HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\nA: b\r\n\r\n4\r\nbody\r\n0\r\n\r\n",
       "chunked is 1.1, and has no length");
    r.clear();
    IS(text(r), "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "clear");
    r.set_code(299);
    IS(text(r), "HTTP/1.1 299 \r\nContent-Length: 0\r\n\r\n", "no reason known");
}

TEST(http_write_responses) {
    struct {
        int version;
        const char *connection, *own, *line, *want;
        bool persists;
    } rows[] = {
        {11, "", "", "HTTP/1.1", "", true},
        {11, "keep-alive", "", "HTTP/1.1", "", true},
        {11, "close", "", "HTTP/1.1", "close", false},
        {11, "close", "keep-alive", "HTTP/1.1", "close", false},
        {11, "", "close", "HTTP/1.1", "close", false},
        {11, "", "keep-alive", "HTTP/1.1", "keep-alive", true},
        {11, "", "Upgrade", "HTTP/1.1", "Upgrade", true},
        {10, "", "", "HTTP/1.0", "", false},
        {10, "", "keep-alive", "HTTP/1.0", "", false},
        {10, "close", "", "HTTP/1.0", "", false},
        {10, "keep-alive", "", "HTTP/1.0", "keep-alive", true},
        {10, "keep-alive", "close", "HTTP/1.0", "close", false},
        {10, "keep-alive", "keep-alive", "HTTP/1.0", "keep-alive", true},
    };
    for (const auto& row : rows) {
        Request q;
        q.set_http_version(row.version);
        if (*row.connection) q.headers().add("Connection", row.connection);
        for (const char* spelling : {"Connection", "connection"}) {
            Response r;
            if (*row.own) r.headers().add(spelling, row.own);
            bool persists;
            const std::string want = *row.want ? std::string("Connection: ") + row.want + "\r\n" : "";
            const std::string name = std::to_string(row.version) + " '" + row.connection + "' own '" + row.own + "'";
            IS(text(r, &q, false, &persists),
               std::string(row.line) + " 200 OK\r\n" + want + "Content-Length: 0\r\n\r\n", name);
            IS(persists, row.persists, "persists: " + name);
            text(r, &q, true, &persists);
            OK(!persists, "never when the server wants to close");
        }
    }
    Request q;
    Response r;
    r.headers().add("Connection", "keep-alive");
    IS(text(r, &q, true), "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
       "close has the last word");
    q.set_http_version(10);
    r.set_chunked(true);
    OK(text(r, &q).find("HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n") == 0,
       "chunked to 1.0 is 1.1");
    r.clear();
    r.set_http_version(11);
    OK(text(r, &q).find("HTTP/1.1") == 0, "own version");
}

TEST(http_write_responses) {
    Request head;
    head.set_method(static_cast<int>(Method::kHead));
    Response r;
    r.set_body("body");
    IS(text(r, &head), "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n", "HEAD: length, no body");
    r.set_body("");
    r.headers().add("Content-Length", "1000");
    IS(text(r, &head), "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", "HEAD: own length");
    r.clear();
    r.set_chunked(true);
    IS(text(r, &head), "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "HEAD: chunked");
    IS(r.make_chunk("x") + r.final_chunk("y"), "", "whose chunks are nothing");
    r.set_chunked(false);
    r.set_body("body");
    for (int code : {101, 204}) {
        r.set_code(code);
        OK(text(r).find("\r\nContent-Length: 0\r\n\r\n") != std::string::npos && body_of(text(r)).empty(),
           "no body with " + std::to_string(code));
        r.set_chunked(true);
        OK(text(r).find("chunked") == std::string::npos && r.final_chunk().empty(), "nor chunks");
        r.set_chunked(false);
    }
    r.set_code(304);
    IS(text(r), "HTTP/1.1 304 Not Modified\r\n\r\n", "304: neither length nor body");
    OK(!r.may_have_body(nullptr), "may_have_body knows");

    r.clear();
    r.headers().add("A", "b");
    std::string out = "before;";
    Response::Context context;
    context.date = "Mon, 20 Jan 2020 20:20:20 GMT";
    SetCookie c;
    c.value = "d";
    r.set_cookie("c", c);
    r.serialise(out, context);
    IS(out,
       "before;HTTP/1.1 200 OK\r\nContent-Length: 0\r\nA: b\r\nDate: Mon, 20 Jan 2020 20:20:20 GMT\r\nSet-Cookie: "
       "c=d\r\n\r\n",
       "appended; date after the headers, then cookies");
    r.headers().add("date", "mine");
    out.clear();
    r.serialise(out, context);
    OK(out.find("Date: Mon") == std::string::npos && out.find("date: mine\r\n") != std::string::npos, "own date");
}

TEST(http_write_responses) {
    Response r;
    SetCookie c;
    c.value = "v";
    c.domain = "d.com";
    c.path = "/p";
    c.expires = 1579551620;
    c.secure = c.http_only = true;
    c.same_site = SameSite::kLax;
    r.set_cookie("k", c);
    const std::string start = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n";
    IS(text(r),
       start +
           "Set-Cookie: k=v; Domain=d.com; Path=/p; Expires=Mon, 20 Jan 2020 20:20:20 GMT; Secure; HttpOnly; "
           "SameSite=Lax\r\n\r\n",
       "all attributes");
    c = SetCookie();
    c.max_age = 10;
    c.expires = 5;
    c.same_site = SameSite::kStrict;
    r.set_cookie("k", c);
    IS(text(r), start + "Set-Cookie: k=; Max-Age=10; SameSite\r\n\r\n",
       "max-age beats expires, strict is the bare word");
    Request q;
    q.headers().add("Host", "my.host:8080");
    IS(text(r, &q), start + "Set-Cookie: k=; Domain=my.host; Max-Age=10; SameSite\r\n\r\n", "domain from Host");
    q.headers().set("Host", "[::1]:8080");
    IS(text(r, &q), start + "Set-Cookie: k=; Domain=[::1]; Max-Age=10; SameSite\r\n\r\n", "which may be an address");
    q.headers().set("Host", "evil; Secure");
    IS(text(r, &q), start + "Set-Cookie: k=; Max-Age=10; SameSite\r\n\r\n", "unless it says more than a name");
    r.remove_cookie("k");
    IS(text(r), start + "\r\n", "removed");
    r.headers().add("Set-Cookie", "raw=1");
    r.set_cookie("k", SetCookie());
    IS(text(r), start + "Set-Cookie: raw=1\r\nSet-Cookie: k=\r\n\r\n", "a header of one's own");
}

TEST(http_write_responses) {
    Request plain, gzip;
    gzip.headers().add("Accept-Encoding", "gzip, deflate");
    Response r;
    r.compress(1, 1);
    r.set_body(std::string(500, 'z'));
    IS(text(r), "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + std::string(500, 'z'), "no request: plain");
    IS(text(r, &plain), text(r), "not allowed: plain");
    const std::string packed = text(r, &gzip);
    IS(head_of(packed),
       "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body_of(packed).size()) +
           "\r\nContent-Encoding: gzip\r\n\r\n",
       "allowed: gzip");
    IS(inflate(body_of(packed)), std::string(500, 'z'), "body");
    r.set_code(204);
    IS(text(r, &gzip), "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", "nothing to compress in a 204");
    r.set_code(0);
    r.headers().add("Content-Length", "500");
    r.headers().add("Content-Encoding", "x-gzip");
    const std::string own = text(r, &gzip);
    IS(head_of(own),
       "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body_of(own).size()) +
           "\r\nContent-Encoding: x-gzip\r\n\r\n",
       "own Content-Encoding stays, own length does not");
    for (int type : {2, 4, 8}) {
        r.clear();
        r.compress(type);
        r.set_body("b");
        IS(text(r, &gzip), "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nb", "type " + std::to_string(type) + ": plain");
    }
    r.clear();
    r.compress(1);
    r.set_chunked(true);
    std::string stream = text(r, &gzip);
    IS(stream, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n",
       "chunked gzip: its head");
    for (const char* part : {"one ", "", "two "})
        stream += r.make_chunk(part);
    stream += r.final_chunk("three");
    ResponseReader reader;
    reader.set_request(make<Request>());
    size_t at = 0;
    while (at < stream.size())
        at += reader.feed(stream.data() + at, stream.size() - at).consumed;
    OK(reader.state() == MessageState::kDone && reader.response()->body() == "one two three", "its chunks come back");
    r.set_body("all");
    OK(text(r, &gzip).find("0\r\n\r\n") != std::string::npos, "chunked gzip with a body is complete");
    text(r, &plain);
    IS(r.final_chunk("x"), "1\r\nx\r\n0\r\n\r\n", "for another request, plain again");
}
