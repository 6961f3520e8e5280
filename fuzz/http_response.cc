// HTTP responses: any bytes as the answer to different requests, with and without decompression, to the end of the
// input.
#include "base/misuse.h"
#include "codec/http/response_reader.h"
#include "support.h"

using namespace ue;
using namespace ue::codec;
using State = ReadResult::State;

namespace {

Ref<Request> question(uint8_t kind) {
    static const Method kMethods[] = {Method::kGet, Method::kHead, Method::kPost, Method::kConnect};
    const Ref<Request> r = make<Request>();
    r->set_uri(Uri::parse("http://h/"));
    r->set_method(static_cast<int>(kMethods[kind & 3]));
    if (kind & 4) r->headers().add("Expect", "100-continue");
    return r;
}

void look(Response& r) {
    for (const Headers::Field f : r.headers()) {
        CLAIM(Headers::valid_name(f.name));
        CLAIM(Headers::valid_value(f.value));
    }
    CLAIM(r.code() >= 100 && r.code() <= 999);
    r.keep_alive();
    r.cookies();
    std::string out;
    try {
        r.serialise(out);
    } catch (const Misuse&) {
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view bytes = fuzz::text(data, size);
    fuzz::Settings s(bytes);
    const uint8_t how = s.octet();
    ReaderLimits limits;
    if (how & 8) limits.max_headers_size = 16u + s.octet();
    limits.max_body_size = how & 16 ? s.octet() : 1 << 16;
    ResponseReader reader(limits);
    reader.set_uncompress(how & 32);
    const Ref<Request> asked = question(how);
    const fuzz::Copy copy(bytes);
    bool answered = true;
    for (size_t at = 0; at < copy.size;) {
        if (answered && !reader.request()) reader.set_request(asked);
        const ReadResult r = reader.feed(copy.data.get() + at, copy.size - at);
        CLAIM(r.consumed <= copy.size - at);
        CLAIM(r.consumed || r.state == State::kHeadersDone || r.state == State::kError);
        at += r.consumed;
        if (reader.response()) CLAIM(reader.response()->body().size() <= limits.max_body_size);
        answered = r.state == State::kDone;
        if (answered) look(*reader.take_response());
        if (r.state == State::kError) {
            CLAIM(r.error);
            return 0;
        }
        if (r.state == State::kNeedMore) CLAIM(at == copy.size);
    }
    const ReadResult end = reader.eof();
    if (end.state == State::kDone) look(*reader.response());
    return 0;
}
