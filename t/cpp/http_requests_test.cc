// What arrives as a request, what leaves as a response, and what becomes of malformed input.
#include "http_fixture.h"

using namespace http_test;

TEST(http_requests) {
    Server s;
    std::string seen;
    on_request(s.server->request_event, [&](ServerRequest* r) {
        seen = std::string(r->method_str()) + " " + std::string(r->target()) + " " +
               std::string(r->headers().get("host")) + " [" + r->body() + "] " + (r->is_done() ? "done" : "not done");
        OK(!r->is_secure(), "not secure");
        IS(r->sockaddr().to_string(), s.address().to_string(), "sockaddr is the server's");
        r->respond(answer(200, "hi"));
    });
    s.run();
    Client& c = s.client();
    c.send("GET /x HTTP/1.1\r\nHost: epta.ru\r\n\r\n");
    OK(s.until([&] { return c.saw("hi"); }), "answered");
    IS(seen, std::string("GET /x epta.ru [] done"), "a request without body");
    OK(c.saw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nDate: "), "status line, length, date");
    OK(c.saw(" GMT\r\n\r\nhi"), "and the body");
}

TEST(http_requests) {
    Server s;
    std::vector<std::string> bodies;
    net::SockAddr peer;
    on_request(s.server->request_event, [&](ServerRequest* r) {
        bodies.push_back(r->body());
        peer = r->peeraddr();
        r->respond(answer(204));
    });
    s.run();
    Client& c = s.client();
    const std::string both =
        "POST /a HTTP/1.1\r\nContent-length: 8\r\n\r\nepta raz"
        "POST /b HTTP/1.1\r\nTrAnsfeR-EncoDing: ChUnKeD\r\n\r\n9\r\n123456789\r\n7\r\nabcdefg\r\n0\r\n\r\n";
    for (const char byte : both) {
        c.send({&byte, 1});
        s.turn();
    }
    OK(s.until([&] { return c.count("HTTP/1.1 204") == 2; }), "both answered, fed byte by byte");
    IS(bodies.size(), 2u, "two requests");
    IS(bodies[0], std::string("epta raz"), "by length");
    IS(bodies[1], std::string("123456789abcdefg"), "by chunks");
    IS(peer.to_string(), c.address().to_string(), "peeraddr is the client's");
}

TEST(http_responses) {
    Server s;
    std::vector<Ref<ServerResponse>> later;
    on_request(s.server->request_event, [&](ServerRequest* r) {
        const std::string path(r->target());
        if (path == "/empty") return r->respond(answer(0));
        if (path == "/chunked") return r->respond(chunked_answer("all of it"));
        if (path == "/redirect") return r->redirect("http://there/");
        auto response = chunked_answer();
        response->headers().add("a", "1");
        r->respond(response);
        OK(!response->completed(), "a streamed response is not complete");
        OK(r->response() == response, "the request knows it");
        s.later([=] { response->send_chunk("1 "); }, 1);
        s.later([=] { response->send_chunk("2"); }, 5);
        s.later(
            [=] {
                response->send_chunk("");
                response->send_final_chunk();
                OK(response->completed(), "complete now");
                try {
                    response->send_chunk("x");
                    OK(false, "a chunk after the end throws");
                } catch (const Misuse& e) {
                    IS(std::string(e.what()), std::string("can't send chunk: response has already been completed"),
                       "a chunk after the end throws");
                }
            },
            10);
    });
    s.run();
    Client& c = s.client();
    c.send("GET /empty HTTP/1.1\r\n\r\n");
    OK(s.until([&] { return c.saw("\r\n\r\n"); }), "no body");
    OK(c.saw("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n"), "no code is 200");
    c.in.clear();
    c.send("GET /chunked HTTP/1.1\r\n\r\n");
    OK(s.until([&] { return c.saw("\r\n0\r\n\r\n"); }), "chunked with a body");
    OK(c.saw("\r\n\r\n9\r\nall of it\r\n0\r\n\r\n"), "one chunk and the end");
    c.in.clear();
    c.send("GET /redirect HTTP/1.1\r\n\r\n");
    OK(s.until([&] { return c.saw("\r\n\r\n"); }), "redirect");
    OK(c.saw("HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://there/\r\n"), "302, no body, Location");
    c.in.clear();
    c.send("GET /stream HTTP/1.1\r\n\r\n");
    OK(s.until([&] { return c.saw("0\r\n\r\n"); }), "streamed");
    OK(c.saw("Transfer-Encoding: chunked\r\na: 1\r\n"), "head");
    IS(c.body(), std::string("2\r\n1 \r\n1\r\n2\r\n0\r\n\r\n"), "chunks as they were sent");
}

TEST(http_responses) {
    Server s;
    Ref<ServerResponse> shared = answer(200, "same for all");
    on_request(s.server->request_event, [&](ServerRequest* r) { r->respond(shared); });
    s.run();
    Client& c = s.client();
    c.send("GET /1 HTTP/1.1\r\n\r\nHEAD /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\n\r\n");
    OK(s.until([&] { return c.count("HTTP/1.1 200") == 3; }), "one response object, three answers");
    s.rest(10);
    IS(c.count("same for all"), 2u, "none of the body for HEAD");
    IS(c.count("Content-Length: 12"), 3u, "but its length");
}

TEST(http_responses) {  // a body larger than what is copied, and than what the kernel takes at once
    Server s;
    const std::string large(9 * 1024 * 1024, 'x');
    on_request(s.server->request_event, [&](ServerRequest* r) { r->respond(answer(200, large)); });
    s.run();
    Client& c = s.client();
    c.send("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\n\r\n");
    OK(s.until([&] { return c.in.size() >= 2 * large.size() + 100; }, 20000), "all of it came");
    IS(c.count("HTTP/1.1 200 OK"), 2u, "twice");
}

TEST(http_responses) {
    Server s;
    Ref<ServerRequest> kept;
    on_request(s.server->request_event, [&](ServerRequest* r) {
        try {
            r->respond(nullptr);
            OK(false, "no response throws");
        } catch (const Misuse&) {
            OK(true, "no response throws");
        }
        auto response = chunked_answer();
        r->respond(response);
        try {
            r->respond(answer(200));
            OK(false, "a second response throws");
        } catch (const Misuse& e) {
            IS(std::string(e.what()), std::string("double response for request given"), "a second response throws");
        }
        response->send_final_chunk("the end");
        OK(!r->attached(), "finished");
        r->respond(answer(500));
        IS(r->response()->code(), 200, "a response after the end is ignored");
        OK(r->sockaddr().empty(), "no address any more");
        kept = r;
    });
    s.run();
    Client& c = s.client();
    c.send("GET / HTTP/1.1\r\n\r\n");
    OK(s.until([&] { return c.saw("the end\r\n0\r\n\r\n"); }), "answered");
    kept->drop();
    s.rest(10);
    OK(!c.ended(), "nor is a drop heard");
}

TEST(http_bad_requests) {
    Server s;
    s.log_everything();
    on_request(s.server->request_event, [&](ServerRequest*) { s.log("request"); });
    on_error(s.server->error_event, [&](ServerRequest* r, const ErrorCode&) {
        s.log("host " + std::string(r->headers().get("Host")));
        if (r->target() == "/own") r->respond(answer(404, "mine"));
    });
    s.run();
    for (const char* path : {"/page", "/own"}) {
        s.events.clear();
        Client& c = s.client();
        c.send("POST " + std::string(path) +
               " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nthis is no chunk");
        OK(s.until([&] { return c.ended(); }), "the connection is closed");
        OK(c.eof, "orderly");
        const std::string p(path);
        IS(s.events, "error " + p + " http parsing lexical error, host h, finish " + p, "told as an error");
        if (p == "/page") {
            OK(c.saw("HTTP/1.1 400 Bad Request\r\n") && c.saw("Connection: close\r\n") && c.saw("\r\nDate: "), "400");
            OK(c.saw("<title>400 Bad Request</title>") && c.saw("<h1>400 Bad Request</h1>") && c.saw("UniEvent-HTTP"),
               "with a page");
            IS(c.count("<!--"), 6u, "that is long enough");
        } else {
            OK(c.saw("HTTP/1.1 404") && c.saw("Connection: close\r\n") && c.saw("mine"), "the user's own answer");
        }
    }
}

TEST(http_bad_requests) {  // one byte at a time, and with much more to come than is read
    Server s;
    s.run();
    Client& c = s.client();
    for (const char byte : std::string("NONSENSE / HTTP/1.1\r\n\r\n")) {
        c.send({&byte, 1});
        s.turn();
    }
    OK(s.until([&] { return c.ended(); }), "closed");
    IS(c.count("HTTP/1.1 400"), 1u, "one answer");
    Client& big = s.client();
    big.send("POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n" + std::string(100000, 'b'));
    OK(s.until([&] { return big.saw("</html>"); }), "the page arrives although the body was not read");
    big.half_close();
    OK(s.until([&] { return big.ended(); }) && big.eof, "and no reset");
}

TEST(http_limits) {
    const auto status = [](size_t headers, size_t body, const std::string& bytes) {
        Server s([=](http::ServerConfig& c) {
            c.max_headers_size = headers;
            c.max_body_size = body;
        });
        bool routed = false;
        on_request(s.server->route_event, [&](ServerRequest*) { routed = true; });
        s.answer_all();
        s.run();
        Client& c = s.client();
        c.send(bytes);
        s.until([&] { return c.saw("\r\n\r\n"); });
        const std::string line = c.in.substr(0, 12);
        return line + (routed ? "" : " unrouted");
    };
    const std::string head = "GET / HTTP/1.1\r\nHeader: value\r\n\r\n";
    IS(head.size(), 33u, "33 bytes");
    IS(status(33, 0, head), std::string("HTTP/1.1 200"), "as long as allowed");
    IS(status(32, 0, head), std::string("HTTP/1.1 400 unrouted"), "longer than allowed");
    const std::string post = "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n0123456789";
    IS(status(0, 10, post), std::string("HTTP/1.1 200"), "body as long as allowed");
    IS(status(0, 9, post), std::string("HTTP/1.1 400 unrouted"), "body longer than allowed");
    IS(status(0, 0, post), std::string("HTTP/1.1 200"), "0 is no limit");
}
