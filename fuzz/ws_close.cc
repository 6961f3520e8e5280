// The payload of a close frame: any bytes; what comes out is a code that may be sent and a reason, and it can be sent
// back.
#include "codec/ws/message_reader.h"
#include "codec/ws/message_writer.h"
#include "codec/ws/utf8.h"
#include "support.h"

using namespace ue;
using namespace ue::codec;

namespace {

// One close frame to a reader; null if it was refused.
Ref<WsMessage> read(Role role, const ParserConfig& config, std::string_view wire, fuzz::Cuts& cuts,
                    uint16_t& suggested) {
    MessageReader reader(role, &config);
    Ref<WsMessage> message = make<WsMessage>();
    for (size_t at = 0; at < wire.size();) {
        const size_t n = cuts.next(wire.size() - at);
        const fuzz::Copy copy(wire.substr(at, n));
        at += n;
        Span in{copy.data.get(), copy.size};
        const auto status = reader.next(in, *message);
        suggested = reader.suggested_close_code();
        if (status == MessageReader::kNeedMore) continue;
        CLAIM(at == wire.size() || status == MessageReader::kError);
        CLAIM((status == MessageReader::kMessage) == reader.recv_closed());
        if (status == MessageReader::kError) return nullptr;
        message->own();
        return message;
    }
    CLAIM(!"a close frame says something");
    return nullptr;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view bytes = fuzz::text(data, size);
    fuzz::Settings s(bytes);
    const uint8_t how = s.octet();
    const Role role = how & 1 ? Role::kServer : Role::kClient, peer = how & 1 ? Role::kClient : Role::kServer;
    ParserConfig config;
    config.check_utf8 = how & 2;
    fuzz::Cuts cuts(s.octet());
    const std::string_view payload = bytes.substr(0, kMaxControlPayload);
    uint16_t suggested = 0;
    const Ref<WsMessage> m = read(role, config, make_frame(peer, kOpClose, payload), cuts, suggested);
    if (!m) {
        CLAIM(suggested == kCloseProtocolError || suggested == kCloseInvalidText);
        CLAIM(!payload.empty());
        return 0;
    }
    CLAIM(m->opcode() == kOpClose);
    if (payload.empty()) {
        CLAIM(m->close_code() == kCloseUnknown && suggested == kCloseDone);
        return 0;
    }
    CLAIM(close_code_allowed(m->close_code()) && suggested == m->close_code());
    CLAIM(m->close_message() == payload.substr(2));
    if (config.check_utf8) CLAIM(utf8_valid(m->close_message()));

    // Back to where it came from, as an answer does.
    StringSink out;
    MessageWriter writer(role);
    writer.close(out, m->close_code(), m->close_message());
    uint16_t code = 0;
    const Ref<WsMessage> back = read(peer, config, out.text(), cuts, code);
    CLAIM(back && code == suggested);
    if (config.check_utf8) CLAIM(back->close_message() == m->close_message());
    return 0;
}
