#include "xs/glue/websocket_config.h"

#include "base/misuse.h"
#include "xs/glue/http_config.h"

namespace ue::glue {

namespace {

template <class T>
void read(const Settings& from, const char* key, int64_t least, int64_t most, T& to) {
    to = static_cast<T>(from.integer(key, least, most, to));
}

void read_deflate(const Settings& from, codec::DeflateConfig& c) {
    read(from, "server_max_window_bits", 9, 15, c.server_max_window_bits);
    read(from, "client_max_window_bits", 9, 15, c.client_max_window_bits);
    c.client_no_context_takeover = from.flag("client_no_context_takeover", c.client_no_context_takeover);
    c.server_no_context_takeover = from.flag("server_no_context_takeover", c.server_no_context_takeover);
    read(from, "mem_level", 1, 9, c.mem_level);
    read(from, "compression_level", -1, 9, c.compression_level);
    read(from, "strategy", 0, 4, c.strategy);
    c.compression_threshold = from.size("compression_threshold", c.compression_threshold);
    c.default_compress_binary = from.flag("default_compress_binary", c.default_compress_binary);
    c.accept_smaller_windows = from.flag("accept_smaller_windows", c.accept_smaller_windows);
}

}  // namespace

void read_parser_config(const Settings& from, codec::ParserConfig& config) {
    config.max_frame_size = from.size("max_frame_size", config.max_frame_size);
    config.max_message_size = from.size("max_message_size", config.max_message_size);
    config.max_handshake_size = from.size("max_handshake_size", config.max_handshake_size);
    config.check_utf8 = from.flag("check_utf8", config.check_utf8);
    config.strict_masking = from.flag("strict_masking", config.strict_masking);
    if (!from.find("deflate")) return;
    config.deflate_enabled = from.flag("deflate", true);  // undef and other false values: no compression
    if (!config.deflate_enabled) return;
    const bool accept_smaller_windows = config.deflate.accept_smaller_windows;  // its default depends on who asks
    config.deflate = {};
    config.deflate.accept_smaller_windows = accept_smaller_windows;
    read_deflate(from.hash("deflate"), config.deflate);
}

void read_connection_config(const Settings& from, ws::ConnectionConfig& config) {
    read_parser_config(from, config.parser);
    config.shutdown_timeout = from.ms("shutdown_timeout", config.shutdown_timeout);
    config.deflate_idle_timeout = from.ms("deflate_idle_timeout", config.deflate_idle_timeout);
    config.max_buffered = from.size("max_buffered", config.max_buffered);
    config.tcp_nodelay = from.flag("tcp_nodelay", config.tcp_nodelay);
}

codec::ParserConfig parser_config_from(const Settings& from) {
    codec::ParserConfig config;
    read_parser_config(from, config);
    return config;
}

ws::ConnectionConfig connection_config_from(const Settings& from) {
    ws::ConnectionConfig config;
    read_connection_config(from, config);
    return config;
}

ws::ServerConfig websocket_config_from(pTHX_ const Settings& from) {
    ws::ServerConfig config = from.flag("safe", false) ? ws::ServerConfig::safe() : ws::ServerConfig();
    config.http = http_config_from(aTHX_ from);
    read_connection_config(from.hash("connection"), config.connection);  // the older spelling
    read_connection_config(from, config.connection);
    return config;
}

HV* config_hash(pTHX_ const ws::ServerConfig& c) {
    const codec::ParserConfig& parser = c.connection.parser;
    HV* hash = config_hash(aTHX_ c.http);
    (void)hv_stores(hash, "max_message_size", newSVuv(parser.max_message_size));
    (void)hv_stores(hash, "max_frame_size", newSVuv(parser.max_frame_size));
    (void)hv_stores(hash, "check_utf8", newSViv(parser.check_utf8));
    (void)hv_stores(hash, "strict_masking", newSViv(parser.strict_masking));
    (void)hv_stores(hash, "max_buffered", newSVuv(c.connection.max_buffered_of(codec::Role::kServer)));
    (void)hv_stores(hash, "shutdown_timeout", newSVnv(static_cast<NV>(c.connection.shutdown_timeout) / 1000));
    (void)hv_stores(hash, "deflate", deflate_config_sv(aTHX_ parser.deflate_enabled ? &parser.deflate : nullptr));
    return hash;
}

SV* deflate_config_sv(pTHX_ const codec::DeflateConfig* c) {
    if (!c) return newSV(0);
    HV* hash = newHV();
    (void)hv_stores(hash, "server_max_window_bits", newSViv(c->server_max_window_bits));
    (void)hv_stores(hash, "client_max_window_bits", newSViv(c->client_max_window_bits));
    (void)hv_stores(hash, "client_no_context_takeover", newSVsv(boolSV(c->client_no_context_takeover)));
    (void)hv_stores(hash, "server_no_context_takeover", newSVsv(boolSV(c->server_no_context_takeover)));
    (void)hv_stores(hash, "mem_level", newSViv(c->mem_level));
    (void)hv_stores(hash, "compression_level", newSViv(c->compression_level));
    (void)hv_stores(hash, "strategy", newSViv(c->strategy));
    (void)hv_stores(hash, "compression_threshold", newSVuv(c->compression_threshold));
    return newRV_noinc(reinterpret_cast<SV*>(hash));
}

}  // namespace ue::glue
