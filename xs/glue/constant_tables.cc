#include <csignal>
#include <netinet/in.h>
#include <sys/socket.h>

#include "xs/glue/tables.h"

namespace ue::glue {

void install_constants(pTHX_ const char* package, const std::vector<Constant>& rows) {
    HV* stash = gv_stashpv(package, GV_ADD);
    AV* names = get_av((std::string(package) + "::CONSTANTS").c_str(), GV_ADD | GV_ADDMULTI);
    for (const Constant& row : rows) {
        newCONSTSUB(stash, row.name, newSViv(static_cast<IV>(row.value)));
        av_push(names, newSVpv(row.name, 0));
    }
}

namespace {

const std::vector<Constant> kOpcodesAndCloses = {
    {"OPCODE_CONTINUE", 0}, {"OPCODE_TEXT", 1}, {"OPCODE_BINARY", 2}, {"OPCODE_CLOSE", 8}, {"OPCODE_PING", 9},
    {"OPCODE_PONG", 10},
    {"CLOSE_DONE", 1000}, {"CLOSE_AWAY", 1001}, {"CLOSE_PROTOCOL_ERROR", 1002}, {"CLOSE_INVALID_DATA", 1003},
    {"CLOSE_UNKNOWN", 1005}, {"CLOSE_ABNORMALLY", 1006}, {"CLOSE_INVALID_TEXT", 1007}, {"CLOSE_BAD_REQUEST", 1008},
    {"CLOSE_MAX_SIZE", 1009}, {"CLOSE_EXTENSION_NEEDED", 1010}, {"CLOSE_INTERNAL_ERROR", 1011}, {"CLOSE_TLS", 1015},
};

const std::vector<Constant> kSignals = {
    {"SIGHUP", SIGHUP}, {"SIGINT", SIGINT}, {"SIGQUIT", SIGQUIT}, {"SIGILL", SIGILL}, {"SIGTRAP", SIGTRAP},
    {"SIGABRT", SIGABRT}, {"SIGBUS", SIGBUS}, {"SIGFPE", SIGFPE}, {"SIGKILL", SIGKILL}, {"SIGUSR1", SIGUSR1},
    {"SIGSEGV", SIGSEGV}, {"SIGUSR2", SIGUSR2}, {"SIGPIPE", SIGPIPE}, {"SIGALRM", SIGALRM}, {"SIGTERM", SIGTERM},
    {"SIGCHLD", SIGCHLD}, {"SIGCONT", SIGCONT}, {"SIGSTOP", SIGSTOP}, {"SIGTSTP", SIGTSTP}, {"SIGTTIN", SIGTTIN},
    {"SIGTTOU", SIGTTOU}, {"SIGURG", SIGURG}, {"SIGXCPU", SIGXCPU}, {"SIGXFSZ", SIGXFSZ}, {"SIGVTALRM", SIGVTALRM},
    {"SIGPROF", SIGPROF}, {"SIGWINCH", SIGWINCH}, {"SIGIO", SIGIO}, {"SIGSYS", SIGSYS},
#ifdef SIGSTKFLT
    {"SIGSTKFLT", SIGSTKFLT},
#endif
#ifdef SIGPOLL
    {"SIGPOLL", SIGPOLL},
#endif
#ifdef SIGPWR
    {"SIGPWR", SIGPWR},
#endif
};

}  // namespace

void install_constant_tables(pTHX) {
    install_constants(aTHX_ "UniEvent", {{"AF_UNSPEC", AF_UNSPEC}, {"AF_INET", AF_INET}, {"AF_INET6", AF_INET6},
                                         {"PF_UNSPEC", PF_UNSPEC}, {"PF_INET", PF_INET}, {"PF_INET6", PF_INET6},
                                         {"SOCK_STREAM", SOCK_STREAM}, {"SOCK_DGRAM", SOCK_DGRAM},
                                         {"INET_ADDRSTRLEN", INET_ADDRSTRLEN},
                                         {"INET6_ADDRSTRLEN", INET6_ADDRSTRLEN}});
    install_constants(aTHX_ "UniEvent::Signal", kSignals);
    install_constants(aTHX_ "UniEvent::WebSocket", kOpcodesAndCloses);
    install_constants(aTHX_ "Protocol::WebSocket::Fast", kOpcodesAndCloses);
    install_constants(aTHX_ "UniEvent::WebSocket::Connection", {{"STATE_INITIAL", 0}, {"STATE_TCP_CONNECTING", 1},
                                                                {"STATE_CONNECTING", 2}, {"STATE_CONNECTED", 3},
                                                                {"STATE_HALT", 4}});
    install_constants(aTHX_ "UniEvent::Tcp", {{"IPV6ONLY", 1}});
    install_constants(aTHX_ "UniEvent::Pipe", {{"MODE_NOT_CONNECTED", 0}, {"MODE_READABLE", 1}, {"MODE_WRITABLE", 2}});
    install_constants(aTHX_ "UniEvent::Resolver", {{"NUMERICSERV", 8}, {"CANONAME", 1}});
    install_constants(aTHX_ "Protocol::HTTP::Message",
                      {{"STATE_HEADERS", 0}, {"STATE_BODY", 1}, {"STATE_CHUNK", 2}, {"STATE_CHUNK_BODY", 3},
                       {"STATE_CHUNK_TRAILER", 4}, {"STATE_DONE", 5}, {"STATE_ERROR", 6}});
    install_constants(aTHX_ "Protocol::HTTP::Request",
                      {{"METHOD_UNSPECIFIED", 0}, {"METHOD_OPTIONS", 1}, {"METHOD_GET", 2}, {"METHOD_HEAD", 3},
                       {"METHOD_POST", 4}, {"METHOD_PUT", 5}, {"METHOD_DELETE", 6}, {"METHOD_TRACE", 7},
                       {"METHOD_CONNECT", 8}, {"ENCODING_MULTIPART", 0}, {"ENCODING_URL", 1}});
    install_constants(aTHX_ "Protocol::HTTP::Response",
                      {{"COOKIE_SAMESITE_DISABLED", 0}, {"COOKIE_SAMESITE_STRICT", 1}, {"COOKIE_SAMESITE_LAX", 2},
                       {"COOKIE_SAMESITE_NONE", 3}});
    install_constants(aTHX_ "Protocol::HTTP::Compression",
                      {{"gzip", 1}, {"deflate", 2}, {"brotli", 4}, {"identity", 8}, {"LEVEL_MIN", 0},
                       {"LEVEL_OPTIMAL", 1}, {"LEVEL_MAX", 2}});
    install_constants(aTHX_ "URI::XS", {{"ALLOW_SUFFIX_REFERENCE", 1}, {"QUERY_PARAM_SEMICOLON", 2},
                                        {"ALLOW_EXTENDED_CHARS", 4}, {"ALLOW_LEADING_AUTHORITY", 1},
                                        {"PARAM_DELIM_SEMICOLON", 2}});
}

}  // namespace ue::glue
