#include "upgrade.h"

#include <openssl/evp.h>
#include <strings.h>

#include <cstdlib>

#include "common.h"

namespace bench {

std::string_view header_of(std::string_view head, std::string_view name) {
    for (size_t at = head.find("\r\n"); at != head.npos && at + 2 < head.size(); at = head.find("\r\n", at + 2)) {
        std::string_view line = head.substr(at + 2, head.find("\r\n", at + 2) - at - 2);
        if (line.size() <= name.size() || line[name.size()] != ':') continue;
        if (strncasecmp(line.data(), name.data(), name.size())) continue;
        line.remove_prefix(name.size() + 1);
        while (!line.empty() && line.front() == ' ')
            line.remove_prefix(1);
        while (!line.empty() && line.back() == ' ')
            line.remove_suffix(1);
        return line;
    }
    return {};
}

static std::string base64(const unsigned char* bytes, int size) {
    unsigned char text[64];
    return {reinterpret_cast<char*>(text), size_t(EVP_EncodeBlock(text, bytes, size))};
}

std::string upgrade_request(const Options& options, std::string& accept) {
    const uint64_t nonce[2] = {vary(), vary()};
    const std::string key = base64(reinterpret_cast<const unsigned char*>(nonce), sizeof nonce);
    const std::string seed = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    EVP_Digest(seed.data(), seed.size(), digest, &size, EVP_sha1(), nullptr);
    accept = base64(digest, int(size));

    const std::string where = options.host + ":" + std::to_string(options.port);
    std::string request = "GET " + options.path + " HTTP/1.1\r\nHost: " + where +
                          "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nOrigin: http://" + where +
                          "\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + key + "\r\n";
    if (options.deflate) {
        request += "Sec-WebSocket-Extensions: permessage-deflate; ";
        request +=
            options.takeover ? "client_max_window_bits" : "client_no_context_takeover; server_no_context_takeover";
        request += "\r\n";
    }
    return request + "\r\n";
}

std::string_view check_upgrade(std::string_view head, std::string_view accept) {
    if (head.compare(0, 12, "HTTP/1.1 101")) die(kBroken, "upgrade refused: %.*s", int(head.find("\r\n")), head.data());
    const std::string_view upgrade = header_of(head, "Upgrade");
    if (upgrade.size() != 9 || strncasecmp(upgrade.data(), "websocket", 9))
        die(kBroken, "no 'Upgrade: websocket' in the response");
    if (header_of(head, "Sec-WebSocket-Accept") != accept) die(kBroken, "wrong Sec-WebSocket-Accept");
    return header_of(head, "Sec-WebSocket-Extensions");
}

Agreement agreement_from(const Options& options, std::string_view extensions) {
    Agreement agreement{std::string(extensions), 0, false};
    if (!options.deflate) {
        if (!extensions.empty()) die(kBroken, "extension not offered: %s", agreement.extensions.c_str());
        return agreement;
    }
    if (extensions.compare(0, 18, "permessage-deflate")) die(kDeclined, "the server declined permessage-deflate");
    const std::string_view parameter = "client_max_window_bits=";
    const size_t at = extensions.find(parameter);
    const int bits =
        at == extensions.npos ? 15 : std::atoi(std::string(extensions.substr(at + parameter.size())).c_str());
    if (bits < 9 || bits > 15) die(kDeclined, "cannot compress with window bits %d", bits);
    agreement.client_window_bits = options.plain ? 0 : bits;
    agreement.server_resets = extensions.find("server_no_context_takeover") != extensions.npos;
    if (!options.takeover && !agreement.server_resets) die(kDeclined, "the server declined server_no_context_takeover");
    return agreement;
}

}  // namespace bench
