#include "codec/uri.h"

#include "base/misuse.h"
#include "codec/uri_parser.h"

namespace ue::codec {

const Type Uri::kType = {"URI::XS", &Object::kType};

Uri::Uri(const UriClass* c, std::string_view text, int flags) : class_(c) {
    assign(text, flags);
}

Ref<Uri> Uri::typed(std::string_view text, int flags) {
    Ref<Uri> uri = make<Uri>(text, flags);
    uri->class_ = find_uri_class(uri->scheme_);
    return uri;
}

Ref<Uri> Uri::from_target(std::string_view target) {
    Ref<Uri> uri = make<Uri>();
    Parser parser(kExtendedChars, true);
    if (parser.parse(target)) uri->take(std::move(parser.parts), kExtendedChars);
    return uri;
}

Ref<Uri> Uri::clone() const {
    Ref<Uri> copy = make<Uri>();
    copy->class_ = class_;
    copy->assign(*this);
    return copy;
}

void Uri::assign(std::string_view text, int flags) {
    Parser parser(flags);
    Parts parts;
    if (parser.parse(text)) parts = std::move(parser.parts);
    if (class_ && !parts.scheme.empty()) check_scheme(parts.scheme);
    take(std::move(parts), flags);
}

void Uri::check_scheme(std::string_view scheme) const {
    if (class_->accepts(scheme)) return;
    throw Misuse("wrong scheme: expected " + std::string(class_->scheme) + got(scheme));
}

void Uri::take(Parts&& parts, int flags) {
    scheme_ = std::move(parts.scheme);
    user_info_ = std::move(parts.user_info);
    host_ = std::move(parts.host);
    path_ = std::move(parts.path);
    fragment_ = std::move(parts.fragment);
    port_ = parts.port;
    flags_ = flags;
    set_query_string(parts.query);
    bool extended = false;
    for (char c : query_string_)
        extended = extended || is_extended_char(c);
    if (extended) edit_query();  // written anew from its parameters it is valid
    adopt_scheme();
}

void Uri::assign(const Uri& other) {
    if (&other == this) return;
    if (class_ && !other.scheme_.empty()) check_scheme(other.scheme_);
    scheme_ = other.scheme_;
    user_info_ = other.user_info_;
    host_ = other.host_;
    path_ = other.path_;
    fragment_ = other.fragment_;
    port_ = other.port_;
    flags_ = other.flags_;
    set_query_string(other.query_string());
    adopt_scheme();
}

void Uri::adopt_scheme() {
    if (class_ && scheme_.empty() && !host_.empty()) scheme_ = class_->scheme;
}

std::string Uri::encoded_host() const {
    if (is_ip_literal(host_)) return host_;
    std::string out;
    encode_percent(host_, is_host_char, out);
    return out;
}

std::string Uri::to_string() const {
    std::string out;
    if (!scheme_.empty()) out.append(scheme_).append(1, ':');
    if (!host_.empty()) {
        out += "//";
        if (!user_info_.empty()) {
            encode_percent(user_info_, is_user_info_char, out);
            out += '@';
        }
        out += encoded_host();
        if (port_) out.append(1, ':').append(std::to_string(port_));
    } else if ((scheme_ == "file" && (path_.empty() || path_[0] == '/')) || path_.compare(0, 2, "//") == 0) {
        // The authority of a file may be empty, but is written before an absolute path; so is one before a path that
        // would be taken for an authority, so that nobody can smuggle in a host (RFC 3986 section 3.3).
        out += "//";
    }
    out += path_;
    const std::string& query = query_string();
    if (!query.empty()) out.append(1, '?').append(query);
    if (!fragment_.empty()) out.append(1, '#').append(fragment_);
    return out;
}

std::string Uri::relative() const {
    std::string out = path_.empty() ? "/" : path_;
    const std::string& query = query_string();
    if (!query.empty()) out.append(1, '?').append(query);
    if (!fragment_.empty()) out.append(1, '#').append(fragment_);
    return out;
}

bool Uri::empty() const {
    return scheme_.empty() && host_.empty() && path_.empty() && fragment_.empty() && query_string().empty();
}

bool Uri::equals(const Uri& o) const {
    return scheme_ == o.scheme_ && user_info_ == o.user_info_ && host_ == o.host_ && port() == o.port() &&
           path_ == o.path_ && fragment_ == o.fragment_ && query_string() == o.query_string();
}

void Uri::set_scheme(std::string_view scheme) {
    std::string lower(scheme);
    for (char& c : lower)
        c = ascii_lower(c);
    if (class_) check_scheme(lower);
    scheme_ = std::move(lower);
}

bool Uri::secure() const {
    const Scheme* s = find_scheme(scheme_);
    return s && s->secure;
}

std::string_view Uri::user() const {
    return std::string_view(user_info_).substr(0, user_info_.find(':'));
}

std::string_view Uri::password() const {
    const size_t colon = user_info_.find(':');
    return colon == std::string::npos ? std::string_view() : std::string_view(user_info_).substr(colon + 1);
}

void Uri::set_user(std::string_view user) {
    const size_t colon = user_info_.find(':');
    user_info_ = std::string(user) + (colon == std::string::npos ? "" : user_info_.substr(colon));
}

void Uri::set_password(std::string_view password) {
    std::string text(user());
    text.append(1, ':').append(password);
    user_info_ = std::move(text);
}

void Uri::set_host(std::string_view host) {
    host_ = host;
    adopt_scheme();
}

uint16_t Uri::default_port() const {
    const Scheme* s = find_scheme(scheme_);
    return s ? s->default_port : 0;
}

std::string Uri::location() const {
    return host_ + ":" + std::to_string(port());
}

std::string Uri::explicit_location() const {
    return port_ ? host_ + ":" + std::to_string(port_) : host_;
}

void Uri::set_location(std::string_view text) {
    Parser parser(0);
    if (!parser.host_and_port(text)) throw Misuse("invalid location: expected host or host:port" + got(text));
    const size_t colon = text.rfind(':');
    const bool names_port = colon != std::string_view::npos && text.back() != ']';
    if (text.empty() || names_port) port_ = parser.parts.port;
    host_ = std::move(parser.parts.host);
    adopt_scheme();
}

void Uri::set_path(std::string_view path) {
    std::string text;
    if (!path.empty() && path[0] != '/') text = '/';
    text += path;
    path_ = std::move(text);
}

std::string Uri::path_info() const {
    return decode_percent(path_);
}

std::vector<std::string> Uri::path_segments() const {
    std::vector<std::string> out;
    std::string_view rest = path_;
    while (!rest.empty()) {
        const size_t end = std::min(rest.find('/'), rest.size());
        if (end) out.push_back(decode_percent(rest.substr(0, end)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
}

void Uri::set_path_segments(const std::vector<std::string>& segments) {
    std::string path;
    for (const std::string& s : segments)
        if (!s.empty()) path += "/" + encode_uri_component(s);
    path_ = std::move(path);
}

}  // namespace ue::codec
