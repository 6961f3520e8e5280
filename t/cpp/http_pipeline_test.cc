// Several requests on their way at once: answers in the order of the requests, whatever the order of answering.
#include "http_fixture.h"

using namespace http_test;

namespace {
std::string get(const std::string& path, const std::string& more = {}) {
    return "GET " + path + " HTTP/1.1\r\n" + more + "\r\n";
}
// The first words of all bodies and codes in order: what a client makes of the stream.
bool in_order(const Client& c, const std::vector<std::string>& pieces) {
    size_t at = 0;
    for (const std::string& piece : pieces) {
        at = c.in.find(piece, at);
        if (at == std::string::npos) return false;
        at += piece.size();
    }
    return true;
}
}  // namespace

TEST(http_pipeline) {
    for (const std::string how : {"at once", "in order", "in reverse"}) {
        Server s;
        std::vector<Ref<ServerRequest>> requests;
        on_request(s.server->request_event, [&](ServerRequest* r) {
            if (how == "at once") return r->respond(answer(200, std::string(r->target())));
            requests.push_back(r);
        });
        s.run();
        Client& c = s.client();
        c.send(get("/a") + get("/b") + get("/c"));
        if (how != "at once") {
            OK(s.until([&] { return requests.size() == 3; }), "all three are told");
            if (how == "in reverse") std::swap(requests[0], requests[2]);
            for (const auto& r : requests) {
                r->respond(answer(200, std::string(r->target())));
                s.rest(3);
            }
        }
        OK(s.until([&] { return c.saw("/c"); }), "answered " + how);
        OK(in_order(c, {"\r\n\r\n/a", "\r\n\r\n/b", "\r\n\r\n/c"}), "arrive in order");
        OK(!c.ended(), "and the connection stays");
    }
}

TEST(http_pipeline) {  // the second is answered by chunks before the first is answered
    for (const std::string when : {"complete", "with data at the end", "still going on"}) {
        Server s;
        std::vector<Ref<ServerRequest>> requests;
        on_request(s.server->request_event, [&](ServerRequest* r) { requests.push_back(r); });
        s.run();
        Client& c = s.client();
        c.send(get("/1") + get("/2"));
        s.until([&] { return requests.size() == 2; });
        auto response = chunked_answer();
        requests[1]->respond(response);
        response->send_chunk("one");
        response->send_chunk("two");
        if (when == "complete") response->send_final_chunk();
        if (when == "with data at the end") response->send_final_chunk("end");
        s.rest(5);
        IS(c.in, std::string(), "nothing is sent out of turn");
        requests[0]->respond(answer(302, "first"));
        OK(s.until([&] { return c.saw("3\r\ntwo\r\n"); }), "the chunks follow at once");
        if (when == "still going on") {
            s.rest(5);
            OK(!c.saw("0\r\n\r\n"), "not more than there is");
            response->send_chunk("three");
            OK(s.until([&] { return c.saw("5\r\nthree\r\n"); }), "the rest as it comes");
            response->send_final_chunk("end");
        }
        const std::string last = when == "complete" ? "" : "3\r\nend\r\n";
        OK(s.until([&] { return c.saw(last + "0\r\n\r\n"); }), when);
        OK(in_order(c, {"HTTP/1.1 302", "first", "HTTP/1.1 200", "3\r\none\r\n3\r\ntwo\r\n"}), "in order");
    }
}

TEST(http_pipeline) {  // an empty body finished while waiting still gets its terminator
    Server s;
    std::vector<Ref<ServerRequest>> requests;
    on_request(s.server->request_event, [&](ServerRequest* r) { requests.push_back(r); });
    s.run();
    Client& c = s.client();
    c.send(get("/1") + get("/2"));
    s.until([&] { return requests.size() == 2; });
    auto response = chunked_answer();
    requests[1]->respond(response);
    response->send_final_chunk();
    requests[0]->respond(answer(200));
    OK(s.until([&] { return c.saw("\r\n\r\n0\r\n\r\n"); }), "only the end");
}

