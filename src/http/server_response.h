// The answer to a ServerRequest.
//
// Complete from the moment it is given, unless it is chunked and has no body: then send_chunk() and at last
// send_final_chunk() make the body. A complete response may be given to any number of requests; one that is still being
// sent belongs to one.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "codec/http/response.h"

namespace ue::http {

class ServerRequest;

class ServerResponse : public codec::Response {
  public:
    static const Type kType;  // "UniEvent::HTTP::ServerResponse"
    const Type& type() const override { return kType; }

    ServerResponse() = default;

    // Both: Misuse "can't send chunk: response has already been completed"; nothing at all if the response was not
    // given to a request, or the request has gone. While earlier requests are unanswered the data is kept.
    void send_chunk(std::string_view data);  // empty: nothing
    void send_final_chunk(std::string_view data = {});
    bool completed() const { return completed_; }

  protected:
    ~ServerResponse() override = default;

  private:
    friend class ServerRequest;
    friend class ServerConnection;

    ServerRequest* request_ = nullptr;  // whose body is being made; the request clears it
    std::vector<std::string> waiting_;  // chunks that came before the head could be sent
    bool completed_ = false;
};

}  // namespace ue::http
