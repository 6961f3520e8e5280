#include "ws/errors.h"

namespace ue::ws {

namespace {

struct Row {
    const char* name;
    const char* message;
};
const Row kRows[] = {
    {"read_error", "read error"},
    {"write_error", "write error"},
    {"connect_error", "connect error"},
};

const Row* row(int value) {
    const size_t i = static_cast<size_t>(value) - 1;
    return value > 0 && i < sizeof(kRows) / sizeof(kRows[0]) ? &kRows[i] : nullptr;
}

std::string message(int value) {
    const Row* r = row(value);
    return r ? r->message : "unknown websocket error";
}

}  // namespace

const ErrorCategory error_category = {"unievent::websocket::Error", message};

const char* error_name(Error e) {
    const Row* r = row(static_cast<int>(e));
    return r ? r->name : nullptr;
}

}  // namespace ue::ws
