// TLS contexts as the interface takes them: UniEvent::SslContext, or an SSL_CTX of another module.
#pragma once
#include "net/ssl_context.h"
#include "xs/glue/interpreter.h"

namespace ue::glue {

// The context in `sv`; null for undef and missing. Besides our own objects: an integer that is the address of an
// SSL_CTX, as Net::SSLeay hands it out, or a blessed reference to such an integer; its count is raised. Throws Misuse
// naming `place` for everything else, also for 0: a context that could not be made must not mean "without TLS".
Ref<net::SslContext> ssl_ctx_arg(pTHX_ SV* sv, const std::string& place);

// UniEvent::SslContext->new(\%settings). Throws Misuse naming key and value.
Ref<net::SslContext> make_ssl_context(pTHX_ SV* settings);

}  // namespace ue::glue
