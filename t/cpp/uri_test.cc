// URIs: parsing and printing, what is none, parts, parameters, schemes.
#include "codec/uri.h"

#include <string>

#include "base/misuse.h"
#include "tap.h"

using namespace ue;
using namespace ue::codec;

namespace {

std::string parts(const Uri& u) {
    return u.scheme() + "|" + u.user_info() + "|" + u.host() + "|" + std::to_string(u.explicit_port()) + "|" +
           u.path() + "|" + u.query_string() + "|" + u.fragment();
}

template <class F>
std::string misuse(F&& f) {
    try {
        f();
    } catch (const Misuse& e) {
        return e.what();
    }
    return "";
}

std::string pairs(const Uri& u) {
    std::string out;
    for (const auto& [name, value] : u.query())
        out += name + "=" + value + "|";
    return out;
}

}  // namespace

TEST(uri) {
    struct {
        const char *text, *parts;
    } rows[] = {
        {"http://ya.ru", "http||ya.ru|0|||"},
        {"https://ya.ru:8443/a/b?c=d&e#f", "https||ya.ru|8443|/a/b|c=d&e|f"},
        {"http://user:pass@ya.ru:80/", "http|user:pass|ya.ru|80|/||"},
        {"ws://1.2.3.4:5/x", "ws||1.2.3.4|5|/x||"},
        {"http://[::1]:80/x", "http||[::1]|80|/x||"},
        {"http://[2001:db8:0:0:1:0:0:1]", "http||[2001:db8:0:0:1:0:0:1]|0|||"},
        {"http://[::ffff:1.2.3.4]/", "http||[::ffff:1.2.3.4]|0|/||"},
        {"http://[1:2:3:4:5:6:1.2.3.4]/", "http||[1:2:3:4:5:6:1.2.3.4]|0|/||"},
        {"http://[1::]/", "http||[1::]|0|/||"},
        {"http://[v1.a:b]/", "http||[v1.a:b]|0|/||"},
        {"ftp://h/;type=a", "ftp||h|0|/;type=a||"},
        {"mailto:a@b.c", "mailto|||0|a@b.c||"},
        {"about:blank", "about|||0|blank||"},
        {"host:443", "host|||0|443||"},
        {"urn:isbn:0451450523", "urn|||0|isbn:0451450523||"},
        {"file:///etc/hosts", "file|||0|/etc/hosts||"},
        {"//ya.ru/a", "||ya.ru|0|/a||"},
        {"/a/b", "|||0|/a/b||"},
        {"a/b:c", "|||0|a/b:c||"},
        {"../a", "|||0|../a||"},
        {"?a=b", "|||0||a=b|"},
        {"#f", "|||0|||f"},
        {"*", "|||0|*||"},
        {"", "|||0|||"},
        {"/a?b?c/d#e?f/g", "|||0|/a|b?c/d|e?f/g"},
        {"a:b?c:d#e:f", "a|||0|b|c:d|e:f"},
        {"http:/a", "http|||0|/a||"},
        {"/%41%7e?%20#%00", "|||0|/%41%7e|%20|%00"},
    };
    for (const auto& row : rows) {
        const Uri u(row.text);
        IS(parts(u), row.parts, std::string("parts of ") + row.text);
        IS(u.to_string(), row.text, std::string("round trip of ") + row.text);
        OK(u.equals(Uri(row.text)) && u.equals(row.text), "equals itself");
        IS(u.empty(), !*row.text, "empty only if empty");
    }
    IS(parts(Uri("HTTP://Ya.RU/A")), "http||Ya.RU|0|/A||", "scheme is lowered, host is not");
    IS(parts(Uri("http://a%40b:c%3ad@h%2do/")), "http|a@b:c:d|h-o|0|/||", "user info and host are decoded");
    IS(Uri("http://a%40b@h%2fo/").to_string(), "http://a%40b@h%2Fo/", "and encoded again");
    IS(parts(Uri("http://host:/a")), "http||host|0|/a||", "an empty port is none");
    IS(parts(Uri("http://host:0080/a")), "http||host|80|/a||", "leading zeros in a port");
}

