// getaddrinfo() in threads. Each thread lives while there is something to look up.
//
// A look-up cannot be interrupted, and may take as long as the name servers like. Hence nobody waits for it: threads
// are detached and hold the shared state, whose owner may forget about single jobs, or go.
#pragma once
#include <unistd.h>
#include <uv.h>

#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "net/resolver.h"

namespace ue::net {

class LookupThreads : public std::enable_shared_from_this<LookupThreads> {
  public:
    struct Answer {
        uint64_t id;
        int status;  // of getaddrinfo()
        int system_errno;
        std::vector<SockAddr> addresses;
    };

    // `wake` is sent to after every answer.
    explicit LookupThreads(uv_async_t* wake) : made_by_(getpid()), wake_(wake) {}
    pid_t made_by() const { return made_by_; }  // threads are not inherited

    void ask(uint64_t id, const std::string& node, const std::string& service, const ResolveHints& hints,
             unsigned max_threads);
    // The answer is not wanted any more. A job that has begun goes on, but counts no more as a worker.
    void forget(uint64_t id);
    std::vector<Answer> answers();
    size_t waiting();
    void owner_gone();  // nothing is sent any more

    // In the calling thread.
    static Answer look_up(uint64_t id, const std::string& node, const std::string& service, const ResolveHints& hints);
    static ErrorCode error_of(const Answer& answer);

  private:
    struct Job {
        uint64_t id;
        std::string node, service;
        ResolveHints hints;
    };
    void start_thread();
    void work();

    const pid_t made_by_;
    std::mutex mutex_;
    uv_async_t* wake_;
    std::deque<Job> jobs_;
    std::vector<uint64_t> running_;
    std::vector<Answer> answers_;
    unsigned threads_ = 0, lost_ = 0;  // lost: busy with a job that nobody waits for
};

}  // namespace ue::net
