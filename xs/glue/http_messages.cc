#include "xs/glue/http_messages.h"

#include "xs/glue/convert.h"
#include "xs/glue/http_form.h"

namespace ue::glue {

namespace {

AV* array_in(SV* sv) {
    return SvROK(sv) && SvTYPE(SvRV(sv)) == SVt_PVAV ? reinterpret_cast<AV*>(SvRV(sv)) : nullptr;
}

SV* element(pTHX_ AV* av, SSize_t i) {
    SV** slot = av_fetch(av, i, 0);
    return slot ? *slot : &PL_sv_undef;
}

void compress_from(pTHX_ codec::Message& message, const Settings& s) {
    SV* sv = s.defined("compress");
    if (!sv) return;
    AV* pair = array_in(sv);
    if (!pair) return message.compress(static_cast<int>(SvIV(sv)));
    if (av_len(pair) != 1) s.wrong("compress", "a type, or a reference to [type, level]", sv);
    message.compress(static_cast<int>(SvIV(element(aTHX_ pair, 0))), static_cast<int>(SvIV(element(aTHX_ pair, 1))));
}

void allowed_from(pTHX_ codec::Request& request, const Settings& s) {
    SV* sv = s.defined("allow_compression");
    if (!sv) return;
    AV* types = array_in(sv);
    if (!types) return request.allow_compression(static_cast<int>(SvIV(sv)));
    for (SSize_t i = 0; i <= av_len(types); ++i)
        request.allow_compression(static_cast<int>(SvIV(element(aTHX_ types, i))));
}

}  // namespace

void fill_message(pTHX_ codec::Message& message, const Settings& s) {
    if (s.defined("headers")) set_headers(aTHX_ message.headers(), s.hash("headers"));
    if (s.defined("body")) message.set_body(s.text("body"));
    message.set_chunked(s.flag("chunked", false));
    message.set_http_version(static_cast<int>(s.integer("http_version", 0, 99, 0)));
    compress_from(aTHX_ message, s);
}

void fill_request(pTHX_ codec::Request& request, const Settings& s) {
    fill_message(aTHX_ request, s);
    if (SV* method = s.defined("method")) request.set_method(method_from(aTHX_ method));
    if (SV* uri = s.defined("uri")) request.set_uri(uri_arg(aTHX_ uri, (s.place() + ": uri").c_str()));
    if (s.defined("cookies")) set_cookies(aTHX_ request, s.hash("cookies"));
    allowed_from(aTHX_ request, s);
    form_from(aTHX_ request, s);
}

void fill_response(pTHX_ codec::Response& response, const Settings& s) {
    fill_message(aTHX_ response, s);
    response.set_code(static_cast<int>(s.integer("code", 0, 999, 0)));
    response.set_message(s.text("message"));
    if (s.defined("cookies")) set_cookies(aTHX_ response, s.hash("cookies"));
}

void set_headers(pTHX_ codec::Headers& headers, const Settings& fields) {
    codec::Headers made;
    for (const Settings::Pair& field : fields.pairs()) {
        AV* values = array_in(field.value);
        if (!values && SvOK(field.value)) made.add(field.name, bytes_arg(aTHX_ field.value));
        for (SSize_t i = 0; values && i <= av_len(values); ++i) {
            SV* value = element(aTHX_ values, i);
            if (is_defined(aTHX_ value)) made.add(field.name, bytes_arg(aTHX_ value));
        }
    }
    headers = std::move(made);
}

void add_headers(pTHX_ codec::Headers& headers, std::string_view name, SV** values, size_t count) {
    for (size_t i = 0; i < count; ++i)
        if (is_defined(aTHX_ values[i])) headers.add(name, bytes_arg(aTHX_ values[i]));
}

SV* headers_hash(pTHX_ const codec::Headers& headers) {
    HV* out = newHV();
    std::string name;
    for (const codec::Headers::Field field : headers) {
        name.assign(field.name);
        for (char& c : name)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
        (void)hv_store(out, name.data(), static_cast<I32>(name.size()), bytes_sv(aTHX_ field.value), 0);
    }
    return newRV_noinc(reinterpret_cast<SV*>(out));
}

SV* header_sv(pTHX_ const codec::Headers& headers, std::string_view name) {
    const std::string_view value = headers.get(name);
    return value.data() ? bytes_sv(aTHX_ value) : newSV(0);
}

int method_from(pTHX_ SV* sv) {
    if (looks_like_number(sv)) return static_cast<int>(SvIV(sv));
    const codec::Method method = codec::find_method(bytes_arg(aTHX_ sv));
    if (method == codec::Method::kUnspecified) throw Misuse("invalid http method: expected a METHOD_ constant or a name" + got(bytes_arg(aTHX_ sv)));
    return static_cast<int>(method);
}

SV* serialised(pTHX_ codec::Request& request) {
    std::string out;
    request.serialise(out);
    return bytes_sv(aTHX_ out);
}

SV* serialised(pTHX_ codec::Response& response, const codec::Request* request) {
    codec::Response::Context context;
    context.request = request;
    std::string out;
    response.serialise(out, context);
    return bytes_sv(aTHX_ out);
}

}  // namespace ue::glue
