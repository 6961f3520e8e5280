// TLS contexts from settings: verification, files and texts, what is wrong with them.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>

#include "base/misuse.h"
#include "net_tls_fixture.h"

using namespace net_test;

TEST(net_tls_verify) {
    Prepare p;
    const Identity ca = make_identity("authority"), peer = make_identity("localhost", &ca),
                   other = make_identity("elsewhere", &ca);
    p.leaks = Leaks();
    const auto attempt = [&](const Identity& server_id, SslContext::Verify client_verify, const char* host,
                             SslContext::Verify server_verify, const Identity* client_id) {
        Ref<Loop> loop = make<Loop>();
        SslContext::Settings s;
        s.cert = server_id.cert, s.key = server_id.key, s.ca = ca.cert, s.verify = server_verify;
        EchoServer server(loop, make_context(s));
        SslContext::Settings c;
        c.server = false, c.ca = ca.cert, c.verify = client_verify;
        if (client_id) c.cert = client_id->cert, c.key = client_id->key;
        Peer client(loop);
        client.tcp->use_ssl(make_context(c));
        Tcp::ConnectOptions o;
        o.host = host;
        o.port = server.address().port();
        client.tcp->connect(o);
        client.tcp->write("x");
        loop_until(*loop, [&] {
            return client.got == "x" || (!client.connects.empty() && !client.connects[0].empty()) || client.eofs ||
                   !client.errors.empty();
        });
        std::string out = client.got == "x" ? "ok" : client.connects.empty() ? "nothing" : client.connects[0];
        if (out.empty()) out = client.errors.empty() ? "eof" : client.errors[0];
        return out;
    };
    using V = SslContext::Verify;
    IS(attempt(peer, V::kPeer, "localhost", V::kNone, nullptr), "ok", "the right certificate");
    OK(attempt(other, V::kPeer, "localhost", V::kNone, nullptr).find("certificate verify failed") != std::string::npos,
       "a certificate of another name");
    OK(attempt(self(), V::kPeer, "localhost", V::kNone, nullptr).find("certificate verify failed") != std::string::npos,
       "a certificate nobody vouches for");
    IS(attempt(self(), V::kNone, "localhost", V::kNone, nullptr), "ok", "without verification anything will do");
    IS(attempt(peer, V::kNone, "127.0.0.1", V::kRequired, &other), "ok", "a client certificate");
    const std::string refused = attempt(peer, V::kNone, "127.0.0.1", V::kRequired, nullptr);
    OK(refused != "ok", "required and missing: " + refused);
    p.leaks.check();
}

