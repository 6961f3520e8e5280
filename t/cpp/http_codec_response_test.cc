// The reader of responses: what a response means for the request it answers, and where it ends.
#include "base/misuse.h"
#include "http_codec_fixture.h"

using namespace http_codec;

namespace {

struct Read {
    Ref<Response> response;
    ErrorCode error;
    size_t consumed = 0;
    bool done = false;
    bool waits = false;  // for the request's final response
};

Read read_once(const std::string& text, bool eof, Method method, const std::string& expect, size_t step,
               const ReaderLimits& limits) {
    Read out;
    ResponseReader reader(limits);
    Ref<Request> request = make<Request>();
    request->set_method(static_cast<int>(method));
    if (!expect.empty()) request->headers().add("Expect", expect);
    reader.set_request(request);
    State state = State::kNeedMore;
    while (out.consumed < text.size() && state != State::kDone && state != State::kError) {
        const size_t end = step ? std::min(out.consumed + step, text.size()) : text.size();
        const std::vector<char> piece(text.begin() + out.consumed, text.begin() + end);
        const ReadResult r = reader.feed(piece.data(), piece.size());
        out.consumed += r.consumed;
        out.error = r.error;
        state = r.state;
    }
    if (eof && state != State::kDone && state != State::kError) {
        const ReadResult r = reader.eof();
        out.error = r.error;
        state = r.state;
    }
    out.waits = reader.request() != nullptr;
    out.response = reader.take_response();
    out.done = state == State::kDone;
    return out;
}

std::string summary(const Read& r) {
    return (r.done    ? "done "
            : r.error ? "error "
                      : "more ") +
           error_name(r.error) + " " + std::to_string(r.consumed) + " " + (r.response ? r.response->body() : "-");
}

// Whole, in tens and byte by byte give the same.
Read read(const std::string& text, bool eof = false, Method method = Method::kGet, const std::string& expect = "",
          const ReaderLimits& limits = {}) {
    Read whole = read_once(text, eof, method, expect, 0, limits);
    for (const size_t step : {1, 10})
        if (summary(read_once(text, eof, method, expect, step, limits)) != summary(whole))
            IS(summary(read_once(text, eof, method, expect, step, limits)), summary(whole),
               "in pieces of " + std::to_string(step) + " it is another response");
    return whole;
}

const char kOk[] = "HTTP/1.1 200 OK\r\n";

}  // namespace

TEST(http_responses_read) {
    const std::string text = std::string(kOk) + "Content-Length: 3\r\n\r\nabcrest";
    Read r = read(text);
    IS(summary(r), "done none " + std::to_string(text.size() - 4) + " abc", "with length");
    IS(r.response->code(), 200, "code");
    IS(r.response->message(), "OK", "reason");
    IS(r.response->http_version(), 11, "version");
    OK(!r.waits, "the request has had its answer");
    r = read("HTTP/1.0 404 Not  Found \r\nContent-Length: 0\r\n\r\n");
    IS(r.response->message(), "Not  Found ", "reason as it is");
    IS(r.response->http_version(), 10, "version 1.0");
    r = read("HTTP/1.1 999 \r\nContent-Length: 0\r\n\r\n");
    OK(r.done && r.response->message().empty() && r.response->code() == 999, "empty reason, unknown code");
    for (const char* bad :
         {"HTTP/1.1 200\r\n\r\n", "HTTP/1.1 099 X\r\n\r\n", "HTTP/1.1 20 X\r\n\r\n", "HTTP/1.1 2000 X\r\n\r\n",
          "HTTP/1.1  200 X\r\n\r\n", "HTTP/2.0 200 X\r\n\r\n", "HTTP/1.1 200 X\n\n", "\r\nHTTP/1.1 200 X\r\n\r\n",
          "HTTP/1.1 200 X\r\n A: b\r\n\r\n", "HTTP/1.1 200 X\r\nA : b\r\n\r\n", "http/1.1 200 OK\r\n\r\n",
          "HTTP/1.1 200 a\x01\r\n\r\n", "ICY 200 OK\r\n\r\n", "GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 2xx OK\r\n\r\n"}) {
        r = read(bad);
        std::string name = bad;
        for (char& c : name)
            if (c < ' ') c = '.';
        OK(r.error == HttpError::kLexical, "refused: " + name);
    }
}

