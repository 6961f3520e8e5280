// What the methods of WebSocket connections and servers need beyond a line.
#pragma once
#include "ws/client.h"
#include "ws/connection.h"
#include "ws/server.h"
#include "xs/glue/interpreter.h"

namespace ue::glue {

// The arguments of send(): a list or a hash. Dies (before the engine is entered) with what is wrong. Plain data.
struct SendArguments {
    SendArguments(pTHX_ SV** svs, SSize_t count);
    SV* payload = nullptr;
    std::string_view bytes;
    uint8_t opcode = codec::kOpBinary;
    codec::Compress compress = codec::Compress::kPolicy;
    SV* callback = nullptr;

  private:
    void take(pTHX_ std::string_view key, SV* value);
};
void send_with(pTHX_ ws::Connection* connection, const SendArguments& args);

// `bytes` are those of `payload`. A large payload is shared with the string, not copied.
void send_payload(pTHX_ ws::Connection* connection, uint8_t opcode, SV* payload, std::string_view bytes);

// Calls the sub for every connection; its exceptions leave through the surrounding guard().
void each_connection(pTHX_ ws::Server* server, SV* callback);

// The code reference behind a listener of ours, undef for null. Not mortal.
SV* code_sv(pTHX_ Listener* listener);

SV* rates_sv(pTHX_ const ws::Statistics::Rates& rates);

}  // namespace ue::glue
