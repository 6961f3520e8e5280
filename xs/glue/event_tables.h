// Which class has which events. One table per layer (event_tables_*.cc), installed at boot.
#pragma once
#include "xs/glue/interpreter.h"

namespace ue::glue {

void install_net_events(pTHX);
void install_http_events(pTHX);
void install_websocket_events(pTHX);

}  // namespace ue::glue
