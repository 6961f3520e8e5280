// A request: received (made by a RequestReader) or made by hand and serialised.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/object.h"
#include "codec/http/cookies.h"
#include "codec/http/form.h"
#include "codec/http/message.h"
#include "codec/http/method.h"
#include "codec/uri.h"

namespace ue::codec {

class Request : public Message {
  public:
    static const Type kType;
    const Type& type() const override { return kType; }

    void clear() override;

    // The effective method: what was set, else POST if there is a multipart form to send, else GET.
    Method method() const;
    Method raw_method() const { return method_; }
    void set_method(int method);  // Misuse "invalid http method"
    std::string_view method_str() const { return method_name(method()); }

    // The live uri (changing it changes the request); null if none was given. A received request makes it from its
    // target when it is first asked for; a target that is no uri gives an empty one.
    Uri* uri();
    void set_uri(Ref<Uri> uri);  // null: none
    // The request target as it was received; empty for a request made by hand.
    std::string_view target() const { return target_; }
    // The part of the target before '?', still encoded, without making a uri: what a router compares.
    std::string_view target_path() const;

    // Cookies by exact name. Those of received Cookie headers are found when first asked for.
    const Cookies& cookies();
    const std::string* cookie(std::string_view name);  // null if missing
    void set_cookie(std::string_view name, std::string_view value);
    void remove_cookie(std::string_view name);
    void clear_cookies();

    // What the answer may be compressed with: own preferences, or a received Accept-Encoding.
    void allow_compression(int type);                         // invalid ones are ignored, and those after the seventh
    uint8_t allowed_compression(bool inverse = false) const;  // mask; inverse: those refused by q=0
    const std::vector<uint8_t>& compression_preferences() const { return preferences_; }

    bool expects_continue() const;  // some Expect field is exactly 100-continue
    // Asks for another protocol: Connection has the token upgrade and there is an Upgrade field.
    bool wants_upgrade() const;

    void set_form(FormEncoding encoding, std::vector<FormField> fields);
    const Form* form() const { return form_.get(); }
    // For forms whose parts are sent as chunks: makes method() POST and the head multipart; body and end are up to the
    // caller, with the parts of form.h and the boundary of form().
    void stream_form();
    void clear_form();  // sends no form

    // Appends the request in wire format (chunked without a body: the head only). The request stays what it was. Bytes
    // of the uri that could end the request line are sent as %XX.
    void serialise(std::string& out);

    // For the readers.
    void append_target(std::string_view piece) { target_.append(piece); }
    void clear_target() { target_.clear(); }

  private:
    void load_cookies();
    bool has_form_body() const;
    std::string_view outgoing_body(std::string& made, bool& moved_query);

    std::string target_;
    Ref<Uri> uri_;
    std::unique_ptr<Cookies> cookies_;  // null: not looked at yet
    std::unique_ptr<Form> form_;
    std::vector<uint8_t> preferences_;
    Method method_ = Method::kUnspecified;
    bool cookies_changed_ = false;  // the list, not the Cookie headers, is what goes out
    bool streams_form_ = false;
};

}  // namespace ue::codec