TEST(uri) {
    const char* bad[] = {
        "http://cool@user@ya.ru",
        "http://[aa:bb:cc:dd:ee:ff]",
        "http://[::1",
        "http://::1]/",
        ":::",
        ":",
        "a#b#c",
        "a b",
        " ",
        "/%",
        "/%4",
        "/%4g",
        "/\xc3\xa4",
        "http://\xc3\xa4/",
        "/a<b",
        "/a\"b",
        "/a{b",
        "/a|b",
        "/a\\b",
        "/a^b",
        "/a`b",
        "?a|b",
        "http://h:80a",
        "http://h:-1",
        "http://h:65536",
        "http://h:99999999999",
        "http://[::1]x/",
        "http://[1:2:3:4:5:6:7]/",
        "http://[1:2:3:4:5:6:7:8:9]/",
        "http://[1::2::3]/",
        "http://[:1]/",
        "http://[1:2:3:4:5:6:7:]/",
        "http://[12345::]/",
        "http://[g::]/",
        "http://[]/",
        "http://[::1.2.3]/",
        "http://[::1.2.3.256]/",
        "http://[::01.2.3.4]/",
        "http://[1.2.3.4::]/",
        "http://[1:2:3:4:5:6:7:1.2.3.4]/",
        "http://[v.a]/",
        "http://[v1.]/",
        "http://[::%31]/",
        "1a:b",
        "a\nb",
        "/a\r\n",
        "http://a[b]/",
        "http://u[@h/",
        "http://h/[",
        "-a:b",
    };
    for (const char* text : bad) {
        std::string name = text;
        for (char& c : name)
            if (c < ' ') c = '.';
        const Uri u(text);
        OK(u.empty() && parts(u) == "|||0|||", "no uri: " + name);
    }
    OK(Uri(std::string_view("http://ya.ru\0", 13)).empty(), "no uri: NUL");
    OK(Uri(std::string_view("\0", 1)).empty(), "no uri: only NUL");
}

TEST(uri) {
    struct {
        const char *text, *parts;
    } rows[] = {
        {"ya.ru:8080", "||ya.ru|8080|||"},
        {"ya.ru", "||ya.ru|0|||"},
        {"ya.ru:8080/a/b", "||ya.ru|8080|/a/b||"},
        {"ya.ru/a/b?c#d", "||ya.ru|0|/a/b|c|d"},
        {"[::1]:80/a", "||[::1]|80|/a||"},
        {"ya.ru?a", "||ya.ru|0||a|"},
        {"ya.ru:", "ya.ru|||0|||"},
        {"ya.ru:80a", "ya.ru|||0|80a||"},
        {"ya.ru:/a/b", "ya.ru|||0|/a/b||"},
        {"ya.ru:80a/a/b", "ya.ru|||0|80a/a/b||"},
        {"http://ya.ru/a", "http||ya.ru|0|/a||"},
        {"//ya.ru/a", "||ya.ru|0|/a||"},
        {"/a", "|||0|/a||"},
    };
    for (const auto& row : rows)
        IS(parts(Uri(row.text, Uri::kSuffixReference)), row.parts, std::string("suffix ") + row.text);
    IS(Uri("ya.ru:8080/a", Uri::kSuffixReference).to_string(), "//ya.ru:8080/a", "printed with slashes");
    IS(parts(Uri("ya.ru/a")), "|||0|ya.ru/a||", "not without the flag");

    const Uri u("http://h/p?param={\"key\",\"val|hi\"}&a=b", Uri::kExtendedChars);
    IS(u.to_string(), "http://h/p?a=b&param=%7B%22key%22%2C%22val%7Chi%22%7D", "extended characters are encoded");
    IS(*u.param("param"), "{\"key\",\"val|hi\"}", "and decoded as a parameter");
    OK(Uri("http://h/p{?a", Uri::kExtendedChars).empty(), "in the query only");
    IS(Uri("/?b=1&a", Uri::kExtendedChars).to_string(), "/?b=1&a", "a query without them is left alone");

    IS(parts(*Uri::from_target("//my///path?a=b")), "|||0|//my///path|a=b|", "a target is a path");
    IS(parts(*Uri::from_target("/a:b")), "|||0|/a:b||", "also with a colon");
    IS(parts(*Uri::from_target("http://h/p")), "http||h|0|/p||", "or a whole uri");
}

