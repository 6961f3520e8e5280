// The cookie jar: what is kept, where it goes, and how it is written down.
#include "codec/http/cookie_jar.h"

#include "http_codec_fixture.h"

using namespace http_codec;

namespace {

constexpr int64_t kNow = 1000000;

SetCookie cookie(const char* value, const char* domain = "", const char* path = "") {
    SetCookie c;
    c.value = value;
    c.domain = domain;
    c.path = path;
    return c;
}

std::string found(const CookieJar& jar, const char* uri, const char* context = nullptr, bool top_level = true,
                  int64_t now = kNow) {
    std::string out;
    for (const CookieJar::Entry* e : jar.find(Uri(uri), Uri(context ? context : uri), now, top_level))
        out += e->name + "=" + e->cookie.value + ";";
    return out;
}

std::string names(const std::vector<CookieJar::Entry>& list) {
    std::string out;
    for (const CookieJar::Entry& e : list)
        out += e.name + "@" + e.cookie.domain + ";";
    return out;
}

void add(CookieJar& jar, const char* name, const SetCookie& c, const char* origin = "http://www.ya.ru/") {
    jar.add(name, c, Uri(origin), kNow);
}

}  // namespace

TEST(http_cookie_jar) {
    CookieJar jar;
    add(jar, "a", cookie("1"), "http://ya.ru");
    IS(found(jar, "http://ya.ru/"), "a=1;", "found again");
    IS(found(jar, "http://YA.ru"), "a=1;", "without case, without path");
    IS(found(jar, "http://www.ya.ru/"), "", "for the host only");
    add(jar, "a", cookie("2"), "http://ya.ru");
    IS(jar.size(), size_t{1}, "replaced");
    IS(found(jar, "http://ya.ru/"), "a=2;", "by the new value");
    SetCookie gone = cookie("x");
    gone.max_age = 0;
    add(jar, "a", gone, "http://ya.ru");
    OK(jar.size() == 0 && jar.domains().empty(), "expired: removed");
    SetCookie later = cookie("3");
    later.max_age = 10;
    later.expires = 5;
    add(jar, "b", later, "http://ya.ru");
    IS(found(jar, "http://ya.ru/"), "b=3;", "max-age beats expires");
    IS(found(jar, "http://ya.ru/", nullptr, true, kNow + 10), "", "until it is over");
    later.max_age = INT64_MAX;
    add(jar, "b", later, "http://ya.ru");
    IS(found(jar, "http://ya.ru/", nullptr, true, INT64_MAX - 1), "b=3;", "for ever");

    jar.clear();
    add(jar, "d", cookie("1", ".Ya.ru"));
    IS(found(jar, "http://ya.ru/") + found(jar, "https://a.b.ya.ru/x"), "d=1;d=1;", "a domain and what is below");
    IS(found(jar, "http://aya.ru/") + found(jar, "http://ru/"), "", "nothing else");
    OK(!domain_matches("1.2.3.4", "3.4") && domain_matches("1.2.3.4", "1.2.3.4"), "addresses have nothing below");
    SetCookie secure = cookie("2");
    secure.secure = true;
    add(jar, "s", secure);
    IS(found(jar, "http://www.ya.ru/"), "d=1;", "secure not for plain");
    IS(found(jar, "https://www.ya.ru/"), "d=1;s=2;", "but for TLS");
}

TEST(http_cookie_jar) {
    struct {
        const char *request, *cookie;
        bool match;
    } rows[] = {
        {"/", "/", true},     {"", "/", true},      {"/a", "/", true},  {"/a", "/a", true},   {"/a/", "/a", true},
        {"/a/b", "/a", true}, {"/ab", "/a", false}, {"/", "/a", false}, {"/a", "/a/", false}, {"/a/b", "/a/", true},
    };
    for (const auto& row : rows)
        IS(path_matches(row.request, row.cookie), row.match, std::string(row.request) + " of " + row.cookie);
    CookieJar jar;
    add(jar, "root", cookie("1", "", "/"));
    add(jar, "deep", cookie("2", "", "/a/b"));
    add(jar, "mid", cookie("3", "", "/a"));
    add(jar, "own", cookie("4"), "http://www.ya.ru/a/b/c");
    IS(found(jar, "http://www.ya.ru/a/b/c"), "own=4;deep=2;mid=3;root=1;", "longer paths first");
    IS(found(jar, "http://www.ya.ru/a"), "mid=3;root=1;", "those above");
}

TEST(http_cookie_jar) {
    CookieJar jar;
    SetCookie c = cookie("1");
    c.same_site = SameSite::kStrict;
    add(jar, "strict", c, "http://ya.ru");
    c.same_site = SameSite::kLax;
    add(jar, "lax", c, "http://ya.ru");
    c.same_site = SameSite::kNone;
    add(jar, "none", c, "http://ya.ru");
    IS(found(jar, "http://ya.ru/", "http://other.com/"), "lax=1;none=1;", "from elsewhere");
    IS(found(jar, "http://ya.ru/", "http://other.com/", false), "none=1;", "below the top level");
    IS(found(jar, "http://ya.ru/", "http://sub.ya.ru/", false), "strict=1;lax=1;none=1;",
       "from a subdomain of the origin");
    IS(found(jar, "http://ya.ru/", "http://ya.ru/x", false), "strict=1;lax=1;none=1;", "from itself");
}

