// Random clients against a server that does random things, in random order: nothing may break, nothing may be left.
// The numbers come from a fixed seed, so a failure comes again.
#include <random>

#include "http_fixture.h"

using namespace http_test;

namespace {

class Storm {
  public:
    explicit Storm(unsigned seed) : random_(seed) {
        on_request(s_.server->route_event, [this](ServerRequest* r) {
            if (chance(5)) r->enable_partial();
            on_error(r->partial_event, [this](ServerRequest* r, const ErrorCode& e) {
                if (!e) meet(r);
            });
            on_request(r->finish_event, [this](ServerRequest*) { ++finished_; });
            on_error(r->drop_event, [this](ServerRequest*, const ErrorCode&) { act_on_some(); });
            ++routed_;
            if (chance(6)) meet(r);
        });
        on_request(s_.server->request_event, [this](ServerRequest* r) { meet(r); });
        on_error(s_.server->error_event, [this](ServerRequest* r, const ErrorCode&) {
            if (chance(3)) act(*r);
        });
        s_.run();
    }

    void blow(int turns) {
        for (int i = 0; i < turns; ++i) {
            if (clients_.size() < 8 && s_.server->running()) clients_.push_back(std::make_unique<Talker>(s_.address()));
            if (!clients_.empty()) {
                const size_t at = number(clients_.size());
                Client& c = clients_[at]->client;
                c.send(piece(clients_[at]->unsaid));
                c.pump();
                if (chance(40)) c.half_close();
                if (chance(40)) c.reset();
                if (c.ended() || c.fd() < 0) clients_.erase(clients_.begin() + static_cast<long>(at));
            }
            act_on_some();
            if (chance(300)) s_.server->graceful_stop();
            if (chance(300)) s_.server->stop();
            if (!s_.server->running() && !s_.server->stopping()) s_.server->run();
            if (s_.server->stopping() && chance(20)) s_.server->stop();
            s_.loop->run(net::Loop::Mode::kNoWait);
        }
        met_.clear();
        streaming_.clear();
        s_.server->stop();
        IS(finished_, routed_, "every routed request has finished: " + std::to_string(routed_));
        OK(routed_ > turns / 20, "and there were some");
    }

  private:
    size_t number(size_t below) { return random_() % below; }
    bool chance(size_t one_in) { return number(one_in) == 0; }

    // Some bytes of a conversation that mostly makes sense.
    std::string piece(std::string& unsaid) {
        static const std::vector<std::string> whole = {
            "GET / HTTP/1.1\r\n\r\n",
            "GET / HTTP/1.1\r\nConnection: close\r\n\r\n",
            "GET / HTTP/1.0\r\n\r\n",
            "HEAD /h HTTP/1.1\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n0123456789",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            "GET /u HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n",
            "POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n12345",
        };
        std::string text = unsaid + whole[number(whole.size())];
        unsaid.clear();
        if (chance(30)) text += "\x01 rubbish";
        if (chance(2)) {
            const size_t cut = number(text.size());
            unsaid = text.substr(cut);
            text.resize(cut);
        }
        return text;
    }

    void meet(ServerRequest* r) {
        if (chance(3)) {
            met_.emplace_back(r);
        } else {
            act(*r);
        }
    }
    void act_on_some() {
        if (!streaming_.empty() && chance(2)) {
            const size_t at = number(streaming_.size());
            const Ref<ServerResponse> response = streaming_[at];
            if (response->completed()) {
                streaming_.erase(streaming_.begin() + static_cast<long>(at));
            } else if (chance(2)) {
                response->send_chunk("some");
            } else {
                response->send_final_chunk(chance(2) ? "end" : "");
            }
        } else if (!met_.empty()) {
            const size_t at = number(met_.size());
            const Ref<ServerRequest> request = met_[at];
            met_.erase(met_.begin() + static_cast<long>(at));
            act(*request);
        }
        if (met_.size() > 50) met_.erase(met_.begin());
    }
    void act(ServerRequest& r) {
        switch (number(10)) {
            case 0:
                return r.drop();
            case 1:
                r.upgrade();
                return;
            case 2:
                if (!r.response()) r.send_continue();
                return;
            case 3:
            case 4: {
                if (r.response()) return;
                auto response = chunked_answer();
                if (chance(4)) response->headers().add("Connection", "close");
                streaming_.push_back(response);
                return r.respond(response);
            }
            default:
                if (r.response()) return;
                return r.respond(answer(200, std::string(number(chance(20) ? 200000 : 100), 'b')));
        }
    }

    std::mt19937 random_;
    Server s_{[](http::ServerConfig& c) {
        c.max_pending = 3;
        c.idle_timeout = 20;
        c.handshake_timeout = 20;
    }};
    struct Talker {
        explicit Talker(const net::SockAddr& to) : client(to) {}
        Client client;
        std::string unsaid;  // the rest of what it has begun
    };
    std::vector<std::unique_ptr<Talker>> clients_;
    std::vector<Ref<ServerRequest>> met_;
    std::vector<Ref<ServerResponse>> streaming_;
    int routed_ = 0, finished_ = 0;
};

}  // namespace

TEST(http_storm) {
    const char* seed = getenv("HTTP_STORM_SEED");
    for (unsigned i = 0; i < 3; ++i)
        Storm((seed ? static_cast<unsigned>(atoi(seed)) : 1) + i).blow(4000);
}
