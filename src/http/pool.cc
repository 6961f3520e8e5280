#include "http/pool.h"

#include <algorithm>
#include <cerrno>
#include <unordered_map>

#include "base/misuse.h"

namespace ue::http {

const Type Pool::kType = {"UniEvent::HTTP::Pool", &Object::kType};

namespace {
thread_local std::unordered_map<net::Loop*, Pool*> instances;
}

Pool::Pool(Ref<net::Loop> loop) : Pool(std::move(loop), Config()) {}

Pool::Pool(Ref<net::Loop> loop, const Config& config)
    : loop_(std::move(loop)), idle_(make<net::TimeoutQueue>(loop_, config.timeout)) {
    set_max_connections(config.max_connections);
}

Ref<Pool> Pool::instance(const Ref<net::Loop>& loop) {
    Pool*& known = instances[loop.get()];
    if (known) return Ref<Pool>(known);
    auto made = make<Pool>(loop);
    made->is_instance_ = true;
    known = made.get();
    return made;
}

Pool::~Pool() {
    if (is_instance_) instances.erase(loop_.get());
    for (auto& [key, place] : places_) {
        for (const Ref<Client>& client : place.clients) {
            client->pool_ = nullptr;
            client->disarm();
            if (!client->busy()) client->hang_up();
        }
    }
}

bool Pool::farewell() {
    bool any = false;
    for (auto& [key, place] : places_) {
        const auto waiting = std::move(place.waiting);
        place.waiting.clear();
        for (const Ref<Request>& request : waiting) {
            any = true;
            if (request->pool_ != this) continue;
            request->end();
            request->deliver(nullptr, system_error(ECANCELED));
        }
        if (any) return true;
    }
    return false;
}

std::string Pool::key(Request& request) {
    const Client::Destination d = Client::destination(request);
    return d.host + ":" + std::to_string(d.port) + "|" + std::to_string(reinterpret_cast<uintptr_t>(d.tls.get()));
}

Ref<Client> Pool::request(Ref<Request> request) {
    if (!request) throw Misuse("request required");
    Client::check(*request);
    const std::string key = Pool::key(*request);
    Place& place = places_[key];
    // The one that became idle last has the best chance of still being connected.
    const auto idle =
        std::find_if(place.clients.rbegin(), place.clients.rend(), [](const Ref<Client>& c) { return !c->busy(); });
    Ref<Client> client;
    if (idle != place.clients.rend()) {
        client = *idle;
        client->request(std::move(request));
        return client;
    }
    if (place.clients.size() >= max_connections_) {
        request->pool_ = this;
        request->begin(loop_);
        place.waiting.push_back(std::move(request));
        return nullptr;
    }
    client = make<Client>(loop_);
    client->request(std::move(request));
    client->pool_ = this;
    client->pool_key_ = key;
    place.clients.push_back(client);
    if (is_instance_) self_ = Ref<Pool>(this);
    return client;
}

void Pool::cancel(Request& request, const ErrorCode& error) {
    const Ref<Request> hold(&request);
    for (auto& [key, place] : places_) {
        const auto at = std::find(place.waiting.begin(), place.waiting.end(), hold);
        if (at == place.waiting.end()) continue;
        place.waiting.erase(at);
        break;
    }
    request.end();
    request.deliver(nullptr, error);
}

void Pool::released(Client& client) {
    idle_->arm(client);
    Place& place = places_[client.pool_key_];
    const auto self = std::find(place.clients.begin(), place.clients.end(), Ref<Client>(&client));
    std::rotate(self, self + 1, place.clients.end());
    while (!place.waiting.empty()) {
        const Ref<Request> next = std::move(place.waiting.front());
        place.waiting.pop_front();
        next->pool_ = nullptr;
        try {
            return client.request(next);
        } catch (const std::exception&) {  // it has been changed while it waited
            next->end();
            next->deliver(nullptr, system_error(EINVAL));
            if (client.pool_ != this || client.busy()) return;
        }
    }
}

void Pool::expired(Client& client) {
    const Ref<Pool> self(this);
    leave(client);
}

void Pool::leave(Client& client) {
    const Ref<Client> hold(&client);
    const auto at = places_.find(client.pool_key_);
    auto& clients = at->second.clients;
    clients.erase(std::find(clients.begin(), clients.end(), hold));
    if (clients.empty() && at->second.waiting.empty()) places_.erase(at);
    client.pool_ = nullptr;
    if (places_.empty()) self_.reset();
}

void Pool::set_idle_timeout(uint64_t ms) {
    idle_ = make<net::TimeoutQueue>(loop_, ms);
    for (auto& [key, place] : places_)
        for (const Ref<Client>& client : place.clients)
            if (!client->busy()) idle_->arm(*client);
}

size_t Pool::size() const {
    size_t n = 0;
    for (const auto& [key, place] : places_)
        n += place.clients.size();
    return n;
}

size_t Pool::nbusy() const {
    size_t n = 0;
    for (const auto& [key, place] : places_)
        for (const Ref<Client>& client : place.clients)
            n += client->busy();
    return n;
}

void http_request(const Ref<net::Loop>& loop, Ref<Request> request) {
    Pool::instance(loop)->request(std::move(request));
}

namespace {
class Done : public Listener {
  public:
    bool call(const Value* args, size_t, Round*) override {  // (request, response, error)
        response = Ref<Response>(static_cast<Response*>(args[1].object()));
        error = args[2].error();
        return true;
    }
    const void* identity() const override { return this; }

    Ref<Response> response;
    ErrorCode error;
};

struct PrivateLoop {
    Ref<net::Loop> loop = make<net::Loop>();
    Ref<Pool> pool = make<Pool>(loop);
    bool running = false;
};
}  // namespace

Expected<Ref<Response>> http_request_sync(Ref<Request> request) {
    thread_local PrivateLoop own;
    if (own.running) throw Misuse("recursive syncronous http request detected");
    const auto done = make<Done>();
    own.pool->request(request);
    request->response_event.add(done);
    own.running = true;
    while (!done->response && own.loop->run(net::Loop::Mode::kOnce)) {
    }
    own.running = false;
    request->response_event.remove(done.get(), false);
    if (done->error) return done->error;
    if (!done->response) return system_error(ECANCELED);
    return done->response;
}

}  // namespace ue::http
