// What is known about schemes: the default port, whether it is secure, and the class that uris of it have.
#pragma once
#include <cstdint>
#include <string_view>

#include "base/object.h"

namespace ue::codec {

struct Scheme {
    std::string_view name;
    uint16_t default_port;
    bool secure;
};
const Scheme* find_scheme(std::string_view name);  // lower case; null if unknown

// A class of uris that insists on its scheme. Compared by address.
struct UriClass {
    Type type;
    std::string_view scheme;        // given to a uri that has a host and no scheme
    std::string_view also_accepts;  // a second scheme; empty if there is none
    bool accepts(std::string_view s) const { return s == scheme || (!also_accepts.empty() && s == also_accepts); }
};
// By scheme ("http", "socks5") or by public class name ("URI::XS::http"); null if unknown.
const UriClass* find_uri_class(std::string_view scheme);
const UriClass* find_uri_class_by_name(std::string_view class_name);

}  // namespace ue::codec
