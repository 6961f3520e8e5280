#include "xs/glue/uri.h"

#include "base/misuse.h"
#include "xs/glue/convert.h"
#include "xs/glue/guard.h"
#include "xs/glue/settings.h"
#include "xs/glue/wrapper.h"

namespace ue::glue {

namespace {

AV* array_in(SV* sv) {
    return SvROK(sv) && SvTYPE(SvRV(sv)) == SVt_PVAV && !SvOBJECT(SvRV(sv)) ? reinterpret_cast<AV*>(SvRV(sv)) : nullptr;
}

// Calls f(bytes) for the value, or for each one in an array reference.
template <class F>
void each_value(pTHX_ SV* value, F&& f) {
    AV* values = array_in(value);
    if (!values) return f(text_arg(aTHX_ value));
    for (SSize_t i = 0; i <= av_len(values); ++i) {
        SV** slot = av_fetch(values, i, 0);
        f(slot ? text_arg(aTHX_ * slot) : std::string_view());
    }
}

void add_pair(pTHX_ codec::Query& query, std::string_view name, SV* value) {
    each_value(aTHX_ value, [&](std::string_view v) { query.add(name, v); });
}

}  // namespace

Ref<codec::Uri> uri_arg(pTHX_ SV* sv, const char* argument) {
    if (!is_defined(aTHX_ sv)) return {};
    if (auto* uri = object_in<codec::Uri>(aTHX_ sv)) return Ref<codec::Uri>(uri);
    if (SvROK(sv) && !SvAMAGIC(sv)) throw Misuse(std::string(argument) + ": expected a uri, got " + shown(aTHX_ sv));
    return codec::Uri::parse(bytes_arg(aTHX_ sv));
}

namespace {

struct PartAccess {
    SV* (*get)(pTHX_ const codec::Uri&);
    void (*set)(codec::Uri&, std::string_view);
};
#define PART(name)                                                                \
    {                                                                             \
        [](pTHX_ const codec::Uri& uri) { return bytes_sv(aTHX_ uri.name()); },   \
            [](codec::Uri& uri, std::string_view text) { uri.set_##name(text); }, \
    }
// In the order of UriPart.
const PartAccess kParts[] = {PART(scheme),   PART(user_info), PART(user),         PART(password),  PART(host),
                             PART(location), PART(path),      PART(query_string), PART(raw_query), PART(fragment)};
#undef PART

}  // namespace

SV* uri_part(pTHX_ Method method, codec::Uri* uri, int part, SV* value) {
    if (!value) return guard(aTHX_[&] { return kParts[part].get(aTHX_ * uri); }, method);
    const std::string_view text = text_arg(aTHX_ value);
    guard(aTHX_[&] { kParts[part].set(*uri, text); }, method);
    return newSV(0);
}

SV* new_uri(pTHX_ SV* klass, const char* scheme, std::string_view text, int flags) {
    try {
        return wrap_as(aTHX_ new codec::Uri(scheme ? codec::find_uri_class(scheme) : nullptr, text, flags), klass);
    } catch (const Misuse& e) {
        throw Misuse(std::string(text_arg(aTHX_ klass)) + "->new: " + e.what());
    }
}

bool uris_equal(pTHX_ const codec::Uri* uri, SV* other) {
    if (const auto* second = object_in<codec::Uri>(aTHX_ other)) return uri->equals(*second);
    return !SvROK(other) && uri->equals(text_arg(aTHX_ other));
}

void assign_uri(pTHX_ codec::Uri* uri, SV* other, int flags) {
    const auto* source = object_in<codec::Uri>(aTHX_ other);
    source ? uri->assign(*source) : uri->assign(text_arg(aTHX_ other), flags);
}

QueryArgs query_args(pTHX_ SV** args, size_t count, const char* method) {
    QueryArgs out{QueryForm::kList, {}, {}};
    if (count == 1 && SvROK(args[0]) && SvTYPE(SvRV(args[0])) == SVt_PVHV) {
        out.form = QueryForm::kHash;
        for (const Settings::Pair& pair : Settings(aTHX_ args[0], method, "").pairs())
            add_pair(aTHX_ out.query, pair.name, pair.value);
    } else if (count == 1) {
        out.form = QueryForm::kText;
        out.text = text_arg(aTHX_ args[0]);
    } else {
        if (count % 2) throw Misuse(std::string(method) + ": expected a hash reference, a string, or names and values, got " +
                                    std::to_string(count) + " values");
        for (size_t i = 0; i < count; i += 2)
            add_pair(aTHX_ out.query, text_arg(aTHX_ args[i]), args[i + 1]);
    }
    return out;
}

void replace_query(pTHX_ codec::Uri* uri, SV** args, size_t count) {
    QueryArgs given = query_args(aTHX_ args, count, "URI::XS::query");
    if (given.form == QueryForm::kText) return uri->set_query_string(given.text);
    if (given.form == QueryForm::kHash) return uri->set_query(std::move(given.query));
    for (size_t i = 0; i < count; i += 2)
        uri->remove_param(text_arg(aTHX_ args[i]));
    uri->add_query(given.query);
}

void add_query(pTHX_ codec::Uri* uri, SV** args, size_t count) {
    const QueryArgs given = query_args(aTHX_ args, count, "URI::XS::add_query");
    given.form == QueryForm::kText ? uri->add_query(given.text) : uri->add_query(given.query);
}

void set_param(pTHX_ codec::Uri* uri, std::string_view name, SV** values, size_t count) {
    std::vector<std::string> all;
    for (size_t i = 0; i < count; ++i)
        each_value(aTHX_ values[i], [&](std::string_view v) { all.emplace_back(v); });
    uri->set_params(name, all);
}

SV* query_hash(pTHX_ const codec::Uri* uri) {
    HV* out = newHV();
    for (const codec::Query::Pair& pair : uri->query()) {
        const auto size = static_cast<I32>(pair.first.size());
        if (!hv_exists(out, pair.first.data(), size))
            (void)hv_store(out, pair.first.data(), size, bytes_sv(aTHX_ pair.second), 0);
    }
    return newRV_noinc(reinterpret_cast<SV*>(out));
}

}  // namespace ue::glue
