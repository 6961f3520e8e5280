// The parser objects: whole connections without a socket, modes, iterators, misuse.
#include "codec/ws/parser.h"

#include "base/misuse.h"
#include "ws_wire.h"

using namespace wire;

namespace {
struct Connection {
    explicit Connection(const ParserConfig& c = {}, const ParserConfig& s = {})
        : client(make<ClientParser>(c)), server(make<ServerParser>(s)) {}
    Ref<ClientParser> client;
    Ref<ServerParser> server;
    Ref<ConnectRequest> request = make<ConnectRequest>();
    Ref<ConnectRequest> seen;
    Ref<ConnectResponse> response;
    void shake(size_t piece = 1000000) {
        request->set_uri(Uri::parse("ws://host:99/path"));
        std::string out, back;
        client->connect_request(request, out);
        for (size_t at = 0; at < out.size() && !seen; at += piece)
            seen = server->accept(std::string_view(out).substr(at, piece));
        server->accept_response(nullptr, back);
        for (size_t at = 0; at < back.size() && !response; at += piece)
            response = client->connect(std::string_view(back).substr(at, piece));
    }
    Parser& parser(Role r) { return r == Role::kServer ? static_cast<Parser&>(*server) : *client; }
};

template <class F>
std::string misuse(F f) {
    try {
        f();
    } catch (const Misuse& m) {
        return m.what();
    }
    return "";
}

std::string text(const std::vector<Ref<WsMessage>>& list) {
    ParserConfig c;
    const MessageReader none(Role::kServer, &c);
    std::string out;
    for (const auto& m : list)
        out += (out.empty() ? "" : "|") + event(none, *m);
    return out;
}
std::string text(const std::vector<Ref<Frame>>& list) {
    ParserConfig c;
    const MessageReader none(Role::kServer, &c);
    std::string out;
    for (const auto& f : list)
        out += (out.empty() ? "" : "|") + event(none, *f);
    return out;
}
std::string sent(Parser& p, std::string_view payload, uint8_t op = kOpText, Compress how = Compress::kPolicy) {
    std::string out;
    p.send_message({payload}, op, how, out);
    return out;
}
}  // namespace

TEST(ws_parser) {
    for (size_t piece : {1u, 5u, 1000000u}) {
        Connection c;
        OK(!c.server->accept_parsed() && !c.server->accepted() && !c.server->established() && !c.client->established(),
           "at first");
        c.shake(piece);
        OK(c.server->accepted() && c.server->established() && c.client->established(), "established");
        OK(c.server->is_deflate_active() && c.client->is_deflate_active(), "with compression");
        IS(c.response->code(), 101, "101");
        IS(c.response->ws_accept_key(), websocket_accept(c.request->ws_key()), "accept key");
        IS(text(c.server->get_messages(sent(*c.client, "to server"))), "TEXT:to server", "client to server");
        IS(text(c.client->get_messages(sent(*c.server, repeat("z", 5000)))), "zTEXT:" + show(repeat("z", 5000)),
           "server to client");
        c.server->reset();
        OK(!c.server->accept_parsed() && !c.server->established() && !c.server->is_deflate_active(), "reset");
        OK(c.server->deflate_config() != nullptr, "the configuration stays");
        std::string out;
        c.client->reset();
        const Ref<ConnectRequest> same = c.request;
        c.client->connect_request(same, out);
        OK(c.server->accept(out)->error() ? false : true, "and all over again");
    }
}

TEST(ws_parser) {  // a frame glued to the 101
    Connection c;
    c.request->set_uri(Uri::parse("ws://host/"));
    std::string out, back;
    c.client->connect_request(c.request, out);
    c.server->accept(out);
    c.server->accept_response(nullptr, back);
    c.server->send_message({"glued"}, kOpText, Compress::kNo, back);
    OK(!c.client->connect(back)->error(), "connected");
    IS(text(c.client->get_messages()), "TEXT:glued", "the message behind the answer");
}

