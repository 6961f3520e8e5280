// The server as a whole: configuration, listening, the table of connections, counters.
#include <filesystem>
#include <unistd.h>

#include "base/misuse.h"
#include "engine_support.h"
#include "http/server_request.h"

using namespace engine_test;

namespace {

http::Location on_host(const char* host, int domain = AF_INET) {
    http::Location location;
    location.host = host;
    location.domain = domain;
    return location;
}

bool works(Stage& stage, const net::SockAddr& address) {
    Peer peer(*stage.loop, address);
    return peer.upgrade();
}

}  // namespace

TEST(engine_server) {  // run and stop, listening and not
    Stage stage;
    try {
        (void)stage.server->run();
        OK(false, "run twice");
    } catch (const Misuse& e) {
        OK(std::string(e.what()).find("already running") != std::string::npos, "already running");
    }
    IS(stage.server->listeners().size(), 1u, "one listener");
    auto peer = stage.join();
    stage.server->stop_listening();
    IS(stage.server->listeners().size(), 0u, "none");
    OK(stage.server->sockaddr().error() == system_error(ENOTCONN), "no address");
    OK(stage.last()->connected(), "connections stay");
    OK(!stage.server->start_listening(), "again");
    OK(works(stage, stage.address()), "and it serves");
    try {
        (void)stage.server->start_listening();
        OK(false, "twice");
    } catch (const Misuse&) {
        OK(true, "not twice");
    }
    stage.server->stop();
    OK(!stage.server->sockaddr(), "stopped");
    OK(stage.until([&] { return !stage.loop->alive(); }), "and the loop is free");
}

TEST(engine_server) {  // without locations
    Stage stage(ws::ServerConfig{});
    IS(stage.server->listeners().size(), 0u, "no listener");
    OK(!stage.loop->alive(), "nothing to wait for");
    OK(!stage.server->start_listening(), "nothing to start");
    stage.server->stop_listening();
    ws::ServerConfig config = local_config();
    OK(!stage.server->configure(config), "locations for a running server");
    OK(works(stage, stage.address()), "are listened on at once");
    IS(stage.server->connections_count(), 1u, "a connection");
    OK(!stage.server->configure({}), "and taken away again");
    IS(stage.server->listeners().size(), 0u, "no listener");
    OK(!stage.server->http()->running(), "no HTTP");
    settle(*stage.loop);
}

TEST(engine_server) {  // configure on a live server
    Stage stage;
    stage.echo();
    auto old = stage.join();
    const uint16_t port = stage.address().port();
    ws::ServerConfig config = local_config();
    config.connection.parser.max_message_size = 3;
    OK(!stage.server->configure(config), "configured");
    OK(stage.address().port() != port, "a new port");
    auto fresh = stage.join();
    auto c = stage.last();
    old->send(frame(codec::kOpText, "abcd"));
    IS(old->take(6), server_frame(codec::kOpText, "abcd"), "the old one keeps its limits");
    fresh->send(frame(codec::kOpText, "abcd"));
    OK(stage.until([&] { return !c->connected(); }), "the new one has the new ones");
}

TEST(engine_server) {  // a bad configuration changes nothing
    Stage stage;
    const uint16_t port = stage.address().port();
    ws::ServerConfig config = local_config();
    config.http.locations.push_back({});
    for (int i = 0; i < 2; ++i) {
        try {
            (void)stage.server->configure(config);
            OK(false, "a location without a place");
        } catch (const Misuse&) {
            OK(true, "refused");
        }
        config = local_config();
        config.connection.parser.deflate.mem_level = 10;
    }
    IS(stage.address().port(), port, "still the same");
    Peer blocker(*stage.loop);
    ws::ServerConfig taken = local_config();
    taken.http.locations[0].port = port;
    taken.http.locations[0].reuse_port = false;
    Ref<ws::Server> second = make<ws::Server>(taken, stage.loop);
    OK(bool(second->run()), "a port in use is an error");
    OK(!second->running(), "not running then");
    OK(works(stage, stage.address()), "the first one serves on");
}

TEST(engine_server) {  // several places at once
    const std::string path = std::filesystem::temp_directory_path() / ("ue_ws_server_test." + std::to_string(::getpid()));
    ws::ServerConfig config;
    config.http.locations = {on_host("127.0.0.1"), on_host("::1", AF_INET6), {}};
    config.http.locations[2].path = path;
    const int sock = ::socket(AF_INET, SOCK_STREAM, 0);
    const net::SockAddr any = net::SockAddr::inet4("127.0.0.1", 0).value();
    OK(::bind(sock, any.native(), static_cast<socklen_t>(any.native_size())) == 0, "a socket of one's own");
    config.http.locations.push_back({});
    config.http.locations[3].sock = sock;
    Stage stage(config);
    IS(stage.server->listeners().size(), 4u, "four listeners");
    for (const auto& listener : stage.server->listeners()) {
        const net::SockAddr at = listener->sockaddr().value();
        OK(works(stage, at), "works at " + at.to_string());
    }
    stage.server->stop();
    OK(::access(path.c_str(), F_OK) != 0, "the socket file is removed");
}

