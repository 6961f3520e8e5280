// A server's connections by id. Ids only grow, so appending keeps the order, looking up is a binary search, and walking
// in ascending order is walking. A hole stays where a connection has left until half of the table is holes.
#pragma once
#include <cstdint>
#include <vector>

#include "base/object.h"

namespace ue::ws {

class ServerConnection;

class ConnectionTable {
  public:
    ConnectionTable();
    ~ConnectionTable();

    void add(ServerConnection& connection);  // its id is above all that are in
    bool remove(uint64_t id);
    ServerConnection* find(uint64_t id) const;
    // The first with an id above `id`, null at the end. Walking with it survives any change in between.
    ServerConnection* after(uint64_t id) const;
    size_t count() const { return count_; }
    uint64_t last_id() const { return slots_.empty() ? 0 : slots_.back().id; }
    std::vector<Ref<ServerConnection>> snapshot() const;

  private:
    struct Slot {
        uint64_t id;
        Ref<ServerConnection> connection;  // null: left
    };
    size_t first_not_below(uint64_t id) const;
    void compact();

    std::vector<Slot> slots_;
    size_t count_ = 0;
};

}  // namespace ue::ws