TEST(http_pipeline_close) {  // the second request says close
    for (const bool second_first : {false, true}) {
        for (const bool chunked : {false, true}) {
            Server s;
            std::vector<Ref<ServerRequest>> requests;
            on_request(s.server->request_event, [&](ServerRequest* r) { requests.push_back(r); });
            s.run();
            Client& c = s.client();
            c.send(get("/1") + get("/2", "Connection: close\r\n") + get("/ignored"));
            s.until([&] { return requests.size() == 2; });
            const auto second = [&] {
                auto response = chunked ? chunked_answer() : answer(200, "two");
                requests[1]->respond(response);
                s.rest(3);
                if (chunked) response->send_final_chunk("two");
                s.rest(3);
            };
            if (second_first) second();
            OK(!c.ended(), "waits for the first");
            requests[0]->respond(answer(200, "one"));
            if (!second_first) second();
            OK(s.until([&] { return c.ended(); }), "then it ends");
            OK(in_order(c, {"one", "Connection: close", "two"}), "after both answers");
            IS(requests.size(), 2u, "the third was never seen");
        }
    }
}

TEST(http_pipeline_close) {
    Server s;
    s.log_everything();
    Ref<ServerRequest> first;
    on_request(s.server->request_event, [&](ServerRequest* r) {
        OK(!first, "told once");
        first = r;
    });
    s.run();
    Client& c = s.client();
    c.send("GET /1 HTTP/1.0\r\n\r\nGET /2 HTTP/1.0\r\n\r\n");
    s.rest(5);
    c.send("GET /3 HTTP/1.0\r\n\r\n");
    s.rest(5);
    first->respond(answer(200, "one"));
    OK(s.until([&] { return c.ended(); }), "closed");
    IS(c.count("HTTP/1.0 200"), 1u, "one answer");
    IS(s.events, std::string("finish /1"), "no errors");
}

TEST(http_pipeline_close) {  // an earlier answer ends the connection
    Server s;
    std::vector<Ref<ServerRequest>> requests;
    on_request(s.server->route_event, [&](ServerRequest* r) {
        requests.push_back(r);
        const std::string name(r->target());
        if (requests.size() == 3) r->enable_partial();
        on_request(r->finish_event, [=, &s](ServerRequest*) { s.log("finish " + name); });
        on_error(r->drop_event, [=, &s](ServerRequest*, const ErrorCode& e) {
            OK(e == ErrorCode(http::HttpError::kPipelineCanceled), "drop says why");
            s.log("drop " + name);
        });
        on_error(r->partial_event, [=, &s](ServerRequest*, const ErrorCode& e) {
            s.log("partial " + name + (e ? " " + e.message() : ""));
        });
    });
    on_error(s.server->error_event, [&](ServerRequest*, const ErrorCode&) { s.log("error"); });
    s.run();
    Client& c = s.client();
    c.send(get("/1") + get("/2") + "POST /3 HTTP/1.1\r\nContent-Length: 3\r\n\r\n1");
    s.until([&] { return requests.size() == 3; });
    auto response = answer(200, "bye");
    response->headers().add("Connection", "close");
    requests[0]->respond(response);
    OK(s.until([&] { return c.ended(); }), "it ends");
    OK(c.eof && c.saw("bye"), "orderly, with the answer");
    IS(s.events,
       std::string("partial /3, finish /1, finish /2, drop /2, finish /3, partial /3 pipelined requests were canceled"),
       "the others are told, in order");
}

TEST(http_pipeline_bounds) {
    Server s([](http::ServerConfig& c) { c.max_pending = 4; });
    std::vector<Ref<ServerRequest>> requests;
    on_request(s.server->request_event, [&](ServerRequest* r) { requests.push_back(r); });
    s.run();
    Client& c = s.client();
    std::string many;
    for (int i = 0; i < 10; ++i)
        many += get("/" + std::to_string(i));
    c.send(many);
    s.rest(10);
    IS(requests.size(), 4u, "so many and no more");
    for (size_t i = 0; i < 10; ++i) {
        if (!s.until([&] { return requests.size() > i; })) break;
        requests[i]->respond(answer(200, std::string(requests[i]->target())));
    }
    OK(s.until([&] { return c.saw("\r\n\r\n/9"); }), "all are answered in the end");
    OK(in_order(c, {"/0", "/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9"}), "in order");
}

