// The header fields of a message: an ordered list; names keep their spelling and are compared without case.
//
// All text lives in one string, a field is four numbers. Views that are handed out point into it: any change to the
// list invalidates them.
//
// What goes in is what may go out: a name must be a token, a value must be free of control bytes except tab
// (CR, LF and NUL above all: response splitting). Anything else is a Misuse.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ue::codec {

bool equals_nocase(std::string_view a, std::string_view b);  // ASCII
std::string_view trim_blanks(std::string_view text);         // spaces and tabs at both ends
// Calls f(token) for the non-empty elements of a comma list, blanks trimmed, until it returns true; what f returned.
template <class F>
bool any_list_element(std::string_view list, F&& f) {
    while (!list.empty()) {
        const size_t comma = list.find(',');
        const std::string_view element = trim_blanks(list.substr(0, comma));
        if (!element.empty() && f(element)) return true;
        if (comma == std::string_view::npos) return false;
        list.remove_prefix(comma + 1);
    }
    return false;
}

class Headers {
  public:
    struct Field {
        std::string_view name, value;
    };

    size_t count() const { return fields_.size(); }
    bool empty() const { return fields_.empty(); }
    Field operator[](size_t i) const { return {name_of(fields_[i]), value_of(fields_[i])}; }

    class Iterator {
      public:
        Iterator(const Headers* h, size_t i) : headers_(h), at_(i) {}
        Field operator*() const { return (*headers_)[at_]; }
        Iterator& operator++() {
            ++at_;
            return *this;
        }
        bool operator!=(const Iterator& o) const { return at_ != o.at_; }

      private:
        const Headers* headers_;
        size_t at_;
    };
    Iterator begin() const { return {this, 0}; }
    Iterator end() const { return {this, count()}; }

    bool has(std::string_view name) const { return get(name).data() != nullptr; }
    // The last value; a view with null data if there is none (an empty value has data).
    std::string_view get(std::string_view name) const;
    std::vector<std::string_view> get_all(std::string_view name) const;
    size_t count(std::string_view name) const;
    // True if `token` is an element of the comma lists of all fields of this name; without case.
    bool has_token(std::string_view name, std::string_view token) const;

    void add(std::string_view name, std::string_view value);
    // One field takes the place of the first of this name, the others go; appended if there was none.
    void set(std::string_view name, std::string_view value);
    size_t remove(std::string_view name);  // how many
    void clear();

    static bool valid_name(std::string_view name);
    static bool valid_value(std::string_view value);

    // For the readers, which have checked every byte: a field that arrives in pieces.
    void begin_field();
    void append_name(std::string_view piece);
    void append_value(std::string_view piece);
    void end_field();   // trims the blanks after the value
    void drop_field();  // takes the last one out again

  private:
    struct Slot {
        uint32_t name, name_size, value, value_size;
    };
    std::string_view name_of(const Slot& s) const { return {text_.data() + s.name, s.name_size}; }
    std::string_view value_of(const Slot& s) const { return {text_.data() + s.value, s.value_size}; }
    Slot store(std::string_view name, std::string_view value);
    void compact();

    std::string text_;
    std::vector<Slot> fields_;
};

}  // namespace ue::codec
