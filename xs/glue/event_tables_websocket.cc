#include "ws/client.h"
#include "ws/connection.h"
#include "ws/server.h"
#include "xs/glue/event_tables.h"
#include "xs/glue/events.h"

namespace ue::glue {

namespace {

#define CONNECTION "UniEvent::WebSocket::Connection"
#define SERVER "UniEvent::WebSocket::Server"

const EventRow kEvents[] = {
    EVENT(CONNECTION, "message", ws::Connection, message_event, "oo"),
    EVENT(CONNECTION, "ping", ws::Connection, ping_event, "oo"),
    EVENT(CONNECTION, "pong", ws::Connection, pong_event, "oo"),
    EVENT(CONNECTION, "peer_close", ws::Connection, peer_close_event, "oo"),
    EVENT(CONNECTION, "close", ws::Connection, close_event, "oib"),
    EVENT(CONNECTION, "error", ws::Connection, error_event, "oe"),
    EVENT("UniEvent::WebSocket::Client", "connect", ws::Client, connect_event, "oo"),
    EVENT(SERVER, "connection", ws::Server, connection_event, "ooo"),
    EVENT(SERVER, "disconnection", ws::Server, disconnection_event, "ooib"),
};

}  // namespace

void install_websocket_events(pTHX) { install_events(aTHX_ kEvents); }

}  // namespace ue::glue