TEST(http_responses_read) {
    Read r = read(std::string(kOk) + "\r\nall of it", true);
    IS(summary(r), "done none 28 all of it", "until the end");
    IS(std::string(r.response->headers().get("connection")), "close", "such a connection is over");
    r = read(std::string(kOk) + "\r\n", true);
    OK(r.done && r.response->body().empty(), "until the end, nothing");
    r = read(std::string(kOk) + "Connection: close\r\n\r\nbody", true);
    IS(r.response->body(), "body", "Connection: close with a body");
    r = read(std::string(kOk) + "Connection: close\r\nContent-Length: 5\r\n\r\nbody", true);
    OK(r.error == HttpError::kUnexpectedEof, "cut short of its length");
    r = read(std::string(kOk) + "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n", true);
    OK(r.error == HttpError::kUnexpectedEof, "cut short of its last chunk");
    IS(r.response->body(), "body", "what came is there");
    r = read(std::string(kOk).substr(0, 10), true);
    OK(r.error == HttpError::kUnexpectedEof && r.response, "cut in the head");
    r = read("", true);
    OK(r.error == HttpError::kUnexpectedEof && r.response, "the end before anything");
    ResponseReader reader;
    OK(reader.eof().state == State::kNeedMore, "the end when nothing is going on is nothing");
    OK(!reader.response(), "no response");
}