TEST(http_pipeline_bounds) {  // a client that asks and asks, and does not read
    Server s;
    const std::string large(300000, 'x');
    size_t answered = 0;
    on_request(s.server->request_event, [&](ServerRequest* r) {
        ++answered;
        r->respond(answer(200, large));
    });
    s.run();
    Client quiet(s.address());
    std::string many;
    for (int i = 0; i < 500; ++i)
        many += get("/");
    quiet.send(many);
    s.rest(100);
    OK(answered >= 3 && answered < 60, "is not served beyond measure: " + std::to_string(answered));
    OK(s.until(
           [&] {
               quiet.pump();
               return quiet.in.size() > 500 * large.size();
           },
           30000),
       "and gets everything when it reads");
    IS(answered, 500u, "every answer");
}

TEST(http_upgrade) {
    const std::string upgrade = "GET /ws HTTP/1.1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: thing\r\n\r\n";
    Server s;
    s.log_everything();
    http::Upgraded up;
    bool at_once = true;
    Ref<ServerRequest> request;
    const auto take = [&](ServerRequest* r) {
        Expected<http::Upgraded> result = r->upgrade();
        IS(result.error().to_string(), std::string(), "upgraded");
        up = result.value();
        OK(!r->attached(), "the request is finished");
        r->respond(answer(200));
    };
    on_request(s.server->request_event, [&](ServerRequest* r) {
        request = r;
        if (at_once) take(r);
    });
    s.run();
    for (const bool sync : {true, false}) {
        at_once = sync;
        request.reset();
        Client& c = s.client();
        c.send(upgrade + "\x01\x02 not http");
        OK(s.until([&] { return bool(request); }), "told");
        if (!sync) {
            c.send(" at all");
            s.rest(8);
            take(request.get());
        }
        IS(up.rest, std::string("\x01\x02 not http") + (sync ? "" : " at all"), "what came behind it is handed over");
        IS(s.server->connections_count(), 0u, "the server has forgotten it");
        std::string heard;
        on(up.stream->read_event(), [&](const Value* args) { heard += args[1].bytes(); });
        up.stream->append("hello");
        c.send("and back");
        OK(s.until([&] { return c.saw("hello") && heard == "and back"; }), "both ways");
        IS(c.in, std::string("hello"), "nothing was written by the upgrade");
        if (sync) s.server->stop_listening(), s.server->start_listening();
        up.stream->reset();
        up.stream.reset();
        OK(s.until([&] { return c.ended(); }), "it ends with its new owner");
    }
    IS(s.events, std::string("finish /ws, finish /ws"), "finish is all that was told");
}

TEST(http_upgrade) {
    Server s;
    s.log_everything();
    std::vector<Ref<ServerRequest>> requests;
    on_request(s.server->request_event, [&](ServerRequest* r) { requests.push_back(r); });
    s.run();
    Client& c = s.client();
    c.send(get("/plain"));
    s.until([&] { return requests.size() == 1; });
    IS(requests[0]->upgrade().error().message(), std::string("this request can't be upgraded"), "nobody asked for it");
    c.send(get("/ws", "Connection: upgrade\r\nUpgrade: x\r\n"));
    s.until([&] { return !s.events.empty(); });
    IS(s.events, std::string("error /ws received upgrade request in a pipelined http connection"), "not in a pipeline");
    requests[0]->respond(answer(200, "fine"));
    OK(s.until([&] { return c.ended(); }), "and no further");
    OK(in_order(c, {"HTTP/1.1 200", "fine", "HTTP/1.1 400"}), "200, then 400");

    Client& leaving = s.client();
    leaving.send(get("/ws", "Connection: upgrade\r\nUpgrade: x\r\n"));
    s.until([&] { return requests.size() == 2; });
    leaving.reset();
    s.rest(10);
    OK(requests[1]->upgrade().error() == system_error(ECONNABORTED), "not after the client has gone");

    Client& refused = s.client();
    refused.send(get("/ws", "Connection: upgrade\r\nUpgrade: x\r\n") + get("/after"));
    s.until([&] { return requests.size() == 3; });
    s.rest(5);
    IS(requests.size(), 3u, "what follows is not looked at yet");
    requests[2]->respond(answer(403, "no"));
    OK(s.until([&] { return requests.size() == 4; }), "a refused upgrade goes on as HTTP");
    IS(std::string(requests[3]->target()), std::string("/after"), "with the next request");
    requests[3]->respond(answer(200, "yes"));
    OK(s.until([&] { return refused.saw("yes"); }), "answered");
}
