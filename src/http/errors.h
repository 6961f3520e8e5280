// What can go wrong above the messages: category "unievent-http".
#pragma once
#include "base/error.h"

namespace ue::http {

enum class HttpError {
    kConnectError = 1,
    kNoRedirectUri,
    kRedirectionLimit,
    kUnexpectedRedirect,
    kTransferAborted,
    kServerStopping,
    kPipelineCanceled,
    kUpgradeInPipeline,
    kUpgradeWrongRequest,
    // Extension.
    kWrongHost,
};

extern const ErrorCategory http_category;
inline ErrorCode make_error(HttpError e) {
    return ErrorCode(static_cast<int>(e), http_category);
}

// The public name of an error ("connect_error"), null beyond the last: what a table of constants walks.
const char* http_error_name(HttpError e);

}  // namespace ue::http
