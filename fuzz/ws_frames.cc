// The frame reader in both roles against a second reader that is written to be read: RFC 6455 section 5, one rule a
// line.
#include <vector>

#include "codec/ws/message_reader.h"
#include "codec/ws/utf8.h"
#include "support.h"

using namespace ue;
using namespace ue::codec;

namespace {

struct Seen {
    uint8_t opcode;
    bool fin;
    std::string payload;
};

// Frames up to the first fault or the end; `fault` tells which of the two it was.
struct Reference {
    Role role;
    const ParserConfig& config;
    std::vector<Seen> frames;
    bool fault = false, closed = false;

    void read(std::string_view in) {
        bool inside = false;
        std::string text;
        uint8_t kind = 0;
        while (!closed) {
            if (in.size() < 2) return;
            const auto at = [&](size_t i) { return static_cast<uint8_t>(in[i]); };
            const uint8_t opcode = at(0) & 15, short_length = at(1) & 127;
            const bool fin = at(0) & 128, masked = at(1) & 128, control = opcode & 8;
            fault = true;
            if ((opcode > 2 && opcode < 8) || opcode > 10) return;
            if (control && (!fin || short_length > 125 || at(0) & 0x40)) return;
            if (role == Role::kServer && !masked && (short_length || config.strict_masking)) return;
            if (role == Role::kClient && masked && config.strict_masking) return;
            const size_t extra = short_length == 126   ? 2
                                 : short_length == 127 ? 8
                                                       : 0,
                         head = 2 + extra + (masked ? 4 : 0);
            if (in.size() < head) {
                fault = false;
                return;
            }
            uint64_t length = extra ? 0 : short_length;
            for (size_t i = 0; i < extra; ++i)
                length = length << 8 | at(2 + i);
            if ((extra == 2 && length < 126) || (extra == 8 && (length < 65536 || length >> 63))) return;
            if (config.max_frame_size && length > config.max_frame_size) return;
            if (at(0) & 0x70) return;
            if (control && opcode == 8 && length == 1) return;
            if (!control && (opcode == 0) != inside) return;
            const std::string_view key = masked ? in.substr(head - 4, 4) : std::string_view();
            const auto here = static_cast<size_t>(std::min<uint64_t>(length, in.size() - head));
            std::string payload(in.substr(head, here));
            for (size_t i = 0; masked && i < here; ++i)
                payload[i] = static_cast<char>(payload[i] ^ key[i % 4]);
            if (!control && opcode) kind = opcode, text.clear();
            if (!control && kind == kOpText && config.check_utf8) {
                text += payload;
                Utf8Validator v;
                if (!v.feed(text.data(), text.size())) return;
                if (here == length && fin && !v.complete()) return;
            }
            if (here < length) {
                fault = false;
                return;
            }
            if (opcode == 8 && length) {
                if (!close_code_allowed(static_cast<uint16_t>(static_cast<uint8_t>(payload[0]) << 8 |
                                                              static_cast<uint8_t>(payload[1]))))
                    return;
                payload.erase(0, 2);
                if (config.check_utf8 && !utf8_valid(payload)) return;
            }
            fault = false;
            closed = opcode == 8;
            if (!control) inside = !fin;
            frames.push_back({opcode, fin, payload});
            in.remove_prefix(head + here);
        }
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view bytes = fuzz::text(data, size);
    fuzz::Settings s(bytes);
    const uint8_t how = s.octet();
    const Role role = how & 1 ? Role::kServer : Role::kClient;
    ParserConfig config;
    config.check_utf8 = how & 2;
    config.strict_masking = how & 4;
    if (how & 8) config.max_frame_size = 1u + s.octet();
    fuzz::Cuts cuts(s.octet());
    Reference want{role, config, {}};
    want.read(bytes);

    MessageReader reader(role, &config);
    const Ref<Frame> frame = make<Frame>();
    size_t seen = 0;
    bool fault = false;
    for (size_t at = 0; at < bytes.size() && !fault;) {
        const size_t n = how & 16 ? cuts.next(bytes.size() - at) : bytes.size() - at;
        const fuzz::Copy copy(bytes.substr(at, n));
        at += n;
        Span in{copy.data.get(), copy.size};
        for (;;) {
            const auto status = reader.next_frame(in, *frame);
            if (status == MessageReader::kNeedMore) break;
            fault = status == MessageReader::kError;
            if (fault) break;
            CLAIM(seen < want.frames.size());
            const Seen& w = want.frames[seen++];
            CLAIM(frame->opcode() == w.opcode);
            CLAIM(frame->final() == w.fin);
            CLAIM(frame->payload() == w.payload);
        }
    }
    CLAIM(seen == want.frames.size());
    CLAIM(fault == want.fault);
    CLAIM(reader.recv_closed() == want.closed);
    return 0;
}
