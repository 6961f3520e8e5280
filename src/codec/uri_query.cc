#include "codec/uri_query.h"

#include <algorithm>

#include "codec/uri_chars.h"

namespace ue::codec {

namespace {

struct ByName {
    bool operator()(const Query::Pair& a, std::string_view b) const { return a.first < b; }
    bool operator()(std::string_view a, const Query::Pair& b) const { return a < b.first; }
};

int hex_or_zero(char c) {
    const int digit = hex_digit(c);
    return digit < 0 ? 0 : digit;
}

std::string decode(std::string_view in, bool plus) {
    std::string out;
    out.reserve(in.size());
    for (size_t i = 0; i < in.size(); ++i) {
        if (in[i] == '%') {
            if (i + 2 >= in.size()) continue;
            out += static_cast<char>(hex_or_zero(in[i + 1]) << 4 | hex_or_zero(in[i + 2]));
            i += 2;
        } else {
            out += plus && in[i] == '+' ? ' ' : in[i];
        }
    }
    return out;
}

}  // namespace

void encode_percent(std::string_view in, bool (*keep)(char), std::string& out) {
    for (char c : in) {
        if (keep(c)) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += "0123456789ABCDEF"[byte >> 4];
            out += "0123456789ABCDEF"[byte & 15];
        }
    }
}

std::string encode_uri_component(std::string_view bytes, bool plus) {
    std::string out;
    out.reserve(bytes.size());
    if (!plus) {
        encode_percent(bytes, is_unreserved, out);
        return out;
    }
    encode_percent(
        bytes, [](char c) { return is_unreserved(c) || c == ' '; }, out);
    std::replace(out.begin(), out.end(), ' ', '+');
    return out;
}

std::string decode_uri_component(std::string_view bytes) {
    return decode(bytes, true);
}
std::string decode_percent(std::string_view bytes) {
    return decode(bytes, false);
}

Query Query::parse(std::string_view text, char delimiter) {
    Query out;
    while (!text.empty()) {
        const size_t end = std::min(text.find(delimiter), text.size());
        const std::string_view piece = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (piece.empty()) continue;
        const size_t equals = std::min(piece.find('='), piece.size());
        out.pairs_.emplace_back(decode(piece.substr(0, equals), true),
                                equals < piece.size() ? decode(piece.substr(equals + 1), true) : std::string());
    }
    // Once, not pair by pair: a long query must not cost the square of its length.
    std::stable_sort(out.pairs_.begin(), out.pairs_.end(),
                     [](const Pair& a, const Pair& b) { return a.first < b.first; });
    return out;
}

std::string Query::to_string(char delimiter) const {
    std::string out;
    for (const Pair& pair : pairs_) {
        if (!out.empty()) out += delimiter;
        encode_percent(pair.first, is_unreserved, out);
        out += '=';
        encode_percent(pair.second, is_unreserved, out);
    }
    return out;
}

std::pair<const Query::Pair*, const Query::Pair*> Query::find(std::string_view name) const {
    return std::equal_range(begin(), end(), name, ByName());
}

void Query::add(std::string_view name, std::string_view value) {
    pairs_.emplace(std::upper_bound(pairs_.begin(), pairs_.end(), name, ByName()), name, value);
}

size_t Query::remove(std::string_view name) {
    const auto range = std::equal_range(pairs_.begin(), pairs_.end(), name, ByName());
    const size_t count = range.second - range.first;
    pairs_.erase(range.first, range.second);
    return count;
}

}  // namespace ue::codec
