// What requests and responses have in common: headers, body, version, chunking, compression.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/object.h"
#include "codec/http/compression.h"
#include "codec/http/headers.h"

namespace ue::codec {

class Message : public Object {
  public:
    static const Type kType;
    const Type& type() const override { return kType; }

    // As new, but keeps its memory: for objects that are used again.
    virtual void clear();

    Headers& headers() { return headers_; }
    const Headers& headers() const { return headers_; }

    // The live body; change it freely.
    std::string& body() { return body_; }
    const std::string& body() const { return body_; }
    void set_body(std::string body) { body_ = std::move(body); }

    int http_version() const { return http_version_; }  // 10, 11 or 0 (unset)
    void set_http_version(int version);                 // Misuse for anything else

    bool chunked() const { return chunked_; }
    void set_chunked(bool on) { chunked_ = on; }

    // The compression a received body was in, or the one wished for a body to be sent.
    Compression compression() const { return compression_; }
    CompressionLevel compression_level() const { return level_; }
    void compress(int type, int level = 0);  // Misuse for unknown ones
    void set_compression(Compression type) { compression_ = type; }

    // Whether this side of the exchange lets the connection live (RFC 9112 section 9.3).
    bool keep_alive() const;

    // Appends one chunk to `out`; nothing for empty data, and nothing at all where the serialised head allows no body
    // (HEAD, 204, 304). Compresses if the head was serialised with compression, and then perhaps says nothing yet.
    void append_chunk(std::string_view data, std::string& out);
    // An optional last chunk and the end of the body.
    void append_final_chunk(std::string_view data, std::string& out);
    std::string make_chunk(std::string_view data);
    std::string final_chunk(std::string_view data = {});

  protected:
    Message() = default;
    void gzip_text(std::string_view text, std::string& out) const;
    // How the coming chunks are written: gzip or plain; silent: not at all.
    void begin_chunks(bool gzip, bool silent = false);

    Headers headers_;
    std::string body_;
    Deflater deflater_;  // open between a chunked gzip head and its final chunk
    uint8_t http_version_ = 0;
    bool chunked_ = false;
    bool silent_chunks_ = false;
    Compression compression_ = Compression::kNone;
    CompressionLevel level_ = CompressionLevel::kMin;
};

}  // namespace ue::codec
