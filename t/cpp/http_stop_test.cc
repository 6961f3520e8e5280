// Starting, stopping, and the server's life; everything that may be called from a callback, called from each.
#include "http_fixture.h"

using namespace http_test;

namespace {
const std::string kGet = "GET /r HTTP/1.1\r\n\r\n";
}

TEST(http_stop) {
    Server s;
    s.log_everything();
    bool ran = false;
    on(s.server->run_event, [&](const Value*) { ran = s.server->running(); });
    s.server->stop();
    IS(s.events, std::string(), "stop before run is nothing");
    s.run();
    OK(ran, "run event inside run, already running");
    try {
        s.run();
        OK(false, "a second run throws");
    } catch (const Misuse& e) {
        IS(std::string(e.what()), std::string("server is already running"), "a second run throws");
    }
    s.server->stop();
    IS(s.events, std::string("stop"), "stop of an empty server");
    OK(!s.server->running() && s.server->listeners().empty(), "not running");
    OK(s.server->sockaddr().error() == system_error(ENOTCONN), "no address");
    OK(!s.loop->run(net::Loop::Mode::kNoWait), "the loop is empty");

    s.run();
    s.events.clear();
    Ref<ServerRequest> request;
    on_request(s.server->request_event, [&](ServerRequest* r) { request = r; });
    Client& c = s.client();
    c.send(kGet);
    s.until([&] { return bool(request); });
    s.server->stop();
    IS(s.events, std::string("finish /r, drop /r server is stopping, stop"), "an unanswered request is dropped");
    OK(s.until([&] { return c.ended(); }), "the client sees the end");
    IS(c.in, std::string(), "and no bytes");

    s.run();
    s.events.clear();
    request.reset();
    Client& d = s.client();
    d.send(kGet);
    s.until([&] { return bool(request); });
    request->respond(answer(200, "ok"));
    s.server->stop();
    IS(s.events, std::string("finish /r, stop"), "an answered one is not");
    OK(s.until([&] { return d.ended(); }) && d.saw("ok"), "and has its answer");
}

TEST(http_graceful_stop) {
    Server s;
    s.log_everything();
    s.run();
    s.server->graceful_stop();
    IS(s.events, std::string("stop"), "at once without connections");
    s.run();
    s.events.clear();
    Client& idle = s.client();
    s.rest(5);
    s.server->graceful_stop();
    OK(!s.server->running() && s.server->stopping(), "stopping");
    OK(s.server->listeners().empty(), "listens no more");
    OK(s.until([&] { return idle.eof; }), "idle connections are closed");
    OK(s.until([&] { return s.events == "stop"; }) && !s.server->stopping(), "then it has stopped");

    for (const std::string when : {"answered later", "just answered", "half way"}) {
        s.run();
        s.events.clear();
        Ref<ServerRequest> request;
        Ref<ServerResponse> streamed = chunked_answer();
        s.server->request_event.remove_all();
        on_request(s.server->request_event, [&](ServerRequest* r) { request = r; });
        Client& c = s.client();
        c.send(kGet);
        s.until([&] { return bool(request); });
        auto response = answer(200, "ok");
        response->headers().add("Connection", "keep-alive");
        if (when == "just answered") request->respond(response);
        if (when == "half way") request->respond(streamed), streamed->send_chunk("ok");
        s.server->graceful_stop();
        s.server->graceful_stop();
        s.rest(5);
        if (when == "answered later") {
            OK(s.server->stopping() && !c.ended(), "waits");
            request->respond(response);
        }
        if (when == "half way") {
            OK(s.server->stopping() && !c.ended(), "waits");
            streamed->send_final_chunk("end");
        }
        OK(s.until([&] { return c.ended(); }) && c.eof, "closed");
        OK(c.saw("200 OK") && c.saw("ok"), "answered");
        if (when == "answered later") OK(c.saw("Connection: close"), "told that it ends");
        if (when == "half way") OK(c.saw("0\r\n\r\n"), "completely");
        OK(s.until([&] { return s.events == "finish /r, stop"; }), "no drop, then stop: " + s.events);
    }
}

TEST(http_graceful_stop) {
    Server s;
    s.log_everything();
    std::vector<Ref<ServerRequest>> requests;
    on_request(s.server->request_event, [&](ServerRequest* r) { requests.push_back(r); });
    s.run();
    Client& c = s.client();
    c.send(kGet + kGet);
    s.until([&] { return requests.size() == 2; });
    s.server->graceful_stop();
    c.send(kGet);
    s.rest(5);
    IS(requests.size(), 2u, "no new requests");
    requests[0]->respond(answer(200, "one"));
    requests[1]->respond(answer(200, "two"));
    OK(s.until([&] { return c.saw("two") && c.ended(); }), "what had arrived is answered");
    IS(c.count("Connection: close"), 1u, "the last one says close");
    OK(s.until([&] { return s.events == "finish /r, finish /r, stop"; }), "then stop: " + s.events);

    s.run();
    s.events.clear();
    Client& d = s.client();
    d.send(kGet);
    s.until([&] { return requests.size() == 3; });
    s.server->graceful_stop();
    s.server->stop();
    IS(s.events, std::string("finish /r, drop /r server is stopping, stop"), "stop while stopping: stop event once");
    s.run();
    OK(s.server->running(), "and it can run again");
}

