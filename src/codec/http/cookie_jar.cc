#include "codec/http/cookie_jar.h"

#include <algorithm>

#include "codec/http/chars.h"
#include "codec/http/request.h"
#include "codec/http/response.h"

namespace ue::codec {

namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out)
        c = ascii_lower(c);
    return out;
}

std::string host_of(const Uri& uri) {
    return lower(uri.host());
}

std::string bare_domain(std::string_view domain) {
    if (!domain.empty() && domain.front() == '.') domain.remove_prefix(1);
    return lower(domain);
}

bool is_address(std::string_view host) {
    return !host.empty() && (host.front() == '[' || host.find_first_not_of("0123456789.") == std::string_view::npos);
}

bool expired(const SetCookie& cookie, int64_t now) {
    return cookie.expires && *cookie.expires <= now;
}

void erase_same(std::vector<CookieJar::Entry>& list, const CookieJar::Entry& entry, size_t& count) {
    const auto same = std::remove_if(list.begin(), list.end(), [&](const CookieJar::Entry& e) {
        return e.name == entry.name && e.cookie.path == entry.cookie.path;
    });
    count -= list.end() - same;
    list.erase(same, list.end());
}

}  // namespace

const Type CookieJar::kType = {"Protocol::HTTP::CookieJar", &Object::kType};

bool domain_matches(std::string_view host, std::string_view domain) {
    if (host == domain) return true;
    if (domain.empty() || is_address(host) || host.size() <= domain.size()) return false;
    return host.substr(host.size() - domain.size()) == domain && host[host.size() - domain.size() - 1] == '.';
}

bool path_matches(std::string_view request_path, std::string_view cookie_path) {
    if (request_path.empty()) request_path = "/";
    if (request_path.substr(0, cookie_path.size()) != cookie_path) return false;
    return request_path.size() == cookie_path.size() || cookie_path.empty() || cookie_path.back() == '/' ||
           request_path[cookie_path.size()] == '/';
}

void CookieJar::add(std::string_view name, const SetCookie& cookie, const Uri& origin, int64_t now) {
    check_cookie(name, cookie);
    Entry entry;
    entry.name = name;
    entry.cookie = cookie;
    entry.host_only = cookie.domain.empty();
    std::string domain = entry.host_only ? host_of(origin) : bare_domain(cookie.domain);
    entry.cookie.domain = domain;
    if (entry.cookie.path.empty() || entry.cookie.path.front() != '/')
        entry.cookie.path = origin.path().empty() ? "/" : origin.path();
    if (cookie.max_age) {
        const int64_t age = std::max<int64_t>(*cookie.max_age, 0);
        entry.cookie.expires = age > INT64_MAX - std::max<int64_t>(now, 0) ? INT64_MAX : now + age;
        entry.cookie.max_age.reset();
    }
    if (cookie.same_site == SameSite::kStrict || cookie.same_site == SameSite::kLax) entry.origin = origin.to_string();
    if (!expired(entry.cookie, now)) return insert(std::move(domain), std::move(entry));
    const auto found = domains_.find(domain);
    if (found == domains_.end()) return;
    erase_same(found->second, entry, size_);
    if (found->second.empty()) domains_.erase(found);
}

void CookieJar::insert(std::string domain, Entry entry) {
    std::vector<Entry>& list = domains_[std::move(domain)];
    erase_same(list, entry, size_);
    entry.order = ++order_;
    if (list.size() >= kMaxPerDomain) {  // in order of creation
        list.erase(list.begin());
        --size_;
    }
    list.push_back(std::move(entry));
    if (++size_ > kMaxCookies) drop_oldest();
}

void CookieJar::drop_oldest() {
    auto oldest = domains_.begin();
    for (auto d = domains_.begin(); d != domains_.end(); ++d)
        if (d->second.front().order < oldest->second.front().order) oldest = d;
    oldest->second.erase(oldest->second.begin());
    if (oldest->second.empty()) domains_.erase(oldest);
    --size_;
}

std::vector<CookieJar::Entry> CookieJar::remove(std::string_view domain, std::string_view name, std::string_view path) {
    std::vector<Entry> removed;
    const bool exact = !domain.empty() && domain.front() == '.';
    const std::string wanted = bare_domain(domain);
    for (auto d = domains_.begin(); d != domains_.end();) {
        std::vector<Entry>& list = d->second;
        if (wanted.empty() || (exact ? d->first == wanted : domain_matches(d->first, wanted))) {
            const auto kept = std::stable_partition(list.begin(), list.end(), [&](const Entry& e) {
                return (!name.empty() && e.name != name) || e.cookie.path.compare(0, path.size(), path) != 0;
            });
            size_ -= list.end() - kept;
            std::move(kept, list.end(), std::back_inserter(removed));
            list.erase(kept, list.end());
        }
        d = list.empty() ? domains_.erase(d) : std::next(d);
    }
    return removed;
}

void CookieJar::clear() {
    domains_.clear();
    size_ = 0;
}

std::vector<const CookieJar::Entry*> CookieJar::find(const Uri& uri, const Uri& context, int64_t now,
                                                     bool top_level) const {
    std::vector<const Entry*> found;
    const std::string host = host_of(uri), context_host = host_of(context);
    const auto fits = [&](const Entry& e) {
        if (e.host_only && host != e.cookie.domain) return false;
        if (e.cookie.secure && !uri.secure()) return false;
        if (expired(e.cookie, now) || !path_matches(uri.path(), e.cookie.path)) return false;
        if (e.origin.empty() || (e.cookie.same_site == SameSite::kLax && top_level)) return true;
        return domain_matches(context_host, host_of(Uri(e.origin)));
    };
    const auto look_at = [&](std::string_view domain) {
        const auto list = domains_.find(domain);
        if (list == domains_.end()) return;
        for (const Entry& e : list->second)
            if (fits(e)) found.push_back(&e);
    };
    // The host itself, then each domain above it.
    look_at(host);
    if (!is_address(host))
        for (size_t dot = host.find('.'); dot != std::string::npos; dot = host.find('.', dot + 1))
            look_at(std::string_view(host).substr(dot + 1));
    std::sort(found.begin(), found.end(), [](const Entry* a, const Entry* b) {
        const size_t la = a->cookie.path.size(), lb = b->cookie.path.size();
        return la != lb ? la > lb : a->order < b->order;
    });
    return found;
}

void CookieJar::collect(Response& response, const Uri& uri, int64_t now) {
    const std::string host = host_of(uri);
    const SetCookies received = response.cookies();  // a copy: the ignore function may do what it likes
    for (const auto& [name, cookie] : received) {
        if (name.size() + cookie.value.size() > kMaxCookieSize) continue;
        if (!cookie.domain.empty()) {
            const std::string domain = bare_domain(cookie.domain);
            if (!domain_matches(host, domain)) continue;
            // A cookie for all of a top-level domain: without a list of public suffixes at least these are refused.
            if (domain != host && domain.find('.') == std::string::npos) continue;
        }
        if (ignore_ && ignore_(name, cookie)) continue;
        add(name, cookie, uri, now);
    }
}

void CookieJar::populate(Request& request, const Uri& context, bool top_level, int64_t now) const {
    const Uri* uri = request.uri();
    if (!uri) return;
    for (const Entry* e : find(*uri, context, now, top_level))
        if (!request.cookie(e->name)) request.set_cookie(e->name, e->cookie.value);
}

}  // namespace ue::codec