TEST(http_cookie_jar) {
    const auto filled = [](CookieJar& jar) {
        jar.clear();
        add(jar, "a", cookie("1", "ya.ru", "/"));
        add(jar, "b", cookie("1", "ya.ru", "/x"));
        add(jar, "a", cookie("1", "www.ya.ru", "/x/y"));
        add(jar, "c", cookie("1", "other.com", "/"));
    };
    CookieJar jar;
    filled(jar);
    IS(names(jar.remove("ya.ru")), "a@www.ya.ru;a@ya.ru;b@ya.ru;", "a domain with its subdomains");
    filled(jar);
    IS(names(jar.remove(".ya.ru")), "a@ya.ru;b@ya.ru;", "a domain alone");
    filled(jar);
    IS(names(jar.remove("", "a")), "a@www.ya.ru;a@ya.ru;", "a name");
    filled(jar);
    IS(names(jar.remove("", "", "/x")), "a@www.ya.ru;b@ya.ru;", "a path and what begins with it");
    IS(jar.size(), size_t{2}, "the others stay");
    IS(jar.remove().size(), size_t{2}, "everything");
    OK(jar.size() == 0 && jar.domains().empty(), "nothing left");
}

TEST(http_cookie_jar) {
    CookieJar jar;
    Response res;
    for (const char* domain : {"", "ya.ru", ".ya.ru", "www.ya.ru", "a.www.ya.ru", "other.com", "ru", "u"})
        res.set_cookie(std::string("c") + domain, cookie("1", domain, "/"));
    res.set_cookie("big", cookie(std::string(5000, 'x').c_str()));
    res.set_cookie("ignored", cookie("1"));
    jar.set_ignore([](const std::string& name, const SetCookie&) { return name == "ignored"; });
    jar.collect(res, Uri("http://www.ya.ru/"), kNow);
    IS(found(jar, "http://www.ya.ru/"), "c=1;cya.ru=1;c.ya.ru=1;cwww.ya.ru=1;", "collected: own and parent domains");
    IS(jar.size(), size_t{4}, "nothing foreign, oversized or ignored");
    Request req;
    req.set_uri(Uri::parse("http://www.ya.ru/p"));
    req.set_cookie("c", "mine");
    jar.populate(req, *req.uri(), true, kNow);
    IS(*req.cookie("c") + *req.cookie("cya.ru"), "mine1", "populated, own cookies stay");
    IS(req.cookies().size(), size_t{4}, "all of them");
    for (int i = 0; i < 1000; ++i)
        add(jar, ("n" + std::to_string(i)).c_str(), cookie("1"), "http://flood.com/");
    IS(jar.domains().at("flood.com").size(), CookieJar::kMaxPerDomain, "a domain cannot fill the jar");
    for (int i = 0; i < 12000; ++i)
        add(jar, "n", cookie("1"), ("http://h" + std::to_string(i) + ".com/").c_str());
    IS(jar.size(), CookieJar::kMaxCookies, "nor can many");
    OK(found(jar, "http://h0.com/").empty() && !found(jar, "http://h11999.com/").empty(), "the oldest go");
}

TEST(http_cookie_jar) {
    CookieJar jar;
    IS(jar.to_string(true, kNow), "[\n]", "empty");
    SetCookie c = cookie("v\"\\", "ya.ru", "/p");
    c.expires = kNow + 5;
    c.secure = c.http_only = true;
    c.same_site = SameSite::kLax;
    add(jar, "k", c, "http://ya.ru/o");
    add(jar, "session", cookie("s"), "http://ya.ru");
    const std::string first =
        "{\"key\":\"k\", \"value\":\"v\\\"\\\\\", \"domain\":\"ya.ru\", \"path\":\"/p\", \"expires\":\"1000005\", "
        "\"secure\":\"1\", "
        "\"http_only\":\"1\", \"same_site\":\"L\", \"origin\":\"http://ya.ru/o\"}";
    const std::string second =
        "{\"key\":\"session\", \"value\":\"s\", \"domain\":\"ya.ru\", \"path\":\"/\", \"host_only\":\"1\"}";
    IS(jar.to_string(false, kNow), "[\n" + first + "\n]", "without session cookies");
    const std::string all = "[\n" + first + ",\n" + second + "\n]";
    IS(jar.to_string(true, kNow), all, "with them");
    IS(jar.to_string(true, kNow + 5), "[\n" + second + "\n]", "not what has expired");
    CookieJar back;
    OK(!back.load(all), "loads");
    IS(back.to_string(true, kNow), all, "and is the same");
    OK(!back.load("") && back.size() == 0, "an empty text is an empty jar");
    OK(!back.load("[\n]") && !back.load(all), "an empty list, too");
    for (size_t n = 1; n < all.size(); ++n)
        if (!back.load(all.substr(0, n))) OK(false, "cut text is refused at " + std::to_string(n));
    for (const char* bad :
         {"x", "[", "[]x", "[{}]", "[\n{\"key\":\"k\"}\n]",
          "[{\"key\":\"k\", \"value\":\"v\", \"domain\":\"d\", \"path\":\"/\", \"odd\":\"1\"}]",
          "[{\"key\":\"k;\", \"value\":\"v\", \"domain\":\"d\", \"path\":\"/\"}]",
          "[{\"key\":\"k\", \"value\":\"v\", \"domain\":\"d\", \"path\":\"/\", \"expires\":\"x\"}]",
          "[{\"key\":\"k\", \"value\":\"v\", \"domain\":\"d\", \"path\":\"/\", \"same_site\":\"S\"}]"})
        OK(back.load(bad) == HttpError::kCorruptedCookieJar, "refused");
    IS(back.to_string(true, kNow), all, "a refused text changes nothing");
}
