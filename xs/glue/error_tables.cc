// Error constants of every package. Codes of a category are numbered from 1 in the order of its names.
#include <cerrno>

#include "codec/http/errors.h"
#include "codec/ws/errors.h"
#include "http/errors.h"
#include "net/errors.h"
#include "ws/errors.h"
#include "xs/glue/errors.h"
#include "xs/glue/tables.h"

namespace ue::glue {

namespace {

struct SystemName {
    const char* name;
    const char* short_name;
    int value;
};
const SystemName kSystem[] = {
    {"address_family_not_supported", "EAFNOSUPPORT", EAFNOSUPPORT},
    {"address_in_use", "EADDRINUSE", EADDRINUSE},
    {"address_not_available", "EADDRNOTAVAIL", EADDRNOTAVAIL},
    {"already_connected", "EISCONN", EISCONN},
    {"argument_list_too_long", "E2BIG", E2BIG},
    {"argument_out_of_domain", "EDOM", EDOM},
    {"bad_address", "EFAULT", EFAULT},
    {"bad_file_descriptor", "EBADF", EBADF},
    {"bad_message", "EBADMSG", EBADMSG},
    {"broken_pipe", "EPIPE", EPIPE},
    {"connection_aborted", "ECONNABORTED", ECONNABORTED},
    {"connection_already_in_progress", "EALREADY", EALREADY},
    {"connection_refused", "ECONNREFUSED", ECONNREFUSED},
    {"connection_reset", "ECONNRESET", ECONNRESET},
    {"cross_device_link", "EXDEV", EXDEV},
    {"destination_address_required", "EDESTADDRREQ", EDESTADDRREQ},
    {"device_or_resource_busy", "EBUSY", EBUSY},
    {"directory_not_empty", "ENOTEMPTY", ENOTEMPTY},
    {"executable_format_error", "ENOEXEC", ENOEXEC},
    {"file_exists", "EEXIST", EEXIST},
    {"file_too_large", "EFBIG", EFBIG},
    {"filename_too_long", "ENAMETOOLONG", ENAMETOOLONG},
    {"function_not_supported", "ENOSYS", ENOSYS},
    {"host_unreachable", "EHOSTUNREACH", EHOSTUNREACH},
    {"identifier_removed", "EIDRM", EIDRM},
    {"illegal_byte_sequence", "EILSEQ", EILSEQ},
    {"inappropriate_io_control_operation", "ENOTTY", ENOTTY},
    {"interrupted", "EINTR", EINTR},
    {"invalid_argument", "EINVAL", EINVAL},
    {"invalid_seek", "ESPIPE", ESPIPE},
    {"io_error", "EIO", EIO},
    {"is_a_directory", "EISDIR", EISDIR},
    {"message_size", "EMSGSIZE", EMSGSIZE},
    {"network_down", "ENETDOWN", ENETDOWN},
    {"network_reset", "ENETRESET", ENETRESET},
    {"network_unreachable", "ENETUNREACH", ENETUNREACH},
    {"no_buffer_space", "ENOBUFS", ENOBUFS},
    {"no_child_process", "ECHILD", ECHILD},
    {"no_link", "ENOLINK", ENOLINK},
    {"no_lock_available", "ENOLCK", ENOLCK},
    {"no_message_available", "ENODATA", ENODATA},
    {"no_message", "ENOMSG", ENOMSG},
    {"no_protocol_option", "ENOPROTOOPT", ENOPROTOOPT},
    {"no_space_on_device", "ENOSPC", ENOSPC},
    {"no_stream_resources", "ENOSR", ENOSR},
    {"no_such_device_or_address", "ENXIO", ENXIO},
    {"no_such_device", "ENODEV", ENODEV},
    {"no_such_file_or_directory", "ENOENT", ENOENT},
    {"no_such_process", "ESRCH", ESRCH},
    {"not_a_directory", "ENOTDIR", ENOTDIR},
    {"not_a_socket", "ENOTSOCK", ENOTSOCK},
    {"not_a_stream", "ENOSTR", ENOSTR},
    {"not_connected", "ENOTCONN", ENOTCONN},
    {"not_enough_memory", "ENOMEM", ENOMEM},
    {"not_supported", "ENOTSUP", ENOTSUP},
    {"operation_canceled", "ECANCELED", ECANCELED},
    {"operation_in_progress", "EINPROGRESS", EINPROGRESS},
    {"operation_not_permitted", "EPERM", EPERM},
    {"operation_not_supported", "EOPNOTSUPP", EOPNOTSUPP},
    {"operation_would_block", "EWOULDBLOCK", EWOULDBLOCK},
    {"owner_dead", "EOWNERDEAD", EOWNERDEAD},
    {"permission_denied", "EACCES", EACCES},
    {"protocol_error", "EPROTO", EPROTO},
    {"protocol_not_supported", "EPROTONOSUPPORT", EPROTONOSUPPORT},
    {"read_only_file_system", "EROFS", EROFS},
    {"resource_deadlock_would_occur", "EDEADLK", EDEADLK},
    {"resource_unavailable_try_again", "EAGAIN", EAGAIN},
    {"result_out_of_range", "ERANGE", ERANGE},
    {"state_not_recoverable", "ENOTRECOVERABLE", ENOTRECOVERABLE},
    {"stream_timeout", "ETIME", ETIME},
    {"text_file_busy", "ETXTBSY", ETXTBSY},
    {"timed_out", "ETIMEDOUT", ETIMEDOUT},
    {"too_many_files_open_in_system", "ENFILE", ENFILE},
    {"too_many_files_open", "EMFILE", EMFILE},
    {"too_many_links", "EMLINK", EMLINK},
    {"too_many_symbolic_link_levels", "ELOOP", ELOOP},
    {"value_too_large", "EOVERFLOW", EOVERFLOW},
    {"wrong_protocol_type", "EPROTOTYPE", EPROTOTYPE},
};

const char* const kUniEvent[] = {
    "unknown_error", "read_start_error", "bind_error", "listen_error", "ssl_error", "resolve_error",
    "ai_address_family_not_supported", "ai_temporary_failure", "ai_bad_flags", "ai_bad_hints", "ai_request_canceled",
    "ai_permanent_failure", "ai_family_not_supported", "ai_out_of_memory", "ai_no_address",
    "ai_unknown_node_or_service", "ai_argument_buffer_overflow", "ai_resolved_protocol_unknown",
    "ai_service_not_available_for_socket_type", "ai_socket_type_not_supported", "invalid_unicode_character",
    "not_on_network", "transport_endpoint_shutdown", "host_down", "remote_io",
};
const char* const kResolve[] = {
    "host_not_found", "not_implemented", "service_not_found", "no_data", "bad_format", "server_failed", "refused",
    "bad_query", "bad_name", "bad_response", "eof", "file_read_error", "bad_string", "bad_flags", "noname",
    "bad_hints", "not_initialized", "iphlpapi_load_error", "no_get_network_params",
};
const char* const kStreamer[] = {"read_error", "write_error"};
const char* const kProtocolHttp[] = {
    "lexical_error", "multiple_content_length", "headers_too_large", "body_too_large", "unexpected_body",
    "unexpected_eof", "unexpected_continue", "unsupported_transfer_encoding", "unsupported_compression",
    "uncompression_failure", "corrupted_cookie_jar", "invalid_content_length", "ambiguous_length",
};
const char* const kHttp[] = {
    "connect_error", "no_redirect_uri", "redirection_limit", "unexpected_redirect", "transfer_aborted",
    "server_stopping", "pipeline_canceled", "upgrade_in_pipeline", "upgrade_wrong_request",
    "wrong_host",
};
const char* const kProtocolWebSocket[] = {
    "garbage_after_connect", "unsupported_version", "response_code_101", "connection_mustbe_upgrade",
    "upgrade_mustbe_websocket", "sec_accept_missing", "method_mustbe_get", "http_1_1_required", "body_prohibited",
    "invalid_opcode", "control_fragmented", "control_payload_too_big", "not_masked", "max_frame_size",
    "max_message_size", "close_frame_invalid_data", "initial_continue", "fragment_no_continue",
    "deflate_negotiation_failed", "control_frame_compression", "inflate_error", "unexpected_rsv", "invalid_utf8",
    "invalid_length", "subprotocol_mismatch", "extension_mismatch", "masked",
};
const char* const kWebSocket[] = {"READ_ERROR", "WRITE_ERROR", "CONNECT_ERROR"};

template <size_t N>
void install(pTHX_ const char* package, const char* const (&names)[N], const ErrorCategory& category) {
    std::vector<ErrorConstant> rows;
    for (size_t i = 0; i < N; ++i) rows.push_back({names[i], ErrorCode(static_cast<int>(i) + 1, category)});
    install_error_constants(aTHX_ package, rows);
}

void install_category(pTHX_ const char* package, const char* name, const ErrorCategory& category) {
    newCONSTSUB(gv_stashpv(package, GV_ADD), name, category_sv(aTHX_ category));
}

}  // namespace

void install_error_tables(pTHX) {
    std::vector<ErrorConstant> system;
    for (const SystemName& row : kSystem) {
        system.push_back({row.name, system_error(row.value)});
        system.push_back({row.short_name, system_error(row.value)});
    }
    install_error_constants(aTHX_ "XS::STL::errc", system);
    install(aTHX_ "UniEvent::Error", kUniEvent, net::error_category);
    install(aTHX_ "UniEvent::ResolveError", kResolve, net::resolve_category);
    install(aTHX_ "UniEvent::StreamerError", kStreamer, net::streamer_category);
    install(aTHX_ "Protocol::HTTP::Error", kProtocolHttp, codec::http_category);
    install(aTHX_ "UniEvent::HTTP::Error", kHttp, http::http_category);
    install(aTHX_ "Protocol::WebSocket::Fast::Error", kProtocolWebSocket, codec::ws_category);
    install(aTHX_ "UniEvent::WebSocket::Error", kWebSocket, ws::error_category);

    install_category(aTHX_ "XS::STL", "generic_category", generic_category);
    install_category(aTHX_ "XS::STL", "system_category", system_category);
    install_category(aTHX_ "XS::STL", "iostream_category", iostream_category);
    install_category(aTHX_ "XS::STL", "future_category", future_category);
    install_category(aTHX_ "UniEvent::Error", "category", net::error_category);
    install_category(aTHX_ "UniEvent::Error", "system_category", generic_category);
    install_category(aTHX_ "UniEvent::Error", "resolve_category", net::resolve_category);
    install_category(aTHX_ "UniEvent::Error", "ssl_category", net::ssl_category);
    install_category(aTHX_ "UniEvent::Error", "openssl_category", net::openssl_category);
    install_category(aTHX_ "UniEvent::Error", "streamer_category", net::streamer_category);
    install_category(aTHX_ "Protocol::HTTP", "error_category", codec::http_category);
    install_category(aTHX_ "UniEvent::HTTP", "error_category", http::http_category);
    install_category(aTHX_ "Protocol::WebSocket::Fast", "error_category", codec::ws_category);
}

}  // namespace ue::glue
