// What a Wire has only while something unusual is going on.
#pragma once
#include <utility>
#include <vector>

#include "net/stream.h"
#include "net/tls.h"
#include "net/wire.h"

namespace ue::net {

// A queue that keeps its memory when it runs empty.
template <class T>
class Fifo {
  public:
    bool empty() const { return head_ == items_.size(); }
    size_t size() const { return items_.size() - head_; }
    T& front() { return items_[head_]; }
    void push_back(T&& item) { items_.push_back(std::move(item)); }
    void pop_front() {
        items_[head_] = T();
        if (++head_ == items_.size()) clear();
    }
    void clear() {
        items_.clear();
        head_ = 0;
    }
    typename std::vector<T>::iterator begin() { return items_.begin() + static_cast<ptrdiff_t>(head_); }
    typename std::vector<T>::iterator end() { return items_.end(); }

  private:
    std::vector<T> items_;
    size_t head_ = 0;
};

struct Wire::Backlog {
    struct Held {
        size_t at;  // stands before this offset of out_
        std::string_view bytes;
        Ref<Keeper> keeper;
    };
    struct Notice {
        uint64_t at;
        Ref<WriteNotice> notice;
    };

    bool idle() const { return held.empty() && notices.empty() && !job && !error; }

    uint64_t done = 0;  // plain bytes that have left since this was made; notices are measured by it
    size_t held_bytes = 0;
    Fifo<Held> held;
    Fifo<Notice> notices;
    Job* job = nullptr;  // the one uv_write under way
    ErrorCode error;
    bool error_told = false;
};

struct Wire::Job {
    ~Job() { std::free(memory); }
    uv_write_t req;
    Wire* wire;
    size_t plain;            // what it is worth in appended bytes
    char* memory = nullptr;  // owned
    std::string sealed;
    std::vector<Ref<Keeper>> keepers;
};

struct Wire::Farewell {
    uv_timer_t* timer = nullptr;
    uint64_t timeout_ms = 0;
    bool fin_sent = false;
    bool alert_sent = false;
};

}  // namespace ue::net
