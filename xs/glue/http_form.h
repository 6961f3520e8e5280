// The `form` parameter of requests.
#pragma once
#include "codec/http/request.h"
#include "xs/glue/settings.h"

namespace ue::glue {

// [name => value, name => [filename => content, type], ...] (multipart), {enc_type, fields}, or only an encoding.
// Throws Misuse.
void form_from(pTHX_ codec::Request& request, const Settings& s);

}  // namespace ue::glue
