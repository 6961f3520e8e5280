// The client, redirects, the pool: against our own server in the same loop.
#include "http/client.h"
#include "http/pool.h"
#include "http_fixture.h"
#include "test_certificate.h"

using namespace http_test;
using http::Request;
using http::Response;

namespace {

struct Outcome {
    Ref<Response> response;
    ErrorCode error;
    int calls = 0;
    std::string seen;  // partial, redirect, continue and response in order
    int code() const { return response ? response->code() : -1; }
};

Ref<Request> to(Server& s, const std::string& path, Outcome& out) {
    auto r = make<Request>();
    r->set_uri(make<codec::Uri>("http://" + s.address().to_string() + path));
    on(r->response_event, [&out](const Value* v) {
        ++out.calls;
        out.seen += "response";
        out.response = Ref<Response>(static_cast<Response*>(v[1].object()));
        out.error = v[2].error();
    });
    on(r->partial_event, [&out](const Value* v) {
        auto* res = static_cast<Response*>(v[1].object());
        out.seen += "[" + res->body() + (res->is_done() ? "." : "") + (v[2].error() ? "!" : "") + "] ";
    });
    on(r->continue_event, [&out](const Value*) { out.seen += "continue "; });
    on(r->redirect_event, [&out](const Value*) { out.seen += "redirect "; });
    return r;
}

// Says what it got; leads on from /hop/N to /hop/N-1, with the code in the query.
void echo_server(Server& s) {
    on_request(s.server->request_event, [&s](ServerRequest* r) {
        const std::string path(r->target_path());
        if (path == "/never") return;
        if (path == "/drop") return r->drop();
        if (path.rfind("/hop/", 0) == 0 && path != "/hop/0") {
            auto response = answer(std::stoi(r->uri()->query_string()));
            response->headers().add(
                "Location", "/hop/" + std::to_string(std::stoi(path.substr(5)) - 1) + "?" + r->uri()->query_string());
            return r->respond(response);
        }
        if (path == "/nowhere") return r->respond(answer(302));
        std::string text = std::string(r->method_str()) + " " + path + " [" + r->body() + "]";
        for (const char* name : {"Host", "Accept-Encoding", "Authorization", "X-Own"}) {
            const auto value = r->headers().get(name);
            if (value.data()) text += std::string(" ") + name + "=" + std::string(value);
        }
        if (r->cookie("c")) text += " c=" + *r->cookie("c");
        auto response = answer(200, text);
        if (path == "/close") response->headers().add("Connection", "close");
        if (path == "/gzip") response->compress(1);
        r->respond(response);
    });
    s.run();
}

bool wait(Server& s, const Outcome& out, int ms = 5000) {
    return s.until([&] { return out.calls > 0; }, ms);
}

}  // namespace

TEST(http_client) {
    Server s;
    echo_server(s);
    auto client = make<http::Client>(s.loop);
    const std::string host = s.address().to_string();
    Outcome a;
    auto r = to(s, "/x?y=1", a);
    client->request(r);
    OK(client->busy() && r->active(), "running");
    try {
        client->request(to(s, "/", a));
        OK(false, "one at a time");
    } catch (const Misuse& e) {
        IS(std::string(e.what()), std::string("client supports only one request at a time"), "one at a time");
    }
    try {
        make<http::Client>(s.loop)->request(r);
        OK(false, "one client at a time");
    } catch (const Misuse& e) {
        IS(std::string(e.what()), std::string("request is already in progress"), "one client at a time");
    }
    OK(wait(s, a), "answered");
    IS(a.error.to_string(), std::string(), "no error");
    IS(a.response->body(), "GET /x [] Host=" + host + " Accept-Encoding=gzip", "host with port, gzip is welcome");
    IS(a.seen, "[" + a.response->body() + ".] response", "partial, then response");
    OK(!client->busy() && client->connected(), "keeps its connection");
    OK(s.server->connections_count() == 1, "one connection");

    Outcome b;
    auto post = to(s, "/post", b);
    post->set_method(static_cast<int>(codec::Method::kPost));
    post->set_body(std::string(1 << 20, 'x'));
    post->allow_compression(static_cast<int>(codec::Compression::kIdentity));
    post->headers().add("X-Own", "1");
    client->request(post);
    OK(wait(s, b), "the same client");
    IS(b.response->body(), "POST /post [" + std::string(1 << 20, 'x') + "] Host=" + host + " X-Own=1",
       "1 MiB and back");
    IS(s.server->connections_count(), 1u, "over the same connection");

    Outcome c;
    client->request(to(s, "/close", c));
    OK(wait(s, c) && c.code() == 200, "a last response");
    OK(!client->connected(), "is the last");
    Outcome d;
    client->request(post = to(s, "/", d));
    OK(wait(s, d) && d.code() == 200, "connects again");
    client->request(post);
    d = {};
    OK(wait(s, d) && d.code() == 200, "a finished request can be run again");
    client.reset();
    Outcome e;
    make<http::Client>(s.loop)->request(to(s, "/", e));
    OK(wait(s, e) && e.code() == 200, "a running client needs nobody");
}

