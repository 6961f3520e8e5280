#include "codec/uri_scheme.h"

#include "codec/uri.h"

namespace ue::codec {

namespace {

constexpr Scheme kSchemes[] = {
    {"http", 80, false},     {"https", 443, true}, {"ws", 80, false},     {"wss", 443, true}, {"ftp", 21, false},
    {"socks5", 1080, false}, {"ssh", 22, true},    {"telnet", 23, false}, {"sftp", 22, true},
};

const UriClass kHttp = {{"URI::XS::http", &Uri::kType}, "http", "https"};
const UriClass kWs = {{"URI::XS::ws", &Uri::kType}, "ws", "wss"};
const UriClass kSsh = {{"URI::XS::ssh", &Uri::kType}, "ssh", {}};
const UriClass kHttps = {{"URI::XS::https", &kHttp.type}, "https", {}};
const UriClass kWss = {{"URI::XS::wss", &kWs.type}, "wss", {}};
const UriClass kSftp = {{"URI::XS::sftp", &kSsh.type}, "sftp", {}};
const UriClass kFtp = {{"URI::XS::ftp", &Uri::kType}, "ftp", {}};
const UriClass kSocks = {{"URI::XS::socks", &Uri::kType}, "socks5", {}};
const UriClass kTelnet = {{"URI::XS::telnet", &Uri::kType}, "telnet", {}};

const UriClass* const kClasses[] = {&kHttp, &kHttps, &kWs, &kWss, &kFtp, &kSocks, &kSsh, &kTelnet, &kSftp};

}  // namespace

const Scheme* find_scheme(std::string_view name) {
    for (const Scheme& s : kSchemes)
        if (s.name == name) return &s;
    return nullptr;
}

const UriClass* find_uri_class(std::string_view scheme) {
    for (const UriClass* c : kClasses)
        if (c->scheme == scheme) return c;
    return nullptr;
}

const UriClass* find_uri_class_by_name(std::string_view class_name) {
    for (const UriClass* c : kClasses)
        if (class_name == c->type.name) return c;
    return nullptr;
}

}  // namespace ue::codec
