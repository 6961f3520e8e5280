// What a read has brought beyond the messages of one turn, waiting for the next.
#pragma once
#include <string>
#include <string_view>

#include "net/loop.h"
#include "ws/connection.h"

namespace ue::ws {

// Held by its connection and the loop; the connection cancels it when it goes.
class Connection::Postponed : public net::Task {
  public:
    Postponed(Connection& connection, std::string_view bytes) : connection_(&connection), bytes_(bytes) {}
    bool run() override {
        if (connection_) connection_->resume();
        return true;
    }
    // What waits, to be looked at where it lies; all of it, unless some is handed back.
    codec::Span take() {
        const codec::Span rest{&bytes_[at_], bytes_.size() - at_};
        at_ = bytes_.size();
        return rest;
    }
    void shrink_to(size_t last) { at_ = bytes_.size() - last; }
    bool waiting() const { return at_ < bytes_.size(); }
    void append(std::string_view more) { bytes_.append(more); }
    void cancel() {
        if (!connection_) return;
        connection_->loop_->cancel_delay(this);
        connection_ = nullptr;
    }
    void done() { connection_ = nullptr; }

  private:
    Connection* connection_;
    std::string bytes_;
    size_t at_ = 0;  // where the rest begins
};

}  // namespace ue::ws
