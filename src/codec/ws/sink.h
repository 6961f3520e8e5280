// Where encoded bytes go. The connection engine has one over its stream's output, the parser objects one over a string.
#pragma once
#include <cstring>
#include <string>
#include <string_view>

namespace ue::codec {

class Sink {
  public:
    // Room for `size` octets, to be followed by one commit of at most that many before any other call. Never null.
    virtual char* reserve(size_t size) = 0;
    virtual void commit(size_t size) = 0;
    // A large piece of the caller's payload, as it is. A sink that can send it from where it lies (the caller of the
    // writer knows how to keep it alive) does so; the others copy.
    virtual void append_payload(std::string_view piece) {
        std::memcpy(reserve(piece.size()), piece.data(), piece.size());
        commit(piece.size());
    }

  protected:
    ~Sink() = default;
};

// Appends to a string.
class StringSink final : public Sink {
  public:
    StringSink() : text_(own_) {}
    explicit StringSink(std::string& text) : text_(text) {}  // which outlives the sink
    char* reserve(size_t size) override {
        used_ = text_.size();
        text_.resize(used_ + size);
        return &text_[used_];
    }
    void commit(size_t size) override { text_.resize(used_ + size); }
    void append_payload(std::string_view piece) override { text_.append(piece); }
    std::string& text() { return text_; }

  private:
    std::string own_;
    std::string& text_;
    size_t used_ = 0;
};

}  // namespace ue::codec
