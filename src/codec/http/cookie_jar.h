// Cookies that a client remembers between requests (RFC 6265 section 5). Whoever calls says what time it is.
//
// A domain is kept without leading dot and in lower case. Paths match as the RFC wants it: a cookie for /a goes to /a
// and /a/b, not to /ab.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/object.h"
#include "codec/http/cookies.h"
#include "codec/uri.h"

namespace ue::codec {

class Request;
class Response;

class CookieJar : public Object {
  public:
    static const Type kType;  // "Protocol::HTTP::CookieJar"
    const Type& type() const override { return kType; }

    // What a server may make us remember (RFC 6265 section 6.1 asks for at least 50 and 3000): the oldest goes first.
    static constexpr size_t kMaxPerDomain = 200;
    static constexpr size_t kMaxCookies = 10000;
    static constexpr size_t kMaxCookieSize = 4096;  // name and value of one that is collected; larger ones are ignored

    struct Entry {
        std::string name;
        SetCookie cookie;        // expires is absolute, max_age unused; path is set
        bool host_only = false;  // for the very host only
        std::string origin;      // the uri that set a same-site cookie; empty for others
        uint64_t order = 0;      // of creation
    };
    using Domains = std::map<std::string, std::vector<Entry>, std::less<>>;

    // Takes the place of one with the same domain, name and path; one that is expired only removes that.
    // Without a domain: for the origin's host only. Without a path: the origin's.
    void add(std::string_view name, const SetCookie& cookie, const Uri& origin, int64_t now);
    // What was removed. Empty texts match any; a domain means its subdomains as well unless it begins with a dot; a
    // path means all that begin with it.
    std::vector<Entry> remove(std::string_view domain = {}, std::string_view name = {}, std::string_view path = "/");
    void clear();
    size_t size() const { return size_; }
    const Domains& domains() const { return domains_; }

    // For a request to `uri` made from `context` (the page; for same-site cookies), at the top level of a browser or
    // below. Longer paths first, then older cookies. The pointers are valid until the next change.
    std::vector<const Entry*> find(const Uri& uri, const Uri& context, int64_t now, bool top_level = true) const;

    // True: not to be remembered.
    using Ignore = std::function<bool(const std::string& name, const SetCookie& cookie)>;
    void set_ignore(Ignore ignore) { ignore_ = std::move(ignore); }

    // Remembers the cookies of a response, but none for a foreign domain.
    void collect(Response& response, const Uri& uri, int64_t now);
    // Adds what find() finds, except names that the request has already.
    void populate(Request& request, const Uri& context, bool top_level, int64_t now) const;

    // One JSON object per line in an array. Session cookies (without expiry) only if wanted.
    std::string to_string(bool include_session, int64_t now) const;
    // Anything but such a text is kCorruptedCookieJar, and changes nothing. An empty text is an empty jar.
    ErrorCode load(std::string_view text);

  private:
    void insert(std::string domain, Entry entry);
    void drop_oldest();

    Domains domains_;
    size_t size_ = 0;
    uint64_t order_ = 0;
    Ignore ignore_;
};

// RFC 6265 section 5.1.3, `domain` in lower case: the host itself or a name below it; an address has nothing below.
bool domain_matches(std::string_view host, std::string_view domain);
// RFC 6265 section 5.1.4.
bool path_matches(std::string_view request_path, std::string_view cookie_path);

}  // namespace ue::codec
