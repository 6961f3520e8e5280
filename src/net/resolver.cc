#include "net/resolver.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/misuse.h"
#include "net/errors.h"
#include "net/lookup_threads.h"
#include "net/uv_block.h"

namespace ue::net {

const Type Resolver::kType = {"UniEvent::Resolver", &Object::kType};
const Type ResolveRequest::kType = {"UniEvent::Resolver::Request", &Object::kType};

Resolver::Resolver(Ref<Loop> loop) : Resolver(std::move(loop), Config()) {}

Resolver::Resolver(Ref<Loop> loop, const Config& config)
    : loop_(loop.get()), held_loop_(std::move(loop)), config_(config) {}

Resolver::Resolver(Loop* loop, OfLoop) : loop_(loop) {}

Resolver::~Resolver() {
    for (const auto& request : pending_)
        request->resolver_ = nullptr;
    if (loop_) unwatch();
}

void Resolver::watch() {
    if (wake_) return;
    wake_ = make_watcher<uv_async_t>(this);
    uv_async_init(loop_->uv(), wake_, [](uv_async_t* h) {
        if (h->data) static_cast<Resolver*>(h->data)->collect();
    });
    uv_unref(as_handle(wake_));
    timer_ = make_watcher<uv_timer_t>(this);
    uv_timer_init(loop_->uv(), timer_);
    threads_ = std::make_shared<LookupThreads>(wake_);
}

void Resolver::unwatch() {
    if (!wake_) return;
    threads_->owner_gone();
    threads_.reset();
    drop_watcher(wake_);
    drop_watcher(timer_);
    wake_ = nullptr;
    timer_ = nullptr;
}

namespace {
std::string key_of(const std::string& node, const std::string& service, const ResolveHints& h) {
    return node + '\0' + service + '\0' + std::to_string(h.family) + ' ' + std::to_string(h.socktype) + ' ' +
           std::to_string(h.protocol) + ' ' + std::to_string(h.flags);
}

// Names come from users and from peers (redirects): no zero bytes for C to stop at, no more than DNS allows.
bool is_name(const std::string& node) {
    constexpr size_t kLongestName = 255;
    return !node.empty() && node.size() <= kLongestName && node.find('\0') == node.npos;
}

void set_port(std::vector<SockAddr>& addresses, uint16_t port) {
    if (!port) return;
    for (SockAddr& address : addresses)
        address = address.with_port(port);
}
}  // namespace

Ref<ResolveRequest> Resolver::resolve(Query query, Ref<ResolveRequest::Callback> callback) {
    if (!loop_) throw Failure("the resolver's loop has gone");
    if (threads_ && threads_->made_by() != getpid()) after_fork();
    watch();
    loop_->update_time();
    Ref<ResolveRequest> request(new ResolveRequest);
    request->resolver_ = this;
    request->callback_ = std::move(callback);
    request->node_ = std::move(query.node);
    if (!query.port) request->service_ = std::move(query.service);
    request->port_ = query.port;
    request->hints_ = query.hints;
    request->use_cache_ = query.use_cache;
    uint64_t timeout = config_.query_timeout_ms * kQueryTries;
    if (query.timeout_ms && (!timeout || query.timeout_ms < timeout)) timeout = query.timeout_ms;
    if (timeout) request->deadline_ = loop_->now() + timeout;
    pending_.push_back(request);
    ask(*request);
    arm();
    return request;
}

// From the text itself, from the cache, or from the threads.
void Resolver::ask(ResolveRequest& request) {
    if (!is_name(request.node_)) {
        request.error_ = ResolveError::kBadName;
        return;
    }
    const auto numeric = SockAddr::from_ip(request.node_, request.port_);
    const int family = request.hints_.family;
    if (numeric && request.service_.empty() && (family == AF_UNSPEC || family == numeric.value().family())) {
        request.addresses_ = {numeric.value()};
        return;
    }
    const auto cached = cache_.find(key_of(request.node_, request.service_, request.hints_));
    if (request.use_cache_ && cached != cache_.end()) {
        if (loop_->now() - cached->second.at < config_.cache_expiration_ms) {
            request.addresses_ = cached->second.addresses;
            set_port(request.addresses_, request.port_);
            return;
        }
        cache_.erase(cached);
    }
    static thread_local uint64_t last_id = 0;
    request.lookup_ = ++last_id;
    threads_->ask(request.lookup_, request.node_, request.service_, request.hints_, config_.workers);
}

void Resolver::collect() {
    const Ref<Resolver> hold(this);
    for (auto& answer : threads_->answers()) {
        const auto found = std::find_if(pending_.begin(), pending_.end(),
                                        [&answer](const auto& r) { return r->lookup_ == answer.id; });
        if (found == pending_.end()) continue;
        const Ref<ResolveRequest> request = *found;
        const ErrorCode error = LookupThreads::error_of(answer);
        if (!error) {
            request->addresses_ = std::move(answer.addresses);
            if (request->use_cache_)
                remember(key_of(request->node_, request->service_, request->hints_), request->addresses_);
            set_port(request->addresses_, request->port_);
        }
        finish(request.get(), error);
        if (!threads_) return;
    }
    arm();
}

void Resolver::remember(const std::string& key, const std::vector<SockAddr>& addresses) {
    if (!config_.cache_limit) return;
    if (cache_.size() >= config_.cache_limit) cache_.clear();
    cache_[key] = {addresses, loop_->now()};
}

void Resolver::arm() {
    if (!timer_) return;
    if (pending_.empty()) {
        uv_timer_stop(timer_);
        uv_unref(as_handle(wake_));
        return;
    }
    uv_ref(as_handle(wake_));
    const uint64_t now = loop_->now();
    uint64_t wait = UINT64_MAX;
    for (const auto& r : pending_) {
        if (!r->lookup_) wait = 0;
        if (r->deadline_) wait = std::min(wait, r->deadline_ > now ? r->deadline_ - now : 0);
    }
    if (wait == UINT64_MAX) {
        uv_timer_stop(timer_);
        return;
    }
    uv_timer_start(
        timer_,
        [](uv_timer_t* h) {
            if (h->data) static_cast<Resolver*>(h->data)->tick();
        },
        wait, 0);
}

// Delivers what was known at once, and gives up what takes too long.
void Resolver::tick() {
    const Ref<Resolver> hold(this);
    const uint64_t now = loop_->now();
    const std::vector<Ref<ResolveRequest>> then(pending_.begin(), pending_.end());
    for (const auto& request : then) {
        if (!request->resolver_) continue;
        if (!request->lookup_) {
            const ErrorCode error = request->error_;
            finish(request.get(), error);
        } else if (request->deadline_ && request->deadline_ <= now) {
            finish(request.get(), system_error(ETIMEDOUT));
        }
        if (!loop_) return;
    }
    arm();
}

void Resolver::finish(ResolveRequest* r, const ErrorCode& error) {
    const Ref<ResolveRequest> request(r);
    if (request->lookup_ && threads_) threads_->forget(request->lookup_);
    request->resolver_ = nullptr;
    pending_.remove(request);
    const Ref<ResolveRequest::Callback> callback = std::move(request->callback_);
    if (error) request->addresses_.clear();
    if (callback) callback->resolved(*request, request->addresses_, error);
}

void ResolveRequest::cancel() {
    if (!resolver_) return;
    const Ref<Resolver> resolver(resolver_);
    resolver->finish(this, system_error(ECANCELED));
    resolver->arm();
}

void Resolver::reset() {
    const Ref<Resolver> hold(this);
    const std::vector<Ref<ResolveRequest>> then(pending_.begin(), pending_.end());
    for (const auto& request : then)
        request->cancel();
}

size_t Resolver::queue_size() const {
    return threads_ ? threads_->waiting() : 0;
}

void Resolver::set_cache_limit(size_t limit) {
    config_.cache_limit = limit;
    if (cache_.size() > limit) cache_.clear();
}

void Resolver::put_last(const Query& query, const SockAddr& address) {
    const auto found = cache_.find(key_of(query.node, query.port ? std::string() : query.service, query.hints));
    if (found == cache_.end()) return;
    auto& list = found->second.addresses;
    const auto it = std::find_if(list.begin(), list.end(), [&](const SockAddr& a) {
        return query.port ? a.with_port(query.port) == address : a == address;
    });
    if (it != list.end()) std::rotate(it, it + 1, list.end());
}

Expected<std::vector<SockAddr>> Resolver::resolve_now(const Query& query) {
    if (!is_name(query.node)) return ErrorCode(ResolveError::kBadName);
    auto answer = LookupThreads::look_up(0, query.node, query.port ? std::string() : query.service, query.hints);
    const ErrorCode error = LookupThreads::error_of(answer);
    if (error) return error;
    set_port(answer.addresses, query.port);
    return std::move(answer.addresses);
}

void Resolver::loop_gone() {
    unwatch();
    for (const auto& request : pending_)
        request->resolver_ = nullptr;
    pending_.clear();
    loop_ = nullptr;
}

// The threads stayed in the parent, perhaps with the lock: they and what they share are left behind.
void Resolver::after_fork() {
    if (!threads_) return;
    new std::shared_ptr<LookupThreads>(threads_);
    threads_ = std::make_shared<LookupThreads>(wake_);
    for (const auto& r : pending_)
        if (r->lookup_) threads_->ask(r->lookup_, r->node_, r->service_, r->hints_, config_.workers);
}

}  // namespace ue::net
