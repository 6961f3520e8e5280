// The two encodings of an HTML form.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ue::codec {

class Uri;

enum class FormEncoding : uint8_t { kMultipart = 0, kUrlEncoded = 1 };

struct FormField {
    std::string name, value;
    bool is_file = false;
    std::string filename, content_type;  // of a file
};

struct Form {
    FormEncoding encoding = FormEncoding::kMultipart;
    std::vector<FormField> fields;
    std::string boundary;  // made by the first serialisation and kept, so that each gives the same text
};

std::string make_boundary();  // 23 dashes and 17 random letters and digits
// The head of one part, up to and including its empty line; Misuse if a text would break out of its header.
void append_part_head(std::string_view boundary, const FormField& field, std::string& out);
void append_part_end(std::string& out);
void append_form_end(std::string_view boundary, std::string& out);
// All parts, sorted by name, and the end.
void append_multipart(const Form& form, std::string& out);
// Fields into the query, sorted by name; a file is a Misuse.
void add_to_query(const Form& form, Uri& uri);

}  // namespace ue::codec
