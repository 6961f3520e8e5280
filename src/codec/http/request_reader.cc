#include "codec/http/request_reader.h"

#include "codec/http/parser.h"

namespace ue::codec {

RequestReader::RequestReader(const ReaderLimits& limits) : limits_(limits) {}

RequestReader::~RequestReader() {
    reset();
}

ReadResult RequestReader::feed(const char* data, size_t size) {
    if (!size) return {ReadResult::State::kNeedMore, 0, {}};
    if (!parser_) {
        request_ = make_request();
        parser_ = MessageParser::acquire();
        parser_->start(*request_);
    }
    ReadResult result = parser_->feed(data, size, limits_);
    state_ = parser_->state();
    if (state_ >= MessageState::kDone) MessageParser::recycle(std::move(parser_));
    return result;
}

Ref<Request> RequestReader::take_request() {
    return in_message() ? request_ : std::move(request_);
}

void RequestReader::reset() {
    if (parser_) MessageParser::recycle(std::move(parser_));
    request_.reset();
    state_ = MessageState::kHeaders;
}

Ref<Request> RequestReader::make_request() {
    return make<Request>();
}

}  // namespace ue::codec
