#pragma once

namespace ue::net {

// If nobody has set a disposition for SIGPIPE, ignores it. libuv writes without MSG_NOSIGNAL, and its signal watchers
// put the default back when the last of them stops.
void ignore_sigpipe();

}  // namespace ue::net
