#include "xs/glue/connections.h"

#include "xs/glue/callback.h"
#include "xs/glue/context.h"
#include "xs/glue/convert.h"
#include "xs/glue/payload.h"
#include "xs/glue/wrapper.h"

namespace ue::glue {

SendArguments::SendArguments(pTHX_ SV** svs, SSize_t count) {
    if (count == 1 && SvROK(svs[0]) && SvTYPE(SvRV(svs[0])) == SVt_PVHV) {
        auto* hash = reinterpret_cast<HV*>(SvRV(svs[0]));
        for (const char* key : {"payload", "opcode", "deflate", "cb"})
            if (SV** value = hv_fetch(hash, key, static_cast<I32>(std::strlen(key)), 0)) take(aTHX_ key, *value);
    } else if (count % 2 == 0) {
        for (SSize_t i = 0; i < count; i += 2) take(aTHX_ bytes_arg(aTHX_ svs[i]), svs[i + 1]);
    } else {
        refuse(aTHX_ "UniEvent::WebSocket::Connection::send",
               "Usage Connection::send(payload => $bytes, [opcode => $code], [deflate => $bool], [cb => $sub]) or the same as a hash");
    }
    if (!payload) refuse(aTHX_ "UniEvent::WebSocket::Connection::send", "payload is mandatory argument, got none");
    bytes = text_arg(aTHX_ payload);
}

void SendArguments::take(pTHX_ std::string_view key, SV* value) {
    if (key == "payload") {
        payload = value;
    } else if (key == "opcode") {
        opcode = static_cast<uint8_t>(SvUV(value));
    } else if (key == "deflate") {
        compress = SvTRUE(value) ? codec::Compress::kYes : codec::Compress::kNo;
    } else if (key == "cb") {
        check_callback(aTHX_ value, "UniEvent::WebSocket::Connection::send: cb");
        callback = SvOK(value) ? value : nullptr;
    }
}

void send_with(pTHX_ ws::Connection* connection, const SendArguments& args) {
    Ref<Listener> done = args.callback ? listener_arg(aTHX_ args.callback) : nullptr;
    if (args.bytes.size() < kShareMinimum) return connection->send(args.opcode, args.bytes, args.compress, done);
    Ref<HeldString> held = make<HeldString>(aTHX_ args.payload, args.bytes);
    const std::string_view bytes = held->bytes();
    connection->send(args.opcode, bytes, held, args.compress, done);
}

void send_payload(pTHX_ ws::Connection* connection, uint8_t opcode, SV* payload, std::string_view bytes) {
    if (bytes.size() < kShareMinimum) return connection->send(opcode, bytes);
    Ref<HeldString> held = make<HeldString>(aTHX_ payload, bytes);
    const std::string_view same = held->bytes();
    connection->send(opcode, same, held);
}

void each_connection(pTHX_ ws::Server* server, SV* callback) {
    Ref<Listener> listener = listener_arg(aTHX_ callback);
    Ref<ws::Server> hold(server);
    server->foreach_connection([&](ws::ServerConnection& connection) {
        const Value argument(&connection);
        return listener->call(&argument, 1, nullptr);
    });
}

SV* code_sv(pTHX_ Listener* listener) {
    if (!listener) return newSV(0);
    return newRV_inc(static_cast<PerlListener*>(listener)->code());
}

SV* rates_sv(pTHX_ const ws::Statistics::Rates& rates) {
    HV* hash = newHV();
    (void)hv_stores(hash, "msgs_in", newSVuv(rates.msgs_in));
    (void)hv_stores(hash, "msgs_out", newSVuv(rates.msgs_out));
    (void)hv_stores(hash, "bytes_in", newSVuv(rates.bytes_in));
    (void)hv_stores(hash, "bytes_out", newSVuv(rates.bytes_out));
    return newRV_noinc(reinterpret_cast<SV*>(hash));
}

}  // namespace ue::glue
