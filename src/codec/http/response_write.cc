// A response in wire format.
#include "codec/http/chars.h"
#include "codec/http/request.h"
#include "codec/http/response.h"
#include "codec/http/write.h"

namespace ue::codec {

namespace {

// Browsers ignore cookies whose domain has a port; and what a client claims to be our name must not add attributes.
std::string_view cookie_domain(const Request* request) {
    if (!request) return {};
    std::string_view host = request->headers().get("Host");
    const size_t bracket = host.find(']');
    host = host.substr(0, host.find(':', bracket == std::string_view::npos ? 0 : bracket));
    for (char c : host)
        if (!is_visible(c) || c == ';' || c == ',') return {};
    return host;
}

}  // namespace

// Writes the Connection header, if there has to be one; returns whether the connection persists.
bool Response::write_connection(const Context& context, int version, std::string& out) const {
    const bool wanted = !context.close && (!context.request || context.request->keep_alive());
    if (!wanted) {
        if (version == 11) append_field("Connection", "close", out);
        return false;
    }
    bool own = false, keep_alive = false, close = false;
    for (const Headers::Field field : headers_) {
        if (!equals_nocase(field.name, "Connection")) continue;
        own = true;
        any_list_element(field.value, [&](std::string_view token) {
            close = close || equals_nocase(token, "close");
            keep_alive = keep_alive || equals_nocase(token, "keep-alive");
            return false;
        });
        append_field("Connection", field.value, out);
    }
    if (own) return !close && (version == 11 || keep_alive);
    if (version == 10 && context.request) append_field("Connection", "keep-alive", out);
    return version == 11 || context.request;
}

bool Response::serialise(std::string& out, const Context& context) {
    const Request* request = context.request;
    const int code = code_ ? code_ : 200;
    const int version = chunked_        ? 11
                        : http_version_ ? http_version_
                        : request       ? (request->http_version() == 10 ? 10 : 11)
                                        : 11;
    const bool may_have_body = this->may_have_body(request);
    // Interim responses and 204 end with their head for everybody, so they are not framed as chunked, either.
    const bool chunked = chunked_ && code >= 200 && code != 204;
    std::string packed;
    std::string_view body = code < 200 || code == 204 || code == 304 ? std::string_view() : body_;
    const bool gzip = compression_ == Compression::kGzip && request && (chunked || !body.empty()) &&
                      request->allowed_compression() & mask(Compression::kGzip);
    if (gzip && !chunked) {
        gzip_text(body, packed);
        body = packed;
    }

    out.reserve(out.size() + 512 + body.size());
    out += version == 10 ? "HTTP/1.0 " : "HTTP/1.1 ";
    append_number(static_cast<uint64_t>(code), out);
    out += ' ';
    out += message_.empty() ? reason_phrase(code) : std::string_view(message_);
    out += "\r\n";

    const bool persists = write_connection(context, version, out);
    const bool keep_length = !chunked && !gzip && keeps_content_length(headers_, body.size());
    if (!chunked && !keep_length && code != 304) append_field("Content-Length", body.size(), out);
    if (gzip && !headers_.has("Content-Encoding")) append_field("Content-Encoding", "gzip", out);
    if (chunked) append_field("Transfer-Encoding", "chunked", out);

    bool dated = false;
    const bool own_cookies = cookies_changed_ && cookies_;
    for (const Headers::Field field : headers_) {
        switch (field.name.size()) {
            case 4:
                dated = dated || equals_nocase(field.name, "Date");
                break;
            case 10:
                if (equals_nocase(field.name, "Connection")) continue;
                // A received cookie that has been changed goes out in its new form only.
                if (own_cookies && received_ && equals_nocase(field.name, "Set-Cookie")) continue;
                break;
            case 14:
                if (!keep_length && equals_nocase(field.name, "Content-Length")) continue;
                break;
            case 17:
                if (equals_nocase(field.name, "Transfer-Encoding")) continue;
                break;
        }
        append_field(field.name, field.value, out);
    }
    if (!dated && !context.date.empty()) append_field("Date", context.date, out);
    if (own_cookies) {
        const std::string_view domain = cookie_domain(request);
        for (const auto& [name, cookie] : *cookies_) {
            out += "Set-Cookie: ";
            append_set_cookie(name, cookie, domain, out);
            out += "\r\n";
        }
    }
    out += "\r\n";

    if (!chunked) {
        if (may_have_body) out += body;
        begin_chunks(false, true);
        return persists;
    }
    begin_chunks(gzip, !may_have_body);
    if (!body.empty()) append_final_chunk(body, out);
    return persists;
}

}  // namespace ue::codec