TEST(http_life) {
    Server s;
    s.run();
    Client& c = s.client();
    s.rest(5);
    const long with = Object::live();
    s.server.reset();
    OK(Object::live() < with, "without requests it goes with its last reference");
    OK(s.until([&] { return c.ended(); }), "and so do its connections");
}

TEST(http_life) {
    Server s;
    Ref<ServerRequest> request;
    on_request(s.server->request_event, [&](ServerRequest* r) { request = r; });
    s.run();
    Client& c = s.client();
    c.send(kGet);
    s.until([&] { return bool(request); });
    Weak<http::Server> weak(s.server.get());
    s.server.reset();
    OK(weak.get(), "an unfinished request keeps it");
    request->respond(answer(200, "ok"));
    OK(!weak.get(), "until it is answered");
    OK(s.until([&] { return c.ended(); }) && c.saw("ok"), "the answer arrives");
}

// Every event of the server, with every end of things inside it.
TEST(http_callbacks) {
    struct Case {
        const char* event;
        std::string bytes;
    };
    const std::string early = "POST /early HTTP/1.1\r\nContent-Length: 3\r\n\r\n1";
    const std::string bad = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\njunk";
    const std::vector<Case> cases = {{"route", kGet + kGet},   {"receive", kGet + kGet}, {"request", kGet + kGet},
                                     {"finish", kGet + kGet},  {"route", early},         {"partial", kGet + kGet},
                                     {"partial", early},       {"error", bad + kGet},    {"drop", kGet},
                                     {"partial error", early}, {"error error", early},   {"fallback", kGet + kGet}};
    struct Fallback : http::RequestHandler {
        std::function<void(ServerRequest*)> act;
        void on_request(ServerRequest& r) override { act(&r); }
    };
    const std::vector<std::string> acts = {"respond",   "respond close", "respond chunked", "drop",    "stop",
                                           "graceful",  "forget",        "stop listening",  "upgrade", "stop and run",
                                           "configure", "clear events",  "respond all"};
    for (const Case& c : cases) {
        for (const std::string& act : acts) {
            Server s;
            const std::string event = c.event;
            std::vector<Ref<ServerRequest>> requests;
            int acted = 0;
            Fallback fallback;
            const auto go = [&](ServerRequest* r) {
                if (acted++) return;
                auto response = act == "respond chunked" ? chunked_answer() : answer(200, "ok");
                if (act == "respond close") response->headers().add("Connection", "close");
                if (act.rfind("respond", 0) == 0) r->respond(response);
                if (act == "respond chunked") response->send_final_chunk("ok");
                if (act == "respond all")
                    for (const auto& other : requests)
                        if (!other->response()) other->respond(answer(200, "ok"));
                if (act == "drop") r->drop();
                if (act == "stop" && s.server) s.server->stop();
                if (act == "graceful") s.server->graceful_stop();
                if (act == "forget") s.server.reset();
                if (act == "stop listening") s.server->stop_listening();
                if (act == "upgrade") r->upgrade();
                if (act == "stop and run") s.server->stop(), s.server->run();
                if (act == "configure") s.server->configure(s.server->config());
                if (act == "clear events") {
                    s.server->route_event.remove_all();
                    s.server->request_event.remove_all();
                    s.server->error_event.remove_all();
                    r->receive_event.remove_all();
                    r->partial_event.remove_all();
                    r->finish_event.remove_all();
                }
            };
            fallback.act = [&](ServerRequest* r) {
                if (event == "fallback") go(r);
            };
            s.server->set_fallback(&fallback);
            on_request(s.server->route_event, [&](ServerRequest* r) {
                requests.push_back(r);
                if (event.rfind("partial", 0) == 0) r->enable_partial();
                if (event == "receive") on_request(r->receive_event, go);
                if (event == "finish") on_request(r->finish_event, go);
                if (event == "drop") on_error(r->drop_event, [go](ServerRequest* r, const ErrorCode&) { go(r); });
                on_error(r->partial_event, [&, go](ServerRequest* r, const ErrorCode& e) {
                    if (event == "partial" || e) go(r);
                });
                if (event == "route") go(r);
            });
            on_request(s.server->request_event, [&](ServerRequest* r) {
                if (event == "request") go(r);
                if (event == "finish" && !r->response()) r->respond(answer(200, "ok"));
            });
            on_error(s.server->error_event, [&](ServerRequest* r, const ErrorCode&) {
                if (event.rfind("error", 0) == 0) go(r);
            });
            Ref<http::Server> keep = act == "forget" ? nullptr : s.server;
            s.run();
            Client& client = s.client();
            client.send(c.bytes);
            s.rest(3);
            if (event == "drop" || event.find(" error") != std::string::npos) client.reset();
            s.rest(3);
            if (acted == 0) OK(false, "nothing happened in " + event);
            for (const auto& r : requests)
                r->respond(answer(200));
            requests.clear();
            if (keep) keep->set_fallback(nullptr);
            keep.reset();
            s.rest(1);
            // ~Server shows that nothing is left; a sanitizer shows the rest.
        }
    }
}