TEST(uri) {
    Uri u("http://user:pa@ya.ru:81/p?q#f");
    IS(u.relative(), "/p?q#f", "relative");
    IS(Uri("http://ya.ru").relative(), "/", "of nothing");
    IS(Uri("http://ya.ru?a#b").relative(), "/?a#b", "without path");
    IS(std::string(u.user()) + "," + std::string(u.password()), "user,pa", "user, password");
    u.set_user("me");
    u.set_password("x:y");
    IS(u.user_info(), "me:x:y", "set");
    IS(std::string(u.password()), "x:y", "the first colon counts");
    u.set_user_info("");
    IS(u.to_string(), "http://ya.ru:81/p?q#f", "no user info");
    u.set_user("u");
    IS(u.user_info(), "u", "user only");
    u.set_user_info("");
    IS(u.port(), 81, "explicit port");
    u.set_port(0);
    IS(u.port(), 80, "default port");
    IS(u.explicit_port(), 0, "no explicit one");
    IS(u.location(), "ya.ru:80", "location");
    IS(u.explicit_location(), "ya.ru", "explicit location");
    IS(u.to_string(), "http://ya.ru/p?q#f", "not printed");
    u.set_location("mail.ru:8000");
    IS(u.to_string(), "http://mail.ru:8000/p?q#f", "location with port");
    u.set_location("vk.ru");
    IS(u.explicit_port(), 8000, "location without colon keeps the port");
    u.set_location("vk.com:");
    IS(u.to_string(), "http://vk.com/p?q#f", "with a bare colon takes it away");
    u.set_location("[::1]");
    IS(u.location(), "[::1]:80", "IPv6");
    u.set_location("[::1]:8");
    IS(u.explicit_location(), "[::1]:8", "IPv6 with port");
    u.set_location("");
    IS(u.to_string(), "http:/p?q#f", "nothing");
    OK(!misuse([&] { u.set_location("a b"); }).empty(), "no location");
    IS(Uri("//host").location(), "host:0", "no scheme, port 0");
    u.set_scheme("HTTPS");
    IS(u.scheme(), "https", "scheme is lowered");
    OK(u.secure() && !Uri("http://a").secure() && !Uri("a").secure(), "secure");
    u.set_host("a b/c?");
    IS(u.to_string(), "https://a%20b%2Fc%3F/p?q#f", "a host stays a host");
    u.set_path("x");
    IS(u.path(), "/x", "a leading slash is added");
    u.set_path("");
    IS(u.path(), "", "no path");
    u.set_fragment("z");
    u.set_query_string("");
    IS(u.to_string(), "https://a%20b%2Fc%3F#z", "no query");
    OK(Uri("http://a:80/").equals(Uri("http://a/")) && !Uri("http://a:81/").equals(Uri("http://a/")),
       "a default port equals none");
    OK(!Uri("http://a/?x").equals(Uri("http://a/?y")), "queries count");
    Uri lone;
    lone.set_port(5);
    lone.set_user_info("u");
    OK(lone.empty(), "port and user info alone are empty");
    const Ref<Uri> copy = Uri("http://h/p?b=1&a=2").clone();
    IS(copy->to_string(), "http://h/p?b=1&a=2", "clone");
    copy->assign(*copy);
    IS(copy->to_string(), "http://h/p?b=1&a=2", "assigned to itself");
    copy->assign("/other");
    IS(copy->to_string(), "/other", "assign");
}

