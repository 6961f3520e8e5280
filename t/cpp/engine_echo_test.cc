// Messages there and back: kinds, sizes, fragments, compression, many in one read.
#include "codec/ws/deflate.h"
#include "engine_support.h"

using namespace engine_test;

TEST(engine_echo) {
    Stage stage;
    stage.echo();
    auto peer = stage.join();
    for (size_t size : {0u, 1u, 125u, 126u, 65535u, 65536u, 70000u, 1000000u}) {
        const std::string payload(size, 'x');
        peer->send(frame(codec::kOpBinary, payload));
        const std::string want = server_frame(codec::kOpBinary, payload);
        OK(peer->take(want.size()) == want, std::to_string(size) + " octets");
    }
    IS(stage.last()->state() == ws::State::kConnected, true, "still there");
}

TEST(engine_echo) {  // one octet at a time
    Stage stage;
    stage.echo();
    auto peer = stage.join();
    for (char c : frame(codec::kOpText, "abc") + frame(codec::kOpText, "") + frame(codec::kOpText, "defg")) {
        peer->send({&c, 1});
        stage.loop->run(net::Loop::Mode::kNoWait);
    }
    IS(peer->take(5 + 2 + 6),
       server_frame(codec::kOpText, "abc") + server_frame(codec::kOpText, "") + server_frame(codec::kOpText, "defg"),
       "byte by byte");
}

TEST(engine_echo) {  // fragments with control frames in between
    Stage stage;
    stage.echo();
    stage.server->connection_event.add(on([&](const Value* args) {
        auto* c = static_cast<ws::ServerConnection*>(args[1].object());
        c->ping_event.add(on([&](const Value* a) {
            stage.log.push_back("ping " + std::string(static_cast<codec::WsMessage*>(a[1].object())->payload()));
        }));
        c->pong_event.add(on([&](const Value* a) {
            stage.log.push_back("pong " + std::string(static_cast<codec::WsMessage*>(a[1].object())->payload()));
        }));
        c->message_event.add(on([&](const Value* a) {
            stage.log.push_back("message of " +
                                std::to_string(static_cast<codec::WsMessage*>(a[1].object())->frame_count()));
        }));
    }));
    auto peer = stage.join();
    peer->send(frame(codec::kOpText, "one", false) + frame(codec::kOpPing, "p") +
               frame(codec::kOpContinue, "two", false) + frame(codec::kOpPong, "q") +
               frame(codec::kOpContinue, "three"));
    IS(peer->take(3 + 13), server_frame(codec::kOpPong, "p") + server_frame(codec::kOpText, "onetwothree"),
       "the pong first, then the whole");
    IS(stage.log.size(), 3u, "three events");
    if (stage.log.size() == 3)
        IS(stage.log[0] + ", " + stage.log[1] + ", " + stage.log[2], "ping p, pong q, message of 3", "in order");
}

TEST(engine_echo) {  // all answers to one read leave in one write
    Stage stage;
    stage.echo();
    auto peer = stage.join();
    std::string many, want;
    for (size_t i = 0; i < ws::Connection::kMessagesPerTurn; ++i) {
        many += frame(codec::kOpText, std::to_string(i));
        want += server_frame(codec::kOpText, std::to_string(i));
    }
    const size_t before = peer->reads();
    peer->send(many);
    OK(peer->take(want.size()) == want, "all echoes");
    IS(peer->reads() - before, 1u, "in one piece");
}

TEST(engine_echo) {  // compression
    Stage stage;
    stage.echo();
    Peer peer(*stage.loop, stage.address());
    peer.send(handshake("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"));
    OK(peer.take_head().find("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=15\r\n") !=
           std::string::npos,
       "agreed on");
    OK(stage.last()->deflate() != nullptr, "the connection knows");

    codec::MessageDeflate ours(codec::Role::kClient, *stage.last()->deflate());
    codec::MessageWriter writer(codec::Role::kClient);
    writer.set_deflate(&ours);
    codec::ParserConfig config;
    codec::MessageReader reader(codec::Role::kClient, &config);
    reader.set_deflate(&ours);
    const Ref<codec::WsMessage> message = make<codec::WsMessage>();
    for (int round = 0; round < 3; ++round) {
        const std::string text(5000 + round, 'a');
        codec::StringSink sink;
        writer.message(sink, codec::kOpText, text, codec::Compress::kYes);
        OK(sink.text().size() < 200, "compressed there");
        peer.send(sink.text());
        codec::MessageReader::Status status = codec::MessageReader::kNeedMore;
        size_t came = 0;
        run_until(*stage.loop, [&] {
            std::string bytes = std::exchange(peer.input(), {});
            came += bytes.size();
            codec::Span in{bytes.data(), bytes.size()};
            status = reader.next(in, *message);
            return status != codec::MessageReader::kNeedMore;
        });
        IS(int(status), int(codec::MessageReader::kMessage), "an answer");
        OK(message->payload() == text && message->deflated(), "the same, compressed");
        OK(came < 200, "compressed back");
    }
}

