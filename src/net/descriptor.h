// What a server needs of the file system and of descriptors it is given.
#pragma once
#include <string>

#include "base/error.h"
#include "net/sockaddr.h"

namespace ue::net {

// A file that is not there is no error.
ErrorCode remove_file(const std::string& path);
void close_descriptor(int fd);
// Which address a socket is bound to. Not a socket, not open: the error.
Expected<SockAddr> descriptor_address(int fd);

}  // namespace ue::net
