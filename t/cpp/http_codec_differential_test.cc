// However a message is cut into fragments, and however it is broken, the reader says the same.
#include <random>

#include "http_codec_fixture.h"

using namespace http_codec;

namespace {

std::string gzip(const std::string& text) {
    std::string out;
    Deflater d;
    open_gzip(d, CompressionLevel::kMax);
    d.write(text, Deflater::Flush::kFinish, out);
    return out;
}

std::vector<std::string> seeds() {
    const std::string packed = gzip("a text that is packed");
    return {
        get("Host: a\r\nCookie: a=b; c=d\r\nAccept-Encoding: gzip, *;q=0\r\n"),
        get("") + get("Connection: close\r\n") + "HEAD /x?y=z#f HTTP/1.0\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 8\r\nExpect: 100-continue\r\n\r\n12345678" + get(""),
        "PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"b\\\"\";c\r\n12345\r\n00A\r\n1234567890\r\n0\r\nT: "
        "v\r\n\r\n" +
            get(""),
        "POST / HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: " + std::to_string(packed.size()) + "\r\n\r\n" +
            packed,
        "OPTIONS * HTTP/1.1\r\n\r\nCONNECT a:1 HTTP/1.1\r\n\r\nM-SEARCH http://u@h:1/ HTTP/1.1\r\n\r\n",
        get("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n") +
            "\x81\x80zzzz",
    };
}

// Everything that a user could see.
std::string summary(const Outcome& o) {
    std::string out = error_name(o.error) + "\n";
    // Inside a start line llhttp may notice an error a byte later, depending on the fragments.
    if (o.error == HttpError::kLexical && o.requests.back()->http_version()) out += std::to_string(o.consumed) + "\n";
    for (const Ref<Request>& r : o.requests) {
        out += std::string(r->method_str()) + " " + std::string(r->target()) + " " + std::to_string(r->http_version()) +
               (r->chunked() ? " chunked " : " ") + std::to_string(static_cast<int>(r->compression())) + "\n";
        for (const Headers::Field f : r->headers())
            out += std::string(f.name) + ":" + std::string(f.value) + "\n";
        out += r->body() + "\n";
        out += r->uri() ? r->uri()->to_string() : "none";
        for (const auto& [name, value] : r->cookies())
            out += name + "=" + value + "\n";
        out += std::to_string(r->allowed_compression()) + "\n";
    }
    return out;
}

Outcome read_split(const std::string& text, std::mt19937& random, const ReaderLimits& limits) {
    Outcome out;
    RequestReader reader(limits);
    size_t at = 0;
    while (at < text.size()) {
        const size_t n = std::min<size_t>(random() % 2 ? 1 + random() % 4 : 1 + random() % 64, text.size() - at);
        const std::vector<char> piece(text.begin() + at, text.begin() + at + n);
        const ReadResult r = reader.feed(piece.data(), n);
        at += r.consumed;
        if (r.state == State::kDone || r.state == State::kError) out.requests.push_back(reader.take_request());
        if (r.state == State::kError) {
            out.error = r.error;
            break;
        }
    }
    out.consumed = at;
    return out;
}

std::string broken(std::string text, std::mt19937& random, const std::vector<std::string>& all) {
    static const char kSpice[] = "\r\n \t:;,=0123aF\"\\%\x00\x01\x7f\x80\xff";
    for (size_t n = random() % 4; n--;) {
        const size_t at = random() % text.size();
        switch (random() % 5) {
            case 0:
                text[at] = kSpice[random() % (sizeof(kSpice) - 1)];
                break;
            case 1:
                text.insert(at, 1, kSpice[random() % (sizeof(kSpice) - 1)]);
                break;
            case 2:
                text.erase(at, 1 + random() % 3);
                break;
            case 3:
                text.insert(at, text.substr(random() % text.size(), random() % 20));
                break;
            case 4:
                text = text.substr(0, at) + all[random() % all.size()].substr(random() % 10);
                break;
        }
        if (text.empty()) text = "G";
    }
    return text;
}

}  // namespace

