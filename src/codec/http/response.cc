#include "codec/http/response.h"

#include <algorithm>

#include "base/misuse.h"
#include "codec/http/request.h"
#include "codec/http/write.h"

namespace ue::codec {

const Type Response::kType = {"Protocol::HTTP::Response", &Message::kType};

void Response::clear() {
    Message::clear();
    message_.clear();
    cookies_.reset();
    code_ = 0;
    received_ = cookies_changed_ = false;
}

void Response::set_code(int code) {
    if (code && (code < 100 || code > 999))
        throw Misuse("invalid http response code: expected 100 to 999" + got(std::to_string(code)));
    code_ = static_cast<uint16_t>(code);
}

void Response::set_message(std::string_view text) {
    if (!Headers::valid_value(text))
        throw Misuse("invalid reason phrase: control characters are not allowed" + got(text));
    message_ = text;
}

void Response::load_cookies() {
    if (cookies_) return;
    cookies_ = std::make_unique<SetCookies>();
    if (!received_) return;
    std::string name;
    SetCookie cookie;
    for (const Headers::Field field : headers_)
        if (equals_nocase(field.name, "Set-Cookie") && parse_set_cookie(field.value, name, cookie))
            cookies_->emplace_back(name, cookie);
}

const SetCookies& Response::cookies() {
    load_cookies();
    return *cookies_;
}

const SetCookie* Response::cookie(std::string_view name) {
    load_cookies();
    for (size_t i = cookies_->size(); i--;)
        if ((*cookies_)[i].first == name) return &(*cookies_)[i].second;
    return nullptr;
}

void Response::set_cookie(std::string_view name, SetCookie cookie) {
    check_cookie(name, cookie);
    std::string key(name);
    remove_cookie(key);
    cookies_->emplace_back(std::move(key), std::move(cookie));
}

void Response::remove_cookie(std::string_view name) {
    load_cookies();
    cookies_changed_ = true;
    cookies_->erase(std::remove_if(cookies_->begin(), cookies_->end(), [&](const auto& c) { return c.first == name; }),
                    cookies_->end());
}

void Response::clear_cookies() {
    cookies_ = std::make_unique<SetCookies>();
    cookies_changed_ = true;
}

bool Response::may_have_body(const Request* request) const {
    if (code_ && (code_ < 200 || code_ == 204 || code_ == 304)) return false;
    return !request || request->method() != Method::kHead;
}

}  // namespace ue::codec