TEST(uri) {
    Uri u("http://h/a%2Fb//c%20d/");
    const auto segments = u.path_segments();
    IS(segments.size(), size_t{2}, "empty segments are none");
    IS(segments[0] + "," + segments[1], "a/b,c d", "decoded");
    IS(u.path_info(), "/a/b//c d/", "path info");
    u.set_path_segments({"x y", "", "a/b"});
    IS(u.path(), "/x%20y/a%2Fb", "encoded, empty ones skipped");
    u.set_path_segments({});
    IS(u.path(), "", "none");

    IS(encode_uri_component("a-Z0._~ /?&=+%\xff"), "a-Z0._~%20%2F%3F%26%3D%2B%25%FF", "encode");
    IS(encode_uri_component("a b+", true), "a+b%2B", "encode with plus");
    IS(decode_uri_component("a%20b+c%2B%ff"), "a b c+\xff", "decode");
    IS(decode_uri_component("100%"), "100", "a cut escape loses its %");
    IS(decode_uri_component("a%4"), "a4", "also with one digit");
    IS(decode_uri_component("%zz"), std::string(1, '\0'), "digits that are none are 0");
}

TEST(uri) {
    const Uri q("http://ya.ru?suka%20string+nah");
    IS(q.query_string(), "suka%20string+nah", "query string as it is");
    IS(q.raw_query(), "suka string nah", "raw query");
    IS(q.param_count(), size_t{1}, "one parameter");
    IS(q.query_string(), "suka%20string+nah", "looking does not change it");

    Uri u("/?k2=v2&k1=v1&=&k2=v2.2&k3=&k4&=v&&");
    IS(u.param_count(), size_t{7}, "seven pairs");
    IS(pairs(u), "=|=v|k1=v1|k2=v2|k2=v2.2|k3=|k4=|", "sorted by name, values in order");
    IS(u.query_string(), "k2=v2&k1=v1&=&k2=v2.2&k3=&k4&=v&&", "text untouched");
    IS(u.params("k2").size(), size_t{2}, "two values");
    OK(!u.param("k5") && u.params("k5").empty(), "missing");
    IS(u.remove_param("k2"), size_t{2}, "removed");
    IS(u.remove_param("k2"), size_t{0}, "gone");
    IS(u.query_string(), "=&=v&k1=v1&k3=&k4=", "text follows");
    u.set_query_string("");
    OK(!u.param("k1") && u.param_count() == 0, "no query, no parameters");
    u.set_param("a b", "c&d");
    u.add_param("a b", "e=f");
    u.set_param("a", "1");
    IS(u.to_string(), "/?a=1&a%20b=c%26d&a%20b=e%3Df", "encoded");
    u.add_query("z=1&y=%41");
    IS(*u.param("y"), "A", "added");
    u.add_query("");
    u.add_query(u.query());
    IS(u.param_count(), size_t{10}, "its own once more");
    u.set_params("a", {});
    OK(!u.param("a"), "no values: gone");
    u.set_query(Query());
    IS(u.to_string(), "/", "empty query");
    u.set_raw_query("a b=c&d;e/f?g%\xff");
    IS(u.query_string(), "a%20b=c&d;e/f?g%25%FF", "raw query is encoded");
    IS(*Uri("/?a=b+c").param("a"), "b c", "plus is a blank");

    Uri s("/?a=1;b=2", Uri::kSemicolon);
    IS(*s.param("b"), "2", "semicolon");
    s.set_param("c", "3;");
    IS(s.query_string(), "a=1;b=2;c=3%3B", "in and out");
    const Ref<Uri> c = s.clone();
    IS(*c->param("c"), "3;", "a clone knows it");
    std::string many = "/?";
    for (int i = 0; i < 50000; ++i)
        many += "k" + std::to_string(i * 7919 % 50000) + "&";
    IS(Uri(many).param_count(), size_t{50000}, "very many parameters");
}

