// HTTP requests: any bytes. What is accepted has clean fields, and what we write of it is one request again, with the
// same body.
#include "base/misuse.h"
#include "codec/http/request_reader.h"
#include "support.h"

using namespace ue;
using namespace ue::codec;
using State = ReadResult::State;

namespace {

void look(Request& r) {
    for (const Headers::Field f : r.headers()) {
        CLAIM(Headers::valid_name(f.name));
        CLAIM(Headers::valid_value(f.value));
    }
    CLAIM(r.http_version() == 10 || r.http_version() == 11);
    CLAIM(r.target().find_first_of(std::string_view(" \r\n\0", 4)) == std::string_view::npos);
    r.keep_alive();
    r.expects_continue();
    r.wants_upgrade();
    r.allowed_compression();
    r.allowed_compression(true);
    r.cookies();
    CLAIM(r.uri());
    r.target_path();
}

void again(Request& r) {
    std::string out;
    try {
        r.serialise(out);
    } catch (const Misuse&) {
        return;  // a target that is no uri
    }
    if (r.chunked() && r.body().empty()) out += r.final_chunk();
    RequestReader reader;
    const fuzz::Copy copy(out);
    size_t at = 0;
    for (;;) {
        const ReadResult got = reader.feed(copy.data.get() + at, copy.size - at);
        at += got.consumed;
        if (got.state == State::kHeadersDone) continue;
        CLAIM(got.state == State::kDone);
        break;
    }
    CLAIM(at == copy.size);
    CLAIM(reader.request()->method() == r.method());
    CLAIM(reader.request()->body() == r.body());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view bytes = fuzz::text(data, size);
    fuzz::Settings s(bytes);
    const uint8_t how = s.octet();
    ReaderLimits limits;
    if (how & 1) limits.max_headers_size = 16u + s.octet();
    limits.max_body_size = how & 2 ? s.octet() : 1 << 16;
    RequestReader reader(limits);
    const fuzz::Copy copy(bytes);
    for (size_t at = 0; at < copy.size;) {
        const ReadResult r = reader.feed(copy.data.get() + at, copy.size - at);
        CLAIM(r.consumed <= copy.size - at);
        CLAIM(r.consumed || r.state == State::kHeadersDone || r.state == State::kError);
        at += r.consumed;
        if (reader.request()) CLAIM(reader.request()->body().size() <= limits.max_body_size);
        if (r.state == State::kDone) {
            look(*reader.request());
            again(*reader.take_request());
        }
        if (r.state == State::kError) {
            CLAIM(r.error);
            break;
        }
        if (r.state == State::kNeedMore) CLAIM(at == copy.size);
    }
    return 0;
}
