// Unix-domain streams and pipe(2) pairs.
#include "net/pipe.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>

#include "base/misuse.h"
#include "net_support.h"

using namespace net_test;

namespace {
std::string fresh_path() {
    static int n = 0;
    return std::filesystem::temp_directory_path() / ("net-pipe-" + std::to_string(getpid()) + "-" + std::to_string(++n));
}
bool exists(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}
}  // namespace

TEST(net_pipe) {
    Leaks leaks;
    const std::string path = fresh_path();
    {
        Ref<Loop> loop = make<Loop>();
        auto server = make<Pipe>(loop), client = make<Pipe>(loop);
        IS(server->sockname().value(), "", "no name");
        OK(!server->bind(path) && exists(path), "bind makes the file");
        OK(server->bind(path) == system_error(EINVAL), "bound already");
        auto second = make<Pipe>(loop);
        OK(second->bind(path) == system_error(EADDRINUSE), "address in use");
        OK(second->bind("/no/such/directory/x") == system_error(EACCES), "a missing directory");
        OK(second->bind(std::string(200, 'x')) == system_error(ENAMETOOLONG), "too long");
        OK(second->listen() == ErrorCode(NetError::kListenError), "listen unbound");
        OK(!server->listen(), "listen");
        OK(!server->chmod(Pipe::kReadable | Pipe::kWritable), "chmod");
        struct stat info;
        ::stat(path.c_str(), &info);
        IS(info.st_mode & 0666u, 0666u, "for everyone");
        OK(server->chmod(0) == system_error(EINVAL) && second->chmod(3) == system_error(EBADF), "what cannot be done");

        std::vector<Ref<Stream>> clients;
        std::string got, back, log;
        server->connection_event().add(on([&](const Value* v, size_t) {
            auto* s = static_cast<Stream*>(v[1].object());
            clients.emplace_back(s);
            s->read_event().add(on([&](const Value* v, size_t) {
                got += v[1].bytes();
                static_cast<Stream*>(v[0].object())->write("echo");
            }));
        }));
        client->read_event().add(on([&](const Value* v, size_t) { back += v[1].bytes(); }));
        client->connect(path, on([&](const Value* v, size_t) { log += "c" + text(v[1].error()); }));
        client->write("hello");
        loop_until(*loop, [&] { return back == "echo"; });
        IS(got, "hello", "to the server");
        IS(back, "echo", "and back");
        OK(object_cast<Pipe>(clients[0].get()), "accepted as a pipe");
        IS(server->sockname().value(), path, "server's name");
        IS(client->sockname().value(), "", "client's name");
        IS(client->peername().value(), path, "client's peer");
        IS(static_cast<Pipe*>(clients[0].get())->peername().value(), "", "server's peer");
        IS(client->peeraddr().value().to_string(), path, "as address");

        auto lost = make<Pipe>(loop);
        lost->connect("/no/such/socket", on([&](const Value* v, size_t) { log += "|" + text(v[1].error()); }));
        IS(log, "c", "not from inside");
        loop_until(*loop, [&] { return log.size() > 1; });
        IS(log, "c|No such file or directory (2:generic)", "missing path");
        lost->connect(std::string(300, 'x'), on([&](const Value* v, size_t) { log = text(v[1].error()); }));
        loop_until(*loop, [&] { return log[0] != 'c'; });
        IS(log, "File name too long (36:generic)", "path too long");
        server->reset();
        OK(!exists(path), "the file goes with a reset");
        OK(!server->bind(path), "bound again");
        server.reset();
        OK(!exists(path), "and with the stream");
        for (auto& c : clients)
            c->clear();
        clients.clear();
        client->clear();
        client.reset(), lost.reset(), second.reset();
        OK(!loop->run(), "the loop closes empty");
    }
    leaks.check();
}

TEST(net_pipe_pair) {
    Leaks leaks;
    {
        Ref<Loop> loop = make<Loop>();
        auto [r, w] = Pipe::pair(loop);
        Ref<Pipe> reader = r, writer = w;
        std::string got;
        int eofs = 0;
        reader->read_event().add(on([&](const Value* v, size_t) { got += v[1].bytes(); }));
        reader->eof_event().add(on([&] { ++eofs; }));
        const std::string big(300'000, 'x');
        writer->write(big);
        loop_until(*loop, [&] { return got.size() == big.size(); });
        OK(got == big, "one way");
        std::string wrong;
        reader->write("back", on([&](const Value* v, size_t) { wrong = text(v[1].error()); }));
        loop_until(*loop, [&] { return !wrong.empty(); });
        IS(wrong, "Transport endpoint is not connected (107:generic)", "not the other");
        OK(reader->sockname().value().empty() && !reader->sockaddr().error(), "without names");
        std::string log;
        writer->shutdown(0, on([&](const Value* v, size_t) { log = "s" + text(v[1].error()); }));
        loop_until(*loop, [&] { return eofs == 1; });
        IS(eofs, 1, "shutdown ends it");
        IS(log, "s", "without an error");
        OK(writer->is_shut_down() && !writer->connected(), "closed");
        bool thrown = false;
        try {
            Pipe::pair(loop, make<Pipe>(loop, true));
        } catch (const Failure&) {
            thrown = true;
        }
        OK(thrown, "not for ipc handles");

        int fds[2];
        OK(pipe(fds) == 0, "a pipe of the system");
        auto opened = make<Pipe>(loop);
        OK(!opened->open(fds[0], Pipe::kReadable), "open for reading");
        got.clear();
        opened->read_event().add(on([&](const Value* v, size_t) { got += v[1].bytes(); }));
        OK(::write(fds[1], "abc", 3) == 3, "write");
        loop_until(*loop, [&] { return got == "abc"; });
        IS(got, "abc", "reads");
        OK(opened->readable() && !opened->writable(), "one direction");
        auto both = make<Pipe>(loop);
        int socks[2];
        socketpair(AF_UNIX, SOCK_STREAM, 0, socks);
        OK(!both->open(socks[0], Pipe::kWritable) && !both->active(), "not readable: reading is not started");
        OK(both->open(socks[1], Pipe::kReadable) == system_error(EINVAL), "one descriptor at a time");
        for (int fd : {fds[0], fds[1], socks[0], socks[1]})
            ::close(fd);
        // Writing into a pipe nobody reads must not kill the process.
        auto [r2, w2] = Pipe::pair(loop);
        Ref<Pipe> dead = w2;
        r2.reset();
        std::string error;
        dead->write("x", on([&](const Value* v, size_t) { error = text(v[1].error()); }));
        loop_until(*loop, [&] { return !error.empty(); });
        IS(error, "Broken pipe (32:generic)", "broken pipe");
    }
    leaks.check();
}
