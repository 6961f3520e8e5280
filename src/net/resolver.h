// Names to addresses: the system's look-up in threads of its own, with a cache in front.
//
// Ownership: a pending request is held by its resolver and keeps the loop running. A resolver holds its loop, except
// the loop's own one (Loop::resolver()), which the loop holds. Threads know neither: a look-up that was cancelled,
// timed out or forgotten ends in nothing.
#pragma once
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "net/loop.h"
#include "net/sockaddr.h"

namespace ue::net {

class Resolver;
class LookupThreads;

struct ResolveHints {
    int family = AF_UNSPEC;
    int socktype = SOCK_STREAM;
    int protocol = 0;
    int flags = 0;  // AI_*
};

class ResolveRequest : public Object {
  public:
    static const Type kType;  // "UniEvent::Resolver::Request"
    const Type& type() const override { return kType; }

    class Callback : public Refcnt {
      public:
        // Once. On error the addresses are empty.
        virtual void resolved(ResolveRequest& request, const std::vector<SockAddr>& addresses, const ErrorCode& e) = 0;
    };

    // The callback gets operation_canceled before this returns. Afterwards, and the second time: nothing.
    void cancel();

  private:
    friend class Resolver;
    ResolveRequest() = default;

    Resolver* resolver_ = nullptr;  // null when done
    Ref<Callback> callback_;
    std::string node_, service_;
    uint16_t port_ = 0;
    ResolveHints hints_;
    bool use_cache_ = true;
    uint64_t deadline_ = 0;
    uint64_t lookup_ = 0;  // the threads' job it waits for; 0: answered, to be told in the next turn
    std::vector<SockAddr> addresses_;
    ErrorCode error_;
};

class Resolver : public Object {
  public:
    static const Type kType;  // "UniEvent::Resolver"
    const Type& type() const override { return kType; }

    struct Config {
        uint64_t cache_expiration_ms = 600'000;
        size_t cache_limit = 10'000;  // entries; 0: no caching; a full cache is dropped
        // For one question to a name server. The system asks by itself and several times, so a look-up is given up
        // after kQueryTries of them.
        uint64_t query_timeout_ms = 500;
        unsigned workers = 5;  // look-ups at the same time
    };
    static constexpr unsigned kQueryTries = 15;
    static constexpr uint64_t kDefaultTimeoutMs = 5'000;

    explicit Resolver(Ref<Loop> loop);  // holds the loop
    Resolver(Ref<Loop> loop, const Config& config);

    struct Query {
        std::string node;
        std::string service;
        uint16_t port = 0;  // wins over service
        ResolveHints hints;
        uint64_t timeout_ms = kDefaultTimeoutMs;  // 0: none
        bool use_cache = true;
    };
    // The callback never runs inside this call. Throws Failure if the loop has gone.
    // Errors: host_not_found, ... (ResolveError), timed_out, operation_canceled, other system errors.
    Ref<ResolveRequest> resolve(Query query, Ref<ResolveRequest::Callback> callback);
    // Blocks; neither reads nor fills the cache.
    static Expected<std::vector<SockAddr>> resolve_now(const Query& query);

    uint64_t cache_expiration_ms() const { return config_.cache_expiration_ms; }
    void set_cache_expiration_ms(uint64_t ms) { config_.cache_expiration_ms = ms; }
    size_t cache_limit() const { return config_.cache_limit; }
    void set_cache_limit(size_t limit);
    size_t cache_size() const { return cache_.size(); }
    size_t queue_size() const;  // waiting for a worker
    void clear_cache() { cache_.clear(); }
    // This address did not answer: the others of the name come first from now on.
    void put_last(const Query& query, const SockAddr& address);
    void reset();  // cancels everything

  protected:
    ~Resolver() override;

  private:
    friend class Loop;
    friend class ResolveRequest;
    struct OfLoop {};
    Resolver(Loop* loop, OfLoop);
    struct Cached {
        std::vector<SockAddr> addresses;
        uint64_t at;
    };

    void loop_gone();
    void after_fork();
    void watch();  // makes the watchers
    void unwatch();
    void ask(ResolveRequest& request);
    void collect();  // what the threads have finished
    void arm();      // the timer, for the earliest deadline
    void tick();
    void remember(const std::string& key, const std::vector<SockAddr>& addresses);
    // Takes the request out and calls its callback.
    void finish(ResolveRequest* request, const ErrorCode& error);

    Loop* loop_;
    Ref<Loop> held_loop_;
    Config config_;
    std::map<std::string, Cached> cache_;
    std::list<Ref<ResolveRequest>> pending_;
    std::shared_ptr<LookupThreads> threads_;
    uv_async_t* wake_ = nullptr;
    uv_timer_t* timer_ = nullptr;
};

}  // namespace ue::net
