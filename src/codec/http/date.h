// Dates as HTTP writes them. Pure arithmetic on seconds since the epoch (UTC); nobody here asks what time it is.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ue::codec {

constexpr size_t kHttpDateSize = 29;
// "Mon, 20 Jan 2020 20:20:20 GMT": exactly kHttpDateSize bytes, no NUL. Years outside 0..9999 are clamped.
void format_http_date(int64_t seconds, char* out);

// Understands the three formats of RFC 9110 section 5.6.7 and the dashed one of old cookies. False if it is none.
bool parse_http_date(std::string_view text, int64_t& seconds);

}  // namespace ue::codec
