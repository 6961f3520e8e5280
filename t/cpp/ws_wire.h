// For the tests of the WebSocket codec: frames as a peer would send them, and what a reader makes of bytes, as text.
#pragma once
#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "codec/ws/deflate.h"
#include "codec/ws/frame_header.h"
#include "codec/ws/message_reader.h"
#include "codec/ws/message_writer.h"
#include "tap.h"

namespace wire {

using namespace ue;
using namespace ue::codec;

inline const Role kBoth[] = {Role::kServer, Role::kClient};
inline std::string name(Role r) {
    return r == Role::kServer ? "server: " : "client: ";
}
inline Role peer_of(Role r) {
    return r == Role::kServer ? Role::kClient : Role::kServer;
}

// A frame for `reader`: masked if that is a server.
inline std::string frame(Role reader, uint8_t opcode, std::string_view payload = {}, bool fin = true, uint8_t rsv = 0) {
    return make_frame(peer_of(reader), opcode, payload, fin, rsv);
}

// Bytes in hexadecimal, blanks ignored.
inline std::string hex(const char* text) {
    std::string out;
    int high = -1;
    for (; *text; ++text) {
        if (*text == ' ') continue;
        const int v = *text <= '9' ? *text - '0' : (*text | 32) - 'a' + 10;
        if (high < 0) {
            high = v;
        } else {
            out += static_cast<char>(high << 4 | v);
            high = -1;
        }
    }
    return out;
}

inline std::string to_hex(std::string_view bytes) {
    std::string out;
    char two[3];
    for (const unsigned char c : bytes) {
        std::snprintf(two, sizeof two, "%02x", c);
        out += two;
    }
    return out;
}

inline std::string error_text(const ErrorCode& e) {
    const char* n = ws_error_name(static_cast<WsError>(e.value()));
    return std::string("!") + (n ? n : "?");
}

inline std::string opcode_text(uint8_t op) {
    switch (op) {
        case kOpContinue:
            return "CONT";
        case kOpText:
            return "TEXT";
        case kOpBinary:
            return "BIN";
        case kOpClose:
            return "CLOSE";
        case kOpPing:
            return "PING";
        case kOpPong:
            return "PONG";
        default:
            return "OP" + std::to_string(op);
    }
}

inline std::string show(std::string_view payload) {
    if (payload.size() <= 80) return std::string(payload);
    return std::to_string(payload.size()) + "x" + std::string(payload.substr(0, 8)) + ".." +
           std::string(payload.substr(payload.size() - 8));
}

inline std::string event(const MessageReader&, const WsMessage& m) {
    if (m.error()) return error_text(m.error());
    if (m.opcode() == kOpClose) return "CLOSE:" + std::to_string(m.close_code()) + ":" + std::string(m.payload());
    std::string text = opcode_text(m.opcode()) + ":" + show(m.payload());
    if (m.frame_count() > 1) text += "/" + std::to_string(m.frame_count());
    return m.deflated() ? "z" + text : text;
}

inline std::string event(const MessageReader&, const Frame& f) {
    if (f.error()) return error_text(f.error());
    if (f.opcode() == kOpClose) return "CLOSE:" + std::to_string(f.close_code()) + ":" + std::string(f.payload());
    return opcode_text(f.opcode()) + (f.final() ? ":" : "-") + show(f.payload());
}

// Feeds a reader from buffers that hold nothing but the bytes, so that a sanitizer sees every step beside them.
class Feeder {
  public:
    Feeder(Role role, const ParserConfig& config, MessageDeflate* deflate = nullptr)
        : config_(config), reader_(role, &config_) {
        reader_.set_deflate(deflate);
    }
    MessageReader& reader() { return reader_; }
    ParserConfig& config() { return config_; }
    std::string events() const {
        std::string all;
        for (const std::string& e : events_)
            all += (all.empty() ? "" : "|") + e;
        return all;
    }
    size_t count() const { return events_.size(); }
    bool failed() const { return !events_.empty() && events_.back()[0] == '!'; }
    void feed(std::string_view bytes, bool frames = false) {
        std::unique_ptr<char[]> copy(new char[bytes.size() ? bytes.size() : 1]);
        if (!bytes.empty()) std::memcpy(copy.get(), bytes.data(), bytes.size());
        Span in{copy.get(), bytes.size()};
        frames ? pull<Frame>(in) : pull<WsMessage>(in);
    }
    // As a connection does: nothing is read after an error.
    void feed_in_pieces(std::string_view bytes, size_t piece, bool frames = false) {
        for (size_t at = 0; at < bytes.size() && !failed(); at += piece)
            feed(bytes.substr(at, piece), frames);
    }

  private:
    MessageReader::Status one(Span& in, WsMessage& out) { return reader_.next(in, out); }
    MessageReader::Status one(Span& in, Frame& out) { return reader_.next_frame(in, out); }
    template <class T>
    void pull(Span& in) {
        const Ref<T> out = make<T>();
        while (one(in, *out) != MessageReader::kNeedMore)
            events_.push_back(event(reader_, *out));
    }
    ParserConfig config_;
    MessageReader reader_;
    std::vector<std::string> events_;
};

// The same events whole and one octet at a time.
inline void reads(Role role, const ParserConfig& config, const std::string& bytes, const std::string& want,
                  const std::string& what, MessageDeflate* (*make_deflate)() = nullptr) {
    std::unique_ptr<MessageDeflate> z1(make_deflate ? make_deflate() : nullptr),
        z2(make_deflate ? make_deflate() : nullptr);
    Feeder whole(role, config, z1.get()), split(role, config, z2.get());
    whole.feed(bytes);
    IS(whole.events(), want, name(role) + what);
    split.feed_in_pieces(bytes, 1);
    IS(split.events(), want, name(role) + what + ", octet by octet");
}

// How many octets a reader takes until it says something.
inline size_t octets_until_event(Role role, const ParserConfig& config, const std::string& bytes) {
    Feeder f(role, config);
    for (size_t i = 0; i < bytes.size(); ++i) {
        f.feed(bytes.substr(i, 1));
        if (f.count()) return i + 1;
    }
    return 0;
}

inline std::string repeat(const std::string& text, size_t times) {
    std::string out;
    out.reserve(text.size() * times);
    while (times-- > 0)
        out += text;
    return out;
}

}  // namespace wire
