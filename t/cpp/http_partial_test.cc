// Partial mode, answers that come before the request is complete, 100-continue, drop, disconnects.
#include "http_fixture.h"

using namespace http_test;

namespace {
void log_partial(Server& s) {
    on_request(s.server->route_event, [&](ServerRequest* r) {
        r->enable_partial();
        on_error(r->partial_event, [&](ServerRequest* r, const ErrorCode& e) {
            s.log("[" + r->body() + (r->is_done() ? " done" : "") + (e ? " " + e.message() : "") + "]");
        });
        on_error(r->drop_event, [&](ServerRequest*, const ErrorCode& e) { s.log("drop " + e.message()); });
        on_request(r->receive_event, [&](ServerRequest*) { s.log("receive"); });
        on_request(r->finish_event, [&](ServerRequest*) { s.log("finish"); });
    });
    on_request(s.server->request_event, [&](ServerRequest*) { s.log("request"); });
    on_error(s.server->error_event, [&](ServerRequest*, const ErrorCode&) { s.log("error"); });
}
const std::string kPost3 = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n";
}  // namespace

TEST(http_partial) {
    Server s;
    log_partial(s);
    on_request(s.server->route_event, [&](ServerRequest* r) {
        on_error(r->partial_event, [&](ServerRequest* r, const ErrorCode&) {
            if (r->is_done()) r->respond(answer(200, "ok"));
        });
    });
    s.run();
    Client& c = s.client();
    for (const std::string& piece : {kPost3, std::string("1"), std::string("2"), std::string("3")}) {
        c.send(piece);
        s.rest(5);
    }
    OK(s.until([&] { return c.saw("ok"); }), "answered in the last call");
    IS(s.events, std::string("[], [1], [12], [123 done], finish"), "a call for each piece");
}

TEST(http_partial) {
    Server s;
    std::string collected;
    int calls = 0;
    on_request(s.server->route_event, [&](ServerRequest* r) {
        r->enable_partial();
        on_error(r->partial_event, [&](ServerRequest* r, const ErrorCode&) {
            ++calls;
            collected += r->body() + "|";
            r->body().clear();
            if (r->is_done()) r->respond(answer(200, "ok"));
        });
    });
    s.run();
    Client& c = s.client();
    c.send(kPost3 + "abc");
    OK(s.until([&] { return c.saw("ok"); }), "all at once");
    IS(calls, 1, "is one call");
    c.send("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n");
    s.rest(5);
    c.send("1\r\nz\r\n0\r\n\r\n");
    OK(s.until([&] { return c.count("ok") == 2; }), "a body can be taken out as it comes");
    IS(collected, std::string("abc|xy|z|"), "only what is new");
}

// How the exchange goes on when everything has been said before the request is complete.
TEST(http_early_response) {
    for (const bool in_route : {true, false}) {
        for (const bool chunked : {true, false}) {
            for (const int close : {0, 1, 2}) {  // nobody, the request, the response
                Server s;
                log_partial(s);
                const auto respond = [=](ServerRequest* r) {
                    auto response = chunked ? chunked_answer() : answer(302, "early");
                    if (close == 2) response->headers().add("Connection", "close");
                    r->respond(response);
                    if (chunked) response->send_final_chunk("early");
                };
                on_request(s.server->route_event, [=](ServerRequest* r) {
                    if (in_route) return respond(r);
                    on_error(r->partial_event, [=](ServerRequest* r, const ErrorCode&) {
                        if (!r->is_done()) respond(r);
                    });
                });
                s.run();
                Client& c = s.client();
                c.send(std::string("POST / HTTP/1.1\r\n") + (close == 1 ? "Connection: close\r\n" : "") +
                       "Content-Length: 4\r\n\r\n");
                OK(s.until([&] { return c.saw("early"); }), "the client has the answer");
                s.rest(5);
                IS(s.events, std::string("[]"), "the request goes on");
                OK(!c.ended(), "so does the connection");
                c.send("1234");
                OK(s.until([&] { return s.events.find("done") != std::string::npos; }), "its end is told");
                IS(s.events, std::string("[], [1234 done], finish"), "and finishes it");
                s.rest(5);
                IS(c.ended(), close != 0, "the connection lives unless somebody said close");
                if (close) continue;
                c.send("GET /next HTTP/1.1\r\n\r\n");
                OK(s.until([&] { return s.events.size() > 30; }), "and takes the next request");
            }
        }
    }
}

