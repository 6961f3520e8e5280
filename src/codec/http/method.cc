#include "codec/http/method.h"

namespace ue::codec {

namespace {

constexpr std::string_view kNames[kMethodCount] = {
    "[unspecified]", "OPTIONS",   "GET",         "HEAD",  "POST",       "PUT",        "DELETE",    "TRACE",  "CONNECT",
    "PATCH",         "COPY",      "LOCK",        "MKCOL", "MOVE",       "PROPFIND",   "PROPPATCH", "SEARCH", "UNLOCK",
    "BIND",          "REBIND",    "UNBIND",      "ACL",   "REPORT",     "MKACTIVITY", "CHECKOUT",  "MERGE",  "M-SEARCH",
    "NOTIFY",        "SUBSCRIBE", "UNSUBSCRIBE", "PURGE", "MKCALENDAR", "LINK",       "UNLINK",
};

}  // namespace

std::string_view method_name(int method) {
    return method >= 0 && method < kMethodCount ? kNames[method] : std::string_view("[UNKNOWN]");
}

Method find_method(std::string_view name) {
    for (int i = 1; i < kMethodCount; ++i)
        if (kNames[i] == name) return static_cast<Method>(i);
    return Method::kUnspecified;
}

}  // namespace ue::codec
