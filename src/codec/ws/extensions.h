// Sec-WebSocket-Extensions (RFC 6455 section 9.1): a list of names, each with parameters.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ue::codec {

struct Extension {
    std::string name;
    // In the order of the header. A parameter without a value has "". A name may occur twice: the negotiation refuses
    // it.
    std::vector<std::pair<std::string, std::string>> params;

    const std::string* param(std::string_view name) const;  // null if absent
};
using Extensions = std::vector<Extension>;

// More would only be there to make a server work: the rest of such a header is ignored.
constexpr size_t kMaxExtensions = 64;
constexpr size_t kMaxExtensionParams = 32;

// Appends what the header value lists; several headers add up. Quoted values are unquoted. An element whose name is no
// token is left out; a malformed parameter is kept with its raw text as name, which no negotiation accepts.
void parse_extensions(std::string_view header, Extensions& out);
// "a, b; x=1; y": values that are not tokens are quoted; names that are not tokens are left out.
std::string format_extensions(const Extensions& list);

}  // namespace ue::codec