TEST(http_client) {  // compression
    Server s;
    echo_server(s);
    auto client = make<http::Client>(s.loop);
    Outcome a, b;
    client->request(to(s, "/gzip", a));
    wait(s, a);
    OK(a.response->body().find("GET /gzip") == 0, "unpacked");
    client->set_uncompress_response(false);
    auto r = to(s, "/gzip", b);
    r->headers().add("Accept-Encoding", "gzip");
    client->request(r);
    wait(s, b);
    IS(b.response->body().substr(0, 2), std::string("\x1f\x8b"), "as it came");
    IS(std::string(b.response->headers().get("Content-Encoding")), std::string("gzip"), "and says so");
}

TEST(http_client_errors) {
    Server s;
    echo_server(s);
    auto client = make<http::Client>(s.loop);
    const ErrorCode late = system_error(ETIMEDOUT), connecting = ErrorCode(http::HttpError::kConnectError);
    Outcome a;
    auto r = to(s, "/never", a);
    r->settings.timeout = 50;
    client->request(r);
    OK(wait(s, a), "a time-out");
    OK(a.error == late && a.response, "timed_out, with a response object");
    IS(a.seen, std::string("[!] response"), "told last");
    OK(!client->connected(), "the connection is not kept");

    Outcome b;
    client->request(r = to(s, "/never", b));
    r->cancel();
    IS(b.calls, 1, "told inside cancel");
    OK(b.error == system_error(ECANCELED) && b.response, "operation_canceled");
    r->cancel();
    IS(b.calls, 1, "once");

    Outcome c;
    client->request(to(s, "/drop", c));
    OK(wait(s, c), "the server hangs up");
    IS(c.error.to_string(), std::string("http parsing error: unexpected EOF (6:protocol-http)"), "unexpected_eof");

    Outcome d;
    r = to(s, "/", d);
    s.server->stop_listening();
    client->request(r);
    OK(wait(s, d), "nobody there");
    OK(d.error == connecting && d.error.contains(system_error(ECONNREFUSED)), "connect_error over the reason");

    for (const char* bad : {"", "/path", "http://"}) {
        auto wrong = make<Request>();
        if (*bad) wrong->set_uri(make<codec::Uri>(bad));
        try {
            client->request(wrong);
            OK(false, "no uri, no host");
        } catch (const Misuse& e) {
            const std::string shown = *bad ? wrong->uri()->to_string() : std::string();
            IS(std::string(e.what()), *bad ? "uri must have host, got '" + shown + "'" : "request must have uri, got none", "refused");
        }
        OK(!client->busy() && !wrong->active(), "and nothing has begun");
    }
}

TEST(http_client_errors) {  // a server that closes what it had promised to keep
    Server s([](http::ServerConfig& c) { c.max_keepalive_requests = 0; });
    echo_server(s);
    auto client = make<http::Client>(s.loop);
    Outcome a, b;
    client->request(to(s, "/", a));
    wait(s, a);
    s.server->stop();
    s.run();
    s.rest(5);
    OK(!client->connected(), "an idle client notices");
    client->request(to(s, "/", b));
    OK(wait(s, b) && b.code() == 200, "and connects anew");
}

