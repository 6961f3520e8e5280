// WebSocket frames, whole against cut at random: any bytes, both roles, by messages and by frames, with and without
// compression; both ways must give the same events.
#include "codec/ws/deflate.h"
#include "codec/ws/message_reader.h"
#include "support.h"

using namespace ue;
using namespace ue::codec;

namespace {
struct Settings {
    Role role;
    bool by_frames, compressed, shared;
    ParserConfig config;
    DeflateAgreement agreed;
    uint32_t seed;
};

Settings settings(const uint8_t* d) {
    Settings s{};
    s.role = d[0] & 1 ? Role::kServer : Role::kClient;
    s.by_frames = d[0] & 2;
    s.compressed = d[0] & 4;
    s.shared = d[0] & 8;
    s.config.check_utf8 = d[0] & 16;
    s.config.strict_masking = d[0] & 32;
    if (d[0] & 64) s.config.max_frame_size = d[1] * 16u;
    s.config.max_message_size = d[0] & 128 ? d[1] * 64u + 1 : 1u << 20;  // always one: a fuzzer builds bombs
    s.agreed.server_no_context_takeover = s.agreed.client_no_context_takeover = d[2] & 1;
    s.agreed.server_max_window_bits = s.agreed.client_max_window_bits = static_cast<uint8_t>(9 + (d[2] >> 1) % 7);
    s.seed = d[3];
    return s;
}

void note(std::string& log, const ErrorCode& error, uint8_t opcode, uint16_t code, std::string_view payload) {
    log += error ? "!" + std::to_string(error.value()) : std::to_string(opcode);
    log += "," + std::to_string(code) + "," + std::to_string(payload.size()) + ":";
    log.append(payload.substr(0, 64));
    log += '|';
}

std::string run(const Settings& s, const uint8_t* data, size_t size, fuzz::Cuts* cuts) {
    const Ref<DeflateShare> share = s.shared ? make<DeflateShare>() : nullptr;
    MessageDeflate deflate(s.role, s.agreed, share);
    MessageReader reader(s.role, &s.config);
    if (s.compressed) reader.set_deflate(&deflate);
    std::string log;
    for (size_t at = 0; at < size;) {
        size_t n = cuts ? cuts->next(size - at) : size;
        std::unique_ptr<char[]> copy;
        Span in{nullptr, 0};
        const Span to = cuts ? reader.receive_target() : in;
        if (to.data) {  // as it may come straight to its place
            n = std::min(n, to.size);
            std::memcpy(to.data, data + at, n);
            reader.received(n);
        } else {
            copy.reset(new char[n]);
            std::memcpy(copy.get(), data + at, n);
            in = {copy.get(), n};
        }
        at += n;
        const Ref<WsMessage> message = make<WsMessage>();
        const Ref<Frame> frame = make<Frame>();
        for (;;) {
            const auto status = s.by_frames ? reader.next_frame(in, *frame) : reader.next(in, *message);
            if (status == MessageReader::kNeedMore) break;
            if (s.by_frames) {
                note(log, frame->error(), frame->opcode(), frame->close_code(), frame->payload());
            } else {
                note(log, message->error(), message->opcode(), message->close_code(), message->payload());
            }
            if (status == MessageReader::kError) return log;
        }
    }
    return log;
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 4) return 0;
    const Settings s = settings(data);
    fuzz::Cuts cuts(s.seed);
    CLAIM(run(s, data + 4, size - 4, nullptr) == run(s, data + 4, size - 4, &cuts));
    return 0;
}
