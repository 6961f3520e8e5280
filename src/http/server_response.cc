#include "http/server_response.h"

#include "base/misuse.h"
#include "http/server_connection.h"

namespace ue::http {

const Type ServerResponse::kType = {"UniEvent::HTTP::ServerResponse", &codec::Response::kType};

namespace {
void refuse_if(bool completed) {
    if (completed) throw Misuse("can't send chunk: response has already been completed");
}
}  // namespace

void ServerResponse::send_chunk(std::string_view data) {
    refuse_if(completed_);
    if (!request_ || data.empty()) return;
    request_->connection_->send_chunk(*request_, data);
}

void ServerResponse::send_final_chunk(std::string_view data) {
    refuse_if(completed_);
    if (!request_) return;
    completed_ = true;
    if (!data.empty()) waiting_.emplace_back(data);
    request_->connection_->advance();
}

}  // namespace ue::http