TEST(ws_parser) {  // misuse
    Connection c;
    std::string out;
    for (Role r : kBoth) {
        Parser& p = c.parser(r);
        IS(misuse([&] { p.get_messages("x"); }), "not established", name(r) + "receiving");
        IS(misuse([&] { p.get_frames(); }), "not established", name(r) + "receiving frames");
        IS(misuse([&] { sent(p, "x"); }), "not established", name(r) + "sending");
        IS(misuse([&] { p.send_close(0, "", out); }), "not established", name(r) + "closing");
    }
    IS(misuse([&] { c.client->connect("x"); }), "has not requested connection", "an answer to nothing");
    IS(misuse([&] { c.server->accept_response(nullptr, out); }), "client has not been accepted", "nobody to accept");
    IS(misuse([&] { c.server->accept_error(nullptr, out); }), "accept not parsed yet", "nobody to refuse");
    c.shake();
    IS(misuse([&] { c.server->accept("x"); }), "already parsed accept", "accepting twice");
    IS(misuse([&] { c.client->connect("x"); }), "already parsed connect response", "connecting twice");
    IS(misuse([&] { c.client->connect_request(c.request, out); }), "already requested connection", "requesting twice");
    IS(misuse([&] { c.server->accept_response(nullptr, out); }), "already established", "answering twice");
    IS(misuse([&] { c.server->accept_error(nullptr, out); }), "already established", "refusing too late");
    Connection fine;
    fine.request->set_uri(Uri::parse("ws://host/"));
    fine.client->connect_request(fine.request, out = "");
    fine.server->accept(out);
    IS(misuse([&] { fine.server->accept_error(nullptr, out); }), "no errors found", "nothing to refuse");
    for (Role r : kBoth) {
        Parser& p = c.parser(r);
        const Ref<FrameSender> sender = p.start_message();
        IS(misuse([&] { p.start_message(); }), "can't start message: previous message wasn't finished",
           name(r) + "two messages at once");
        IS(misuse([&] { sent(p, "x"); }), "can't start message: previous message wasn't finished",
           name(r) + "likewise");
        sender->send({"x"}, true, out);
        IS(misuse([&] { sender->send({"y"}, true, out); }), "can't send frame: message has not been started",
           name(r) + "after the last frame");
        const Ref<FrameSender> next = p.start_message();
        IS(misuse([&] { sender->send({"y"}, true, out); }), "can't send frame: message has not been started",
           name(r) + "into another message");
        next->send({}, true, out);
        const Ref<FrameSender> ping = p.start_message(kOpPing);
        IS(misuse([&] { ping->send({"p"}, false, out); }), "control frame must be final",
           name(r) + "control frames have no parts");
        ping->send({"p"}, true, out);
        p.send_close(1000, "", out);
        OK(p.send_closed(), name(r) + "closed");
        IS(misuse([&] { sent(p, "x"); }), "close sent, can't send anymore", name(r) + "sending after that");
        IS(misuse([&] { p.send_ping("", out); }), "close sent, can't send anymore", name(r) + "pinging");
        IS(misuse([&] { p.send_close(1000, "", out); }), "close sent, can't send anymore", name(r) + "closing");
    }
}

TEST(ws_parser) {  // modes
    Connection c;
    c.shake();
    Parser& p = *c.server;
    const auto in = [](uint8_t op, std::string_view t, bool fin = true) { return frame(Role::kServer, op, t, fin); };
    IS(text(p.get_frames(in(kOpText, "a", false))), "TEXT-a", "a frame");
    IS(misuse([&] { p.get_messages(); }), "frame mode active", "not in the middle of a message");
    IS(text(p.get_frames(in(kOpPing, "p"))), "PING:p", "a control frame");
    IS(misuse([&] { p.get_messages(); }), "frame mode active", "does not change that");
    IS(text(p.get_frames(in(kOpContinue, "b"))), "CONT:b", "the end");
    IS(text(p.get_messages(in(kOpText, "m", false))), "", "half a message");
    IS(misuse([&] { p.get_frames(); }), "message is being parsed", "not in the middle of a message");
    IS(text(p.get_messages(in(kOpPing, "p"))), "PING:p", "a control frame");
    IS(misuse([&] { p.get_frames(); }), "message is being parsed", "does not change that");
    IS(text(p.get_messages(in(kOpContinue, "n"))), "TEXT:mn/2", "the end");
    IS(text(p.get_frames(in(kOpText, "f"))), "TEXT:f", "free again");
}

