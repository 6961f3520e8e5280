// Sec-WebSocket-Extensions: RFC 6455 section 9.1, and input of any kind.
#include "codec/ws/extensions.h"

#include <random>

#include "ws_wire.h"

using namespace ue::codec;

namespace {
std::string parsed(std::string_view header) {
    Extensions list;
    parse_extensions(header, list);
    std::string out;
    for (const Extension& e : list) {
        out += "[" + e.name;
        for (const auto& [name, value] : e.params)
            out += "|" + name + "=" + value;
        out += "]";
    }
    return out;
}
std::string again(std::string_view header) {
    Extensions list;
    parse_extensions(header, list);
    return format_extensions(list);
}
}  // namespace

TEST(ws_extensions) {
    IS(parsed(""), "", "nothing");
    IS(parsed("foo"), "[foo]", "a name");
    IS(parsed("foo, bar; baz=2"), "[foo][bar|baz=2]", "the example of the RFC");
    IS(parsed("  foo ;  a = 1 ; b ,\tbar  "), "[foo|a=1|b=][bar]", "blanks");
    IS(parsed(",,foo,,"), "[foo]", "empty elements");
    IS(parsed("permessage-deflate; client_max_window_bits; server_max_window_bits=10"),
       "[permessage-deflate|client_max_window_bits=|server_max_window_bits=10]", "an offer");
    IS(parsed("permessage-deflate; client_max_window_bits=\"10\""), "[permessage-deflate|client_max_window_bits=10]",
       "a quoted value");
    IS(parsed("a; x=\"p\\q\""), "[a|x=pq]", "a quoted pair");
    IS(parsed("a; x=1; x=2"), "[a|x=1|x=2]", "a parameter twice");
    Extensions list;
    parse_extensions("a", list);
    parse_extensions("b", list);
    IS(format_extensions(list), "a, b", "several headers add up");
    IS(again("a;x=1;y , b"), "a; x=1; y, b", "written");
    OK(list[0].param("x") == nullptr, "no such parameter");
    parse_extensions("c; k=v", list);
    OK(list[2].param("k") && *list[2].param("k") == "v", "a parameter");
}

TEST(ws_extensions) {  // malformed: a bad name leaves the element out, a bad parameter makes it unacceptable
    IS(parsed("b@d, good"), "[good]", "a bad name");
    IS(parsed("; x=1, good"), "[good]", "no name");
    IS(parsed("two words, good"), "[good]", "two names");
    IS(parsed("a; x="), "[a|x==]", "a value that is not there");
    IS(parsed("a; =1"), "[a|=1=]", "a parameter without a name");
    IS(parsed("a;"), "[a|=]", "an empty parameter");
    IS(parsed("a; x=\"unfinished, b"), "[a|x=\"unfinished, b=]", "a quote without end");
    IS(parsed("a; x=\"p,q\", b"), "[a|x=\"p,q\"=][b]", "a comma in quotes is no separator, and no token");
    IS(parsed("a; x=\"q\\"), "[a|x=\"q\\=]", "a backslash at the end");
    IS(parsed("a; x=\"\""), "[a|x=\"\"=]", "an empty quoted value");
    IS(parsed(std::string("a\0b, c", 6)), "[c]", "a NUL");
    IS(format_extensions({{"a b", {}}, {"ok", {{"p q", "1"}, {"r", "x y\"z\\"}}}}), "ok; r=\"x y\\\"z\\\\\"",
       "what cannot be written");
}

TEST(ws_extensions) {  // bounded
    Extensions list;
    parse_extensions(wire::repeat("a,", 100000), list);
    IS(list.size(), kMaxExtensions, "so many extensions and no more");
    list.clear();
    parse_extensions("a" + wire::repeat(";x", 100000) + ",b", list);
    IS(format_extensions(list), "b", "one with too many parameters is none");
    std::mt19937 rng(1);
    const std::string letters = "ab=;,\"\\ \t1\x80";
    for (int i = 0; i < 20000; ++i) {
        std::string s(rng() % 30, ' ');
        for (char& c : s)
            c = letters[rng() % letters.size()];
        Extensions once, twice;
        parse_extensions(s, once);
        const std::string text = format_extensions(once);
        parse_extensions(text, twice);
        if (format_extensions(twice) != text) OK(false, "what is written is read again: " + s);
    }
    OK(true, "any input");
}