TEST(http_differential) {
    std::mt19937 random(20200120);
    const std::vector<std::string> all = seeds();
    size_t different = 0, good = 0, bad = 0;
    std::string first;
    for (int i = 0; i < 20000; ++i) {
        ReaderLimits limits;
        if (random() % 4 == 0) limits.max_headers_size = random() % 150;
        if (random() % 4 == 0) limits.max_body_size = random() % 20;
        const std::string text = broken(all[random() % all.size()], random, all);
        const Outcome whole = read_requests(text, 0, limits);
        (whole.error ? bad : good) += 1;
        if (summary(whole) != summary(read_split(text, random, limits))) {
            ++different;
            if (first.empty()) first = text;
        }
    }
    for (char& c : first)
        if (c < ' ') c = '.';
    IS(different, size_t{0}, "the same in fragments " + first);
    OK(good > 2000 && bad > 2000,
       "both kinds were among them: " + std::to_string(good) + " good, " + std::to_string(bad) + " bad");
}

namespace {

// One response in fragments of random size (or whole), then the end of the input.
std::string read_response(const std::string& text, Request* request, const ReaderLimits& limits, std::mt19937* random) {
    ResponseReader reader(limits);
    reader.set_request(request);
    ReadResult r = {State::kNeedMore, 0, {}};
    size_t at = 0;
    while (at < text.size() && r.state != State::kDone && r.state != State::kError) {
        const size_t n = std::min<size_t>(random ? 1 + (*random)() % 20 : text.size(), text.size() - at);
        const std::vector<char> piece(text.begin() + at, text.begin() + at + n);
        r = reader.feed(piece.data(), n);
        at += r.consumed;
    }
    const bool complete = r.state == State::kDone;
    if (!complete && r.state != State::kError) r = reader.eof();
    const Ref<Response> response = reader.take_response();
    std::string out = error_name(r.error) + "\n" + (complete ? std::to_string(at) : "") + "\n";
    out += std::to_string(response->code()) + response->message() + std::to_string(response->http_version()) + "\n";
    for (const Headers::Field f : response->headers())
        out += std::string(f.name) + ":" + std::string(f.value) + "\n";
    for (const auto& [name, cookie] : response->cookies())
        append_set_cookie(name, cookie, "", out);
    // How much of a body of which too much came is handed out depends on the fragments.
    return r.error == HttpError::kBodyTooLarge || r.error == HttpError::kUnexpectedBody ? out : out + response->body();
}

}  // namespace

TEST(http_differential) {
    std::mt19937 random(42);
    const std::string packed = gzip("a text that is packed"), ok = "HTTP/1.1 200 OK\r\n";
    const std::vector<std::string> all = {
        ok +
            "Content-Length: 5\r\nSet-Cookie: a=b; Domain=x; Expires=Mon, 20 Jan 2020 20:20:20 GMT; "
            "Secure\r\n\r\n12345" +
            ok,
        ok + "Connection: close\r\n\r\nuntil the end",
        ok + "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nT: v\r\n\r\n" + ok,
        ok + "Content-Encoding: gzip\r\n\r\n" + packed,
        "HTTP/1.0 404 Not Found\r\n\r\nno",
        "HTTP/1.1 100 Continue\r\n\r\n" + ok,
        "HTTP/1.1 204 \r\n\r\n" + ok,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n\x81\x01x",
    };
    size_t different = 0;
    std::string first;
    for (int i = 0; i < 20000; ++i) {
        Ref<Request> request = make<Request>();
        request->set_method(1 + static_cast<int>(random() % 8));
        if (random() % 2) request->headers().add("Expect", "100-continue");
        ReaderLimits limits;
        if (random() % 4 == 0) limits.max_headers_size = random() % 100;
        if (random() % 4 == 0) limits.max_body_size = random() % 20;
        const std::string text = broken(all[random() % all.size()], random, all);
        if (read_response(text, request.get(), limits, nullptr) == read_response(text, request.get(), limits, &random))
            continue;
        ++different;
        if (first.empty()) first = text;
    }
    for (char& c : first)
        if (c < ' ') c = '.';
    IS(different, size_t{0}, "responses are the same in fragments " + first);
}
