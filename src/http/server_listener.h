// One location of a server, open: binds, listens, hands what it accepts to the server.
// Owned by the server, which it knows by a plain pointer. Closes when it goes.
#pragma once
#include "http/config.h"
#include "net/stream.h"

namespace ue::http {

class Server;

class ServerListener : private net::StreamOwner {
  public:
    explicit ServerListener(Server& server) : server_(server) {}
    ~ServerListener();

    // Once. What had been done is undone by the destructor. A file in the way of a path is removed.
    ErrorCode open(const Location& location, bool nodelay);
    // The listening is there to stay: takes over (closes) the location's own descriptor.
    void keep(Location& location);
    const Ref<net::Stream>& stream() const { return stream_; }

  private:
    void on_read(char*, size_t) override {}
    void on_eof(const ErrorCode&) override {}
    void on_write_error(const ErrorCode&) override {}
    void on_reset() override {}
    void on_accept(Ref<net::Stream> client) override;

    ErrorCode open_descriptor(int fd);
    ErrorCode open_path(const std::string& path);
    ErrorCode open_host(const Location& location);

    Server& server_;
    Ref<net::Stream> stream_;
    bool nodelay_ = false;
};

}  // namespace ue::http
