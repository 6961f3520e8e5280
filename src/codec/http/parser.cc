#include "codec/http/parser.h"

#include <algorithm>

#include "codec/http/errors.h"
#include "codec/http/request.h"
#include "codec/http/response.h"

namespace ue::codec {

namespace {

// A peer that announces much and sends nothing must not make us allocate.
constexpr uint64_t kMaxReserve = 64 * 1024;

// Even without a limit: Headers counts in 32 bits.
constexpr size_t kLargestHead = size_t{1} << 30;

thread_local std::unique_ptr<MessageParser> spare;

ErrorCode too_much(const ReaderLimits& limits) {
    return limits.max_body_size ? HttpError::kBodyTooLarge : HttpError::kUnexpectedBody;
}

}  // namespace

std::unique_ptr<MessageParser> MessageParser::acquire() {
    return spare ? std::move(spare) : std::make_unique<MessageParser>();
}

void MessageParser::recycle(std::unique_ptr<MessageParser> parser) {
    parser->inflater_.close();
    spare = std::move(parser);
}

void MessageParser::start(Message& message) {
    message_ = &message;
    head_size_ = 0;
    left_ = announced_ = produced_ = 0;
    state_ = MessageState::kHeaders;
    framing_ = Framing::kNone;
    uncompress_ = true;
    started_body_ = false;
}

void MessageParser::start(Request& request) {
    start(static_cast<Message&>(request));
    request_ = &request;
    response_ = nullptr;
    answers_ = nullptr;
    head_.start(&request, nullptr);
    guard_.start_request();
}

void MessageParser::start(Response& response, const Request& answers, bool uncompress) {
    start(static_cast<Message&>(response));
    request_ = nullptr;
    response_ = &response;
    answers_ = &answers;
    uncompress_ = uncompress;
    head_.start(nullptr, &response);
    guard_.start_response();
}

ReadResult MessageParser::feed(const char* data, size_t size, const ReaderLimits& limits) {
    if (state_ == MessageState::kHeaders) return feed_head(data, size, limits);
    return framing_ == Framing::kChunked ? feed_chunks(data, size, limits) : feed_plain(data, size, limits);
}

ReadResult MessageParser::feed_head(const char* data, size_t size, const ReaderLimits& limits) {
    const size_t max = std::min(limits.max_headers_size, kLargestHead);
    const size_t allowed = std::min(size, max - std::min(head_size_, max));
    const size_t good = guard_.check(data, allowed);
    head_size_ += good;
    if (good) {
        const size_t taken = head_.feed(data, good);
        if (head_.error()) return fail(head_.error(), taken);
    }
    if (!guard_.done()) {
        if (good < allowed) return fail(HttpError::kLexical, good);
        if (allowed < size) return fail(HttpError::kHeadersTooLarge, good);
        return need_more(size);
    }
    if (!head_.complete()) return fail(HttpError::kLexical, good);  // guard and llhttp disagree: believe neither
    ErrorCode error = request_ ? frame_request() : frame_response();
    if (!error) error = begin_body(limits);
    if (error) return fail(error, good);
    if (framing_ == Framing::kNone) return finish(good);
    return {ReadResult::State::kHeadersDone, good, {}};
}

ErrorCode MessageParser::frame_request() {
    const BodyFraming& f = head_.framing();
    message_->set_chunked(f.chunked);
    // RFC 9112 section 6.1: HTTP/1.0 knows no transfer encoding, a proxy in between may have passed it on blindly.
    if (f.chunked && message_->http_version() == 10) return HttpError::kUnsupportedTransferEncoding;
    const bool body = f.chunked || f.length > 0;
    // What follows the head of a CONNECT belongs to the tunnel, whatever the head says about it.
    if (body && request_->raw_method() == Method::kConnect) return HttpError::kUnexpectedBody;
    framing_ = !body ? Framing::kNone : f.chunked ? Framing::kChunked : Framing::kLength;
    return {};
}

ErrorCode MessageParser::frame_response() {
    const BodyFraming& f = head_.framing();
    const int code = response_->code();
    const Method method = answers_->method();
    message_->set_chunked(f.chunked);
    if (code == 100 && !answers_->expects_continue()) return HttpError::kUnexpectedContinue;
    // These describe the body that there would be, or have been, without sending it; a tunnel has none.
    if (method == Method::kHead || code == 304 || (method == Method::kConnect && code / 100 == 2)) return {};
    if (code < 200 || code == 204) return f.chunked || f.length ? ErrorCode(HttpError::kUnexpectedBody) : ErrorCode();
    framing_ = f.chunked       ? Framing::kChunked
               : !f.has_length ? Framing::kUntilEnd
               : f.length == 0 ? Framing::kNone
                               : Framing::kLength;
    // Chunked in an HTTP/1.0 response is understood, but the connection is not to be trusted (RFC 9112 section 6.1).
    if (framing_ == Framing::kUntilEnd || (f.chunked && message_->http_version() == 10))
        message_->headers().set("Connection", "close");
    return {};
}

ErrorCode MessageParser::begin_body(const ReaderLimits& limits) {
    const BodyFraming& f = head_.framing();
    message_->set_compression(f.encoding);
    if (framing_ == Framing::kNone) return {};
    state_ = framing_ == Framing::kChunked ? MessageState::kChunk : MessageState::kBody;
    if (uncompress_ && (f.encoding == Compression::kGzip || f.encoding == Compression::kDeflate)) {
        if (!inflater_.open(f.encoding)) return HttpError::kUncompressionFailure;
    }
    if (framing_ == Framing::kChunked) chunks_.start();
    if (framing_ != Framing::kLength) return {};
    left_ = f.length;
    if (ErrorCode error = announce(left_, limits)) return error;
    if (!inflater_.is_open()) message_->body().reserve(static_cast<size_t>(std::min(left_, kMaxReserve)));
    return {};
}

// `size` more bytes are going to come. What is compressed is measured when it has been unpacked.
ErrorCode MessageParser::announce(uint64_t size, const ReaderLimits& limits) {
    if (size && inflater_.is_open() && limits.max_body_size) return {};
    const uint64_t max = limits.max_body_size;
    if (size > max - std::min(announced_, max)) return too_much(limits);
    announced_ += size;
    return {};
}

ErrorCode MessageParser::add_body(std::string_view piece, const ReaderLimits& limits) {
    const uint64_t max = limits.max_body_size;
    const uint64_t room = max - std::min(produced_, max);
    std::string& body = message_->body();
    const size_t before = body.size();
    started_body_ = true;
    if (inflater_.is_open()) {
        const ErrorCode error = inflater_.write(piece, body, static_cast<size_t>(room));
        produced_ += body.size() - before;
        return error == HttpError::kBodyTooLarge ? too_much(limits) : error;
    }
    if (piece.size() > room) return too_much(limits);
    body.append(piece);
    produced_ += piece.size();
    return {};
}

ReadResult MessageParser::feed_plain(const char* data, size_t size, const ReaderLimits& limits) {
    const size_t take = framing_ == Framing::kLength ? static_cast<size_t>(std::min<uint64_t>(size, left_)) : size;
    if (const ErrorCode error = add_body({data, take}, limits)) return fail(error, 0);
    if (framing_ == Framing::kUntilEnd) return need_more(take);
    left_ -= take;
    return left_ ? need_more(take) : finish(take);
}

ReadResult MessageParser::feed_chunks(const char* data, size_t size, const ReaderLimits& limits) {
    size_t at = 0;
    for (;;) {
        const ChunkReader::Step step = chunks_.next(data + at, size - at, limits.max_headers_size);
        ErrorCode error;
        switch (step.event) {
            case ChunkReader::Event::kMore:
                return need_more(size);
            case ChunkReader::Event::kChunk:
                error = announce(chunks_.size(), limits);
                state_ = chunks_.in_trailer() ? MessageState::kChunkTrailer : MessageState::kChunkBody;
                break;
            case ChunkReader::Event::kData:
                error = add_body(step.data, limits);
                if (!chunks_.in_data()) state_ = MessageState::kChunk;
                break;
            case ChunkReader::Event::kEnd:
                return finish(at + step.consumed);
            case ChunkReader::Event::kError:
                error = HttpError::kLexical;
                break;
            case ChunkReader::Event::kTooLong:
                error = chunks_.in_trailer() ? HttpError::kHeadersTooLarge : HttpError::kLexical;
                break;
        }
        if (error) return fail(error, at + (step.data.data() ? 0 : step.consumed));
        at += step.consumed;
    }
}

bool MessageParser::end_of_input() {
    return framing_ == Framing::kUntilEnd && state_ == MessageState::kBody &&
           (!inflater_.is_open() || !started_body_ || inflater_.complete());
}

ReadResult MessageParser::finish(size_t consumed) {
    // A compressed body of no bytes at all is common and harmless; one that stops in the middle is not.
    if (inflater_.is_open() && started_body_ && !inflater_.complete())
        return fail(HttpError::kUncompressionFailure, consumed);
    state_ = MessageState::kDone;
    return {ReadResult::State::kDone, consumed, {}};
}

ReadResult MessageParser::fail(ErrorCode error, size_t consumed) {
    if (state_ == MessageState::kHeaders) head_.salvage(guard_.past_start_line());
    state_ = MessageState::kError;
    return {ReadResult::State::kError, consumed, std::move(error)};
}

}  // namespace ue::codec