TEST(http_client_chunks) {
    Server s;
    std::string heard;
    Ref<ServerRequest> at_server;
    on_request(s.server->route_event, [&](ServerRequest* r) {
        at_server = r;
        if (r->target() == "/abort") return r->respond(answer(413));
        r->enable_partial();
        on_error(r->partial_event, [&](ServerRequest* r, const ErrorCode&) {
            heard = r->body();
            if (r->is_done()) r->respond(answer(200, "got " + heard));
        });
    });
    s.run();
    auto client = make<http::Client>(s.loop);
    Outcome a;
    auto r = to(s, "/", a);
    r->set_method(static_cast<int>(codec::Method::kPost));
    r->set_chunked(true);
    r->headers().add("Expect", "100-continue");
    try {
        r->send_chunk("x");
        OK(false, "not active");
    } catch (const Misuse& e) {
        IS(std::string(e.what()), std::string("can't send chunk: request is not active"), "not active");
    }
    client->request(r);
    r->send_chunk("early ");
    OK(s.until([&] { return heard == "early "; }), "a chunk from before the connection");
    at_server->send_continue();
    at_server->send_continue();
    OK(s.until([&] { return a.seen == "continue continue "; }), "interim responses");
    OK(!r->transfer_completed(), "not complete");
    r->send_chunk("later ");
    r->send_final_chunk("last");
    OK(r->transfer_completed(), "complete");
    OK(wait(s, a), "answered");
    IS(a.response->body(), std::string("got early later last"), "all of it");

    Outcome b;
    r = to(s, "/abort", b);
    r->set_method(static_cast<int>(codec::Method::kPost));
    r->set_chunked(true);
    client->request(r);
    OK(wait(s, b), "a final response before the end");
    OK(b.error == ErrorCode(http::HttpError::kTransferAborted), "transfer_aborted");
    IS(b.code(), 413, "with the response");
    try {
        r->send_chunk("x");
        OK(false, "too late");
    } catch (const Misuse&) {
        OK(true, "too late");
    }
}

TEST(http_client_redirects) {
    Server s;
    echo_server(s);
    auto client = make<http::Client>(s.loop);
    const auto run = [&](const std::string& path, const std::function<void(Request&)>& adjust = nullptr) {
        Outcome out;
        auto r = to(s, path, out);
        if (adjust) adjust(*r);
        client->request(r);
        OK(wait(s, out), "done");
        s.rest(1);
        return out;
    };
    const auto post = [](Request& r) {
        r.set_method(static_cast<int>(codec::Method::kPost));
        r.set_body("body");
        r.headers().add("Authorization", "secret");
        r.set_cookie("c", "1");
    };
    Outcome o = run("/hop/1?302", post);
    OK(o.response->body().find("POST /hop/0 [body] Host=") == 0, "302 keeps method and body");
    OK(o.response->body().find("secret") == std::string::npos, "not what was for the first place");
    OK(o.response->body().find("c=1") == std::string::npos, "nor cookies");
    OK(o.seen.find("redirect [") == 0, "redirect, then the end");
    IS(s.server->connections_count(), 1u, "one connection");
    o = run("/hop/1?303", post);
    OK(o.response->body().find("GET /hop/0 [] Host=") == 0, "303 makes it GET: " + o.response->body());
    IS(run("/hop/10?307", [](Request& r) { r.settings.redirection_limit = 10; }).code(), 200, "ten hops of ten");
    o = run("/hop/10?308", [](Request& r) { r.settings.redirection_limit = 9; });
    OK(o.error == ErrorCode(http::HttpError::kRedirectionLimit), "ten of nine");
    IS(o.seen.find("[") / 9, 9u, "nine were followed");
    o = run("/hop/1?301", [](Request& r) { r.settings.redirection_limit = 0; });
    OK(o.error == ErrorCode(http::HttpError::kUnexpectedRedirect) && o.seen.find("redirect") == std::string::npos,
       "none");
    IS(run("/hop/1?301", [](Request& r) { r.settings.follow_redirect = false; }).code(), 301, "not followed");
    OK(run("/nowhere").error == ErrorCode(http::HttpError::kNoRedirectUri), "no Location");
    o = run("/hop/3?302", [](Request& r) {
        on(r.redirect_event, [](const Value* v) {
            auto* context = static_cast<http::RedirectContext*>(v[2].object());
            OK(context->uri->path() == "/hop/3", "the context knows where it was");
            static_cast<Request*>(v[0].object())->cancel();
        });
    });
    OK(o.error == system_error(ECANCELED), "cancelled on the way");
}

