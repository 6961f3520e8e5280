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
        if (connection_) connection_->resume(bytes_);
        return true;
    }
    void cancel() {
        if (!connection_) return;
        connection_->loop_->cancel_delay(this);
        connection_ = nullptr;
    }
    void done() { connection_ = nullptr; }

  private:
    Connection* connection_;
    std::string bytes_;
};

}  // namespace ue::ws