TEST(engine_echo) {  // compression that is switched off is not agreed on
    ws::ServerConfig config = local_config();
    config.connection.parser.deflate_enabled = false;
    Stage stage(config);
    Peer peer(*stage.loop, stage.address());
    peer.send(handshake("Sec-WebSocket-Extensions: permessage-deflate\r\n"));
    OK(peer.take_head().find("Extensions") == std::string::npos, "not answered");
    OK(!stage.last()->deflate(), "not in force");
}

TEST(engine_echo) {  // a kept message is the keeper's, a forgotten one is used again
    Stage stage;
    std::vector<Ref<codec::WsMessage>> kept;
    const void* address = nullptr;
    int same = 0, all = 0;
    stage.server->connection_event.add(on([&](const Value* args) {
        static_cast<ws::ServerConnection*>(args[1].object())->message_event.add(on([&](const Value* a) {
            auto* m = static_cast<codec::WsMessage*>(a[1].object());
            if (m->payload() == "keep") kept.push_back(m);
            if (m == address) ++same;
            address = m;
            ++all;
        }));
    }));
    auto peer = stage.join();
    peer->send(frame(codec::kOpText, "a") + frame(codec::kOpText, "b") + frame(codec::kOpText, "keep") +
               frame(codec::kOpText, "c"));
    OK(stage.until([&] { return !kept.empty(); }), "arrived");
    peer->send(frame(codec::kOpText, std::string(200, 'z')));
    OK(stage.until([&] { return all == 5; }), "and one more");
    IS(std::string(kept.at(0)->payload()), "keep", "kept as it was");
    IS(same, 3, "reused in between");
    kept.clear();
}

TEST(engine_echo) {  // the callback of send
    Stage stage;
    auto peer = stage.join();
    auto c = stage.last();
    bool inside = true;
    c->send(codec::kOpText, "first", codec::Compress::kPolicy, on([&](const Value* a) {
                OK(!inside, "not from inside send");
                OK(a[0].object() == c.get() && !a[1].error(), "with the connection and no error");
                stage.log.push_back("sent");
            }));
    inside = false;
    OK(stage.until([&] { return !stage.log.empty(); }), "told");
    IS(peer->take(7), server_frame(codec::kOpText, "first"), "and sent");
    c->close();
    c->send(codec::kOpText, "late", codec::Compress::kPolicy, on([&](const Value* a) {
                OK(a[1].error() == ErrorCode(ws::Error::kWriteError), "a write error on a closed connection");
                stage.log.push_back("refused");
            }));
    IS(stage.log.size(), 2u, "at once");
    c->send_text("nothing");
    c->send_ping();
    IS(peer->take_all(), server_frame(codec::kOpClose, close_payload(1000, "Done")), "nothing more was sent");
}

TEST(engine_echo) {  // large payloads from where they lie
    Stage stage;
    auto peer = stage.join();
    struct Block : net::Keeper {
        explicit Block(bool* gone) : bytes(3000000, 'k'), gone_(gone) {}
        ~Block() override { *gone_ = true; }
        std::string bytes;
        bool* gone_;
    };
    bool gone = false;
    Ref<Block> block = make<Block>(&gone);
    const std::string want = server_frame(codec::kOpBinary, block->bytes);
    stage.last()->send(codec::kOpBinary, block->bytes, Ref<net::Keeper>(block));
    block.reset();
    OK(peer->take(want.size()) == want, "arrived whole");
    OK(stage.until([&] { return gone; }), "and let go");
}

TEST(engine_echo) {  // control payloads are cut, opcodes checked
    Stage stage;
    auto peer = stage.join();
    stage.last()->send_ping(std::string(200, 'p'));
    IS(peer->take(127), server_frame(codec::kOpPing, std::string(125, 'p')), "125 octets of a ping");
    for (int opcode : {0, 3, 8, 11, 255}) {
        try {
            stage.last()->send(static_cast<uint8_t>(opcode), "x");
            OK(false, "opcode " + std::to_string(opcode));
        } catch (const std::exception&) {
            OK(true, "no message of opcode " + std::to_string(opcode));
        }
    }
}
