// Bytes that are either looked at where they lie (in a read buffer) or owned in a malloc'ed block. A block always has
// room for a NUL behind the bytes, so that it can become a Perl string without a copy.
#pragma once
#include <cstddef>
#include <string_view>

namespace ue::codec {

struct MallocBlock {
    char* data;       // to be freed with free(); NUL-terminated
    size_t size;      // without the NUL
    size_t capacity;  // with it
};

class Payload {
  public:
    Payload() = default;
    Payload(const Payload&) = delete;
    Payload& operator=(const Payload&) = delete;
    ~Payload();

    std::string_view view() const { return {data_, size_}; }
    const char* data() const { return data_; }
    size_t size() const { return size_; }
    bool owned() const { return capacity_ != 0; }
    size_t capacity() const { return capacity_; }

    // The bytes stay where they are, for as long as their owner leaves them there. A block held so far is freed.
    void look_at(std::string_view bytes) {
        if (capacity_) drop();
        data_ = bytes.data();
        size_ = bytes.size();
    }
    // Makes the bytes independent of where they lay.
    void own();
    // Gives up the block (own() first if it is none). The payload is empty afterwards.
    MallocBlock release();
    // Gives up the block, but goes on looking at it: the taker keeps it in place for as long as this payload is used.
    // The block fits the bytes, with `spare` octets behind the NUL.
    MallocBlock lend(size_t spare);
    // Empty; a block of up to `keep` octets stays for the next use, a bigger one is freed.
    void clear(size_t keep = 0) {
        size_ = 0;
        if (!capacity_) {
            data_ = "";
        } else if (capacity_ <= keep) {
            end();
        } else {
            drop();
        }
    }
    // Drops octets at the front.
    void cut_front(size_t count);
    // Takes the other's bytes, which is then empty.
    void take(Payload& other);

    // Appending, to a block only (an empty payload becomes one).
    // Room for `size` more octets (exactly so many if `exact`, else the block at least doubles when it grows).
    char* reserve(size_t size, bool exact = false);
    void commit(size_t size) {
        size_ += size;
        end();
    }
    void append(std::string_view bytes);
    size_t room() const { return capacity_ ? capacity_ - 1 - size_ : 0; }

  private:
    char* block() const { return const_cast<char*>(data_); }
    void end() { block()[size_] = 0; }
    void grow(size_t capacity);
    void drop();  // the block; empty afterwards
    const char* data_ = "";
    size_t size_ = 0;
    size_t capacity_ = 0;  // 0: a view
};

}  // namespace ue::codec
