#include "net/signal.h"
#include "net/stream.h"
#include "net/tick.h"
#include "net/timer.h"
#include "xs/glue/event_tables.h"
#include "xs/glue/events.h"

namespace ue::glue {

namespace {

using namespace net;

const EventRow kEvents[] = {
    EVENT("UniEvent::Timer", "", Timer, event, "o"),
    EVENT("UniEvent::Prepare", "", Prepare, event, "o"),
    EVENT("UniEvent::Check", "", Check, event, "o"),
    EVENT("UniEvent::Idle", "", Idle, event, "o"),
    EVENT("UniEvent::Signal", "", Signal, event, "oi"),
    EVENT("UniEvent::Loop", "fork", Loop, fork_event, "o"),
    EVENT("UniEvent::Stream", "connection", Stream, connection_event(), "ooe"),
    EVENT("UniEvent::Stream", "connect", Stream, connect_event(), "oeo"),
    EVENT("UniEvent::Stream", "read", Stream, read_event(), "obe"),
    EVENT("UniEvent::Stream", "eof", Stream, eof_event(), "o"),
    EVENT("UniEvent::Stream", "write", Stream, write_event(), "oeo"),
    EVENT("UniEvent::Stream", "shutdown", Stream, shutdown_event(), "oeo"),
};

}  // namespace

void install_net_events(pTHX) { install_events(aTHX_ kEvents); }

}  // namespace ue::glue
