// The message reader with compression: what our writer sends arrives as it was, whatever the settings and the cuts; and
// the same bytes with faults in them do no harm.
#include <vector>

#include "codec/ws/deflate.h"
#include "codec/ws/message_reader.h"
#include "codec/ws/message_writer.h"
#include "support.h"

using namespace ue;
using namespace ue::codec;

namespace {

struct Sent {
    uint8_t opcode;
    std::string payload;
};

DeflateAgreement agreement(fuzz::Settings& s) {
    DeflateAgreement a;
    const uint8_t how = s.octet(), more = s.octet();
    a.server_max_window_bits = static_cast<uint8_t>(9 + (how & 7) % 7);
    a.client_max_window_bits = static_cast<uint8_t>(9 + (how >> 3 & 7) % 7);
    a.server_no_context_takeover = how & 64;
    a.client_no_context_takeover = how & 128;
    a.compression_level = static_cast<int8_t>(more % 11 - 1);
    a.mem_level = static_cast<int8_t>(1 + (more >> 4) % 9);
    a.compression_threshold = 0;
    return a;
}

// The input as a list of messages: kind, pieces, and how often each piece repeats.
void send(std::string_view& in, MessageWriter& writer, Sink& out, std::vector<Sent>& sent) {
    fuzz::Settings s(in);
    while (!in.empty() && sent.size() < 40) {
        const uint8_t how = s.octet(), size = s.octet();
        const std::string_view seed = in.substr(0, size % 64);
        in.remove_prefix(seed.size());
        std::string payload;
        for (int n = 1 << (how >> 5); n > 0; --n)
            payload.append(seed);
        const uint8_t opcode = how & 1 ? kOpText : kOpBinary;
        const Compress how_compressed = how & 2 ? Compress::kNo : Compress::kYes;
        const std::string_view all = payload;
        const std::string_view pieces[] = {all.substr(0, all.size() / 3), all.substr(all.size() / 3, all.size() / 3),
                                           all.substr(all.size() / 3 * 2)};
        switch (how >> 2 & 7) {
            case 0:
                writer.message_multiframe(out, opcode, pieces, 3, how_compressed);
                break;
            case 1: {
                writer.start(opcode, !(how & 2));
                for (int i = 0; i < 3; ++i) {
                    writer.frame(out, &pieces[i], 1, i == 2);
                    if (i < 2 && size & 64) {
                        writer.control(out, kOpPing, "between");
                        sent.push_back({kOpPing, "between"});
                    }
                }
                break;
            }
            case 2:
                writer.control(out, kOpPong, all.substr(0, 125));
                break;
            default:
                writer.message(out, opcode, all, how_compressed);
        }
        if ((how >> 2 & 7) == 2) {
            sent.push_back({kOpPong, std::string(all.substr(0, 125))});
        } else {
            sent.push_back({opcode, payload});
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view bytes = fuzz::text(data, size);
    fuzz::Settings s(bytes);
    const uint8_t how = s.octet();
    const Role from = how & 1 ? Role::kServer : Role::kClient, to = how & 1 ? Role::kClient : Role::kServer;
    const DeflateAgreement agreed = agreement(s);
    fuzz::Cuts cuts(s.octet());
    const uint8_t faults = how & 2 ? s.octet() % 8 : 0;
    uint16_t places[8] = {};
    for (uint8_t i = 0; i < faults; ++i)
        places[i] = s.pair();

    const Ref<DeflateShare> share = how & 4 ? make<DeflateShare>() : nullptr;
    MessageDeflate compressor(from, agreed, share), decompressor(to, agreed, share);
    MessageWriter writer(from);
    writer.set_deflate(&compressor);
    StringSink sink;
    std::vector<Sent> sent;
    send(bytes, writer, sink, sent);
    std::string& wire = sink.text();
    for (uint8_t i = 0; i < faults && !wire.empty(); ++i)
        wire[places[i] % wire.size()] ^= static_cast<char>(1 << (places[i] >> 13));

    ParserConfig config;
    config.max_message_size = how & 8 ? 1000 : 1 << 20;
    config.check_utf8 = how & 16;
    MessageReader reader(to, &config);
    reader.set_deflate(&decompressor);
    const Ref<WsMessage> message = make<WsMessage>();
    size_t seen = 0;
    for (size_t at = 0; at < wire.size();) {
        const size_t n = cuts.next(wire.size() - at);
        const fuzz::Copy copy(std::string_view(wire).substr(at, n));
        at += n;
        Span in{copy.data.get(), copy.size};
        for (;;) {
            const auto status = reader.next(in, *message);
            if (status == MessageReader::kNeedMore) break;
            if (status == MessageReader::kError) {
                if (!faults) {
                    const bool too_big = message->error() == WsError::kMaxMessageSize;
                    const bool no_text = message->error() == WsError::kInvalidUtf8;
                    CLAIM((too_big && how & 8) || (no_text && how & 16));
                }
                return 0;
            }
            CLAIM(message->payload().size() <= config.max_message_size);
            // Masks make faults in the wire unforeseeable, so with faults only the limits count.
            if (faults) continue;
            CLAIM(seen < sent.size());
            CLAIM(message->opcode() == sent[seen].opcode);
            CLAIM(message->payload() == sent[seen].payload);
            ++seen;
        }
    }
    if (!faults) CLAIM(seen == sent.size());
    return 0;
}
