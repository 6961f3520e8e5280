// RFC 7692 section 7.1: who offers what, who accepts what.
#include "ws_wire.h"

using namespace wire;

namespace {
Extensions list(std::string_view header) {
    Extensions out;
    parse_extensions(header, out);
    return out;
}

std::string terms(const DeflateAgreement& a) {
    return std::to_string(a.server_max_window_bits) + "/" + std::to_string(a.client_max_window_bits) +
           (a.server_no_context_takeover ? " s" : "") + (a.client_no_context_takeover ? " c" : "");
}

// The server's answer, and what is in force there.
std::string accepted(std::string_view offers, const DeflateConfig& own = {}) {
    Extension answer;
    DeflateAgreement agreed;
    if (deflate_accept(list(offers), own, answer, agreed) != Negotiated::kYes) return "no";
    return format_extensions({answer}) + " -> " + terms(agreed);
}

std::string checked(std::string_view answer, const DeflateConfig& own = {}) {
    DeflateAgreement agreed;
    switch (deflate_check(list(answer), own, agreed)) {
        case Negotiated::kNo:
            return "no";
        case Negotiated::kFailed:
            return "failed";
        case Negotiated::kYes:
            break;
    }
    return terms(agreed);
}

DeflateConfig config(int server, int client, bool server_none = false, bool client_none = false) {
    DeflateConfig c;
    c.server_max_window_bits = static_cast<uint8_t>(server);
    c.client_max_window_bits = static_cast<uint8_t>(client);
    c.server_no_context_takeover = server_none;
    c.client_no_context_takeover = client_none;
    return c;
}
const std::string kName = "permessage-deflate";
}  // namespace

TEST(ws_negotiation) {  // the offer
    IS(format_extensions({deflate_offer({})}), kName + "; client_max_window_bits=15; server_max_window_bits=15",
       "the default offer");
    IS(format_extensions({deflate_offer(config(10, 9, true, true))}),
       kName +
           "; client_max_window_bits=9; server_max_window_bits=10; client_no_context_takeover; "
           "server_no_context_takeover",
       "everything");
}

TEST(ws_negotiation) {  // the server: 7.1.1, 7.1.2
    IS(accepted(""), "no", "no offer");
    IS(accepted("x-webkit-deflate-frame"), "no", "another extension");
    IS(accepted(kName), kName + " -> 15/15", "a bare offer gets a bare answer");
    IS(accepted("foo, " + kName + ", bar"), kName + " -> 15/15", "among others");
    IS(accepted(kName + "; client_max_window_bits"), kName + "; client_max_window_bits=15 -> 15/15",
       "what browsers offer");
    IS(accepted(kName + "; client_max_window_bits=15; server_max_window_bits=15"),
       kName + "; client_max_window_bits=15; server_max_window_bits=15 -> 15/15", "our own offer");
    IS(accepted(kName + "; server_max_window_bits=13; client_max_window_bits"),
       kName + "; server_max_window_bits=13; client_max_window_bits=15 -> 13/15", "a smaller window of the server");
    IS(accepted(kName + "; client_max_window_bits=9"), kName + "; client_max_window_bits=9 -> 15/9", "of the client");
    for (int bits = 9; bits <= 15; ++bits) {
        const std::string n = std::to_string(bits);
        IS(accepted(kName + "; server_max_window_bits=" + n),
           kName + "; server_max_window_bits=" + n + " -> " + n + "/15", "server window " + n);
        IS(accepted(kName + "; client_max_window_bits=" + n), kName + "; client_max_window_bits=" + n + " -> 15/" + n,
           "client window " + n);
    }
    IS(accepted(kName + "; server_no_context_takeover"), kName + "; server_no_context_takeover -> 15/15 s",
       "no context of the server");
    IS(accepted(kName + "; client_no_context_takeover"), kName + "; client_no_context_takeover -> 15/15 c",
       "of the client");
    IS(accepted(kName + "; client_max_window_bits=\"10\""), kName + "; client_max_window_bits=10 -> 15/10",
       "a quoted value");

    for (const char* bad : {"server_max_window_bits=8",
                            "client_max_window_bits=8",
                            "server_max_window_bits=7",
                            "server_max_window_bits=3",
                            "server_max_window_bits=16",
                            "client_max_window_bits=30",
                            "server_max_window_bits",
                            "server_max_window_bits=",
                            "client_max_window_bits=",
                            "server_max_window_bits=x",
                            "client_max_window_bits=1x",
                            "server_max_window_bits=015",
                            "client_max_window_bits=+9",
                            "client_max_window_bits=\"\"",
                            "server_no_context_takeover=1",
                            "client_no_context_takeover=true",
                            "unknown",
                            "unknown=1",
                            "server_max_window_bits=10; server_max_window_bits=10",
                            "client_max_window_bits; client_max_window_bits",
                            "server_no_context_takeover; server_no_context_takeover",
                            ""}) {
        IS(accepted(kName + "; " + bad), "no", std::string("refused: ") + bad);
        IS(accepted(kName + "; " + bad + ", " + kName), kName + " -> 15/15", "but not the offer behind it");
    }
    IS(accepted(kName + "; server_max_window_bits=8, " + kName + "; server_max_window_bits=10, " + kName),
       kName + "; server_max_window_bits=10 -> 10/15", "the first acceptable one");
}

