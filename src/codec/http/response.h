// A response: received (made by a ResponseReader) or made by hand and serialised for a request.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/object.h"
#include "codec/http/cookies.h"
#include "codec/http/message.h"

namespace ue::codec {

class Request;

// The usual reason phrase; empty for an unknown code.
std::string_view reason_phrase(int code);

class Response : public Message {
  public:
    static const Type kType;
    const Type& type() const override { return kType; }

    void clear() override;

    int code() const { return code_; }                                 // 0: unset
    void set_code(int code);                                           // Misuse outside 0 and 100..999
    bool interim() const { return code_ / 100 == 1 && code_ != 101; }  // another response will follow
    // Explicit or received reason, empty if unset (never the default one).
    const std::string& message() const { return message_; }
    void set_message(std::string_view text);  // Misuse for control bytes

    const SetCookies& cookies();
    const SetCookie* cookie(std::string_view name);
    void set_cookie(std::string_view name, SetCookie cookie);
    void remove_cookie(std::string_view name);
    void clear_cookies();

    // What the answered request and the server add to a response on its way out.
    struct Context {
        const Request* request = nullptr;  // version, Connection, compression, cookie domain follow it
        std::string_view date;             // value of a Date header, used if the response has none
        bool close = false;                // the connection ends after this response, whatever the user wished
    };
    // Appends the response in wire format, head and body (chunked without a body: the head only), directly and without
    // temporaries unless it has to be compressed. Returns whether the connection persists after it. Headers that would
    // contradict the framing that is really used (Content-Length beside chunked or compression) are left out.
    bool serialise(std::string& out, const Context& context);
    bool serialise(std::string& out) { return serialise(out, Context()); }

    // False if the answer to `request` (may be null) is over after its head: HEAD, 1xx, 204, 304. No chunks then,
    // either.
    bool may_have_body(const Request* request) const;

    // For the readers.
    void append_message(std::string_view piece) { message_.append(piece); }
    void set_received() { received_ = true; }

  private:
    void load_cookies();
    bool write_connection(const Context& context, int version, std::string& out) const;

    std::string message_;
    std::unique_ptr<SetCookies> cookies_;  // null: not looked at yet
    uint16_t code_ = 0;
    bool cookies_changed_ = false;
    bool received_ = false;  // the cookies are in the headers
};

}  // namespace ue::codec
