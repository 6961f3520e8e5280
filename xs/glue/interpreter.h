// The only way to perl.h. C++ headers come first: perl.h defines short macros that would break them.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <vector>

#define PERL_NO_GET_CONTEXT
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
extern "C" {
#include "EXTERN.h"
#include "perl.h"
#include "XSUB.h"
}
#pragma GCC diagnostic pop

#undef do_open
#undef do_close
#undef seed
#undef ref
#undef list
#undef bind
#undef connect
#undef listen
#undef accept
#undef shutdown
