// The small parts of HTTP: header lists, dates, cookies, compression lists, methods, reasons, errors.
#include "base/misuse.h"
#include "codec/http/date.h"
#include "http_codec_fixture.h"

using namespace http_codec;

namespace {

template <class F>
std::string misuse(F&& f) {
    try {
        f();
    } catch (const Misuse& e) {
        return e.what();
    }
    return "";
}

std::string all(const Headers& h) {
    std::string out;
    for (const Headers::Field f : h)
        out += std::string(f.name) + "=" + std::string(f.value) + ";";
    return out;
}

std::string date(int64_t seconds) {
    char out[kHttpDateSize];
    format_http_date(seconds, out);
    return {out, kHttpDateSize};
}

int64_t when(const char* text) {
    int64_t seconds = -1;
    return parse_http_date(text, seconds) ? seconds : -12345;
}

}  // namespace

TEST(http_parts) {
    Headers h;
    h.add("A", "1");
    h.add("B", "2");
    h.add("a", "3");
    h.add("C", "");
    IS(all(h), "A=1;B=2;a=3;C=;", "in order");
    IS(std::string(h.get("A")), "3", "last value");
    IS(h.get_all("a").size(), size_t{2}, "all values");
    h.set("a", "4");
    IS(all(h), "a=4;B=2;C=;", "set takes the place of the first");
    h.set("D", "5");
    IS(all(h), "a=4;B=2;C=;D=5;", "or the end");
    IS(h.remove("b"), size_t{1}, "one removed");
    IS(h.remove("b"), size_t{0}, "none left");
    IS(all(h), "a=4;C=;D=5;", "the others stay");
    h.set("a", h.get("D"));
    h.add("E", h.get("a"));
    IS(all(h), "a=5;C=;D=5;E=5;", "values taken from the list itself");
    for (int i = 0; i < 1000; ++i)
        h.set("big", std::string(1000, 'x'));
    IS(h.get("big").size(), size_t{1000}, "set a thousand times");
    IS(std::string(h.get("E")), "5", "the others are still right");
    h.clear();
    OK(h.empty() && !h.has("a"), "clear");
    h.add("Connection", "keep-alive ,\tUpgrade");
    h.add("connection", "x");
    OK(h.has_token("CONNECTION", "upgrade") && h.has_token("Connection", "keep-alive") &&
           h.has_token("Connection", "X"),
       "tokens");
    OK(!h.has_token("Connection", "keep") && !h.has_token("Connection", "") && !h.has_token("Upgrade", "x"),
       "no tokens");
}

TEST(http_parts) {
    Headers h;
    h.add("A", "1");
    using std::string;
    for (const string& bad :
         {string("a\r\nB: c"), string("a\n"), string("\r"), string("a\0b", 3), string("a\x01"), string("a\x7f")}) {
        OK(!misuse([&] { h.add("X", bad); }).empty(), "value that would split is refused by add");
        OK(!misuse([&] { h.set("A", bad); }).empty(), "and by set");
        OK(!misuse([&] { h.add(bad, "v"); }).empty(), "and as a name");
    }
    for (const char* bad : {"", "a b", "a:", "a\t", "\xc3\xa4", "a=", "(a)"})
        OK(!misuse([&] { h.add(bad, "v"); }).empty(), "no name");
    IS(all(h), "A=1;", "nothing has changed");
    h.add("X", "tab\tblank \xff");
    OK(h.has("X"), "tabs and bytes beyond ASCII are fine");
}

TEST(http_parts) {
    IS(date(0), "Thu, 01 Jan 1970 00:00:00 GMT", "epoch");
    IS(date(1579551620), "Mon, 20 Jan 2020 20:20:20 GMT", "2020");
    IS(date(951782399), "Mon, 28 Feb 2000 23:59:59 GMT", "before a leap day");
    IS(date(951782400), "Tue, 29 Feb 2000 00:00:00 GMT", "leap day");
    IS(date(-1), "Wed, 31 Dec 1969 23:59:59 GMT", "before the epoch");
    IS(date(INT64_MAX), "Fri, 31 Dec 9999 23:59:59 GMT", "the end of time");
    IS(date(INT64_MIN), "Sat, 01 Jan 0000 00:00:00 GMT", "the beginning");
    IS(when("Sun, 06 Nov 1994 08:49:37 GMT"), 784111777, "RFC 1123");
    IS(when("Sunday, 06-Nov-94 08:49:37 GMT"), 784111777, "RFC 850");
    IS(when("Sun Nov  6 08:49:37 1994"), 784111777, "asctime");
    IS(when("Sun, 06-Nov-1994 08:49:37 GMT"), 784111777, "old cookies");
    IS(when("Thu, 01-Jan-70 00:00:00 GMT"), 0, "70 is 1970");
    for (const char* bad :
         {"", "now", "Sun, 30 Feb 2020 00:00:00 GMT", "Sun, 06 Nov 1994", "06 Nov 08:49:37 GMT", "06 Now 1994 08:49:37",
          "Sun, 06 Nov 1994 24:49:37 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
          "Sun, 06 Nov 1994 08:49:37 GMT and much more text than any date could ever have in it"})
        IS(when(bad), -12345, std::string("no date: ") + bad);
    for (int64_t t = -60000000000; t < 200000000000; t += 7777777777)
        IS(when(date(t).c_str()), t, "round trip " + date(t));
}

