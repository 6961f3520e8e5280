#include "codec/ws/deflate.h"

namespace ue::codec {

const char kDeflateName[] = "permessage-deflate";

namespace {
const char kServerBits[] = "server_max_window_bits";
const char kClientBits[] = "client_max_window_bits";
const char kServerNoContext[] = "server_no_context_takeover";
const char kClientNoContext[] = "client_no_context_takeover";

// What an offer or an answer says. 0 bits: the parameter has no value.
struct Terms {
    bool server_bits_given = false, client_bits_given = false;
    bool server_no_context = false, client_no_context = false;
    uint8_t server_bits = 0, client_bits = 0;
};

// RFC 7692 section 7.1.2: a decimal number without leading zeros. 8 is a legal wish that zlib cannot fulfil.
bool parse_bits(const std::string& text, uint8_t& bits) {
    if (text.size() == 1 && text[0] == '9') return bits = 9, true;
    if (text.size() != 2 || text[0] != '1' || text[1] < '0' || text[1] > '5') return false;
    bits = static_cast<uint8_t>(10 + text[1] - '0');
    return true;
}

bool set_once(bool& flag) {
    return flag ? false : (flag = true);
}

// False for an unknown name, a bad value, a parameter given twice (section 7.1).
bool read_terms(const Extension& e, Terms& out) {
    for (const auto& [name, value] : e.params) {
        bool good = false;
        if (name == kServerBits) {
            good = set_once(out.server_bits_given) && parse_bits(value, out.server_bits);
        } else if (name == kClientBits) {
            good = set_once(out.client_bits_given) && (value.empty() || parse_bits(value, out.client_bits));
        } else if (name == kServerNoContext) {
            good = set_once(out.server_no_context) && value.empty();
        } else if (name == kClientNoContext) {
            good = set_once(out.client_no_context) && value.empty();
        }
        if (!good) return false;
    }
    return true;
}

bool acceptable(const Terms& t, const DeflateConfig& own) {
    return t.server_bits <= own.server_max_window_bits && t.client_bits <= own.client_max_window_bits;
}
}  // namespace

Extension deflate_offer(const DeflateConfig& own) {
    Extension e{kDeflateName, {}};
    e.params.emplace_back(kClientBits, std::to_string(own.client_max_window_bits));
    e.params.emplace_back(kServerBits, std::to_string(own.server_max_window_bits));
    if (own.client_no_context_takeover) e.params.emplace_back(kClientNoContext, "");
    if (own.server_no_context_takeover) e.params.emplace_back(kServerNoContext, "");
    return e;
}

Negotiated deflate_accept(const Extensions& offers, const DeflateConfig& own, Extension& answer,
                          DeflateAgreement& agreed) {
    for (const Extension& offer : offers) {
        Terms t;
        if (offer.name != kDeflateName || !read_terms(offer, t) || !acceptable(t, own)) continue;
        agreed = own;
        if (t.server_bits) agreed.server_max_window_bits = t.server_bits;
        // A client that has not said that it can use a smaller window must be expected to use the largest.
        agreed.client_max_window_bits = !t.client_bits_given ? 15
                                        : t.client_bits      ? t.client_bits
                                                             : own.client_max_window_bits;
        agreed.server_no_context_takeover |= t.server_no_context;
        agreed.client_no_context_takeover |= t.client_no_context;

        answer = {kDeflateName, {}};
        for (const auto& [name, value] : offer.params) {
            if (name == kClientBits) {
                answer.params.emplace_back(name, std::to_string(agreed.client_max_window_bits));
            } else {
                answer.params.emplace_back(name, value);
            }
        }
        // Our own wish, which a client that is not told would not follow (section 7.1.1.2 allows to tell unasked).
        if (agreed.client_no_context_takeover && !t.client_no_context) answer.params.emplace_back(kClientNoContext, "");
        return Negotiated::kYes;
    }
    return Negotiated::kNo;
}

Negotiated deflate_check(const Extensions& answer, const DeflateConfig& own, DeflateAgreement& agreed) {
    const Extension* found = nullptr;
    for (const Extension& e : answer) {
        if (e.name != kDeflateName) continue;
        if (found) return Negotiated::kFailed;
        found = &e;
    }
    if (!found) return Negotiated::kNo;

    Terms t;
    if (!read_terms(*found, t)) return Negotiated::kFailed;
    const auto fits = [&](bool given, uint8_t bits, uint8_t wanted) {
        if (!given) return true;
        return bits == wanted || (own.accept_smaller_windows && bits != 0 && bits < wanted);
    };
    if (!fits(t.server_bits_given, t.server_bits, own.server_max_window_bits)) return Negotiated::kFailed;
    if (!fits(t.client_bits_given, t.client_bits, own.client_max_window_bits)) return Negotiated::kFailed;

    agreed = own;
    // What the server does not confirm it need not keep, so we stay able to read anything it may send.
    agreed.server_max_window_bits = t.server_bits_given ? t.server_bits : 15;
    if (t.client_bits_given) agreed.client_max_window_bits = t.client_bits;
    agreed.server_no_context_takeover = t.server_no_context;
    agreed.client_no_context_takeover |= t.client_no_context;
    return Negotiated::kYes;
}

}  // namespace ue::codec