TEST(ws_parser) {  // iterators
    Connection c;
    c.shake();
    Parser& p = *c.server;
    const auto in = [](uint8_t op, std::string_view t, bool fin = true) { return frame(Role::kServer, op, t, fin); };
    OK(!p.iterate_messages(), "nothing there");
    OK(!p.iterate_frames(in(kOpText, "abc").substr(0, 5)), "not a whole frame");
    const Ref<FrameIterator> f = p.iterate_frames(in(kOpText, "abc").substr(5) + in(kOpText, "d", false) +
                                                  in(kOpContinue, "e") + in(kOpText, "m") + in(kOpText, "n"));
    OK(f && f->next()->payload_length() == 3, "the first");
    OK(std::string(f->next()->payload()) == "d", "the second");
    IS(misuse([&] { f->get_messages(); }), "frame mode active", "in the middle of a message");
    OK(std::string(f->next()->payload()) == "e", "the third");
    const Ref<MessageIterator> m = f->get_messages();
    OK(!f->next() && !f->get_messages(), "an iterator that was left is over");
    OK(std::string(m->next()->payload()) == "m", "a message");
    const Ref<FrameIterator> g = m->get_frames();
    OK(std::string(g->next()->payload()) == "n" && !g->next() && !m->next(), "a frame, and no more");
    p.get_messages();
    OK(!g->next(), "nor after a change of mode");
    Ref<MessageIterator> last;
    {
        Connection d;
        d.shake();
        last = d.server->iterate_messages(in(kOpText, "x") + in(kOpText, "y"));
    }
    OK(last->next() && last->next() && !last->next(), "an iterator holds its parser");
    const Ref<MessageIterator> bad = p.iterate_messages(in(5, "x") + in(kOpText, "lost"));
    OK(bad->next()->error() && !bad->next(), "an error is the last");
    IS(p.suggested_close_code(), 1002, "to be answered with 1002");
    IS(text(p.get_messages(in(kOpText, "clean"))), "TEXT:clean", "then a clean state");
    IS(text(p.get_messages(in(kOpClose, hex("03e9")) + in(kOpText, "lost"))), "CLOSE:1001:", "a close");
    OK(p.recv_closed() && text(p.get_messages(in(kOpText, "x"))).empty(), "nothing after that");
}

TEST(ws_parser) {  // configuration
    Connection c;
    ParserConfig config;
    config.deflate_enabled = false;
    config.max_frame_size = 5;
    c.client->configure(config);
    OK(!c.client->deflate_config(), "no compression");
    c.shake();
    OK(!c.client->is_deflate_active() && !c.server->is_deflate_active(), "on neither side");
    OK(!c.server->effective_deflate_config(), "nor in force");
    c.client->configure({});
    OK(!c.client->deflate_config(), "too late to change");
    IS(c.client->config().max_frame_size, 0u, "limits do change");
    Connection d;
    d.server->no_deflate();
    d.shake();
    OK(!d.client->is_deflate_active() && d.client->established(), "the server may decline");
    ParserConfig windows;
    windows.deflate.client_max_window_bits = 9;
    Connection e(windows);
    e.shake();
    IS(int(e.server->effective_deflate_config()->client_max_window_bits), 9, "a small window of the client");
    IS(int(e.client->effective_deflate_config()->client_max_window_bits), 9, "on both sides");
    IS(int(e.client->effective_deflate_config()->server_max_window_bits), 15, "not for the other direction");
    std::string noise;
    uint32_t x = 3;
    for (int i = 0; i < 3000; ++i)
        noise += static_cast<char>('a' + ((x = x * 1664525 + 1013904223) >> 24) % 6);
    IS(text(e.server->get_messages(sent(*e.client, noise))), "zTEXT:" + show(noise), "and it works");
    ParserConfig head;
    head.max_handshake_size = 1000;
    auto small = make<ServerParser>(head);
    const std::string flood = "GET / HTTP/1.1\r\n" + repeat("header: value\r\n", 100);
    Ref<ConnectRequest> r;
    size_t at = 0;
    while (!r && at < flood.size())
        r = small->accept(std::string_view(flood).substr(at++, 1));
    OK(r && r->error().category().name == std::string("protocol-http"), "a head that is too large");
    OK(at <= 1002, "noticed at once: " + std::to_string(at));
    auto unlimited = make<ServerParser>();
    OK(!unlimited->accept(flood), "no limit by default");
}

TEST(ws_parser) {  // sending
    Connection c;
    c.shake();
    std::string out;
    const Ref<FrameSender> s = c.client->start_message(kOpText, true);
    s->send({"Hel", "lo"}, false, out);
    c.client->send_ping("p", out);
    s->send({}, true, out);
    IS(text(c.server->get_messages(out)), "PING:p|zTEXT:Hello/2", "frame by frame");
    out.clear();
    c.server->send_message_multiframe({"first", "second", "third"}, kOpBinary, Compress::kPolicy, out);
    IS(out.size(), 22u, "multiframe");
    IS(text(c.client->get_frames(out)), "BIN-first|CONT-second|CONT:third", "three frames");
    out.clear();
    c.server->send_close(1000, "done", out);
    IS(text(c.client->get_messages(out)), "CLOSE:1000:done", "close");
    OK(c.client->recv_closed() && c.client->suggested_close_code() == 1000, "received");
    const long before = Object::live();
    {
        Connection d;
        d.shake();
        d.server->start_message();
    }
    IS(Object::live(), before, "nothing is left");
}
