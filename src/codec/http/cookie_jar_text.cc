// The jar as text and back.
#include <charconv>

#include "base/misuse.h"
#include "codec/http/chars.h"
#include "codec/http/cookie_jar.h"
#include "codec/http/errors.h"

namespace ue::codec {

namespace {

void put(std::string& out, std::string_view key, std::string_view value) {
    if (out.back() != '{') out += ", ";
    out.append(1, '"').append(key).append("\":\"");
    for (char c : value) {
        if (c == '"' || c == '\\') out += '\\';
        out += c;
    }
    out += '"';
}

// The little of JSON that put() writes.
class Reader {
  public:
    explicit Reader(std::string_view text) : rest_(text) {}

    bool take(char c) {
        skip_space();
        if (rest_.empty() || rest_.front() != c) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool at_end() {
        skip_space();
        return rest_.empty();
    }
    bool text(std::string& out) {
        out.clear();
        if (!take('"')) return false;
        while (!rest_.empty()) {
            char c = rest_.front();
            rest_.remove_prefix(1);
            if (c == '"') return true;
            if (c == '\\') {
                if (rest_.empty() || (rest_.front() != '"' && rest_.front() != '\\')) return false;
                c = rest_.front();
                rest_.remove_prefix(1);
            }
            out += c;
        }
        return false;
    }

  private:
    void skip_space() {
        while (!rest_.empty() && (is_blank(rest_.front()) || rest_.front() == '\n' || rest_.front() == '\r'))
            rest_.remove_prefix(1);
    }
    std::string_view rest_;
};

bool set_attribute(CookieJar::Entry& e, const std::string& key, const std::string& value) {
    SetCookie& c = e.cookie;
    const bool yes = value == "1";
    if (key == "key") {
        e.name = value;
    } else if (key == "value") {
        c.value = value;
    } else if (key == "domain") {
        c.domain = value;
    } else if (key == "path") {
        c.path = value;
    } else if (key == "origin") {
        e.origin = value;
    } else if (key == "expires") {
        int64_t seconds = 0;
        const auto r = std::from_chars(value.data(), value.data() + value.size(), seconds);
        c.expires = seconds;
        return r.ec == std::errc() && r.ptr == value.data() + value.size();
    } else if (key == "same_site") {
        c.same_site = value == "S" ? SameSite::kStrict : value == "L" ? SameSite::kLax : SameSite::kNone;
        return value == "S" || value == "L" || value == "N";
    } else {
        (key == "secure" ? c.secure : key == "http_only" ? c.http_only : e.host_only) = yes;
        return yes && (key == "secure" || key == "http_only" || key == "host_only");
    }
    return true;
}

bool read_entry(Reader& in, CookieJar::Entry& e) {
    if (!in.take('{')) return false;
    std::string key, value;
    do {
        if (!in.text(key) || !in.take(':') || !in.text(value) || !set_attribute(e, key, value)) return false;
    } while (in.take(','));
    if (!in.take('}')) return false;
    const bool same_site = e.cookie.same_site == SameSite::kStrict || e.cookie.same_site == SameSite::kLax;
    if (e.cookie.domain.empty() || e.cookie.path.empty() || same_site != !e.origin.empty()) return false;
    try {
        check_cookie(e.name, e.cookie);
    } catch (const Misuse&) {
        return false;
    }
    return true;
}

}  // namespace

std::string CookieJar::to_string(bool include_session, int64_t now) const {
    std::string out = "[\n";
    bool any = false;
    for (const auto& [domain, list] : domains_) {
        for (const Entry& e : list) {
            const SetCookie& c = e.cookie;
            if (c.expires ? *c.expires <= now : !include_session) continue;
            if (any) out += ",\n";
            any = true;
            out += '{';
            put(out, "key", e.name);
            put(out, "value", c.value);
            put(out, "domain", domain);
            put(out, "path", c.path);
            if (c.expires) put(out, "expires", std::to_string(*c.expires));
            if (c.secure) put(out, "secure", "1");
            if (c.http_only) put(out, "http_only", "1");
            if (c.same_site != SameSite::kDisabled)
                put(out, "same_site",
                    c.same_site == SameSite::kLax      ? "L"
                    : c.same_site == SameSite::kStrict ? "S"
                                                       : "N");
            if (!e.origin.empty()) put(out, "origin", e.origin);
            if (e.host_only) put(out, "host_only", "1");
            out += '}';
        }
    }
    if (any) out += '\n';
    return out + "]";
}

ErrorCode CookieJar::load(std::string_view text) {
    std::vector<Entry> entries;
    Reader in(text);
    if (!in.at_end()) {
        if (!in.take('[')) return HttpError::kCorruptedCookieJar;
        if (!in.take(']')) {
            do {
                entries.emplace_back();
                if (!read_entry(in, entries.back())) return HttpError::kCorruptedCookieJar;
            } while (in.take(','));
            if (!in.take(']')) return HttpError::kCorruptedCookieJar;
        }
        if (!in.at_end()) return HttpError::kCorruptedCookieJar;
    }
    clear();
    for (Entry& e : entries) {
        std::string domain = e.cookie.domain;
        insert(std::move(domain), std::move(e));
    }
    return {};
}

}  // namespace ue::codec
