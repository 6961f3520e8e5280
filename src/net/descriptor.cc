#include "net/descriptor.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace ue::net {

ErrorCode remove_file(const std::string& path) {
    return system_error(unlink(path.c_str()) && errno != ENOENT ? errno : 0);
}

void close_descriptor(int fd) {
    ::close(fd);
}

Expected<SockAddr> descriptor_address(int fd) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size)) return system_error(errno);
    return SockAddr::from_native(&address, size);
}

}  // namespace ue::net
