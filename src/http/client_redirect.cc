// Client: sending a request to where its response points.
#include <cerrno>

#include "base/misuse.h"
#include "http/client.h"
#include "http/errors.h"

namespace ue::http {

namespace {

// What belongs to the place the request was meant for.
constexpr const char* kBound[] = {"Authorization", "Cookie", "Host", "Referer"};
// What describes a body.
constexpr const char* kBodyFields[] = {"Content-Length", "Content-Type", "Content-Encoding", "Transfer-Encoding"};

// Null if it leads nowhere.
Ref<codec::Uri> target(const codec::Uri& from, std::string_view location) {
    auto to = make<codec::Uri>(location);
    if (location.empty() || to->empty()) return nullptr;
    if (to->scheme().empty()) {
        if (to->host().empty()) {
            const std::string& path = to->path();
            if (path.empty() || path[0] != '/')
                to->set_path(path.empty() ? from.path() : from.path().substr(0, from.path().rfind('/') + 1) + path);
            to->set_host(from.host());
            to->set_port(from.explicit_port());
        }
        to->set_scheme(from.scheme());
    }
    const bool known = to->scheme() == "http" || to->scheme() == "https";
    return known && !to->host().empty() ? to : nullptr;
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return out;
}

}  // namespace

bool Client::will_redirect(const Response& response) const {
    if (!request_->settings.follow_redirect) return false;
    switch (response.code()) {
        case 300:
        case 301:
        case 302:
        case 303:
        case 307:
        case 308:
            return true;
        default:
            return false;
    }
}

// The request is on its way to the new place when this returns no error; or it was cancelled.
ErrorCode Client::redirect() {
    const Ref<Request> request(request_);
    const Ref<Response> response(response_);
    const uint32_t ends = ends_;
    if (!request->settings.redirection_limit) return HttpError::kUnexpectedRedirect;
    if (request->redirects_ >= request->settings.redirection_limit) return HttpError::kRedirectionLimit;
    const std::string_view location = response->headers().get("Location");
    const Ref<codec::Uri> uri = target(*request->uri(), location);
    if (!uri) return HttpError::kNoRedirectUri;
    const bool sent_by_chunks = request->chunked() && request->body().empty();
    if (sent_by_chunks && response->code() != 303) return HttpError::kUnexpectedRedirect;  // nobody has kept the body
    ++request->redirects_;

    auto before = make<RedirectContext>();
    before->uri = Ref<codec::Uri>(request->uri());
    before->ssl_ctx = std::move(request->settings.ssl_ctx);
    before->cookies = request->cookies();
    for (const char* name : kBound) {
        for (const std::string_view value : request->headers().get_all(name))
            before->removed_headers.emplace_back(lower(name), value);
        request->headers().remove(name);
    }
    request->clear_cookies();
    request->set_uri(uri);
    if (response->code() == 303) {
        if (request->method() != codec::Method::kHead) request->set_method(static_cast<int>(codec::Method::kGet));
        request->body().clear();
        request->set_chunked(false);
        request->clear_form();
        for (const char* name : kBodyFields)
            request->headers().remove(name);
    }
    if (!keeps_) hang_up();

    request->redirect_event.emit(request.get(), response.get(), before.get());
    if (ends_ != ends) return {};
    try {
        if (!request->uri() || request->uri()->host().empty()) return HttpError::kNoRedirectUri;
        prepare();
    } catch (const Failure& e) {
        return e.code();
    } catch (const Misuse&) {
        return system_error(EINVAL);
    }
    go();
    return {};
}

}  // namespace ue::http
