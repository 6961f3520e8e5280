// A request in wire format.
#include "codec/http/request.h"
#include "codec/http/write.h"
#include "codec/uri_chars.h"

namespace ue::codec {

namespace {

// What a user put into a uri may be anything; on the request line it must not end the line or the target.
void append_printable(std::string_view text, std::string& out) {
    encode_percent(text, is_visible, out);
}

void append_uri(const Uri& uri, bool without_query, std::string& out) {
    if (uri.path().empty())
        out += '/';
    else
        append_printable(uri.path(), out);
    if (without_query || uri.query_string().empty()) return;
    out += '?';
    append_printable(uri.query_string(), out);
}

void append_host(const Uri& uri, std::string& out) {
    out += "Host: ";
    out += uri.encoded_host();
    const uint16_t port = uri.port();
    const uint16_t usual = uri.scheme() == "http" ? 80 : uri.scheme() == "https" ? 443 : 0;
    if (port && port != usual) {
        out += ':';
        append_number(port, out);
    }
    out += "\r\n";
}

void append_accept_encoding(const std::vector<uint8_t>& preferences, std::string& out) {
    bool any = false;
    for (const uint8_t type : preferences) {
        const char* name = type == mask(Compression::kGzip)     ? "gzip"
                           : type == mask(Compression::kBrotli) ? "br"
                                                                : nullptr;
        if (!name) continue;
        out += any ? ", " : "Accept-Encoding: ";
        out += name;
        any = true;
    }
    if (any) out += "\r\n";
}

}  // namespace

// The body to send: the own one, or the form as one. `made` holds what had to be made for it.
std::string_view Request::outgoing_body(std::string& made, bool& moved_query) {
    moved_query = false;
    if (streams_form_ || !has_form_body()) return body_;
    if (form_->boundary.empty()) form_->boundary = make_boundary();
    if (!form_->fields.empty()) {
        append_multipart(*form_, made);
        return made;
    }
    Form query_form;
    query_form.boundary = form_->boundary;
    for (const auto& [name, value] : uri_->query())
        query_form.fields.push_back({name, value, false, {}, {}});
    append_multipart(query_form, made);
    moved_query = true;
    return made;
}

void Request::serialise(std::string& out) {
    std::string form_text, packed;
    bool moved_query;
    std::string_view body = outgoing_body(form_text, moved_query);
    const bool multipart = has_form_body();

    const bool gzip = compression_ == Compression::kGzip && (chunked_ || !body.empty());
    if (gzip && !chunked_) {
        gzip_text(body, packed);
        body = packed;
    }

    const Method method = this->method();
    out.append(method_name(method)).append(1, ' ');
    if (form_ && form_->encoding == FormEncoding::kUrlEncoded) {
        const Ref<Uri> with_form = uri() ? uri_->clone() : make<Uri>();
        add_to_query(*form_, *with_form);
        append_uri(*with_form, false, out);
    } else if (uri_) {
        append_uri(*uri_, moved_query, out);
    } else {
        out += target_.empty() ? std::string_view("/") : std::string_view(target_);
    }
    out += chunked_ || http_version_ != 10 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n";

    // A length of the user's is kept where it is true.
    const bool framed_by_user = headers_.has("Transfer-Encoding") && !chunked_;
    const bool keep_length = !chunked_ && !gzip && keeps_content_length(headers_, body.size());
    const bool takes_body = method == Method::kPost || method == Method::kPut || method == Method::kPatch;
    if (!headers_.has("Host") && uri_ && !uri_->host().empty()) append_host(*uri_, out);
    if (!chunked_ && !keep_length && !framed_by_user && (!body.empty() || takes_body))
        append_field("Content-Length", body.size(), out);
    if (!headers_.has("Accept-Encoding")) append_accept_encoding(preferences_, out);
    if (gzip && !headers_.has("Content-Encoding")) append_field("Content-Encoding", "gzip", out);
    if (cookies_changed_ && !cookies_->empty()) {
        out += "Cookie: ";
        append_cookies(*cookies_, out);
        out += "\r\n";
    }
    if (multipart) append_field("Content-Type", "multipart/form-data; boundary=" + form_->boundary, out);
    if (chunked_) append_field("Transfer-Encoding", "chunked", out);
    for (const Headers::Field field : headers_) {
        if (!keep_length && equals_nocase(field.name, "Content-Length")) continue;
        if (chunked_ && equals_nocase(field.name, "Transfer-Encoding")) continue;
        if (cookies_changed_ && equals_nocase(field.name, "Cookie")) continue;
        if (multipart && equals_nocase(field.name, "Content-Type")) continue;
        append_field(field.name, field.value, out);
    }
    out += "\r\n";

    if (!chunked_) {
        out += body;
        return;
    }
    begin_chunks(gzip);
    if (!body.empty()) append_final_chunk(body, out);
}

}  // namespace ue::codec
