#include "codec/http/form.h"

#include <algorithm>

#include "base/digest.h"
#include "base/misuse.h"
#include "codec/http/headers.h"
#include "codec/uri.h"

namespace ue::codec {

namespace {

std::vector<const FormField*> sorted(const Form& form) {
    std::vector<const FormField*> out;
    for (const FormField& f : form.fields)
        out.push_back(&f);
    std::stable_sort(out.begin(), out.end(), [](const FormField* a, const FormField* b) { return a->name < b->name; });
    return out;
}

// As browsers do it (WHATWG HTML, multipart/form-data): what would end the quoted text is escaped.
void append_quoted(std::string_view text, std::string& out) {
    out += '"';
    for (char c : text) {
        switch (c) {
            case '"':
                out += "%22";
                break;
            case '\r':
                out += "%0D";
                break;
            case '\n':
                out += "%0A";
                break;
            default:
                out += c;
        }
    }
    out += '"';
}

}  // namespace

std::string make_boundary() {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    constexpr size_t kDashes = 23, kRandom = 17;
    std::string out(kDashes, '-');
    while (out.size() < kDashes + kRandom) {
        unsigned char byte;
        random_bytes(&byte, 1);
        if (byte < 256 / kAlphabet.size() * kAlphabet.size()) out += kAlphabet[byte % kAlphabet.size()];
    }
    return out;
}

void append_part_head(std::string_view boundary, const FormField& field, std::string& out) {
    if (!Headers::valid_value(field.content_type))
        throw Misuse("invalid content type in form: expected no controls" + got(field.content_type));
    out.append("--").append(boundary).append("\r\nContent-Disposition: form-data; name=");
    append_quoted(field.name, out);
    if (field.is_file) {
        out += "; filename=";
        append_quoted(field.filename, out);
    }
    out += "\r\n";
    if (field.is_file && !field.content_type.empty()) out.append("Content-Type: ").append(field.content_type) += "\r\n";
    out += "\r\n";
}

void append_part_end(std::string& out) {
    out += "\r\n";
}

void append_form_end(std::string_view boundary, std::string& out) {
    out.append("--").append(boundary).append("--\r\n");
}

void append_multipart(const Form& form, std::string& out) {
    for (const FormField* field : sorted(form)) {
        append_part_head(form.boundary, *field, out);
        out += field->value;
        append_part_end(out);
    }
    append_form_end(form.boundary, out);
}

void add_to_query(const Form& form, Uri& uri) {
    Query query;
    for (const FormField& field : form.fields) {
        if (field.is_file) throw Misuse("files can't be sent in an url-encoded form: the field" + got(field.name));
        query.add(field.name, field.value);
    }
    uri.add_query(query);
}

}  // namespace ue::codec
