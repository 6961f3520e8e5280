#include "xs/glue/http_form.h"

#include "xs/glue/convert.h"

namespace ue::glue {

namespace {

std::string text_of(pTHX_ SV* sv) {
    return std::string(text_arg(aTHX_ sv));
}

codec::FormEncoding encoding_from(pTHX_ SV* sv) {
    const IV value = looks_like_number(sv) ? SvIV(sv) : -1;
    if (value != 0 && value != 1)
        throw Misuse("invalid form encoding: expected ENCODING_MULTIPART or ENCODING_URL, got " + shown(aTHX_ sv));
    return static_cast<codec::FormEncoding>(value);
}

std::vector<SV*> elements(pTHX_ SV* sv) {
    auto* av = reinterpret_cast<AV*>(SvRV(sv));
    std::vector<SV*> out;
    for (SSize_t i = 0; i <= av_len(av); ++i) {
        SV** slot = av_fetch(av, i, 0);
        out.push_back(slot ? *slot : &PL_sv_undef);
    }
    return out;
}

bool is_array(SV* sv) {
    return SvROK(sv) && SvTYPE(SvRV(sv)) == SVt_PVAV;
}

codec::FormField field_from(pTHX_ SV* name, SV* value, const std::string& place) {
    codec::FormField out;
    out.name = text_of(aTHX_ name);
    if (!is_array(value)) {
        out.value = text_of(aTHX_ value);
        return out;
    }
    const std::vector<SV*> file = elements(aTHX_ value);
    if (file.size() != 3) throw Misuse(place + ": the file '" + out.name + "' must be [filename => content, type], got " +
                                       std::to_string(file.size()) + " elements");
    out.is_file = true;
    out.filename = text_of(aTHX_ file[0]);
    out.value = text_of(aTHX_ file[1]);
    out.content_type = text_of(aTHX_ file[2]);
    return out;
}

std::vector<codec::FormField> fields_from(pTHX_ SV* sv, const std::string& place) {
    const std::vector<SV*> list = elements(aTHX_ sv);
    if (list.size() % 2) throw Misuse(place + ": expected names and values, got an odd number of elements, " + std::to_string(list.size()));
    std::vector<codec::FormField> out;
    for (size_t i = 0; i < list.size(); i += 2)
        out.push_back(field_from(aTHX_ list[i], list[i + 1], place));
    return out;
}

}  // namespace

void form_from(pTHX_ codec::Request& request, const Settings& s) {
    SV* sv = s.defined("form");
    if (!sv) return;
    const std::string place = s.place() + ": form";
    if (is_array(sv)) return request.set_form(codec::FormEncoding::kMultipart, fields_from(aTHX_ sv, place));
    if (!SvROK(sv)) return request.set_form(encoding_from(aTHX_ sv), {});
    const Settings form(aTHX_ sv, place, "");
    SV* encoding = form.defined("enc_type");
    SV* fields = form.defined("fields");
    if (fields && !is_array(fields)) form.wrong("fields", "an array reference", fields);
    request.set_form(encoding ? encoding_from(aTHX_ encoding) : codec::FormEncoding::kMultipart,
                     fields ? fields_from(aTHX_ fields, place + ": fields") : std::vector<codec::FormField>());
}

}  // namespace ue::glue