TEST(engine_server) {  // ids, look-up, walking
    Stage stage;
    std::vector<std::unique_ptr<Peer>> peers;
    std::vector<uint64_t> ids;
    for (int i = 0; i < 5; ++i) {
        peers.push_back(stage.join());
        ids.push_back(stage.last()->id());
        OK(!i || ids[i] > ids[i - 1], "ids ascend");
    }
    IS(stage.server->connections_count(), 5u, "counted");
    OK(stage.server->get_connection(ids[2]) && stage.server->get_connection(ids[2])->id() == ids[2], "found");
    OK(!stage.server->get_connection(ids[4] + 1) && !stage.server->get_connection(0), "not found");
    std::vector<uint64_t> walked;
    stage.server->foreach_connection([&](ws::ServerConnection& c) {
        walked.push_back(c.id());
        if (c.id() == ids[1]) {
            stage.server->get_connection(ids[2])->close();
            c.close();
        }
        return c.id() != ids[3];
    });
    OK(walked == std::vector<uint64_t>({ids[0], ids[1], ids[3]}), "a walk that closes on its way, and is ended");
    const auto all = stage.server->connections();
    Ref<ws::ServerConnection> c;
    for (uint64_t want : {ids[0], ids[3], ids[4]}) {
        c = all->next();
        OK(c && c->id() == want, "the iterator");
        if (c) c->close();
    }
    OK(!all->next() && !all->next(), "its end, again and again");
    OK(!stage.server->connections()->next(), "an empty server");
}

TEST(engine_server) {  // the table behind it, while many come and go
    Stage stage;
    std::vector<std::unique_ptr<Peer>> peers;
    std::vector<uint64_t> ids;
    uint32_t dice = 12345;
    for (int round = 0; round < 60; ++round) {
        dice = dice * 1664525 + 1013904223;
        if (dice >> 30 || ids.empty()) {
            peers.push_back(std::make_unique<Peer>(*stage.loop, stage.address()));
            if (!peers.back()->upgrade()) OK(false, "handshake");
            ids.push_back(stage.last()->id());
        } else {
            const size_t at = (dice >> 8) % ids.size();
            stage.server->get_connection(ids[at])->close();
            ids.erase(ids.begin() + static_cast<long>(at));
        }
        std::vector<uint64_t> walked;
        stage.server->foreach_connection([&](ws::ServerConnection& c) {
            walked.push_back(c.id());
            return stage.server->get_connection(c.id()) == &c;
        });
        if (walked != ids || stage.server->connections_count() != ids.size())
            OK(false, "round " + std::to_string(round));
    }
    OK(ids.size() > 10, "many are left: " + std::to_string(ids.size()));
}

TEST(engine_server) {  // counters
    Stage stage;
    stage.echo();
    auto peer = stage.join();
    const Ref<ws::Statistics> counters = make<ws::Statistics>();
    stage.last()->set_statistics(counters);
    const std::string in = frame(codec::kOpText, "abc") + frame(codec::kOpPing, "");
    peer->send(in);
    peer->take(5 + 2);
    IS(counters->msgs_in, 1u, "one read");
    IS(counters->bytes_in, in.size(), "its octets");
    IS(counters->msgs_out, 2u, "two frames");
    IS(counters->bytes_out, 7u, "their octets");
    const auto rates = counters->normalized(2);
    IS(rates.bytes_out, 3u, "per second, truncated");
    IS(counters->fetch(1).msgs_out, 2u, "fetched");
    IS(counters->msgs_out, 0u, "and reset");
    IS(counters->normalized(0).msgs_in, 0u, "no division by zero");
}

TEST(engine_server) {  // pipes and plain HTTP on the same server
    Stage stage;
    stage.server->http()->request_event.add(on([](const Value* args) {
        auto* request = static_cast<http::ServerRequest*>(args[0].object());
        if (request->target() != "/page") return;
        Ref<http::ServerResponse> response = make<http::ServerResponse>();
        response->set_body("page");
        request->respond(response);
    }));
    Peer peer(*stage.loop, stage.address());
    peer.send("GET /page HTTP/1.1\r\nHost: x\r\n\r\n");
    IS(peer.take_head().substr(0, 12), "HTTP/1.1 200", "a page first");
    IS(peer.take(4), "page", "its body");
    OK(peer.upgrade(), "then an upgrade on the same connection");
}
