// The inside of both readers: one message from its first byte to its last.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "codec/http/chunk_reader.h"
#include "codec/http/compression.h"
#include "codec/http/head_guard.h"
#include "codec/http/head_parser.h"
#include "codec/http/reader.h"

namespace ue::codec {

class MessageParser {
  public:
    // Parsers are recycled within a thread: a message costs no allocation and an idle connection keeps no parser.
    static std::unique_ptr<MessageParser> acquire();
    static void recycle(std::unique_ptr<MessageParser> parser);

    // What is started must outlive the parsing.
    void start(Request& request);
    void start(Response& response, const Request& answers, bool uncompress);

    ReadResult feed(const char* data, size_t size, const ReaderLimits& limits);
    // The input has ended. True: the message lasted until then, and is complete.
    bool end_of_input();
    MessageState state() const { return state_; }

  private:
    enum class Framing : uint8_t { kNone, kLength, kChunked, kUntilEnd };

    void start(Message& message);
    ReadResult feed_head(const char* data, size_t size, const ReaderLimits& limits);
    ReadResult feed_plain(const char* data, size_t size, const ReaderLimits& limits);
    ReadResult feed_chunks(const char* data, size_t size, const ReaderLimits& limits);
    // What follows the head, by the rules of RFC 9112 section 6.3.
    ErrorCode frame_request();
    ErrorCode frame_response();
    ErrorCode begin_body(const ReaderLimits& limits);
    ErrorCode announce(uint64_t size, const ReaderLimits& limits);
    ErrorCode add_body(std::string_view piece, const ReaderLimits& limits);
    ReadResult need_more(size_t consumed) { return {ReadResult::State::kNeedMore, consumed, {}}; }
    ReadResult finish(size_t consumed);
    ReadResult fail(ErrorCode error, size_t consumed);

    HeadParser head_;
    HeadGuard guard_;
    ChunkReader chunks_;
    BodyInflater inflater_;
    Message* message_ = nullptr;
    Request* request_ = nullptr;
    Response* response_ = nullptr;
    const Request* answers_ = nullptr;
    size_t head_size_ = 0;
    uint64_t left_ = 0;       // of a body of known length
    uint64_t announced_ = 0;  // bytes of body that size lines have promised
    uint64_t produced_ = 0;   // bytes of body handed out
    MessageState state_ = MessageState::kHeaders;
    Framing framing_ = Framing::kNone;
    bool uncompress_ = true;
    bool started_body_ = false;
};

}  // namespace ue::codec
