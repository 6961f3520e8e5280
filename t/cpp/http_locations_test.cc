// Where a server listens, and what it takes for a configuration.
#include <sys/stat.h>

#include <filesystem>

#include "http_fixture.h"

using namespace http_test;

namespace {
std::string temporary(const char* name) {
    return std::filesystem::temp_directory_path() / ("http_" + std::string(name) + "_" + std::to_string(getpid()));
}
std::string complaint(const std::function<void(http::ServerConfig&)>& adjust) {
    http::ServerConfig config;
    http::Location location;
    location.host = "127.0.0.1";
    config.locations = {location, location};
    adjust(config);
    try {
        config.check();
    } catch (const Misuse& e) {
        return e.what();
    }
    return "";
}
int bound(int family) {
    const int fd = socket(family, SOCK_STREAM, 0);
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    sockaddr_un un{};
    un.sun_family = AF_UNIX;
    snprintf(un.sun_path, sizeof un.sun_path, "%s", temporary("bound").c_str());
    unlink(un.sun_path);
    if (family == AF_INET) {
        if (bind(fd, reinterpret_cast<sockaddr*>(&in), sizeof in)) return -1;
    } else {
        if (bind(fd, reinterpret_cast<sockaddr*>(&un), sizeof un)) return -1;
    }
    return fd;
}
bool served(Server& s, const net::SockAddr& address) {
    Client c(address);
    c.send("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
    return s.until([&] {
        c.pump();
        return c.ended();
    }) && c.saw("200 OK");
}
}  // namespace

TEST(http_config) {
    using http::ServerConfig;
    IS(complaint([](ServerConfig&) {}), std::string(), "fine");
    IS(complaint([](ServerConfig& c) { c.locations.clear(); }), std::string("no locations to listen supplied"), "none");
    IS(complaint([](ServerConfig& c) { c.locations[1].host.clear(); }),
       std::string("locations[1]: neither host nor path nor socket defined in one of the locations"), "nowhere");
    IS(complaint([](ServerConfig& c) { c.locations[0].domain = 7; }),
       std::string("locations[0]: domain: expected AF_INET or AF_INET6, got '7'"), "odd family");
    OK(complaint([](ServerConfig& c) { c.locations[0].path.assign(200, 'p'); }).find("locations[0]: path: too long") ==
           0,
       "long path");
    OK(complaint([](ServerConfig& c) { c.max_pending = 0; }).find("max_pending: ") == 0, "no request at all");
    auto loop = make<net::Loop>();
    auto server = make<http::Server>(loop);
    try {
        server->run();
        OK(false, "not without a configuration");
    } catch (const Misuse&) {
        OK(!server->running(), "not without a configuration");
    }
}

TEST(http_locations) {
    const std::string path = temporary("path");
    const int tcp = bound(AF_INET), un = bound(AF_UNIX);
    Server s([&](http::ServerConfig& c) {
        c.tcp_nodelay = true;
        c.locations.resize(4);
        c.locations[1].path = path;
        c.locations[2].sock = tcp;
        c.locations[3].sock = un;
    });
    s.answer_all();
    {  // a file in the way
        FILE* f = fopen(path.c_str(), "w");
        fclose(f);
    }
    s.run();
    const auto listeners = s.server->listeners();
    IS(listeners.size(), 4u, "four listeners");
    for (size_t i = 0; i < 4; ++i)
        OK(served(s, listeners[i]->sockaddr().value()), "served at location " + std::to_string(i));
    IS(std::string(listeners[1]->sockaddr().value().path()), path, "the path");
    s.server->stop_listening();
    OK(s.server->running(), "still running");
    struct stat st;
    OK(stat(path.c_str(), &st) != 0, "the file is removed");
    OK(fcntl(tcp, F_GETFD) < 0, "the descriptor was the server's, who closed it");
    OK(s.server->start_listening().contains(system_error(EBADF)), "and it is used up");
    OK(s.server->listeners().empty(), "all locations or none");
    unlink(temporary("bound").c_str());
}

TEST(http_locations) {
    Server s;
    s.answer_all();
    s.run();
    const net::SockAddr first = s.address();
    Client& c = s.client();
    c.send("GET / HTTP/1.1\r\n\r\n");
    s.until([&] { return c.saw("ok"); });
    try {
        s.server->start_listening();
        OK(false, "already listening");
    } catch (const Misuse& e) {
        IS(std::string(e.what()), std::string("server is already listening"), "already listening");
    }
    s.server->stop_listening();
    Client late(first);
    OK(late.broken, "nobody is let in");
    c.send("GET / HTTP/1.1\r\n\r\n");
    OK(s.until([&] { return c.count("ok") == 2; }), "who is in stays in");
    IS(s.server->start_listening().to_string(), std::string(), "again");
    OK(served(s, s.address()), "served");
}

TEST(http_reconfigure) {
    Server s;
    s.answer_all();
    s.run();
    const net::SockAddr first = s.address();
    Client& c = s.client();
    c.send("GET / HTTP/1.1\r\n\r\n");
    s.until([&] { return c.saw("ok"); });

    // Somebody else sits on this one.
    const int taken = bound(AF_INET);
    listen(taken, 1);
    sockaddr_in in{};
    socklen_t size = sizeof in;
    getsockname(taken, reinterpret_cast<sockaddr*>(&in), &size);
    http::ServerConfig config = s.server->config();
    config.locations[0].port = ntohs(in.sin_port);
    config.idle_timeout = 1;
    const ErrorCode error = s.server->configure(config);
    OK(error.contains(system_error(EADDRINUSE)), "an address in use is refused: " + error.to_string());
    IS(s.server->config().idle_timeout, 300000u, "the old configuration is in force");
    OK(s.server->running() && s.server->listeners().size() == 1, "and listened on");
    close(taken);
    try {
        s.server->configure({});
        OK(false, "an invalid one throws");
    } catch (const Misuse&) {
        OK(served(s, s.address()), "an invalid one throws and changes nothing");
    }

    config = s.server->config();
    config.locations[0].reuse_port = false;
    config.max_body_size = 5;
    IS(s.server->configure(config).to_string(), std::string(), "a valid one");
    OK(s.address() != first, "port 0 means another port");
    OK(served(s, s.address()), "served there");
    c.send("POST / HTTP/1.1\r\nContent-Length: 6\r\n\r\n123456");
    OK(s.until([&] { return c.count("ok") == 2; }), "an old connection keeps its limits");

    const net::SockAddr now = s.address();
    config.locations[0].port = now.port();
    IS(s.server->configure(config).to_string(), std::string(), "the very port it has, and not to be shared");
    IS(s.address().port(), now.port(), "is kept");
    IS(s.server->configure(config).to_string(), std::string(), "and again");
    OK(served(s, now), "served");

    const std::string path = temporary("swap");
    config.locations[0].path = path;
    for (int i = 0; i < 2; ++i) {
        IS(s.server->configure(config).to_string(), std::string(), "a path");
        OK(served(s, s.address()), "served, also when the path stays the same");
    }
}
