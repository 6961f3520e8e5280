#include "codec/http/head_parser.h"

#include <llhttp.h>

#include "codec/http/errors.h"
#include "codec/http/request.h"
#include "codec/http/response.h"

namespace ue::codec {

namespace {

Method method_of(uint8_t llhttp_method) {
    switch (llhttp_method) {
        case HTTP_OPTIONS:
            return Method::kOptions;
        case HTTP_GET:
            return Method::kGet;
        case HTTP_HEAD:
            return Method::kHead;
        case HTTP_POST:
            return Method::kPost;
        case HTTP_PUT:
            return Method::kPut;
        case HTTP_DELETE:
            return Method::kDelete;
        case HTTP_TRACE:
            return Method::kTrace;
        case HTTP_CONNECT:
            return Method::kConnect;
        // Methods of other protocols that llhttp knows as well (RTSP, ICE, the preface of HTTP/2) have no place here.
        default:
            return find_method(llhttp_method_name(static_cast<llhttp_method_t>(llhttp_method)));
    }
}

}  // namespace

struct HeadParser::Callbacks {
    static HeadParser& self(llhttp_t* p) { return *static_cast<HeadParser*>(p->data); }

    static int url(llhttp_t* p, const char* at, size_t size) {
        self(p).request_->append_target({at, size});
        return 0;
    }
    static int status(llhttp_t* p, const char* at, size_t size) {
        self(p).response_->append_message({at, size});
        return 0;
    }
    static int field(llhttp_t* p, const char* at, size_t size) {
        HeadParser& me = self(p);
        if (!me.take_start_line()) return HPE_USER;
        if (!me.in_field_) {
            me.message_->headers().begin_field();
            me.in_field_ = true;
        }
        me.message_->headers().append_name({at, size});
        return 0;
    }
    static int value(llhttp_t* p, const char* at, size_t size) {
        self(p).message_->headers().append_value({at, size});
        return 0;
    }
    static int value_complete(llhttp_t* p) { return self(p).field_complete() ? 0 : HPE_USER; }
    static int headers_complete(llhttp_t* p) {
        HeadParser& me = self(p);
        me.complete_ = true;
        if (!me.take_start_line()) return HPE_USER;
        // Bodies are not its business.
        return HPE_PAUSED;
    }

    static const llhttp_settings_t* settings() {
        static const llhttp_settings_t all = [] {
            llhttp_settings_t s;
            llhttp_settings_init(&s);
            s.on_url = url;
            s.on_status = status;
            s.on_header_field = field;
            s.on_header_value = value;
            s.on_header_value_complete = value_complete;
            s.on_headers_complete = headers_complete;
            return s;
        }();
        return &all;
    }
};

void HeadParser::Delete::operator()(llhttp__internal_s* p) const {
    delete p;
}

HeadParser::HeadParser() : llhttp_(new llhttp_t) {}

void HeadParser::start(Request* request, Response* response) {
    llhttp_init(llhttp_.get(), request ? HTTP_REQUEST : HTTP_RESPONSE, Callbacks::settings());
    llhttp_->data = this;
    request_ = request;
    response_ = response;
    message_ = request ? static_cast<Message*>(request) : response;
    if (response) response->set_received();
    framing_ = BodyFraming();
    error_ = ErrorCode();
    started_ = in_field_ = complete_ = false;
}

bool HeadParser::take_start_line() {
    if (started_) return true;
    started_ = true;
    message_->set_http_version(llhttp_->http_minor ? 11 : 10);
    if (response_) {
        response_->set_code(llhttp_->status_code);
        return true;
    }
    const Method method = method_of(llhttp_->method);
    if (method == Method::kUnspecified) {
        error_ = HttpError::kLexical;
        return false;
    }
    request_->set_method(static_cast<int>(method));
    return true;
}

std::string_view HeadParser::last_name() const {
    const Headers& headers = message_->headers();
    return headers.empty() ? std::string_view() : headers[headers.count() - 1].name;
}

bool HeadParser::field_complete() {
    Headers& headers = message_->headers();
    in_field_ = false;
    headers.end_field();
    const Headers::Field field = headers[headers.count() - 1];
    error_ = framing_.add_field(field.name, field.value);
    return !error_;
}

size_t HeadParser::feed(const char* data, size_t size) {
    const llhttp_errno_t code = llhttp_execute(llhttp_.get(), data, size);
    if (code == HPE_OK || code == HPE_PAUSED || code == HPE_PAUSED_UPGRADE) return size;
    if (!error_) {
        switch (code) {
            // llhttp notices these while the field is still incomplete.
            case HPE_UNEXPECTED_CONTENT_LENGTH:
                error_ = framing_.has_length && equals_nocase(last_name(), "content-length")
                             ? HttpError::kMultipleContentLength
                             : HttpError::kAmbiguousLength;
                break;
            case HPE_INVALID_CONTENT_LENGTH:
                error_ = HttpError::kInvalidContentLength;
                break;
            case HPE_INVALID_TRANSFER_ENCODING:
                error_ = HttpError::kUnsupportedTransferEncoding;
                break;
            default:
                error_ = HttpError::kLexical;
        }
    }
    const char* at = llhttp_get_error_pos(llhttp_.get());
    return at >= data && at < data + size ? at - data : size - 1;
}

void HeadParser::salvage(bool start_line) {
    if (in_field_) message_->headers().drop_field();
    in_field_ = false;
    if (start_line && !error_) take_start_line();
    if (!started_ && request_) request_->clear_target();
    if (!started_ && response_) response_->set_message({});
}

}  // namespace ue::codec
