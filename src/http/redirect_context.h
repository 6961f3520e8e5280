// What a redirected request was before the redirect: the parts that do not go to the new place by themselves.
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "base/object.h"
#include "codec/http/cookies.h"
#include "codec/uri.h"
#include "net/ssl_context.h"

namespace ue::http {

class RedirectContext : public Object {
  public:
    static const Type kType;  // "UniEvent::HTTP::RedirectContext"
    const Type& type() const override { return kType; }

    Ref<codec::Uri> uri;
    Ref<net::SslContext> ssl_ctx;
    codec::Cookies cookies;
    std::vector<std::pair<std::string, std::string>> removed_headers;  // names in lower case

    RedirectContext() = default;

  protected:
    ~RedirectContext() override = default;
};

}  // namespace ue::http
