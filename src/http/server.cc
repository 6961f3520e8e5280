#include "http/server.h"

#include <cerrno>
#include <ctime>

#include "base/misuse.h"
#include "codec/http/date.h"
#include "http/errors.h"
#include "http/server_connection.h"
#include "http/server_listener.h"

namespace ue::http {

const Type Server::kType = {"UniEvent::HTTP::Server", &Object::kType};

Server::Server(Ref<net::Loop> loop) : loop_(std::move(loop)) {}

Server::~Server() {
    listeners_.clear();
    state_ = State::kClosing;  // nobody is told
    for (const auto& connection : snapshot()) {
        leave(*connection);
        connection->abandon();
    }
}

ErrorCode Server::run() {
    if (state_ != State::kInitial) throw Misuse("server is already running");
    if (config_.locations.empty()) throw Misuse("no locations to listen supplied");
    const Ref<Server> self(this);
    if (const ErrorCode error = start_listening()) return error;
    state_ = State::kRunning;
    run_event.emit();
    return {};
}

void Server::stop() {
    if (state_ == State::kInitial || state_ == State::kClosing) return;
    const Ref<Server> self(this);
    state_ = State::kClosing;
    stop_listening();
    for (const auto& connection : snapshot())
        connection->die(HttpError::kServerStopping);
    stopped();
}

void Server::graceful_stop() {
    if (state_ != State::kRunning) return;
    const Ref<Server> self(this);
    state_ = State::kStopping;
    stop_listening();
    for (const auto& connection : snapshot())
        connection->wind_down();
    if (state_ == State::kStopping && !connections_) stopped();
}

void Server::stopped() {
    state_ = State::kInitial;
    stop_event.emit();
}

void Server::accept(Ref<net::Stream> stream) {
    enter(*new ServerConnection(*this, policy_, std::move(stream)));
}

void Server::enter(ServerConnection& connection) {
    connection.retain();
    connection.next_ = connections_;
    if (connections_) connections_->prev_ = &connection;
    connections_ = &connection;
    ++connection_count_;
}

void Server::leave(ServerConnection& connection) {
    (connection.prev_ ? connection.prev_->next_ : connections_) = connection.next_;
    if (connection.next_) connection.next_->prev_ = connection.prev_;
    connection.prev_ = connection.next_ = nullptr;
    --connection_count_;
    connection.release();
    if (state_ == State::kStopping && !connections_) stopped();
}

// Callbacks may change the list while it is walked.
std::vector<Ref<ServerConnection>> Server::snapshot() const {
    std::vector<Ref<ServerConnection>> all;
    all.reserve(connection_count_);
    for (ServerConnection* c = connections_; c; c = c->next_)
        all.emplace_back(c);
    return all;
}

std::string_view Server::date() {
    const int64_t second = time(nullptr);
    if (second != date_second_) {
        date_second_ = second;
        codec::format_http_date(second, date_);
    }
    return {date_, codec::kHttpDateSize};
}

}  // namespace ue::http
