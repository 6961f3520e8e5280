#include "codec/ws/payload.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace ue::codec {

namespace {
constexpr size_t kSmallest = 64;  // below that growing costs more than it saves
constexpr size_t kBehind = 2;     // a NUL, and an octet for who shares the block (lend), so that it need not grow then
}

Payload::~Payload() {
    if (capacity_) std::free(block());
}

void Payload::own() {
    if (capacity_) return;
    if (size_ == 0) {
        data_ = "";
        return;
    }
    const std::string_view bytes = view();
    size_ = 0;
    grow(bytes.size() + kBehind);
    append(bytes);
    end();
}

MallocBlock Payload::release() {
    own();
    if (!capacity_) {
        grow(1);
        end();
    }
    const MallocBlock out = {block(), size_, capacity_};
    data_ = "", size_ = 0, capacity_ = 0;
    return out;
}

MallocBlock Payload::lend(size_t spare) {
    constexpr size_t kWaste = 64;
    const size_t wanted = size_ + 1 + spare;
    own();
    if (capacity_ < wanted || capacity_ > wanted + kWaste) grow(wanted);
    const MallocBlock out = release();
    look_at({out.data, out.size});
    return out;
}

void Payload::drop() {
    std::free(block());
    data_ = "";
    size_ = capacity_ = 0;
}

void Payload::cut_front(size_t count) {
    size_ -= count;
    if (!capacity_) {
        data_ += count;
        return;
    }
    std::memmove(block(), block() + count, size_);
    end();
}

void Payload::take(Payload& other) {
    clear();
    std::swap(data_, other.data_);
    std::swap(size_, other.size_);
    std::swap(capacity_, other.capacity_);
}

char* Payload::reserve(size_t size, bool exact) {
    if (room() < size) {
        if (!capacity_) size_ = 0;
        size_t wanted = size_ + size + kBehind;
        if (wanted < size) throw std::bad_alloc();
        if (!exact) wanted = std::max({wanted, capacity_ * 2, kSmallest});
        grow(wanted);
    }
    return block() + size_;
}

void Payload::append(std::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(reserve(bytes.size()), bytes.data(), bytes.size());
    commit(bytes.size());
}

void Payload::grow(size_t capacity) {
    void* p = std::realloc(capacity_ ? block() : nullptr, capacity);
    if (!p) throw std::bad_alloc();
    data_ = static_cast<char*>(p);
    capacity_ = capacity;
}

}  // namespace ue::codec
