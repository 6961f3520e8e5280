// Sec-WebSocket-Extensions and the negotiation of compression: any headers on either side; what is agreed on is in
// range and both ends agree on it.
#include "codec/ws/deflate.h"
#include "codec/ws/extensions.h"
#include "support.h"

using namespace ue;
using namespace ue::codec;

namespace {

bool same(const Extensions& a, const Extensions& b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i)
        if (a[i].name != b[i].name || a[i].params != b[i].params) return false;
    return true;
}

DeflateConfig own(fuzz::Settings& s) {
    DeflateConfig c;
    const uint8_t how = s.octet();
    c.server_max_window_bits = static_cast<uint8_t>(9 + (how & 7) % 7);
    c.client_max_window_bits = static_cast<uint8_t>(9 + (how >> 3 & 7) % 7);
    c.server_no_context_takeover = how & 64;
    c.client_no_context_takeover = how & 128;
    c.accept_smaller_windows = s.octet() & 1;
    return c;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view bytes = fuzz::text(data, size);
    fuzz::Settings s(bytes);
    const DeflateConfig server = own(s), client = own(s);
    const size_t cut = std::min<size_t>(s.octet(), bytes.size());
    const fuzz::Copy first(bytes.substr(0, cut)), second(bytes.substr(cut));
    Extensions list;
    parse_extensions({first.data.get(), first.size}, list);
    parse_extensions({second.data.get(), second.size}, list);
    CLAIM(list.size() <= kMaxExtensions);
    for (const Extension& e : list)
        CLAIM(e.params.size() <= kMaxExtensionParams);

    // What we write can be read, and then says the same.
    Extensions once, twice;
    parse_extensions(format_extensions(list), once);
    parse_extensions(format_extensions(once), twice);
    CLAIM(same(once, twice));

    Extension answer;
    DeflateAgreement agreed, checked;
    if (deflate_accept(list, server, answer, agreed) == Negotiated::kYes) {
        CLAIM(!agreed.invalid_key());
        Extensions sent;
        parse_extensions(format_extensions({answer}), sent);
        CLAIM(sent.size() == 1 && sent[0].name == kDeflateName);
        // An answer never says more than the offer did.
        CLAIM(sent[0].params.size() <= kMaxExtensionParams);
    }
    if (deflate_check(list, client, checked) == Negotiated::kYes) CLAIM(!checked.invalid_key());

    // Two of ours that accept smaller windows always come to an agreement, and to the same one.
    DeflateConfig tolerant = client;
    tolerant.accept_smaller_windows = true;
    Extension reply;
    if (deflate_accept({deflate_offer(tolerant)}, server, reply, agreed) == Negotiated::kYes) {
        CLAIM(deflate_check({reply}, tolerant, checked) == Negotiated::kYes);
        CLAIM(agreed.server_max_window_bits <= checked.server_max_window_bits);
        CLAIM(checked.client_max_window_bits <= agreed.client_max_window_bits);
        CLAIM(!checked.server_no_context_takeover || agreed.server_no_context_takeover);
        CLAIM(!agreed.client_no_context_takeover || checked.client_no_context_takeover);
    }
    return 0;
}
