#include "net/pipe.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/misuse.h"
#include "net/errors.h"
#include "net/wire.h"

namespace ue::net {

const Type Pipe::kType = {"UniEvent::Pipe", &Stream::kType};

Pipe::Pipe(Ref<Loop> loop, bool ipc) : Stream(std::move(loop)), ipc_(ipc) {}
Pipe::~Pipe() {
    forget_address();
}

Ref<Stream> Pipe::make_same_kind() {
    return make<Pipe>(loop());
}
Wire* Pipe::make_wire() {
    return new Wire(*this, Wire::Kind::kPipe);
}
ErrorCode Pipe::prepare_listen() {
    return idle_fd() >= 0 ? ErrorCode() : system_error(EINVAL);
}

void Pipe::forget_address() {
    if (!path_.empty() && bound_at_ == loop()->forks()) ::unlink(path_.c_str());
    path_.clear();
}

ErrorCode Pipe::open(int fd, unsigned mode) {
    if (!pristine() || connecting()) return system_error(EINVAL);
    const int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (own < 0) return system_error(errno);
    if (mode == kNotConnected) {
        fcntl(own, F_SETFL, fcntl(own, F_GETFL) | O_NONBLOCK);
        set_idle_fd(own, true);
        return {};
    }
    const int status = take(own);
    if (status) {
        ::close(own);
        return uv_error(status);
    }
    set_directions(mode & kReadable, mode & kWritable);
    begin_reading();
    return {};
}

ErrorCode Pipe::bind(std::string_view path) {
    if (!pristine() || connecting()) return system_error(EINVAL);
    const auto address = SockAddr::unix_path(path);
    if (!address) return address.error();
    if (path.empty()) return system_error(EINVAL);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return system_error(errno);
    if (::bind(fd, address.value().native(), static_cast<socklen_t>(address.value().native_size()))) {
        const int failed = errno == ENOENT ? EACCES : errno;
        ::close(fd);
        return system_error(failed);
    }
    set_idle_fd(fd, true);
    path_ = path;
    bound_at_ = loop()->forks();
    return {};
}

class Pipe::Connect : public ConnectRequest {
  public:
    Connect(std::string_view path, Ref<Listener> callback) : ConnectRequest(std::move(callback), 0), path_(path) {}

  private:
    ErrorCode begin(Stream& stream) override {
        auto& pipe = static_cast<Pipe&>(stream);
        const auto address = SockAddr::unix_path(path_);
        if (!address) return address.error();
        Wire* wire = pipe.make_wire();
        pipe.replace_wire(wire);
        return uv_error(wire->connect(address.value()));
    }
    void tried(Stream& stream, const ErrorCode& error) override { static_cast<Pipe&>(stream).established(error, {}); }

    std::string path_;
};

Ref<ConnectRequest> Pipe::connect(std::string_view path, Ref<Listener> callback) {
    Ref<ConnectRequest> request = make<Connect>(path, std::move(callback));
    push(request);
    return request;
}

namespace {
// The ends of a pipe(2) have no address at all.
Expected<SockAddr> nameless(Expected<SockAddr> address) {
    if (address.error() == system_error(ENOTSOCK)) return SockAddr();
    return address;
}

Expected<std::string> path_of(const Expected<SockAddr>& address) {
    if (!address) return address.error();
    return std::string(address.value().path());
}
}  // namespace

Expected<SockAddr> Pipe::sockaddr() const {
    return nameless(own_address());
}
Expected<SockAddr> Pipe::peeraddr() const {
    return nameless(peer_address());
}
Expected<std::string> Pipe::sockname() const {
    return path_of(sockaddr());
}
Expected<std::string> Pipe::peername() const {
    return path_of(peeraddr());
}

ErrorCode Pipe::chmod(unsigned mode) {
    if (path_.empty()) return system_error(EBADF);
    if (!(mode & (kReadable | kWritable)) || mode > (kReadable | kWritable)) return system_error(EINVAL);
    struct stat now;
    if (::stat(path_.c_str(), &now)) return system_error(errno);
    const mode_t add =
        (mode & kReadable ? S_IRUSR | S_IRGRP | S_IROTH : 0) | (mode & kWritable ? S_IWUSR | S_IWGRP | S_IWOTH : 0);
    return system_error(::chmod(path_.c_str(), (now.st_mode & 07777) | add) ? errno : 0);
}

std::pair<Ref<Pipe>, Ref<Pipe>> Pipe::pair(Ref<Loop> loop, Ref<Pipe> reader, Ref<Pipe> writer) {
    if (!reader) reader = make<Pipe>(loop);
    if (!writer) writer = make<Pipe>(loop);
    if (reader->ipc_ || writer->ipc_) throw Failure("pipes made for ipc cannot be paired");
    if (!reader->pristine() || !writer->pristine() || reader == writer) throw Failure(system_error(EINVAL));
    int fds[2];
    if (pipe2(fds, O_NONBLOCK | O_CLOEXEC)) throw Failure(system_error(errno));
    ErrorCode error = reader->open(fds[0], kReadable);
    if (!error) error = writer->open(fds[1], kWritable);
    ::close(fds[0]);
    ::close(fds[1]);
    if (error) {
        reader->reset();
        writer->reset();
        throw Failure(error);
    }
    return {std::move(reader), std::move(writer)};
}

}  // namespace ue::net
