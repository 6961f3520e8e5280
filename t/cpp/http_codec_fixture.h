// What the tests of the HTTP readers share: feed bytes in pieces, collect what came out.
#pragma once
#include <string>
#include <vector>

#include "codec/http/errors.h"
#include "codec/http/request_reader.h"
#include "codec/http/response_reader.h"
#include "tap.h"

namespace http_codec {

using namespace ue;
using namespace ue::codec;
using State = ReadResult::State;

struct Outcome {
    std::vector<Ref<Request>> requests;  // complete ones; and the last one, if it failed
    ErrorCode error;
    size_t consumed = 0;  // of all input, up to the error or the end
    int heads = 0;        // how often kHeadersDone was reported
    MessageState state = MessageState::kHeaders;
};

// Feeds `text` in pieces of `step` bytes (0: whole) until the input or the patience of the reader ends.
inline Outcome read_requests(const std::string& text, size_t step = 0, const ReaderLimits& limits = {}) {
    Outcome out;
    RequestReader reader(limits);
    size_t at = 0;
    while (at < text.size()) {
        // A copy of its own for every piece: reading beyond it is an error that ASan sees.
        const std::vector<char> piece(text.begin() + at,
                                      text.begin() + (step ? std::min(at + step, text.size()) : text.size()));
        const ReadResult r = reader.feed(piece.data(), piece.size());
        at += r.consumed;
        out.state = reader.state();
        if (r.state == State::kNeedMore && r.consumed != piece.size())
            OK(false, "kNeedMore uses up its input");
        if (r.state == State::kHeadersDone) ++out.heads;
        if (r.state == State::kDone) out.requests.push_back(reader.take_request());
        if (r.state == State::kError) {
            out.error = r.error;
            out.requests.push_back(reader.take_request());
            break;
        }
    }
    out.consumed = at;
    return out;
}

inline std::string error_name(const ErrorCode& e) {
    return e ? e.message() : "none";
}

// Whole, in pieces of ten, and byte by byte: always this error (or none), and never anything accepted besides.
inline void refuses(const std::string& text, HttpError want, const std::string& name, const ReaderLimits& limits = {}) {
    std::string got;
    for (const size_t step : {0, 10, 1}) {
        const Outcome o = read_requests(text, step, limits);
        got += o.requests.size() == 1 ? error_name(o.error) + ";" : "accepted something;";
    }
    const std::string one = error_name(want) + ";";
    IS(got, one + one + one, name);
}

inline Outcome accepts(const std::string& text, const std::string& name, size_t count = 1,
                       const ReaderLimits& limits = {}) {
    std::string got;
    Outcome whole;
    for (const size_t step : {1, 10, 0}) {
        Outcome o = read_requests(text, step, limits);
        got += std::to_string(o.requests.size()) + error_name(o.error) + std::to_string(o.consumed) + ";";
        whole = std::move(o);
    }
    const std::string one = std::to_string(count) + "none" + std::to_string(text.size()) + ";";
    IS(got, one + one + one, name);
    if (whole.requests.empty()) whole.requests.push_back(make<Request>());
    return whole;
}

// "GET / HTTP/1.1" with these fields.
inline std::string get(const std::string& fields) {
    return "GET / HTTP/1.1\r\n" + fields + "\r\n";
}

}  // namespace http_codec
