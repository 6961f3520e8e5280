// The query of a uri as parameters: a list of name and value sorted by name, values of one name in order of addition.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ue::codec {

// Keeps A-Z a-z 0-9 - . _ ~, the rest becomes %XX; `plus`: a space becomes '+'.
std::string encode_uri_component(std::string_view bytes, bool plus = false);
// %XX becomes its byte and '+' a space. An escape cut off by the end loses its '%'; digits that are none count as 0.
std::string decode_uri_component(std::string_view bytes);
// The same without touching '+': for paths, user info and hosts.
std::string decode_percent(std::string_view bytes);

class Query {
  public:
    using Pair = std::pair<std::string, std::string>;

    // Splits at `delimiter`, each piece at its first '=', and decodes both sides; empty pieces are skipped.
    static Query parse(std::string_view text, char delimiter);
    std::string to_string(char delimiter) const;  // '=' always present, names and values encoded

    bool empty() const { return pairs_.empty(); }
    size_t size() const { return pairs_.size(); }
    const Pair* begin() const { return pairs_.data(); }
    const Pair* end() const { return pairs_.data() + pairs_.size(); }
    // The pairs of one name, as a range.
    std::pair<const Pair*, const Pair*> find(std::string_view name) const;

    void add(std::string_view name, std::string_view value);
    size_t remove(std::string_view name);  // how many
    void clear() { pairs_.clear(); }

  private:
    std::vector<Pair> pairs_;
};

}  // namespace ue::codec
