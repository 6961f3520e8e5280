#include "codec/http/response_reader.h"

#include "base/misuse.h"
#include "codec/http/errors.h"
#include "codec/http/parser.h"

namespace ue::codec {

ResponseReader::ResponseReader(const ReaderLimits& limits) : limits_(limits) {}

ResponseReader::~ResponseReader() {
    reset();
}

void ResponseReader::set_request(Ref<Request> request) {
    if (request_) throw Misuse("can't set another context request until response is done");
    request_ = std::move(request);
}

ReadResult ResponseReader::feed(const char* data, size_t size) {
    if (!request_) throw Misuse("Cannot create response as there are no corresponding request");
    if (!size) return {ReadResult::State::kNeedMore, 0, {}};
    if (!parser_) {
        response_ = make_response();
        parser_ = MessageParser::acquire();
        parser_->start(*response_, *request_, uncompress_);
    }
    ReadResult result = parser_->feed(data, size, limits_);
    state_ = parser_->state();
    if (state_ >= MessageState::kDone) leave();
    return result;
}

ReadResult ResponseReader::eof() {
    if (!request_) return {ReadResult::State::kNeedMore, 0, {}};
    const bool good = parser_ && parser_->end_of_input();
    if (!parser_) response_ = make_response();
    state_ = good ? MessageState::kDone : MessageState::kError;
    leave();
    if (good) return {ReadResult::State::kDone, 0, {}};
    return {ReadResult::State::kError, 0, HttpError::kUnexpectedEof};
}

// An interim response leaves its request waiting for the final one.
void ResponseReader::leave() {
    if (parser_) MessageParser::recycle(std::move(parser_));
    if (state_ == MessageState::kDone && response_->interim()) return;
    request_.reset();
}

Ref<Response> ResponseReader::take_response() {
    return in_message() ? response_ : std::move(response_);
}

void ResponseReader::reset() {
    if (parser_) MessageParser::recycle(std::move(parser_));
    request_.reset();
    response_.reset();
    state_ = MessageState::kHeaders;
}

Ref<Response> ResponseReader::make_response() {
    return make<Response>();
}

}  // namespace ue::codec
