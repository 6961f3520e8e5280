// Request bodies: lengths, chunks, limits, compression, and every way to be ambiguous about where one ends.
#include <zlib.h>

#include "http_codec_fixture.h"

using namespace http_codec;

namespace {

std::string post(const std::string& fields, const std::string& body = "", const char* version = "1.1") {
    return std::string("POST / HTTP/") + version + "\r\n" + fields + "\r\n" + body;
}
std::string chunked(const std::string& body) {
    return post("Transfer-Encoding: chunked\r\n", body);
}
std::string sized(const std::string& body, const std::string& more = "") {
    return post("Content-Length: " + std::to_string(body.size()) + "\r\n" + more, body);
}

std::string gzip(const std::string& text) {
    std::string out;
    Deflater d;
    open_gzip(d, CompressionLevel::kMax);
    d.write(text, Deflater::Flush::kFinish, out);
    return out;
}

}  // namespace

TEST(http_body) {
    for (const char* name : {"Content-Length", "content-length", "CONTENT-LENGTH"}) {
        auto o = accepts(post(std::string(name) + ": 8\r\n", "12345678"), name);
        IS(o.requests[0]->body(), "12345678", "body");
        IS(o.heads, 1, "head reported");
        IS(std::string(o.requests[0]->headers().get("content-LENGTH")), "8", "the header stays");
    }
    auto zero = accepts(post("Content-Length: 0\r\n"), "length 0");
    OK(zero.requests[0]->body().empty() && zero.heads == 0, "no body");
    accepts(post(""), "POST without length has no body");
    auto zeros = accepts(post("Content-Length: 0003\r\n", "abc"), "leading zeros");
    IS(zeros.requests[0]->body(), "abc", "body");
    auto o = accepts(post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n"), "empty chunked body");
    OK(o.requests[0]->chunked(), "chunked");
}

TEST(http_body) {
    using E = HttpError;
    refuses(post("Content-Length: 1\r\nContent-Length: 1\r\n", "a"), E::kMultipleContentLength, "two equal lengths");
    refuses(post("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"), E::kMultipleContentLength, "two lengths");
    refuses(post("Content-Length: 0\r\nA: b\r\ncontent-length: 5\r\n", "abcde"), E::kMultipleContentLength,
            "two lengths apart");
    for (const char* length :
         {"", "a", "-1", "+1", "0x10", "1 1", "1,1", "1, 1", "5;", "1.0", "\"1\"", "1a", "18446744073709551616",
          "18446744073709551615", "9223372036854775808", "99999999999999999999999999"})
        refuses(post(std::string("Content-Length: ") + length + "\r\n", "a"), E::kInvalidContentLength,
                std::string("length '") + length + "'");
    refuses(post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), E::kAmbiguousLength,
            "length, then chunked");
    refuses(post("Transfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\n"), E::kAmbiguousLength,
            "chunked, then length");
    refuses(post("Transfer-Encoding: chunked\r\nA: b\r\nContent-Length: 0\r\n", "0\r\n\r\n"), E::kAmbiguousLength,
            "chunked and length 0");
    for (const char* coding :
         {"XXX", "chunked, XXX", "XXX, chunked", "gzip, chunked", "chunked, chunked", "identity", "", "chunkedx",
          "x-chunked", "\"chunked\"", ",chunked", "chunked;q=1", "chunked,", "gzip"})
        refuses(post(std::string("Transfer-Encoding: ") + coding + "\r\n", "0\r\n\r\n"),
                E::kUnsupportedTransferEncoding, std::string("coding '") + coding + "'");
    refuses(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            E::kUnsupportedTransferEncoding, "chunked twice");
    refuses(post("Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip\r\n", "0\r\n\r\n"),
            E::kUnsupportedTransferEncoding, "chunked, then gzip");
    refuses(post("Transfer-Encoding: chunked\r\n", "0\r\n\r\n", "1.0"), E::kUnsupportedTransferEncoding,
            "chunked in HTTP/1.0");
    refuses(post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n"), E::kLexical, "blank before the colon");
    refuses(post("Transfer-Encoding:\x0b"
                 "chunked\r\n",
                 "0\r\n\r\n"),
            E::kLexical, "vertical tab before the coding");
    refuses(post("Content-Length: 5\r\n : x\r\n", "abcde"), E::kLexical, "folded after the length");
    accepts(post("TrAnsfeR-EncoDing: ChUnKeD\r\n", "0\r\n\r\n"), "any case");
}

TEST(http_body) {
    auto o = accepts(chunked("9\r\n123456789\r\n7\r\nabcdefg\r\n0\r\n\r\n"), "two chunks");
    IS(o.requests[0]->body(), "123456789abcdefg", "body");
    IS(o.heads, 1, "head reported");
    o = accepts(chunked("A;name\r\n1234567890\r\n00a;a=b;c=\"d \\\" ;\\r\"\r\n1234567890\r\n0;x\r\n\r\n"),
                "extensions");
    IS(o.requests[0]->body(), "12345678901234567890", "body");
    o = accepts(chunked("1\r\na\r\n0\r\nTrailer: value\r\nOther:\r\n\r\n"), "trailer");
    OK(!o.requests[0]->headers().has("Trailer"), "is not a header");
    struct {
        const char *body, *name;
    } bad[] = {
        {"x\r\n", "no size"},
        {"\r\n", "empty size"},
        {";a\r\n", "extension without size"},
        {" 1\r\na\r\n0\r\n\r\n", "blank before the size"},
        {"1 \r\na\r\n0\r\n\r\n", "blank after the size"},
        {"1\t\r\na\r\n0\r\n\r\n", "tab after the size"},
        {"1 ;a\r\na\r\n0\r\n\r\n", "blank before an extension"},
        {"0x1\r\na\r\n0\r\n\r\n", "0x"},
        {"-1\r\na\r\n0\r\n\r\n", "negative size"},
        {"1\na\r\n0\r\n\r\n", "bare LF after the size"},
        {"1\r\na\n0\r\n\r\n", "bare LF after the data"},
        {"1\r\na0\r\n\r\n", "no line end after the data"},
        {"1\r\nab\r\n0\r\n\r\n", "more data than announced"},
        {"1\ra\r\n0\r\n\r\n", "bare CR after the size"},
        {"1\r\na\r\r\n0\r\n\r\n", "CR CR LF after the data"},
        {"1;\r\na\r\n0\r\n\r\n", "empty extension"},
        {"1;a=\r\na\r\n0\r\n\r\n", "extension without value"},
        {"1;a\n\r\na\r\n0\r\n\r\n", "LF in an extension"},
        {"1;a\"b\"\r\na\r\n0\r\n\r\n", "quote in an extension name"},
        {"1;a=\"b\n\"\r\na\r\n0\r\n\r\n", "LF in a quoted value"},
        {"1;a=\"b\"c\r\na\r\n0\r\n\r\n", "text after a quoted value"},
        {"0\r\n\n", "bare LF as the empty line"},
        {"0\r\nA: b\n\r\n", "bare LF in the trailer"},
        {"0\r\nA : b\r\n\r\n", "blank before the colon in the trailer"},
        {"0\r\n A: b\r\n\r\n", "folded trailer"},
        {"0\r\nabc\r\n\r\n", "no colon in the trailer"},
        {"ffffffffffffffff\r\n", "size of 64 bits"},
        {"10000000000000000\r\n", "size of 65 bits"},
        {"00000000000000000000000000000000000000fffffffffffffffff\r\n", "larger size"},
    };
    for (const auto& b : bad)
        refuses(chunked(b.body), HttpError::kLexical, b.name);
    refuses(chunked("1;" + std::string(2000, 'a')), HttpError::kLexical, "an extension without end");
    refuses(chunked(std::string(2000, '0')), HttpError::kLexical, "leading zeros without end");
    ReaderLimits limits;
    limits.max_headers_size = 100;
    refuses(chunked("0\r\nA: " + std::string(100, 'a')), HttpError::kHeadersTooLarge, "a trailer without end", limits);
    accepts(chunked("0\r\nA: " + std::string(93, 'a') + "\r\n\r\n"), "a trailer of exactly the limit", 1, limits);
}

TEST(http_body) {
    RequestReader reader;
    const auto state_after = [&](const std::string& text) {
        size_t at = 0;
        while (at < text.size())
            at += reader.feed(text.data() + at, text.size() - at).consumed;
        return static_cast<int>(reader.state());
    };
    IS(state_after("POST / HTTP/1.1\r\n"), 0, "headers");
    IS(state_after("Transfer-Encoding: chunked\r\n\r\n"), 2, "chunk");
    IS(state_after("3\r\n"), 3, "chunk body");
    IS(state_after("ab"), 3, "still");
    IS(state_after("c"), 2, "chunk");
    IS(state_after("\r\n0\r\n"), 4, "trailer");
    IS(state_after("\r\n"), 5, "done");
    IS(state_after("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n"), 1, "body");
    Ref<Request> held = reader.take_request();
    IS(state_after("ab"), 1, "still");
    IS(held->body(), "ab", "a request taken in the middle is filled further");
    held->body().clear();
    IS(state_after("c"), 5, "done");
    IS(held->body(), "c", "a body taken out is not missed");
}

TEST(http_body) {
    const std::string ten = "1234567890", ten_chunked = chunked("a\r\n1234567890\r\n0\r\n\r\n"),
                      five_chunked = chunked("5\r\n12345\r\n5\r\n67890\r\n0\r\n\r\n");
    ReaderLimits limits;
    limits.max_body_size = 10;
    accepts(sized(ten), "10 of 10", 1, limits);
    accepts(ten_chunked, "10 of 10, chunked", 1, limits);
    accepts(five_chunked, "5 and 5 of 10", 1, limits);
    accepts(sized(gzip(ten), "Content-Encoding: gzip\r\n"), "10 of 10, unpacked", 1, limits);
    limits.max_body_size = 9;
    refuses(sized(ten), HttpError::kBodyTooLarge, "10 of 9", limits);
    refuses(post("Content-Length: 10\r\n"), HttpError::kBodyTooLarge, "before it arrives", limits);
    refuses(ten_chunked, HttpError::kBodyTooLarge, "10 of 9, chunked", limits);
    refuses(chunked("a\r\n"), HttpError::kBodyTooLarge, "at the size line", limits);
    refuses(five_chunked, HttpError::kBodyTooLarge, "5 and 5 of 9", limits);
    refuses(sized(gzip(ten), "Content-Encoding: gzip\r\n"), HttpError::kBodyTooLarge, "10 of 9, unpacked", limits);
    limits.max_body_size = 0;
    refuses(sized(ten), HttpError::kUnexpectedBody, "10 of 0", limits);
    refuses(ten_chunked, HttpError::kUnexpectedBody, "10 of 0, chunked", limits);
    refuses(sized(gzip(ten), "Content-Encoding: gzip\r\n"), HttpError::kUnexpectedBody, "10 of 0, packed", limits);
    accepts(sized(""), "0 of 0", 1, limits);
    accepts(chunked("0\r\n\r\n"), "0 of 0, chunked", 1, limits);
    limits.max_body_size = SIZE_MAX;
    accepts(five_chunked, "no limit", 1, limits);
}

TEST(http_body) {
    const std::string text(5000, 'x'), packed = gzip(text), field = "Content-Encoding: gzip\r\n";
    auto o = accepts(sized(packed, field), "gzip");
    OK(o.requests[0]->body() == text, "unpacked");
    OK(o.requests[0]->compression() == Compression::kGzip, "its type is known");
    IS(std::string(o.requests[0]->headers().get("content-encoding")), "gzip", "the header stays");
    std::string chunks;
    for (const char c : packed)
        chunks += std::string("1\r\n") + c + "\r\n";
    o = accepts(post("Transfer-Encoding: chunked\r\n" + field, chunks + "0\r\n\r\n"), "gzip in chunks");
    OK(o.requests[0]->body() == text, "unpacked");
    accepts(post("Content-Length: 0\r\n" + field), "nothing in gzip");
    refuses(sized(packed + "x", field), HttpError::kUncompressionFailure, "a byte after the stream");
    refuses(sized(packed.substr(0, packed.size() - 1), field), HttpError::kUncompressionFailure, "a byte less");
    refuses(sized("plain text", field), HttpError::kUncompressionFailure, "no gzip");
    std::string broken = packed;
    broken[broken.size() / 2] ^= 0x10;
    refuses(sized(broken, field), HttpError::kUncompressionFailure, "a flipped bit");
    refuses(sized(packed + packed, field), HttpError::kUncompressionFailure, "two streams");
    const std::string bomb = gzip(std::string(10 << 20, 0));
    ReaderLimits limits;
    limits.max_body_size = 100000;
    refuses(sized(bomb, field), HttpError::kBodyTooLarge, "a bomb", limits);
    const auto b = read_requests(sized(bomb, field), 0, limits);
    OK(b.requests[0]->body().size() <= 100000, "which did not go off");

    uLongf size = compressBound(text.size());
    std::string zlib(size, 0);
    compress(reinterpret_cast<Bytef*>(zlib.data()), &size, reinterpret_cast<const Bytef*>(text.data()), text.size());
    zlib.resize(size);
    o = accepts(sized(zlib, "Content-Encoding: deflate\r\n"), "deflate");
    OK(o.requests[0]->body() == text && o.requests[0]->compression() == Compression::kDeflate, "unpacked");
    o = accepts(sized(packed, "Content-Encoding: deflate\r\n"), "gzip under the name of deflate");
    OK(o.requests[0]->body() == text, "unpacked");
    o = accepts(sized("abc", "Content-Encoding: identity\r\n"), "identity");
    OK(o.requests[0]->compression() == Compression::kIdentity && o.requests[0]->body() == "abc", "as it is");
    o = accepts(sized(packed, "Content-Encoding: gzip, identity\r\n"), "gzip, identity");
    OK(o.requests[0]->compression() == Compression::kGzip && o.requests[0]->body() == text, "gzip");
    o = accepts(sized(packed, "Content-Encoding: identity\r\nContent-Encoding: GZIP\r\n"), "two headers");
    OK(o.requests[0]->compression() == Compression::kGzip, "gzip");
    for (const char* coding : {"rar", "gzip, gzip", "gzip, deflate", "br", "gzip;q=1", "zstd"})
        refuses(sized("abc", std::string("Content-Encoding: ") + coding + "\r\n"), HttpError::kUnsupportedCompression,
                coding);
    refuses(sized(packed, field + field), HttpError::kUnsupportedCompression, "gzip in two headers");
}
