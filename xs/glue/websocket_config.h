// The settings of the WebSocket layer as hashes, and the compression settings back as a hash.
#pragma once
#include "ws/config.h"
#include "xs/glue/settings.h"

namespace ue::glue {

// Keys that are absent leave what is in `config`. Throws Misuse.
void read_parser_config(const Settings& from, codec::ParserConfig& config);
void read_connection_config(const Settings& from, ws::ConnectionConfig& config);

// With defaults for everything absent: configure() replaces, it does not merge.
codec::ParserConfig parser_config_from(const Settings& from);
ws::ConnectionConfig connection_config_from(const Settings& from);
ws::ServerConfig websocket_config_from(pTHX_ const Settings& from);

// The limits in it as a settings hash. Owned.
HV* config_hash(pTHX_ const ws::ServerConfig& config);

// What deflate_config() shows. A new hash reference, or undef for null.
SV* deflate_config_sv(pTHX_ const codec::DeflateConfig* config);

}  // namespace ue::glue
