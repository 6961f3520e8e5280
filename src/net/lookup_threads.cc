#include "net/lookup_threads.h"

#include <netdb.h>
#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <cerrno>

#include "net/errors.h"

namespace ue::net {

namespace {
// Threads stuck in look-ups that nobody waits for any more: a dead name server must not eat the process.
constexpr unsigned kLostThreads = 64;
}  // namespace

LookupThreads::Answer LookupThreads::look_up(uint64_t id, const std::string& node, const std::string& service,
                                             const ResolveHints& hints) {
    addrinfo wanted = {};
    wanted.ai_family = hints.family;
    wanted.ai_socktype = hints.socktype;
    wanted.ai_protocol = hints.protocol;
    wanted.ai_flags = hints.flags;
    addrinfo* list = nullptr;
    Answer answer{id, 0, 0, {}};
    answer.status = getaddrinfo(node.c_str(), service.empty() ? nullptr : service.c_str(), &wanted, &list);
    answer.system_errno = errno;
    if (answer.status) return answer;
    for (const addrinfo* i = list; i; i = i->ai_next) {
        const auto address = SockAddr::from_native(i->ai_addr, i->ai_addrlen);
        if (address && !address.value().empty()) answer.addresses.push_back(address.value());
    }
    freeaddrinfo(list);
    return answer;
}

ErrorCode LookupThreads::error_of(const Answer& answer) {
    switch (answer.status) {
        case 0:
            return answer.addresses.empty() ? ErrorCode(ResolveError::kNoData) : ErrorCode();
        case EAI_NONAME:
            return ResolveError::kHostNotFound;
        case EAI_NODATA:
        case EAI_ADDRFAMILY:
            return ResolveError::kNoData;
        case EAI_AGAIN:
        case EAI_FAIL:
            return ResolveError::kServerFailed;
        case EAI_SERVICE:
            return ResolveError::kServiceNotFound;
        case EAI_BADFLAGS:
            return ResolveError::kBadFlags;
        case EAI_FAMILY:
        case EAI_SOCKTYPE:
            return ResolveError::kBadHints;
        case EAI_MEMORY:
            return system_error(ENOMEM);
        case EAI_SYSTEM:
            return system_error(answer.system_errno);
        case EAI_OVERFLOW:
            return ResolveError::kBadName;
        default:
            return ResolveError::kBadResponse;
    }
}

void LookupThreads::ask(uint64_t id, const std::string& node, const std::string& service, const ResolveHints& hints,
                        unsigned max_threads) {
    const std::lock_guard<std::mutex> lock(mutex_);
    jobs_.push_back({id, node, service, hints});
    const unsigned idle = threads_ - lost_ - static_cast<unsigned>(running_.size());
    if (threads_ - lost_ < std::max(max_threads, 1u) && jobs_.size() > idle) start_thread();
}

void LookupThreads::start_thread() {
    if (lost_ >= kLostThreads) return;
    auto* self = new std::shared_ptr<LookupThreads>(shared_from_this());
    // Signals are the business of the threads that were there before.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread;
    const int failed = pthread_create(
        &thread, nullptr,
        [](void* arg) -> void* {
            const std::unique_ptr<std::shared_ptr<LookupThreads>> self(
                static_cast<std::shared_ptr<LookupThreads>*>(arg));
            (*self)->work();
            return nullptr;
        },
        self);
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (failed) {
        delete self;  // the job waits for a running thread, or for its time-out
        return;
    }
    pthread_detach(thread);
    ++threads_;
}

void LookupThreads::work() {
    std::unique_lock<std::mutex> lock(mutex_);
    while (!jobs_.empty() && wake_) {
        const Job job = std::move(jobs_.front());
        jobs_.pop_front();
        running_.push_back(job.id);
        lock.unlock();
        Answer answer = look_up(job.id, job.node, job.service, job.hints);
        lock.lock();
        const auto mine = std::find(running_.begin(), running_.end(), job.id);
        if (mine == running_.end()) {
            --lost_;
            break;  // another thread may have been started in place of this one
        }
        running_.erase(mine);
        if (!wake_) break;
        answers_.push_back(std::move(answer));
        uv_async_send(wake_);
    }
    --threads_;
    if (!jobs_.empty() && wake_ && threads_ == lost_) start_thread();
}

void LookupThreads::forget(uint64_t id) {
    const std::lock_guard<std::mutex> lock(mutex_);
    const auto is_it = [id](const auto& entry) { return entry.id == id; };
    const auto queued = std::find_if(jobs_.begin(), jobs_.end(), is_it);
    if (queued != jobs_.end()) jobs_.erase(queued);
    const auto running = std::find(running_.begin(), running_.end(), id);
    if (running != running_.end()) {
        running_.erase(running);
        ++lost_;
        if (!jobs_.empty()) start_thread();
    }
    answers_.erase(std::remove_if(answers_.begin(), answers_.end(), is_it), answers_.end());
}

std::vector<LookupThreads::Answer> LookupThreads::answers() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return std::move(answers_);
}

size_t LookupThreads::waiting() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return jobs_.size();
}

void LookupThreads::owner_gone() {
    const std::lock_guard<std::mutex> lock(mutex_);
    wake_ = nullptr;
    jobs_.clear();
}

}  // namespace ue::net
