#include "http/errors.h"

namespace ue::http {

namespace {
struct Row {
    const char* name;
    const char* message;
};
// In the order of HttpError.
const Row kRows[] = {
    {"connect_error", "connect error"},
    {"no_redirect_uri", "server did not return valid Location header in redirection response"},
    {"redirection_limit", "redirection limit exceeded"},
    {"unexpected_redirect", "unexpected redirection response"},
    {"transfer_aborted", "server aborted body transfer by sending final response code"},
    {"server_stopping", "server is stopping"},
    {"pipeline_canceled", "pipelined requests were canceled"},
    {"upgrade_in_pipeline", "received upgrade request in a pipelined http connection"},
    {"upgrade_wrong_request", "this request can't be upgraded"},
    {"wrong_host", "the Host header is missing, repeated or no host"},
};
constexpr int kRowCount = sizeof kRows / sizeof *kRows;
static_assert(kRowCount == static_cast<int>(HttpError::kWrongHost));

std::string message(int value) {
    return value >= 1 && value <= kRowCount ? kRows[value - 1].message : "unknown http error";
}
}  // namespace

const ErrorCategory http_category = {"unievent-http", message};

const char* http_error_name(HttpError e) {
    const int value = static_cast<int>(e);
    return value >= 1 && value <= kRowCount ? kRows[value - 1].name : nullptr;
}

}  // namespace ue::http
