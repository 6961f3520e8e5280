#include "codec/http/headers.h"

#include <algorithm>
#include <limits>

#include "base/misuse.h"
#include "codec/http/chars.h"

namespace ue::codec {

bool equals_nocase(std::string_view a, std::string_view b) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i)
        if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
    return true;
}

std::string_view trim_blanks(std::string_view text) {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
    while (!text.empty() && is_blank(text.back()))
        text.remove_suffix(1);
    return text;
}

bool Headers::valid_name(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), is_token_char);
}

bool Headers::valid_value(std::string_view value) {
    return std::all_of(value.begin(), value.end(), is_value_char);
}

std::string_view Headers::get(std::string_view name) const {
    for (size_t i = fields_.size(); i--;)
        if (equals_nocase(name_of(fields_[i]), name)) return value_of(fields_[i]);
    return {};
}

std::vector<std::string_view> Headers::get_all(std::string_view name) const {
    std::vector<std::string_view> out;
    for (const Slot& s : fields_)
        if (equals_nocase(name_of(s), name)) out.push_back(value_of(s));
    return out;
}

size_t Headers::count(std::string_view name) const {
    return std::count_if(fields_.begin(), fields_.end(),
                         [&](const Slot& s) { return equals_nocase(name_of(s), name); });
}

bool Headers::has_token(std::string_view name, std::string_view token) const {
    for (const Slot& s : fields_)
        if (equals_nocase(name_of(s), name) &&
            any_list_element(value_of(s), [&](std::string_view t) { return equals_nocase(t, token); }))
            return true;
    return false;
}

Headers::Slot Headers::store(std::string_view name, std::string_view value) {
    if (!valid_name(name)) throw Misuse("invalid header name: expected a token" + got(name));
    if (!valid_value(value))
        throw Misuse("invalid header value: control characters are not allowed, in " + std::string(name) +
                     got_byte_of(value, [](unsigned char c) { return !valid_value({reinterpret_cast<char*>(&c), 1}); }));
    constexpr size_t kMax = std::numeric_limits<uint32_t>::max();  // what a Slot can address
    if (name.size() > kMax || value.size() > kMax || text_.size() > kMax - name.size() ||
        text_.size() + name.size() > kMax - value.size())
        throw Misuse("headers are too large: expected at most 4 GiB, got " + std::to_string(text_.size()) + " + " +
                     std::to_string(value.size()) + " bytes");
    // The arguments may be views into text_ itself, which moves when it grows.
    std::string grown;
    const size_t at = text_.size(), size = at + name.size() + value.size();
    std::string& target = size > text_.capacity() ? grown : text_;
    if (&target == &grown) {
        grown.reserve(std::max(size, 2 * text_.capacity()));
        grown = text_;
    }
    target.append(name).append(value);
    if (&target == &grown) text_.swap(grown);
    return {static_cast<uint32_t>(at), static_cast<uint32_t>(name.size()), static_cast<uint32_t>(at + name.size()),
            static_cast<uint32_t>(value.size())};
}

void Headers::add(std::string_view name, std::string_view value) {
    fields_.push_back(store(name, value));
}

void Headers::set(std::string_view name, std::string_view value) {
    const Slot slot = store(name, value);
    const std::string_view key = name_of(slot);
    const auto same = [&](const Slot& s) { return equals_nocase(name_of(s), key); };
    const auto first = std::find_if(fields_.begin(), fields_.end(), same);
    if (first == fields_.end()) {
        fields_.push_back(slot);
        return;
    }
    *first = slot;
    fields_.erase(std::remove_if(first + 1, fields_.end(), same), fields_.end());
    compact();
}

size_t Headers::remove(std::string_view name) {
    const auto end =
        std::remove_if(fields_.begin(), fields_.end(), [&](const Slot& s) { return equals_nocase(name_of(s), name); });
    const size_t gone = fields_.end() - end;
    fields_.erase(end, fields_.end());
    if (fields_.empty()) text_.clear();
    compact();
    return gone;
}

// Setting the same header again and again must not let the text grow for ever.
void Headers::compact() {
    size_t used = 0;
    for (const Slot& s : fields_)
        used += s.name_size + s.value_size;
    if (text_.size() < 256 || text_.size() / 2 < used) return;
    std::string text;
    text.reserve(used);
    for (Slot& s : fields_) {
        const std::string_view name = name_of(s), value = value_of(s);
        const Slot moved = {static_cast<uint32_t>(text.size()), s.name_size,
                            static_cast<uint32_t>(text.size() + s.name_size), s.value_size};
        text.append(name).append(value);
        s = moved;
    }
    text_.swap(text);
}

void Headers::clear() {
    text_.clear();
    fields_.clear();
}

void Headers::begin_field() {
    const auto at = static_cast<uint32_t>(text_.size());
    fields_.push_back({at, 0, at, 0});
}

void Headers::append_name(std::string_view piece) {
    text_.append(piece);
    Slot& s = fields_.back();
    s.name_size += static_cast<uint32_t>(piece.size());
    s.value = s.name + s.name_size;
}

void Headers::append_value(std::string_view piece) {
    text_.append(piece);
    fields_.back().value_size += static_cast<uint32_t>(piece.size());
}

void Headers::end_field() {
    Slot& s = fields_.back();
    while (s.value_size && is_blank(text_[s.value + s.value_size - 1]))
        --s.value_size;
}

void Headers::drop_field() {
    text_.resize(fields_.back().name);
    fields_.pop_back();
}

}  // namespace ue::codec