TEST(http_early_response) {  // without partial mode
    Server s;
    on_request(s.server->route_event, [&](ServerRequest* r) {
        r->respond(answer(200, "early"));
        on_request(r->receive_event, [&](ServerRequest* r) { s.log("receive " + r->body()); });
        on_request(r->finish_event, [&](ServerRequest*) { s.log("finish"); });
    });
    on_request(s.server->request_event, [&](ServerRequest* r) {
        s.log("request");
        r->respond(answer(500));
    });
    s.run();
    Client& c = s.client();
    c.send(kPost3);
    OK(s.until([&] { return c.saw("early"); }), "answered in route");
    c.send("abc");
    OK(s.until([&] { return s.events.size() > 20; }), "received all the same");
    IS(s.events, std::string("receive abc, finish, request"), "both are told");
    s.events.clear();
    c.send("GET / HTTP/1.1\r\n\r\n");
    OK(s.until([&] { return c.count("early") == 2; }), "answered in route");
    IS(s.events, std::string("receive , finish, request"), "also if it was there at once");
    IS(c.count("HTTP/1.1 500"), 0u, "a second answer is ignored");
}

TEST(http_partial_ends) {
    const auto outcome = [](const std::string& bytes, const std::function<void(ServerRequest*)>& act,
                            const std::function<void(Client&)>& end, const std::string& more = {}) {
        Server s;
        log_partial(s);
        on_request(s.server->route_event, [&](ServerRequest* r) { act(r); });
        s.run();
        Client& c = s.client();
        c.send(bytes);
        s.rest(8);
        if (!more.empty()) {
            c.send(more);
            s.rest(8);
        }
        end(c);
        s.until([&] { return s.events.find("finish") != std::string::npos; }, 500);
        s.rest(8);
        return s.events;
    };
    const auto nothing = [](ServerRequest*) {};
    const auto start = [](ServerRequest* r) {
        auto response = chunked_answer();
        r->respond(response);
        response->send_chunk("begun");
    };
    const std::string reset = kReset;
    for (const bool hard : {false, true}) {
        const auto leave = [=](Client& c) { hard ? c.reset() : c.half_close(); };
        IS(outcome(kPost3, nothing, leave), "[], finish, [ " + reset + "]", "the client leaves");
        IS(outcome(kPost3, start, leave), "[], finish, [ " + reset + "]", "after the answer has begun");
        IS(outcome(kPost3 + "abc", nothing, leave), "[abc done], finish, drop " + reset, "after the request");
        IS(outcome(kPost3 + "abc", start, leave), "[abc done], finish, drop " + reset, "and the answer has begun");
    }
    IS(outcome(
           "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", nothing, [](Client&) {}, "junk"),
       std::string("[], [ done http parsing lexical error], finish"), "the client sends junk");
    const auto drop = [](ServerRequest* r) { r->drop(); };
    IS(outcome(kPost3, drop, [](Client&) {}), std::string("finish, [ Operation canceled]"), "dropped on the way");
    IS(outcome(kPost3 + "abc", drop, [](Client&) {}), std::string("finish, drop Operation canceled"),
       "dropped in route");
}

TEST(http_disconnect) {
    Server s;
    s.log_everything();
    s.run();
    const std::string reset = kReset;
    Client& silent = s.client();
    s.rest(5);
    silent.half_close();
    OK(s.until([&] { return silent.ended(); }), "closes back");
    IS(s.events, std::string(), "who has said nothing is not missed");
    Client& head = s.client();
    head.send("GET /head HTTP/1.1\r\nHos");
    s.rest(5);
    head.close();
    OK(s.until([&] { return s.events.size() > 10; }), "in the middle of a head");
    IS(s.events, "error /head " + reset, "is an error");
    s.events.clear();
    Client& body = s.client();
    body.send("POST /body HTTP/1.1\r\nContent-Length: 9\r\n\r\n123");
    s.rest(5);
    body.reset();
    OK(s.until([&] { return s.events.size() > 20; }), "in the middle of a body");
    IS(s.events, "finish /body, error /body " + reset, "as well");
    s.events.clear();
    Client& c = s.client();
    c.send("GET /done HTTP/1.1\r\n\r\n");
    s.rest(5);
    c.half_close();
    OK(s.until([&] { return s.events.size() > 20; }), "before the answer");
    IS(s.events, "finish /done, drop /done " + reset, "is a drop");
}

