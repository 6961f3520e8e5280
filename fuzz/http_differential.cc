// HTTP, whole against cut at random: both readers must see the same messages and the same error, wherever the network
// cuts.
#include "codec/http/errors.h"
#include "codec/http/request_reader.h"
#include "codec/http/response_reader.h"
#include "support.h"

using namespace ue;
using namespace ue::codec;
using State = ReadResult::State;

namespace {

void note(std::string& log, const Message& m) {
    log += std::to_string(m.http_version()) + (m.chunked() ? "c" : "l") +
           std::to_string(static_cast<int>(m.compression())) + "\n";
    for (const Headers::Field f : m.headers())
        (((log += f.name) += ':') += f.value) += '\n';
    log += m.body() + "\n";
}
void note(std::string& log, Request& r) {
    ((log += r.method_str()) += ' ') += r.target();
    note(log, static_cast<const Message&>(r));
}
void note(std::string& log, Response& r) {
    (log += std::to_string(r.code()) + " ") += r.message();
    note(log, static_cast<const Message&>(r));
}

Request* take(RequestReader& r) {
    return r.request();
}
Response* take(ResponseReader& r) {
    return r.response();
}
void ask(RequestReader&, const Ref<Request>&) {}
void ask(ResponseReader& r, const Ref<Request>& request) {
    if (!r.request()) r.set_request(request);
}
void end(RequestReader&, std::string&) {}
void end(ResponseReader& r, std::string& log) {
    const ReadResult got = r.eof();
    log += "eof" + std::to_string(static_cast<int>(got.state));
    if (got.state == State::kDone) note(log, *r.response());
}

template <class Reader>
std::string run(std::string_view bytes, const ReaderLimits& limits, const Ref<Request>& asked, fuzz::Cuts* cuts) {
    Reader reader(limits);
    std::string log;
    for (size_t at = 0; at < bytes.size();) {
        ask(reader, asked);
        const size_t n = cuts ? cuts->next(bytes.size() - at) : bytes.size() - at;
        const fuzz::Copy copy(bytes.substr(at, n));
        const ReadResult r = reader.feed(copy.data.get(), copy.size);
        at += r.consumed;
        if (r.state == State::kHeadersDone) log += "head\n";
        if (r.state == State::kDone) note(log, *take(reader));
        if (r.state == State::kError) {
            // Of a broken message what came before the fault; inside a body that depends on nothing, either.
            log += "error " + r.error.message() + "\n";
            return log;
        }
        if (r.state == State::kNeedMore) CLAIM(r.consumed == n);
    }
    end(reader, log);
    return log;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view bytes = fuzz::text(data, size);
    fuzz::Settings s(bytes);
    const uint8_t how = s.octet();
    ReaderLimits limits;
    if (how & 2) limits.max_headers_size = 16u + s.octet();
    limits.max_body_size = how & 4 ? s.octet() : 1 << 16;
    fuzz::Cuts cuts(s.pair());
    const Ref<Request> asked = make<Request>();
    asked->set_uri(Uri::parse("http://h/"));
    asked->set_method(static_cast<int>(how & 8 ? Method::kHead : Method::kGet));
    if (how & 1) {
        CLAIM(run<RequestReader>(bytes, limits, asked, nullptr) == run<RequestReader>(bytes, limits, asked, &cuts));
    } else {
        CLAIM(run<ResponseReader>(bytes, limits, asked, nullptr) == run<ResponseReader>(bytes, limits, asked, &cuts));
    }
    return 0;
}
