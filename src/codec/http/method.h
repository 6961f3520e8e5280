// Request methods. 0..8 are the public constants; those that follow are an extension.
#pragma once
#include <cstdint>
#include <string_view>

namespace ue::codec {

enum class Method : uint8_t {
    kUnspecified,
    kOptions,
    kGet,
    kHead,
    kPost,
    kPut,
    kDelete,
    kTrace,
    kConnect,
    kPatch,
    kCopy,
    kLock,
    kMkcol,
    kMove,
    kPropfind,
    kProppatch,
    kSearch,
    kUnlock,
    kBind,
    kRebind,
    kUnbind,
    kAcl,
    kReport,
    kMkactivity,
    kCheckout,
    kMerge,
    kMsearch,
    kNotify,
    kSubscribe,
    kUnsubscribe,
    kPurge,
    kMkcalendar,
    kLink,
    kUnlink,
};
constexpr int kMethodCount = static_cast<int>(Method::kUnlink) + 1;

// "GET"; "[unspecified]" for kUnspecified, "[UNKNOWN]" for what is none.
std::string_view method_name(int method);
inline std::string_view method_name(Method m) {
    return method_name(static_cast<int>(m));
}
// Exact spelling; kUnspecified if unknown.
Method find_method(std::string_view name);

}  // namespace ue::codec
