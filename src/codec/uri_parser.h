// Inside of Uri: one parsing.
#pragma once
#include <string>
#include <string_view>

#include "codec/uri.h"
#include "codec/uri_chars.h"

namespace ue::codec {

// "[...]" around an IPv6 address or a future one.
bool is_ip_literal(std::string_view host);

class Uri::Parser {
  public:
    explicit Parser(int parse_flags, bool request_target = false) : flags(parse_flags), target(request_target) {}
    // False: no uri; `parts` is then unspecified.
    bool parse(std::string_view text);
    bool host_and_port(std::string_view text);

    Parts parts;

  private:
    bool tail(std::string_view& text);
    bool scheme(std::string_view& text);
    bool authority(std::string_view text);
    bool suffix_authority(std::string_view& text);
    bool path_on(std::string_view text, bool first_may_have_colon);

    int flags;
    bool target;
};

}  // namespace ue::codec
