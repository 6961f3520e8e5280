// Both ends of the opening handshake against any bytes; what they agree on is in range, and what they write has no line
// breaks that nobody put there.
#include "codec/ws/parser.h"
#include "support.h"

using namespace ue;
using namespace ue::codec;

namespace {
void check(const DeflateAgreement* a) {
    CLAIM(!a || !a->invalid_key());
}

void server(std::string_view bytes, size_t piece) {
    auto parser = make<ServerParser>();
    Ref<ConnectRequest> request;
    for (size_t at = 0; at < bytes.size() && !request; at += piece)
        request = parser->accept(bytes.substr(at, piece));
    if (!request) return;
    std::string out;
    if (request->error()) {
        parser->accept_error(nullptr, out);
    } else {
        parser->accept_response(nullptr, out);
        check(parser->effective_deflate_config());
        // The head that we wrote must be one that a client can read: a status line, fields, and one empty line at the
        // end.
        CLAIM(out.find("\r\n\r\n") == out.size() - 4);
    }
}

void client(std::string_view bytes, size_t piece) {
    auto parser = make<ClientParser>();
    auto request = make<ConnectRequest>();
    request->set_uri(Uri::parse("ws://host/"));
    request->set_ws_key("dGhlIHNhbXBsZSBub25jZQ==");
    std::string out;
    parser->connect_request(request, out);
    Ref<ConnectResponse> response;
    for (size_t at = 0; at < bytes.size() && !response; at += piece)
        response = parser->connect(bytes.substr(at, piece));
    CLAIM(parser->established() == (response && !response->error()));
    check(parser->effective_deflate_config());
    if (parser->established()) parser->get_messages();
}
}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) return 0;
    const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
    const size_t piece = data[1] ? data[1] : bytes.size() + 1;
    data[0] & 1 ? server(bytes, piece) : client(bytes, piece);
    return 0;
}