TEST(http_disconnect) {  // answered at once: a client that has only closed its sending side gets all of it
    Server s;
    const std::string large(5 * 1024 * 1024, 'x');
    on_request(s.server->request_event, [&](ServerRequest* r) { r->respond(answer(200, large)); });
    s.run();
    Client& c = s.client();
    c.send("GET / HTTP/1.1\r\n\r\n");
    c.half_close();
    OK(s.until([&] { return c.ended(); }, 20000), "closed");
    OK(c.in.size() > large.size(), "after everything");
}

TEST(http_drop) {
    Server s;
    s.log_everything();
    on_request(s.server->request_event, [&](ServerRequest* r) {
        const std::string path(r->target());
        if (path == "/chunk") {
            auto response = chunked_answer();
            r->respond(response);
            response->send_chunk("this much");
        }
        if (path == "/answered") {
            auto response = answer(200, "all");
            response->headers().add("Connection", "close");
            r->respond(response);
        }
        r->drop();
        r->drop();
    });
    s.run();
    for (const std::string path : {"/none", "/chunk", "/answered"}) {
        s.events.clear();
        Client& c = s.client();
        c.send("GET " + path + " HTTP/1.1\r\n\r\n");
        OK(s.until([&] { return c.ended(); }), "the connection ends");
        OK(c.eof, "without a reset");
        IS(s.events, "finish " + path + (path == "/answered" ? "" : ", drop " + path + " Operation canceled"), "told");
        if (path == "/none") IS(c.in, std::string(), "no bytes");
        if (path == "/chunk") OK(c.saw("9\r\nthis much\r\n") && !c.saw("0\r\n\r\n"), "what had been sent, and no more");
        if (path == "/answered") OK(c.saw("all"), "too late");
    }
}

TEST(http_continue) {
    const std::string expect = "Expect: 100-continue\r\n", interim = "HTTP/1.1 100 Continue\r\n\r\n";
    const auto interims = [&](const std::string& first_line, const std::string& header) {
        Server s;
        on_request(s.server->route_event, [](ServerRequest* r) {
            r->send_continue();
            r->send_continue();
        });
        s.answer_all();
        s.run();
        Client& c = s.client();
        c.send(first_line + header + "Content-Length: 1\r\n\r\n");
        s.rest(8);
        c.send("x");
        s.until([&] { return c.saw("ok"); });
        return std::to_string(c.count(interim)) + " " +
               (c.in.rfind("HTTP/1.1 200") < c.in.rfind("100 C") && c.count(interim) ? "late" : "first");
    };
    IS(interims("POST / HTTP/1.1\r\n", expect), std::string("2 first"), "as often as it is said");
    IS(interims("POST / HTTP/1.1\r\n", ""), std::string("0 first"), "not if nobody asked");
    IS(interims("POST / HTTP/1.0\r\n", expect), std::string("0 first"), "not for 1.0");

    Server s;
    std::vector<Ref<ServerRequest>> requests;
    bool threw = false;
    on_request(s.server->request_event, [&](ServerRequest* r) {
        requests.push_back(r);
        if (requests.size() == 1) return;
        r->send_continue();
        requests[0]->respond(answer(200, "one"));
        auto response = chunked_answer();
        r->respond(response);
        try {
            r->send_continue();
        } catch (const Misuse&) {
            threw = true;
        }
        response->send_final_chunk();
        r->send_continue();
    });
    s.run();
    Client& c = s.client();
    c.send("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n" + expect + "\r\n");
    OK(s.until([&] { return c.count("HTTP/1.1 200") == 2; }), "two answers");
    IS(c.count(interim), 0u, "not behind an unanswered request");
    OK(threw, "throws once a response was given");
}
