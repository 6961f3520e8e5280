// The query of a uri: one truth in two forms, the text and the parameters. Each is made from the other when asked for.
#include "codec/uri.h"
#include "codec/uri_chars.h"

namespace ue::codec {

const std::string& Uri::query_string() const {
    if (query_text_stale_) {
        query_string_ = query_->to_string(delimiter());
        query_text_stale_ = false;
    }
    return query_string_;
}

void Uri::set_query_string(std::string_view text) {
    query_string_ = std::string(text);
    query_.reset();
    query_text_stale_ = false;
}

std::string Uri::raw_query() const {
    return decode_uri_component(query_string());
}

void Uri::set_raw_query(std::string_view text) {
    std::string encoded;
    encode_percent(
        text, [](char c) { return is_unreserved(c) || c == '=' || c == '&' || c == ';' || c == '/' || c == '?'; },
        encoded);
    set_query_string(encoded);
}

const Query& Uri::query() const {
    if (!query_) query_ = std::make_unique<Query>(Query::parse(query_string_, delimiter()));
    return *query_;
}

Query& Uri::edit_query() {
    query();
    query_text_stale_ = true;
    return *query_;
}

void Uri::set_query(Query query) {
    query_ = std::make_unique<Query>(std::move(query));
    query_text_stale_ = true;
}

void Uri::add_query(const Query& more) {
    if (more.empty()) return;
    const Query copy = more;  // may be our own
    Query& query = edit_query();
    for (const auto& [name, value] : copy)
        query.add(name, value);
}

void Uri::add_query(std::string_view text) {
    add_query(Query::parse(text, delimiter()));
}

const std::string* Uri::param(std::string_view name) const {
    const auto [first, last] = query().find(name);
    return first == last ? nullptr : &first->second;
}

std::vector<std::string> Uri::params(std::string_view name) const {
    std::vector<std::string> out;
    for (auto [p, last] = query().find(name); p != last; ++p)
        out.push_back(p->second);
    return out;
}

void Uri::set_param(std::string_view name, std::string_view value) {
    set_params(name, {std::string(value)});
}

void Uri::set_params(std::string_view name, const std::vector<std::string>& values) {
    Query& query = edit_query();
    query.remove(name);
    for (const std::string& value : values)
        query.add(name, value);
}

void Uri::add_param(std::string_view name, std::string_view value) {
    edit_query().add(name, value);
}

size_t Uri::remove_param(std::string_view name) {
    if (query().find(name).first == query().find(name).second) return 0;
    return edit_query().remove(name);
}

}  // namespace ue::codec
