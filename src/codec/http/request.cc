#include "codec/http/request.h"

#include <algorithm>

#include "base/misuse.h"
#include "codec/http/chars.h"

namespace ue::codec {

const Type Request::kType = {"Protocol::HTTP::Request", &Message::kType};

void Request::clear() {
    Message::clear();
    target_.clear();
    uri_.reset();
    cookies_.reset();
    form_.reset();
    preferences_.clear();
    method_ = Method::kUnspecified;
    cookies_changed_ = streams_form_ = false;
}

Method Request::method() const {
    if (method_ != Method::kUnspecified) return method_;
    return has_form_body() ? Method::kPost : Method::kGet;
}

void Request::set_method(int method) {
    if (method <= 0 || method >= kMethodCount)
        throw Misuse("invalid http method: expected a METHOD_ constant or a name" + got(std::to_string(method)));
    method_ = static_cast<Method>(method);
}

Uri* Request::uri() {
    if (!uri_ && !target_.empty())
        uri_ = method_ == Method::kConnect ? Uri::parse(target_, Uri::kSuffixReference) : Uri::from_target(target_);
    return uri_.get();
}

void Request::set_uri(Ref<Uri> uri) {
    uri_ = std::move(uri);
    target_.clear();
}

std::string_view Request::target_path() const {
    return std::string_view(target_).substr(0, target_.find_first_of("?#"));
}

void Request::load_cookies() {
    if (cookies_) return;
    cookies_ = std::make_unique<Cookies>();
    for (const Headers::Field field : headers_)
        if (equals_nocase(field.name, "Cookie")) parse_cookies(field.value, *cookies_);
}

const Cookies& Request::cookies() {
    load_cookies();
    return *cookies_;
}

const std::string* Request::cookie(std::string_view name) {
    return find_cookie(cookies(), name);
}

void Request::set_cookie(std::string_view name, std::string_view value) {
    check_cookie(name, value);
    const std::string key(name), text(value);
    remove_cookie(key);
    cookies_->emplace_back(key, text);
}

void Request::remove_cookie(std::string_view name) {
    load_cookies();
    cookies_changed_ = true;
    cookies_->erase(std::remove_if(cookies_->begin(), cookies_->end(), [&](const auto& c) { return c.first == name; }),
                    cookies_->end());
}

void Request::clear_cookies() {
    cookies_ = std::make_unique<Cookies>();
    cookies_changed_ = true;
}

void Request::allow_compression(int type) {
    constexpr size_t kMostPreferences = 7;
    if (!is_compression(type) || preferences_.size() >= kMostPreferences) return;
    const auto bit = static_cast<uint8_t>(type);
    if (std::find(preferences_.begin(), preferences_.end(), bit) == preferences_.end()) preferences_.push_back(bit);
}

uint8_t Request::allowed_compression(bool inverse) const {
    AcceptedCompression accepted;
    for (const uint8_t type : preferences_)
        accepted.allowed |= type;
    for (const Headers::Field field : headers_)
        if (equals_nocase(field.name, "Accept-Encoding")) parse_accept_encoding(field.value, accepted);
    return inverse ? accepted.refused : accepted.allowed;
}

bool Request::expects_continue() const {
    for (const Headers::Field field : headers_)
        if (equals_nocase(field.name, "Expect") && equals_nocase(field.value, "100-continue")) return true;
    return false;
}

bool Request::wants_upgrade() const {
    return headers_.has_token("Connection", "upgrade") && headers_.has("Upgrade");
}

void Request::set_form(FormEncoding encoding, std::vector<FormField> fields) {
    form_ = std::make_unique<Form>();
    form_->encoding = encoding;
    form_->fields = std::move(fields);
}

void Request::stream_form() {
    if (!form_) set_form(FormEncoding::kMultipart, {});
    streams_form_ = true;
    if (form_->boundary.empty()) form_->boundary = make_boundary();
}

void Request::clear_form() {
    form_.reset();
    streams_form_ = false;
}

bool Request::has_form_body() const {
    if (streams_form_) return true;
    if (!form_ || form_->encoding != FormEncoding::kMultipart) return false;
    return !form_->fields.empty() || (uri_ && !uri_->query_string().empty());
}

}  // namespace ue::codec