TEST(uri) {
    struct {
        const char *scheme, *name, *parent;
        int port;
        bool secure;
    } rows[] = {
        {"http", "URI::XS::http", "URI::XS", 80, false},     {"https", "URI::XS::https", "URI::XS::http", 443, true},
        {"ws", "URI::XS::ws", "URI::XS", 80, false},         {"wss", "URI::XS::wss", "URI::XS::ws", 443, true},
        {"ftp", "URI::XS::ftp", "URI::XS", 21, false},       {"socks5", "URI::XS::socks", "URI::XS", 1080, false},
        {"ssh", "URI::XS::ssh", "URI::XS", 22, true},        {"telnet", "URI::XS::telnet", "URI::XS", 23, false},
        {"sftp", "URI::XS::sftp", "URI::XS::ssh", 22, true},
    };
    for (const auto& row : rows) {
        const Ref<Uri> u = Uri::typed(std::string(row.scheme) + "://h/p");
        IS(std::string(u->type().name), row.name, std::string("class of ") + row.scheme);
        IS(std::string(u->type().parent->name), row.parent, "its parent");
        IS(int{u->port()}, row.port, "its port");
        IS(u->secure(), row.secure, "secure or not");
        OK(u->type().is_a(Uri::kType), "is a uri");
        OK(find_uri_class_by_name(row.name) == u->uri_class(), "found by class name");
        OK(misuse([&] { u->set_scheme("gopher"); }).rfind("wrong scheme: expected ", 0) == 0, "keeps its scheme");
        OK(misuse([&] { u->assign("gopher://a"); }).rfind("wrong scheme: expected ", 0) == 0, "also in assign");
        OK(misuse([&] { u->assign(Uri("gopher://a")); }).rfind("wrong scheme: expected ", 0) == 0,
           "of an object as well");
        IS(u->to_string(), std::string(row.scheme) + "://h/p", "and has not changed");
        u->assign("//other/x");
        IS(u->to_string(), std::string(row.scheme) + "://other/x", "a missing scheme is filled in");
        IS(std::string(u->clone()->type().name), row.name, "a clone is of the same class");
    }
    OK(&Uri::typed("gopher://a")->type() == &Uri::kType, "unknown schemes are plain");
    const UriClass* http = find_uri_class("http");
    Uri h(http, "https://a");
    IS(h.to_string(), "https://a", "http takes https");
    OK(misuse([&] { Uri(find_uri_class("https"), "http://a"); }).rfind("wrong scheme: expected ", 0) == 0,
       "but not the other way round");
    Uri w(find_uri_class("ws"), "wss://a");
    w.set_scheme("ws");
    IS(w.scheme(), "ws", "ws and wss");
    Uri p(http, "/path");
    IS(p.to_string(), "/path", "no host, no scheme");
    p.set_host("h");
    IS(p.to_string(), "http://h/path", "a host brings it");
    Uri plain("http://a");
    plain.set_scheme("gopher");
    IS(plain.to_string(), "gopher://a", "a plain one takes any");
}

// Found by fuzzing: the path of such a uri came back as a host when it was printed and read again.
TEST(uri) {
    for (const char* text : {"http:////evil/x", "x://://evil", "////evil", "file:h", "file:h/../x", "file:////evil"}) {
        const Ref<Uri> u = Uri::parse(text);
        IS(u->host(), "", std::string(text) + ": no host");
        const Ref<Uri> again = Uri::parse(u->to_string());
        IS(parts(*again), parts(*u), std::string(text) + ": the same after printing");
    }
    IS(Uri::parse("file:h")->to_string(), "file:h", "a relative path of a file does not get an authority");
    const Ref<Uri> target = Uri::from_target("//evil/x?y");
    IS(Uri::parse(target->to_string())->host(), "", "a request target does not become a host");
    IS(target->relative(), "//evil/x?y", "and stays as it was in a request line");
}