TEST(http_parts) {
    struct {
        const char* accept;
        int allowed, refused;
    } rows[] = {
        {"gzip", 9, 0},
        {"GZIP", 9, 0},
        {"gzip;q=1.0", 9, 0},
        {"gzip;q=0.002", 9, 0},
        {"gzip; q=1", 9, 0},
        {"gzip;q=0.0", 8, 1},
        {"gzip;q=0.000", 8, 1},
        {"gzip;q=0", 8, 1},
        {"", 8, 0},
        {"identity", 8, 0},
        {"identity;q=0", 8, 8},
        {"gzip, deflate, br", 15, 0},
        {"gzip,deflate,br,zstd", 15, 0},
        {"zstd, gzip", 9, 0},
        {"deflate, gzip;q=1.0, *;q=0.5", 11, 0},
        {"gzip, deflate, *;q=0", 11, 0},
        {"*", 11, 0},
        {"*, gzip;q=0", 10, 1},
        {"gzip, unknown, deflate", 9, 0},
        {"gzip;q=x, deflate", 8, 0},
        {"gzip;q=2, deflate", 8, 0},
    };
    for (const auto& row : rows) {
        const auto o = accepts(get(std::string("Accept-Encoding: ") + row.accept + "\r\n"), row.accept);
        IS(int{o.requests[0]->allowed_compression()}, row.allowed, std::string("allowed by ") + row.accept);
        IS(int{o.requests[0]->allowed_compression(true)}, row.refused, std::string("refused by ") + row.accept);
    }
    Request r;
    IS(int{r.allowed_compression()}, 8, "default");
    for (int type : {0, 1, 3, 16, 4, 1})
        r.allow_compression(type);
    IS(int{r.allowed_compression()}, 13, "own preferences, invalid ones ignored");
}

TEST(http_parts) {
    const auto cookies = [](const std::string& fields) {
        std::string out;
        const auto o = read_requests(get(fields));
        for (const auto& [name, value] : o.requests[0]->cookies())
            out += name + "=" + value + "|";
        return out;
    };
    IS(cookies("Cookie: a=b\r\n"), "a=b|", "one");
    IS(cookies("Cookie: a=b; c=d=e; E=\"f\"; g=\r\n"), "a=b|c=d=e|E=\"f\"|g=|", "several");
    IS(cookies("Cookie: a=b\r\ncookie: c=d\r\n"), "a=b|c=d|", "two headers");
    IS(cookies("Cookie: a=b;c=d\r\n"), "a=b|", "stops where the separator is wrong");
    IS(cookies("Cookie: a=b; c; d=e\r\n"), "a=b|", "stops at what is no pair");
    IS(cookies("Cookie: =b\r\n"), "", "no name");
    IS(cookies("A: b\r\n"), "", "none");
    const auto o = read_requests(get("Cookie: a=1; a=2; b=3\r\n"));
    Request& r = *o.requests[0];
    IS(*r.cookie("a"), "2", "the last one counts");
    OK(!r.cookie("A"), "names have case");
    r.set_cookie("a", "4");
    IS(*r.cookie("a"), "4", "set");
    r.remove_cookie("b");
    OK(!r.cookie("b"), "removed");
    for (const char* bad : {"a\r\nX: y", "a;b", "a\n"}) {
        OK(!misuse([&] { r.set_cookie("x", bad); }).empty(), "value that would break out");
        OK(!misuse([&] { r.set_cookie(bad, "x"); }).empty(), "name that would break out");
        SetCookie c;
        c.domain = bad;
        Response res;
        OK(!misuse([&] { res.set_cookie("x", c); }).empty(), "domain that would break out");
        c.domain.clear();
        c.path = bad;
        OK(!misuse([&] { res.set_cookie("x", c); }).empty(), "path that would break out");
        OK(!misuse([&] { res.set_message(bad); }).empty() || std::string(bad) == "a;b", "reason that would break out");
    }
    OK(!misuse([&] { r.set_cookie("", "x"); }).empty(), "no name");
}

TEST(http_parts) {
    IS(std::string(method_name(0)), "[unspecified]", "no method");
    IS(std::string(method_name(99)), "[UNKNOWN]", "unknown method");
    IS(std::string(method_name(-1)), "[UNKNOWN]", "negative method");
    IS(std::string(method_name(Method::kConnect)), "CONNECT", "the last public one");
    IS(static_cast<int>(Method::kConnect), 8, "is 8");
    IS(std::string(reason_phrase(404)), "Not Found", "404");
    IS(std::string(reason_phrase(299)), "", "unknown code");
    Request r;
    for (int bad : {0, -1, 100})
        IS(misuse([&] { r.set_method(bad); }),
           "invalid http method: expected a METHOD_ constant or a name, got '" + std::to_string(bad) + "'",
           "method refused");
    IS(misuse([&] { r.compress(3); }), "bad compression: expected a type, got '3'", "compression 3");
    IS(misuse([&] { r.compress(1, 3); }), "bad compression level: expected a level, got '3'", "level 3");
    OK(!misuse([&] { r.set_http_version(12); }).empty(), "version 12");
    Response res;
    for (int bad : {1, 99, 1000, -1})
        OK(!misuse([&] { res.set_code(bad); }).empty(), "code refused");
    IS(ErrorCode(HttpError::kLexical).to_string(), "http parsing lexical error (1:protocol-http)", "an error as text");
    IS(ErrorCode(HttpError::kCorruptedCookieJar).value(), 11, "the last public error");
    OK(r.type().is_a(Message::kType) && std::string(r.type().name) == "Protocol::HTTP::Request", "class of a request");
    OK(std::string(res.type().name) == "Protocol::HTTP::Response", "class of a response");
}