TEST(http_responses_read) {
    using M = Method;
    Read r = read(std::string(kOk) + "Content-Length: 10\r\n\r\n", false, M::kHead);
    OK(r.done && r.response->body().empty(), "HEAD with a length");
    r = read(std::string(kOk) + "Transfer-Encoding: chunked\r\n\r\n", false, M::kHead);
    OK(r.done, "HEAD with chunked");
    r = read(std::string(kOk) + "\r\nrest", false, M::kHead);
    IS(r.consumed, size_t{19}, "HEAD leaves what follows");
    r = read("HTTP/1.1 204 No Content\r\n\r\nrest");
    IS(summary(r), "done none 27 ", "204");
    r = read("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n");
    OK(r.done, "204 with length 0");
    r = read("HTTP/1.1 204 No Content\r\nContent-Length: 1\r\n\r\na");
    OK(r.error == HttpError::kUnexpectedBody, "204 with a body");
    r = read("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
    OK(r.error == HttpError::kUnexpectedBody, "204 in chunks");
    r = read("HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\nrest");
    OK(r.done && r.response->body().empty(), "304 tells the length of what it does not send");
    r = read("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x01x");
    OK(r.done && !r.waits, "101 is final");
    OK(r.consumed == 77 && r.response->body().empty(), "and leaves what follows");
    r = read("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\ntunnel", false, M::kConnect);
    OK(r.done && r.response->body().empty(), "a tunnel has no body");
    r = read("HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno", false, M::kConnect);
    IS(r.response->body(), "no", "a refused tunnel has");
}

TEST(http_responses_read) {
    const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
    Read r = read(interim + kOk, false, Method::kPost, "100-continue");
    OK(r.done && r.waits && r.response->code() == 100, "an expected 100 is a response, and the request waits on");
    IS(r.consumed, interim.size(), "what follows is left");
    r = read(interim, false, Method::kPost);
    OK(r.error == HttpError::kUnexpectedContinue, "an unexpected 100");
    r = read("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
    OK(r.done && r.waits && r.response->interim(), "103 is interim, too");

    ResponseReader reader;
    std::string text = kOk;
    bool threw = false;
    try {
        reader.feed(text.data(), text.size());
    } catch (const Misuse& e) {
        threw = std::string(e.what()) == "Cannot create response as there are no corresponding request";
    }
    OK(threw, "no request, no response");
    reader.set_request(make<Request>());
    threw = false;
    try {
        reader.set_request(make<Request>());
    } catch (const Misuse& e) {
        threw = std::string(e.what()) == "can't set another context request until response is done";
    }
    OK(threw, "one request at a time");
    text += "Content-Length: 0\r\n\r\n";
    OK(reader.feed(text.data(), text.size()).state == State::kDone, "done");
    reader.set_request(make<Request>());
    OK(reader.feed(text.data(), text.size()).state == State::kDone, "the next");
    reader.set_request(make<Request>());
    reader.reset();
    OK(!reader.request() && !reader.response(), "reset forgets both");
    reader.set_request(make<Request>());
    OK(reader.feed("junk", 4).state == State::kError && !reader.request(), "an error ends the request");
    OK(sizeof(ResponseReader) <= 64, "an idle reader is " + std::to_string(sizeof(ResponseReader)) + " bytes");
}

TEST(http_responses_read) {
    using E = HttpError;
    const std::string ok = kOk;
    OK(read(ok + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na").error == E::kMultipleContentLength, "two lengths");
    OK(read(ok + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").error == E::kAmbiguousLength,
       "length and chunked");
    OK(read(ok + "Transfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n").error == E::kAmbiguousLength,
       "chunked and length");
    OK(read(ok + "Transfer-Encoding: gzip\r\n\r\n").error == E::kUnsupportedTransferEncoding, "another coding");
    OK(read(ok + "Content-Length: x\r\n\r\n").error == E::kInvalidContentLength, "no number");
    Read r = read("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n");
    OK(r.done && !r.response->keep_alive(), "chunked in HTTP/1.0 is read, but ends the connection");
    ReaderLimits limits;
    limits.max_body_size = 10;
    const std::string ten = "1234567890";
    OK(read(ok + "\r\n" + ten, true, Method::kGet, "", limits).done, "10 of 10 until the end");
    limits.max_body_size = 9;
    OK(read_once(ok + "\r\n" + ten, true, Method::kGet, "", 0, limits).error == E::kBodyTooLarge,
       "10 of 9 until the end");
    limits.max_body_size = 0;
    OK(read_once(ok + "\r\n" + ten, true, Method::kGet, "", 0, limits).error == E::kUnexpectedBody,
       "10 of 0 until the end");

    std::string packed;
    Deflater d;
    open_gzip(d, CompressionLevel::kMin);
    d.write("unpacked", Deflater::Flush::kFinish, packed);
    const std::string gzip = ok + "Content-Encoding: gzip\r\n\r\n";
    r = read(gzip + packed, true);
    OK(r.done && r.response->body() == "unpacked", "gzip until the end");
    r = read(gzip + packed.substr(0, packed.size() - 1), true);
    OK(r.error == E::kUnexpectedEof, "gzip cut short");
    r = read_once(gzip + packed + "x", true, Method::kGet, "", 0, {});
    OK(r.error == E::kUncompressionFailure, "a byte after it");
    ResponseReader reader;
    reader.set_uncompress(false);
    reader.set_request(make<Request>());
    const std::string all =
        ok + "Content-Encoding: gzip\r\nContent-Length: " + std::to_string(packed.size()) + "\r\n\r\n" + packed;
    size_t at = 0;
    while (at < all.size())
        at += reader.feed(all.data() + at, all.size() - at).consumed;
    OK(reader.response()->body() == packed, "as it came, if that is wanted");
}

TEST(http_responses_read) {
    Read r = read(std::string(kOk) +
                  "Content-Length: 0\r\n"
                  "Set-Cookie: a=b\r\n"
                  "Set-Cookie: k=v=w; Domain=.ya.ru; Path=/p; Expires=Mon, 20 Jan 2020 20:20:20 GMT; Max-Age=100; "
                  "Secure; HttpOnly; SameSite=Lax; Priority=High\r\n"
                  "Set-Cookie: s=; SameSite\r\n"
                  "Set-Cookie: n=1; SameSite=None;Secure\r\n"
                  "Set-Cookie: garbage\r\n\r\n");
    IS(r.response->cookies().size(), size_t{4}, "four cookies");
    IS(r.response->cookie("a")->value, "b", "plain");
    OK(!r.response->cookie("a")->expires && !r.response->cookie("a")->secure, "without attributes");
    const SetCookie& k = *r.response->cookie("k");
    OK(k.value == "v=w" && k.domain == ".ya.ru" && k.path == "/p" && *k.expires == 1579551620 && *k.max_age == 100 &&
           k.secure && k.http_only && k.same_site == SameSite::kLax,
       "all attributes");
    OK(r.response->cookie("s")->same_site == SameSite::kStrict && r.response->cookie("s")->value.empty(), "strict");
    OK(r.response->cookie("n")->same_site == SameSite::kNone && !r.response->cookie("n")->secure,
       "stops at malformed text");
    OK(!r.response->cookie("garbage") && !r.response->cookie("A"), "others are none");
}
