#include "codec/http/message.h"

#include <new>

#include "base/misuse.h"

namespace ue::codec {

namespace {

void append_chunk_text(std::string_view data, std::string& out) {
    if (data.empty()) return;
    char size[2 * sizeof(size_t) + 2];
    char* p = size + sizeof(size);
    *--p = '\n';
    *--p = '\r';
    for (size_t n = data.size(); n; n >>= 4)
        *--p = "0123456789abcdef"[n & 15];
    out.append(p, size + sizeof(size) - p).append(data).append("\r\n");
}

}  // namespace

const Type Message::kType = {"Protocol::HTTP::Message", &Object::kType};

void Message::set_http_version(int version) {
    if (version != 0 && version != 10 && version != 11)
        throw Misuse("invalid http version: expected 10 or 11" + got(std::to_string(version)));
    http_version_ = static_cast<uint8_t>(version);
}

void Message::compress(int type, int level) {
    if (!is_compression(type)) throw Misuse("bad compression: expected a type" + got(std::to_string(type)));
    if (level < 0 || level > static_cast<int>(CompressionLevel::kMax))
        throw Misuse("bad compression level: expected a level" + got(std::to_string(level)));
    compression_ = static_cast<Compression>(type);
    level_ = static_cast<CompressionLevel>(level);
}

bool Message::keep_alive() const {
    if (headers_.has_token("Connection", "close")) return false;
    return http_version_ != 10 || headers_.has_token("Connection", "keep-alive");
}

void Message::clear() {
    headers_.clear();
    body_.clear();
    deflater_.close();
    http_version_ = 0;
    chunked_ = silent_chunks_ = false;
    compression_ = Compression::kNone;
    level_ = CompressionLevel::kMin;
}

void Message::gzip_text(std::string_view text, std::string& out) const {
    Deflater deflater;
    if (!open_gzip(deflater, level_)) throw std::bad_alloc();
    deflater.write(text, Deflater::Flush::kFinish, out);
}

void Message::begin_chunks(bool gzip, bool silent) {
    silent_chunks_ = silent;
    deflater_.close();
    if (gzip && !open_gzip(deflater_, level_)) throw std::bad_alloc();
}

void Message::append_chunk(std::string_view data, std::string& out) {
    if (silent_chunks_) return;
    if (!deflater_.is_open()) return append_chunk_text(data, out);
    std::string packed;
    deflater_.write(data, Deflater::Flush::kNone, packed);
    append_chunk_text(packed, out);
}

void Message::append_final_chunk(std::string_view data, std::string& out) {
    if (silent_chunks_) return;
    if (deflater_.is_open()) {
        std::string packed;
        deflater_.write(data, Deflater::Flush::kFinish, packed);
        deflater_.close();
        append_chunk_text(packed, out);
    } else {
        append_chunk_text(data, out);
    }
    out += "0\r\n\r\n";
}

std::string Message::make_chunk(std::string_view data) {
    std::string out;
    append_chunk(data, out);
    return out;
}

std::string Message::final_chunk(std::string_view data) {
    std::string out;
    append_final_chunk(data, out);
    return out;
}

}  // namespace ue::codec
