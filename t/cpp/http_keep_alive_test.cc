// When a connection goes on after a response, and how long it may be idle.
#include "http_fixture.h"

using namespace http_test;

namespace {

// Sends `request`, answers with the Connection value `wanted` (empty: none). What the client sees of persistence.
std::string outcome(const std::string& request, const std::string& wanted = {}, bool chunked = false) {
    Server s;
    on_request(s.server->request_event, [&](ServerRequest* r) {
        auto response = chunked ? chunked_answer("body") : answer(200, "body");
        if (!wanted.empty()) response->headers().add("Connection", wanted);
        r->respond(response);
    });
    s.run();
    Client& c = s.client();
    c.send(request);
    OK(s.until([&] { return c.saw("body"); }), "answered");
    s.rest(15);
    std::string seen = c.in.substr(5, 3) + (c.ended() ? " closed" : " open");
    const size_t at = c.in.find("Connection: ");
    if (at != std::string::npos) seen += " " + c.in.substr(at + 12, c.in.find("\r\n", at) - at - 12);
    return seen;
}

}  // namespace

TEST(http_keep_alive) {
    const std::string v10 = "GET / HTTP/1.0\r\n", v11 = "GET / HTTP/1.1\r\n", close = "Connection: close\r\n\r\n",
                      keep = "Connection: keep-alive\r\n\r\n";
    IS(outcome(v10 + "\r\n"), std::string("1.0 closed"), "1.0");
    IS(outcome(v10 + close), std::string("1.0 closed"), "1.0 close");
    IS(outcome(v10 + keep), std::string("1.0 open keep-alive"), "1.0 keep-alive");
    IS(outcome(v11 + "\r\n"), std::string("1.1 open"), "1.1");
    IS(outcome(v11 + close), std::string("1.1 closed close"), "1.1 close");
    IS(outcome(v11 + keep), std::string("1.1 open"), "1.1 keep-alive");
    IS(outcome(v11 + close, "keep-alive"), std::string("1.1 closed close"), "the request's close wins");
    IS(outcome(v10 + "\r\n", "keep-alive"), std::string("1.0 closed"), "1.0 as well");
    IS(outcome(v11 + "\r\n", "close"), std::string("1.1 closed close"), "the response's close wins");
    IS(outcome(v11 + keep, "close"), std::string("1.1 closed close"), "whatever the request says");
    IS(outcome(v10 + keep, "close"), std::string("1.0 closed close"), "1.0 as well");
    IS(outcome(v10 + "\r\n", "", true), std::string("1.1 closed close"), "chunked is always 1.1");
}

TEST(http_keep_alive) {
    Server s([](http::ServerConfig& c) { c.max_keepalive_requests = 3; });
    on_request(s.server->request_event, [&](ServerRequest* r) {
        auto response = answer(200, "ok");
        response->headers().add("Connection", "keep-alive");
        r->respond(response);
    });
    s.run();
    Client& c = s.client();
    for (size_t i = 1; i <= 3; ++i) {
        c.send("GET / HTTP/1.1\r\n\r\n");
        s.until([&] { return c.count("ok") == i; });
        IS(c.count("Connection: close"), i == 3 ? 1u : 0u, "close is said in the last one");
    }
    OK(s.until([&] { return c.eof; }), "closed after the third response");
}

TEST(http_idle_timeout) {
    Server s([](http::ServerConfig& c) { c.idle_timeout = 150; });
    ServerRequest* waiting = nullptr;
    on_request(s.server->request_event, [&](ServerRequest* r) { waiting = r; });
    s.log_everything();
    s.run();
    Client& silent = s.client();
    OK(s.until([&] { return silent.ended(); }), "before any request");
    IS(silent.in, std::string(), "without a word");
    IS(s.events, std::string(), "or an event");

    Client& c = s.client();
    c.send("GET / HTTP/1.1\r\n\r\n");
    s.rest(320);
    OK(waiting && !c.ended(), "not while a request is unanswered");
    waiting->respond(answer(200, "ok"));
    OK(s.until([&] { return c.saw("ok"); }), "it is answered");
    OK(!c.ended(), "the time begins anew");
    OK(s.until([&] { return c.ended(); }), "after the response");

    Client& slow = s.client();
    slow.send("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n1");
    s.rest(320);
    OK(!slow.ended(), "not while a body is arriving");
    Client& half = s.client();
    half.send("GE");
    s.rest(320);
    OK(!half.ended(), "nor a head");
}

TEST(http_idle_timeout) {
    Server s([](http::ServerConfig& c) { c.idle_timeout = 0; });
    s.answer_all();
    s.run();
    Client& c = s.client();
    for (size_t i = 1; i <= 2; ++i) {
        c.send("GET / HTTP/1.1\r\n\r\n");
        OK(s.until([&] { return c.count("ok") == i; }), "no timeout, no trouble");
    }
    s.rest(50);
    OK(!c.ended(), "stays");
}

TEST(http_head_timeout) {
    Server s([](http::ServerConfig& c) { c.handshake_timeout = 250; });
    s.answer_all();
    s.log_everything();
    s.run();
    Client& silent = s.client();
    OK(s.until([&] { return silent.ended(); }), "who says nothing is out");
    IS(s.events, std::string(), "quietly");
    Client& c = s.client();
    c.send("GET /1 HTTP/1.1\r\n\r\n");
    OK(s.until([&] { return c.saw("ok"); }), "a complete head");
    s.rest(500);
    OK(!c.ended(), "idle is not the same as slow");
    s.events.clear();
    for (int i = 0; i < 100 && !c.ended(); ++i) {
        c.send("G");
        s.rest(5);
    }
    OK(c.ended(), "a head that drips is cut off");
}