TEST(net_tls_settings) {
    Leaks leaks;
    const Identity locked = make_identity("locked", nullptr, "sesame"), other = make_identity("other");
    const std::string dir = std::filesystem::temp_directory_path() / ("net-tls-" + std::to_string(getpid()));
    const std::string cert_file = dir + ".cert", key_file = dir + ".key", both_file = dir + ".both",
                      junk_file = dir + ".junk";
    const auto save = [](const std::string& name, const std::string& text) {
        FILE* f = std::fopen(name.c_str(), "w");
        std::fputs(text.c_str(), f);
        std::fclose(f);
    };
    save(cert_file, self().cert);
    save(key_file, self().key);
    save(both_file, self().cert + other.cert + self().key);
    save(junk_file, "no such thing");
    const auto attempt = [](std::string cert, std::string key, std::string ca = {}, std::string phrase = {},
                            std::string min = "1.2", std::string chain = {}) {
        SslContext::Settings s;
        s.cert = cert, s.key = key, s.ca = ca, s.passphrase = phrase, s.min_version = min, s.chain = chain;
        std::string problem;
        const auto made = SslContext::create(s, &problem);
        if (made) return std::string(made.value()->can_serve() ? "ok" : "cannot serve");
        OK(made.error() == ErrorCode(NetError::kSslError) && made.error().next(), "ssl_error over a reason");
        return problem;
    };
    const auto has = [](const std::string& text, std::initializer_list<const char*> parts) {
        for (const char* part : parts)
            if (text.find(part) == text.npos) return false;
        return true;
    };
    IS(attempt(self().cert, self().key), "ok", "from text");
    IS(attempt(cert_file, key_file), "ok", "from files");
    IS(attempt(both_file, ""), "ok", "from one file");
    IS(attempt(cert_file, self().key, other.cert, "", "1.3", other.cert), "ok", "with everything");
    IS(attempt(cert_file, key_file, "/etc/ssl/certs"), "ok", "a directory of authorities");
    IS(attempt(locked.cert, locked.key, "", "sesame"), "ok", "a locked key");
    std::string e = attempt("", "");
    OK(has(e, {"cert:"}), e);
    e = attempt("/no/such/file", key_file);
    OK(has(e, {"cert: /no/such/file: No such file"}), e);
    e = attempt(junk_file, key_file);
    OK(has(e, {"cert: ", ".junk", "no certificate"}), e);
    e = attempt(cert_file, "/no/such/key");
    OK(has(e, {"key: /no/such/key: No such file"}), e);
    e = attempt(cert_file, junk_file);
    OK(has(e, {"key: ", ".junk", "no private key"}), e);
    e = attempt(cert_file, other.key);
    OK(has(e, {"key: (text): ", "does not belong"}), e);
    e = attempt(locked.cert, locked.key);
    OK(has(e, {"key: (text): ", "passphrase"}), e);
    e = attempt(locked.cert, locked.key, "", "wrong");
    OK(has(e, {"key: (text): ", "passphrase"}), e);
    e = attempt(cert_file, key_file, "/no/such/ca");
    OK(has(e, {"ca: /no/such/ca: No such file"}), e);
    e = attempt(cert_file, key_file, junk_file);
    OK(has(e, {"ca: ", ".junk"}), e);
    e = attempt(cert_file, key_file, "-----BEGIN nothing");
    OK(has(e, {"ca: (text)"}), e);
    e = attempt(cert_file, key_file, "", "", "7");
    OK(has(e, {"min_version: 7"}), e);
    e = attempt(cert_file, key_file, "", "", "1.2", "/no/such/chain");
    OK(has(e, {"chain: /no/such/chain: No such file"}), e);
    for (const auto& f : {cert_file, key_file, both_file, junk_file})
        ::unlink(f.c_str());

    SslContext::Settings client;
    client.server = false;
    OK(make_context(client) && !make_context(client)->can_serve(), "a client's needs no certificate");
    auto shared = server_context();
    auto adopted = SslContext::adopt(shared->native());
    shared.reset();
    OK(adopted->can_serve(), "a foreign context is shared");
    OK(server_context("1.3", false), "without tickets");
    adopted.reset();
    leaks.check();
}

// A client handle that is reset or dropped by its maker in the middle of its handshake leaves its server's list.
TEST(net_tls_handshake_reset) {
    Prepare p;
    p.leaks = Leaks();
    {
        Ref<Loop> loop = make<Loop>();
        EchoServer server(loop, server_context());
        struct Keep : Stream::Factory {
            Ref<Stream> make(Stream& server) override { return made = ue::make<Tcp>(server.loop()); }
            Ref<Tcp> made;
        };
        auto factory = make<Keep>();
        server.tcp->set_connection_factory(factory);
        Peer client(loop);
        client.tcp->connect(server.options());  // plain: it never begins its handshake
        loop_until(*loop, [&] { return static_cast<bool>(factory->made); });
        OK(factory->made->connecting() && factory->made->established(), "in its handshake");
        factory->made->reset();
        IS(factory->made->refs(), 1u, "nobody else holds it after a reset");
        loop_until(*loop, [&] { return client.eofs == 1; });
        IS(client.eofs, 1, "closed");
        OK(server.clients.empty() && server.errors.empty(), "the server was not told");
    }
    p.leaks.check();
}