TEST(http_pool) {
    Server s;
    echo_server(s);
    http::Pool::Config config;
    config.timeout = 100;
    auto pool = make<http::Pool>(s.loop, config);
    Outcome a, b, c;
    auto first = pool->request(to(s, "/", a));
    IS(pool->size(), 1u, "one client");
    IS(pool->nbusy(), 1u, "at work");
    auto second = pool->request(to(s, "/", b));
    OK(first && second && first != second, "another one beside it");
    OK(wait(s, a) && wait(s, b), "both answered");
    IS(pool->nbusy(), 0u, "nobody at work");
    auto third = pool->request(to(s, "/close", c));
    OK(third == first || third == second, "one of them again");
    wait(s, c);
    first = second = third = nullptr;
    IS(pool->size(), 2u, "both are kept, also the closed one");
    OK(s.until([&] { return pool->size() == 0; }), "for a while");
    OK(s.until([&] { return s.server->connections_count() == 0; }), "their connections, too");
}

TEST(http_pool) {
    Server s;
    echo_server(s);
    http::Pool::Config config;
    config.max_connections = 1;
    auto pool = make<http::Pool>(s.loop, config);
    Outcome a, b, c, d, e;
    pool->request(to(s, "/1", a));
    OK(!pool->request(to(s, "/2", b)), "has to wait");
    auto r = to(s, "/3", c);
    pool->request(r);
    r->cancel();
    OK(c.calls == 1 && c.error == system_error(ECANCELED) && c.response, "cancelled while waiting");
    OK(wait(s, b), "its turn comes");
    IS(s.server->connections_count(), 1u, "one connection");
    pool->request(to(s, "/never", d));
    r = to(s, "/3", e);
    r->settings.timeout = 30;
    pool->request(r);
    OK(wait(s, e), "the time runs while waiting");
    OK(e.error.contains(system_error(ETIMEDOUT)), "timed_out");
    Outcome f;
    pool->request(to(s, "/4", f));
    pool.reset();
    OK(f.error == system_error(ECANCELED), "when the pool goes, who waits is cancelled");
    IS(d.calls, 0, "who runs goes on");
    s.server->stop();
    OK(wait(s, d), "to the end");
}

TEST(http_pool) {
    Server s;
    echo_server(s);
    Outcome a, b;
    http::http_request(s.loop, to(s, "/", a));
    OK(wait(s, a) && a.code() == 200, "through the loop's pool");
    auto pool = http::Pool::instance(s.loop);
    IS(pool->size(), 1u, "which is still there");
    OK(pool == http::Pool::instance(s.loop), "one per loop");
    pool->set_idle_timeout(20);
    OK(s.until([&] { return pool->size() == 0; }), "until its clients have gone");
}

TEST(http_pool) {  // the next request from inside the callbacks of the last
    Server s;
    echo_server(s);
    auto pool = make<http::Pool>(s.loop);
    int left = 20;
    Ref<Request> r;
    Outcome out;
    r = to(s, "/", out);
    on(r->response_event, [&](const Value*) {
        IS(pool->nbusy(), 0u, "free again");
        if (--left) pool->request(r);
    });
    pool->request(r);
    OK(s.until([&] { return left == 0; }), "twenty in a row");
    IS(s.server->connections_count(), 1u, "over one connection");
}

TEST(http_client_tls) {
    net::SslContext::default_client();
    net::SslContext::Settings settings;
    settings.cert = test_certificate("127.0.0.1");
    Ref<net::SslContext> context = net::SslContext::create(settings).value();
    // Goes with the server; in the count of live objects the client's own context, which stays, takes its place.
    Server s([&](http::ServerConfig& c) { c.locations[0].ssl_ctx = std::move(context); });
    echo_server(s);
    auto client = make<http::Client>(s.loop);
    Outcome a, b;
    auto r = to(s, "/tls", a);
    r->uri()->set_scheme("https");
    r->settings.ssl_ctx = net::SslContext::default_client();
    client->request(r);
    OK(wait(s, a) && a.code() == 200, "https");
    r = to(s, "/tls", b);
    r->uri()->set_scheme("https");
    client->request(r);
    OK(wait(s, b), "a certificate nobody vouches for");
    OK(b.error == ErrorCode(http::HttpError::kConnectError), "is refused: " + b.error.to_string());
}
