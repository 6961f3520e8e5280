#include "xs/glue/websocket_messages.h"

#include "base/misuse.h"
#include "xs/glue/convert.h"
#include "xs/glue/http_messages.h"
#include "xs/glue/sockaddr.h"
#include "xs/glue/tls.h"
#include "xs/glue/wrapper.h"

namespace ue::glue {

SV* extensions_sv(pTHX_ const codec::Extensions& extensions) {
    if (extensions.empty()) return newSV(0);
    AV* list = newAV();
    for (const codec::Extension& extension : extensions) {
        AV* one = newAV();
        av_push(one, bytes_sv(aTHX_ extension.name));
        if (!extension.params.empty()) {
            HV* params = newHV();
            for (const auto& [name, value] : extension.params)
                (void)hv_store(params, name.data(), static_cast<I32>(name.size()), bytes_sv(aTHX_ value), 0);
            av_push(one, newRV_noinc(reinterpret_cast<SV*>(params)));
        }
        av_push(list, newRV_noinc(reinterpret_cast<SV*>(one)));
    }
    return newRV_noinc(reinterpret_cast<SV*>(list));
}

namespace {

AV* array_in(SV* sv) { return sv && SvROK(sv) && SvTYPE(SvRV(sv)) == SVt_PVAV ? reinterpret_cast<AV*>(SvRV(sv)) : nullptr; }

std::string text_of(pTHX_ SV* sv) { return sv && SvOK(sv) ? std::string(bytes_arg(aTHX_ sv)) : std::string(); }

codec::Extension extension_from(pTHX_ SV* sv, const std::string& place) {
    AV* one = array_in(sv);
    SV** name = one ? av_fetch(one, 0, 0) : nullptr;
    if (!name || !SvOK(*name))
        throw Misuse(place + ": every extension must be [$name] or [$name, {param => value}], got " + shown(aTHX_ sv));
    codec::Extension out;
    out.name = text_of(aTHX_ *name);
    SV** params = av_fetch(one, 1, 0);
    if (!params || !SvOK(*params)) return out;
    if (!SvROK(*params) || SvTYPE(SvRV(*params)) != SVt_PVHV)
        throw Misuse(place + ": the parameters of '" + out.name + "' must be a hash reference, got " + shown(aTHX_ *params));
    auto* hash = reinterpret_cast<HV*>(SvRV(*params));
    hv_iterinit(hash);
    while (HE* entry = hv_iternext(hash)) {
        STRLEN size;
        const char* key = HePV(entry, size);
        out.params.emplace_back(std::string(key, size), text_of(aTHX_ HeVAL(entry)));
    }
    return out;
}

template <class T, class Fill>
Ref<T> object_or_hash(pTHX_ SV* sv, const char* place, Fill fill) {
    if (T* given = object_in<T>(aTHX_ sv)) return Ref<T>(given);
    if (!SvROK(sv) || SvOBJECT(SvRV(sv)) || SvTYPE(SvRV(sv)) != SVt_PVHV)
        throw Misuse(std::string(place) + ": expected an object of class " + T::kType.name + " or a hash reference, got " +
                     shown(aTHX_ sv));
    Ref<T> made = make<T>();
    fill(aTHX_ *made, Settings(aTHX_ sv, place));
    return made;
}

}  // namespace

codec::Extensions extensions_from(pTHX_ SV* sv, const std::string& place) {
    codec::Extensions out;
    if (!sv || !SvOK(sv)) return out;
    AV* list = array_in(sv);
    if (!list) throw Misuse(place + ": ws_extensions: expected an array reference, got " + shown(aTHX_ sv));
    for (SSize_t i = 0; i <= av_len(list); ++i) {
        SV** one = av_fetch(list, i, 0);
        out.push_back(extension_from(aTHX_ one ? *one : nullptr, place + ": ws_extensions"));
    }
    return out;
}

void fill_connect_request(pTHX_ codec::ConnectRequest& request, const Settings& from) {
    fill_request(aTHX_ request, from);
    if (from.defined("ws_key")) request.set_ws_key(from.text("ws_key"));
    if (from.defined("ws_version")) request.set_ws_version(static_cast<int>(from.integer("ws_version", 0, 65535, 0)));
    if (from.defined("ws_protocol")) request.set_ws_protocol(from.text("ws_protocol"));
    if (SV* list = from.defined("ws_extensions"))
        request.set_ws_extensions(extensions_from(aTHX_ list, from.place()));
}

void fill_client_request(pTHX_ ws::ConnectRequest& request, const Settings& from) {
    fill_connect_request(aTHX_ request, from);
    request.timeout = from.ms("timeout", 0);
    request.unix_path = from.text("unix_path");
    request.cached_resolver = from.flag("cached_resolver", true);
    if (SV* sv = from.defined("ssl_ctx")) request.ssl_ctx = ssl_ctx_arg(aTHX_ sv, from.place() + ": ssl_ctx");
    if (from.defined("addr_hints")) request.addr_hints = hints_in(from.hash("addr_hints"));
}

void fill_connect_response(pTHX_ codec::ConnectResponse& response, const Settings& from) {
    fill_response(aTHX_ response, from);
    if (from.defined("ws_protocol")) response.set_ws_protocol(from.text("ws_protocol"));
    if (SV* list = from.defined("ws_extensions"))
        response.set_ws_extensions(extensions_from(aTHX_ list, from.place()));
}

Ref<codec::ConnectRequest> connect_request_from(pTHX_ SV* sv, const char* place) {
    return object_or_hash<codec::ConnectRequest>(aTHX_ sv, place, fill_connect_request);
}

Ref<ws::ConnectRequest> client_request_from(pTHX_ SV* sv, const char* place) {
    return object_or_hash<ws::ConnectRequest>(aTHX_ sv, place, fill_client_request);
}

Ref<codec::ConnectResponse> connect_response_from(pTHX_ SV* sv, const char* place) {
    if (!is_defined(aTHX_ sv)) return nullptr;
    return object_or_hash<codec::ConnectResponse>(aTHX_ sv, place, fill_connect_response);
}

Ref<codec::Response> response_from(pTHX_ SV* sv, const char* place) {
    if (!is_defined(aTHX_ sv)) return nullptr;
    return object_or_hash<codec::Response>(aTHX_ sv, place, fill_response);
}

}  // namespace ue::glue
