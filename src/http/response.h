// A response as a client receives it.
#pragma once
#include "codec/http/response.h"

namespace ue::http {

class Response : public codec::Response {
  public:
    static const Type kType;  // "UniEvent::HTTP::Response"
    const Type& type() const override { return kType; }

    Response() = default;
    bool is_done() const { return done_; }  // received completely

  protected:
    ~Response() override = default;

  private:
    friend class Client;
    bool done_ = false;
};

}  // namespace ue::http
