#include "codec/ws/extensions.h"

#include "codec/http/headers.h"

namespace ue::codec {

namespace {
bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

// Cuts the text up to one of `stops` off the front of `rest`; what stands in quotes does not stop. The stop stays.
std::string_view cut_until(std::string_view& rest, std::string_view stops) {
    bool quoted = false;
    size_t i = 0;
    for (; i < rest.size(); ++i) {
        const char c = rest[i];
        if (quoted && c == '\\') {
            ++i;
        } else if (c == '"') {
            quoted = !quoted;
        } else if (!quoted && stops.find(c) != std::string_view::npos) {
            break;
        }
    }
    if (i > rest.size()) i = rest.size();  // a backslash was the last octet
    const std::string_view cut = rest.substr(0, i);
    rest.remove_prefix(i);
    return cut;
}

// RFC 7230 quoted-string, the whole of `text`.
bool unquote(std::string_view text, std::string& out) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return false;
    for (size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '"') return false;
        if (text[i] == '\\' && ++i + 1 == text.size()) return false;
        out += text[i];
    }
    return true;
}

std::pair<std::string, std::string> parse_param(std::string_view text) {
    const size_t equals = text.find('=');
    const std::string_view name = trim_blanks(text.substr(0, equals));
    if (!Headers::valid_name(name)) return {std::string(text), ""};
    if (equals == std::string_view::npos) return {std::string(name), ""};
    const std::string_view value = trim_blanks(text.substr(equals + 1));
    std::string plain;
    if (Headers::valid_name(value)) {
        plain = value;
    } else if (!unquote(value, plain) || !Headers::valid_name(plain)) {  // RFC 6455: a token when unquoted
        return {std::string(text), ""};
    }
    return {std::string(name), std::move(plain)};
}

// One element of the list, to its end. False if it is to be left out.
bool parse_one(std::string_view& rest, Extension& out) {
    const std::string_view name = trim_blanks(cut_until(rest, ",;"));
    bool good = Headers::valid_name(name);
    out.name = name;
    while (!rest.empty() && rest.front() == ';') {
        rest.remove_prefix(1);
        const std::string_view param = trim_blanks(cut_until(rest, ",;"));
        if (out.params.size() == kMaxExtensionParams) good = false;
        if (good) out.params.push_back(parse_param(param));
    }
    return good;
}
}  // namespace

const std::string* Extension::param(std::string_view wanted) const {
    for (const auto& p : params)
        if (p.first == wanted) return &p.second;
    return nullptr;
}

void parse_extensions(std::string_view header, Extensions& out) {
    while (!header.empty() && out.size() < kMaxExtensions) {
        if (header.front() == ',' || is_blank(header.front())) {
            header.remove_prefix(1);
            continue;
        }
        Extension one;
        if (parse_one(header, one)) out.push_back(std::move(one));
    }
}

std::string format_extensions(const Extensions& list) {
    std::string out;
    for (const Extension& e : list) {
        if (!Headers::valid_name(e.name)) continue;
        if (!out.empty()) out += ", ";
        out += e.name;
        for (const auto& [name, value] : e.params) {
            if (!Headers::valid_name(name)) continue;
            out += "; " + name;
            if (value.empty()) continue;
            out += '=';
            if (Headers::valid_name(value)) {
                out += value;
                continue;
            }
            out += '"';
            for (const char c : value) {
                if (c == '"' || c == '\\') out += '\\';
                out += c;
            }
            out += '"';
        }
    }
    return out;
}

}  // namespace ue::codec
