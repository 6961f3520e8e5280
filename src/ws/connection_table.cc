#include "ws/connection_table.h"

#include <algorithm>

#include "ws/server_connection.h"

namespace ue::ws {

ConnectionTable::ConnectionTable() = default;
ConnectionTable::~ConnectionTable() = default;

size_t ConnectionTable::first_not_below(uint64_t id) const {
    const auto below = [](const Slot& slot, uint64_t wanted) { return slot.id < wanted; };
    return static_cast<size_t>(std::lower_bound(slots_.begin(), slots_.end(), id, below) - slots_.begin());
}

void ConnectionTable::add(ServerConnection& connection) {
    slots_.push_back({connection.id(), &connection});
    ++count_;
}

bool ConnectionTable::remove(uint64_t id) {
    const size_t at = first_not_below(id);
    if (at == slots_.size() || slots_[at].id != id || !slots_[at].connection) return false;
    // The table is whole again before the connection may go.
    const Ref<ServerConnection> leaving = std::move(slots_[at].connection);
    --count_;
    if (count_ * 2 < slots_.size()) compact();
    return true;
}

void ConnectionTable::compact() {
    const auto hole = [](const Slot& slot) { return !slot.connection; };
    slots_.erase(std::remove_if(slots_.begin(), slots_.end(), hole), slots_.end());
    if (slots_.size() * 4 < slots_.capacity()) slots_.shrink_to_fit();
}

ServerConnection* ConnectionTable::find(uint64_t id) const {
    const size_t at = first_not_below(id);
    return at < slots_.size() && slots_[at].id == id ? slots_[at].connection.get() : nullptr;
}

ServerConnection* ConnectionTable::after(uint64_t id) const {
    for (size_t at = id == UINT64_MAX ? slots_.size() : first_not_below(id + 1); at < slots_.size(); ++at)
        if (slots_[at].connection) return slots_[at].connection.get();
    return nullptr;
}

std::vector<Ref<ServerConnection>> ConnectionTable::snapshot() const {
    std::vector<Ref<ServerConnection>> all;
    all.reserve(count_);
    for (const Slot& slot : slots_)
        if (slot.connection) all.push_back(slot.connection);
    return all;
}

}  // namespace ue::ws
