// Uris between Perl and the engine. Everything here may throw Misuse: use inside guard().
#pragma once
#include "codec/uri.h"
#include "xs/glue/interpreter.h"
#include "xs/glue/place.h"

namespace ue::glue {

// A uri as users give it: an object of class URI::XS (shared, not copied), undef (null), or a string or an object that
// has one (parsed as a plain uri; what is no uri gives an empty one).
Ref<codec::Uri> uri_arg(pTHX_ SV* sv, const char* argument);

// What query(), add_query() and the constructors of scheme classes take: one hash reference, one string, or a list of
// names and values. The value of a name may be an array reference of values.
enum class QueryForm { kHash, kText, kList };
struct QueryArgs {
    QueryForm form;
    std::string_view text;  // kText only
    codec::Query query;     // the others
};
QueryArgs query_args(pTHX_ SV** args, size_t count, const char* method);

// The accessors of parts that are text: with a value (undef is the empty text) sets the part and gives undef.
enum UriPart { kScheme, kUserInfo, kUser, kPassword, kHost, kLocation, kPath, kQueryString, kRawQuery, kFragment };
SV* uri_part(pTHX_ Method method, codec::Uri* uri, int part, SV* value);  // guards itself

// A strict uri of a scheme's class, for constructors: klass is what they were called on.
SV* new_uri(pTHX_ SV* klass, const char* scheme, std::string_view text, int flags);
// By the type of the argument: part by part with a uri, else with the text; false for other references.
bool uris_equal(pTHX_ const codec::Uri* uri, SV* other);
void assign_uri(pTHX_ codec::Uri* uri, SV* other, int flags);

void replace_query(pTHX_ codec::Uri* uri, SV** args, size_t count);
void add_query(pTHX_ codec::Uri* uri, SV** args, size_t count);
void set_param(pTHX_ codec::Uri* uri, std::string_view name, SV** values, size_t count);
SV* query_hash(pTHX_ const codec::Uri* uri);  // new hash reference, one value per name

}  // namespace ue::glue
