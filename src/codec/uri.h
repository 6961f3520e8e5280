// A uri (RFC 3986), kept in parts and mutable.
//
// scheme (lower case), path, query and fragment are kept as they stand in the text, user info and host are decoded.
// Parsing never fails: what is no uri gives an empty one. A *strict* uri belongs to a scheme class and refuses other
// schemes (Misuse "wrong scheme"); a plain one takes any.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/object.h"
#include "codec/uri_query.h"
#include "codec/uri_scheme.h"

namespace ue::codec {

class Uri : public Object {
  public:
    enum Flags : int {
        kSuffixReference = 1,  // without scheme and slashes, host[:port][/path] is understood
        kSemicolon = 2,        // parameters are separated by ';'
        kExtendedChars = 4,    // " { } | are accepted in the query, which is encoded anew
    };

    static const Type kType;  // "URI::XS"
    const Type& type() const override { return class_ ? class_->type : kType; }

    Uri() = default;
    explicit Uri(std::string_view text, int flags = 0) : Uri(nullptr, text, flags) {}
    // Strict if `c` is not null; Misuse if the text has a foreign scheme.
    Uri(const UriClass* c, std::string_view text, int flags = 0);
    static Ref<Uri> parse(std::string_view text, int flags = 0) { return make<Uri>(text, flags); }
    // Of the class of its scheme, plain if that has none.
    static Ref<Uri> typed(std::string_view text, int flags = 0);
    // The target of a request: a leading "//" belongs to the path.
    static Ref<Uri> from_target(std::string_view target);
    Ref<Uri> clone() const;
    const UriClass* uri_class() const { return class_; }

    void assign(std::string_view text, int flags = 0);
    void assign(const Uri& other);  // the class stays
    std::string to_string() const;
    std::string relative() const;  // path ("/" if empty), query, fragment

    bool empty() const;
    bool equals(const Uri& other) const;  // part by part; a default port equals none
    bool equals(std::string_view text) const { return to_string() == text; }

    const std::string& scheme() const { return scheme_; }
    void set_scheme(std::string_view scheme);
    bool secure() const;

    const std::string& user_info() const { return user_info_; }
    void set_user_info(std::string_view text) { user_info_ = text; }
    std::string_view user() const;
    std::string_view password() const;
    void set_user(std::string_view user);
    void set_password(std::string_view password);

    const std::string& host() const { return host_; }
    void set_host(std::string_view host);
    std::string encoded_host() const;  // as it stands in a uri
    uint16_t port() const { return port_ ? port_ : default_port(); }
    uint16_t explicit_port() const { return port_; }  // 0: none
    uint16_t default_port() const;
    void set_port(uint16_t port) { port_ = port; }
    std::string location() const;           // host:port
    std::string explicit_location() const;  // host, and :port if it is explicit
    void set_location(std::string_view text);

    const std::string& path() const { return path_; }
    void set_path(std::string_view path);  // adds a missing leading slash
    std::string path_info() const;         // decoded
    std::vector<std::string> path_segments() const;
    void set_path_segments(const std::vector<std::string>& segments);

    const std::string& query_string() const;  // as it stands in the uri
    void set_query_string(std::string_view text);
    std::string raw_query() const;  // decoded as a whole
    void set_raw_query(std::string_view text);

    const Query& query() const;  // the parameters; valid until the next change
    void set_query(Query query);
    void add_query(const Query& more);
    void add_query(std::string_view text);
    const std::string* param(std::string_view name) const;  // the first value; null if missing
    std::vector<std::string> params(std::string_view name) const;
    size_t param_count() const { return query().size(); }
    void set_param(std::string_view name, std::string_view value);
    void set_params(std::string_view name, const std::vector<std::string>& values);
    void add_param(std::string_view name, std::string_view value);
    size_t remove_param(std::string_view name);
    char delimiter() const { return flags_ & kSemicolon ? ';' : '&'; }

    const std::string& fragment() const { return fragment_; }
    void set_fragment(std::string_view text) { fragment_ = text; }

  private:
    // What a text is made of.
    struct Parts {
        std::string scheme, user_info, host, path, query, fragment;
        uint16_t port = 0;
    };
    class Parser;
    void take(Parts&& parts, int flags);
    void check_scheme(std::string_view scheme) const;  // throws Misuse if the class does not accept it
    void adopt_scheme();  // strict: a host without scheme gets one
    Query& edit_query();  // the parameters; the text follows them from now on

    std::string scheme_, user_info_, host_, path_, fragment_;
    mutable std::string query_string_;
    mutable std::unique_ptr<Query> query_;   // null: not looked at yet
    mutable bool query_text_stale_ = false;  // query_ is the truth
    uint16_t port_ = 0;
    int flags_ = 0;
    const UriClass* class_ = nullptr;
};

}  // namespace ue::codec
