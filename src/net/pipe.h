// Unix-domain streams, and the two ends of a pipe.
#pragma once
#include <string>
#include <utility>

#include "net/stream.h"

namespace ue::net {

class Pipe : public Stream {
  public:
    static const Type kType;  // "UniEvent::Pipe"
    const Type& type() const override { return kType; }
    const char* type_name() const override { return "pipe"; }

    // `ipc` is only remembered: handles are not passed over pipes.
    explicit Pipe(Ref<Loop> loop, bool ipc = false);

    enum Mode : unsigned { kNotConnected = 0, kReadable = 1, kWritable = 2 };
    // Duplicates the descriptor. Not readable: reading is not started. Not writable: writes give not_connected.
    ErrorCode open(int fd, unsigned mode);
    // Plain errors: address_in_use, permission_denied for a missing directory, invalid_argument when bound,
    // filename_too_long. The file is removed when the listening handle is reset or destroyed.
    ErrorCode bind(std::string_view path);
    Ref<ConnectRequest> connect(std::string_view path, Ref<Listener> callback = nullptr);

    Expected<std::string> sockname() const;  // "" when not bound or unnamed
    Expected<std::string> peername() const;
    Expected<SockAddr> sockaddr() const override;
    Expected<SockAddr> peeraddr() const override;
    ErrorCode chmod(unsigned mode);  // for everyone: Mode bits

    // A reader and a writer (made if null). Throws Failure, also for streams made with ipc.
    static std::pair<Ref<Pipe>, Ref<Pipe>> pair(Ref<Loop> loop, Ref<Pipe> reader = nullptr, Ref<Pipe> writer = nullptr);

  protected:
    ~Pipe() override;
    Ref<Stream> make_same_kind() override;
    Wire* make_wire() override;
    ErrorCode prepare_listen() override;
    void forget_address() override;

  private:
    class Connect;
    bool ipc_;
    std::string path_;       // bound here; unlinked with the stream
    uint32_t bound_at_ = 0;  // the loop's forks() then: the file is the process's that made it
};

}  // namespace ue::net