TEST(ws_negotiation) {  // the server's own settings
    IS(accepted(kName + "; server_max_window_bits=12", config(11, 15)), "no", "a larger window than its own");
    IS(accepted(kName + "; client_max_window_bits=12", config(15, 11)), "no", "likewise");
    IS(accepted(kName + "; server_max_window_bits=11", config(11, 15)), kName + "; server_max_window_bits=11 -> 11/15",
       "its own");
    IS(accepted(kName, config(11, 15)), kName + " -> 11/15", "a smaller window of its own needs no words");
    IS(accepted(kName, config(15, 10)), kName + " -> 15/15", "one of the client cannot be asked for");
    IS(accepted(kName + "; client_max_window_bits", config(15, 10)), kName + "; client_max_window_bits=10 -> 15/10",
       "unless the client is able to");
    IS(accepted(kName, config(15, 15, true)), kName + " -> 15/15 s", "no context of its own needs no words");
    IS(accepted(kName, config(15, 15, false, true)), kName + "; client_no_context_takeover -> 15/15 c",
       "none of the client must be said");
    IS(accepted(kName + "; client_no_context_takeover", config(15, 15, false, true)),
       kName + "; client_no_context_takeover -> 15/15 c", "once");
}

TEST(ws_negotiation) {  // the client
    IS(checked(""), "no", "no answer");
    IS(checked("foo"), "no", "another extension");
    IS(checked(kName), "15/15", "a bare answer");
    IS(checked(kName + "; client_max_window_bits=15; server_max_window_bits=15"), "15/15", "as offered");
    IS(checked(kName + "; server_no_context_takeover; client_no_context_takeover"), "15/15 s c", "contexts");
    for (const char* bad :
         {"client_max_window_bits=14", "server_max_window_bits=14", "client_max_window_bits", "server_max_window_bits",
          "client_max_window_bits=8", "server_max_window_bits=16", "server_max_window_bits=x", "unknown", "unknown=15",
          "server_no_context_takeover=1", "client_no_context_takeover=0",
          "server_max_window_bits=15; server_max_window_bits=15", ""}) {
        IS(checked(kName + "; " + bad), "failed", std::string("refused: ") + bad);
    }
    IS(checked(kName + ", " + kName), "failed", "two answers");
    IS(checked(kName + "; client_max_window_bits=10; server_max_window_bits=11", config(11, 10)), "11/10",
       "smaller windows as asked for");
    IS(checked(kName + "; server_max_window_bits=10", config(11, 15)), "failed", "smaller than asked for");
    IS(checked(kName, config(11, 10, true, true)), "15/10 c", "what the server does not confirm it does not do");
    DeflateConfig tolerant = config(12, 12);
    tolerant.accept_smaller_windows = true;
    IS(checked(kName + "; client_max_window_bits=10; server_max_window_bits=9", tolerant), "9/10",
       "tolerant: smaller windows");
    IS(checked(kName + "; server_max_window_bits=13", tolerant), "failed", "tolerant: never larger ones");
    IS(checked(kName + "; client_max_window_bits", tolerant), "failed", "tolerant: never none");
}

TEST(ws_negotiation) {  // every pair of configurations ends in the same agreement on both sides, or in none
    bool agree = true, alive = false;
    for (int s1 : {9, 12, 15})
        for (int c1 : {9, 12, 15})
            for (int s2 : {9, 12, 15})
                for (int c2 : {9, 12, 15})
                    for (int flags = 0; flags < 16; ++flags) {
                        const DeflateConfig client = config(s1, c1, flags & 1, flags & 2),
                                            server = config(s2, c2, flags & 4, flags & 8);
                        Extension answer;
                        DeflateAgreement at_server, at_client;
                        if (deflate_accept({deflate_offer(client)}, server, answer, at_server) != Negotiated::kYes)
                            continue;
                        alive = true;
                        agree &= deflate_check({answer}, client, at_client) == Negotiated::kYes;
                        // A receiver must be able to do at least what the sender does.
                        agree &= at_client.server_max_window_bits >= at_server.server_max_window_bits;
                        agree &= at_server.client_max_window_bits >= at_client.client_max_window_bits;
                        agree &= at_server.server_no_context_takeover || !at_client.server_no_context_takeover;
                        agree &= at_client.client_no_context_takeover || !at_server.client_no_context_takeover;
                    }
    OK(agree && alive, "both sides mean the same");
}

TEST(ws_negotiation) {
    DeflateConfig c;
    OK(!c.invalid_key(), "the defaults are fine");
    c.server_max_window_bits = 8;
    IS(std::string(c.invalid_key()), "server_max_window_bits", "a window of 8");
    c = {};
    c.mem_level = 10;
    IS(std::string(c.invalid_key()), "mem_level", "a memory level of 10");
    c = {};
    c.compression_level = -2;
    IS(std::string(c.invalid_key()), "compression_level", "a level of -2");
    c = {};
    c.strategy = 5;
    IS(std::string(c.invalid_key()), "strategy", "a strategy of 5");
    c = {};
    c.client_max_window_bits = 16;
    IS(std::string(c.invalid_key()), "client_max_window_bits", "a window of 16");
}
