#include "http/request.h"
#include "http/server.h"
#include "xs/glue/event_tables.h"
#include "xs/glue/events.h"

namespace ue::glue {

namespace {

using namespace http;

const EventRow kEvents[] = {
    EVENT("UniEvent::HTTP::Server", "run", Server, run_event, ""),
    EVENT("UniEvent::HTTP::Server", "route", Server, route_event, "o"),
    EVENT("UniEvent::HTTP::Server", "request", Server, request_event, "o"),
    EVENT("UniEvent::HTTP::Server", "error", Server, error_event, "oe"),
    EVENT("UniEvent::HTTP::Server", "stop", Server, stop_event, ""),
    EVENT("UniEvent::HTTP::ServerRequest", "receive", ServerRequest, receive_event, "o"),
    EVENT("UniEvent::HTTP::ServerRequest", "partial", ServerRequest, partial_event, "oe"),
    EVENT("UniEvent::HTTP::ServerRequest", "drop", ServerRequest, drop_event, "oe"),
    EVENT("UniEvent::HTTP::ServerRequest", "finish", ServerRequest, finish_event, "o"),
    EVENT("UniEvent::HTTP::Request", "response", Request, response_event, "ooe"),
    EVENT("UniEvent::HTTP::Request", "partial", Request, partial_event, "ooe"),
    EVENT("UniEvent::HTTP::Request", "redirect", Request, redirect_event, "ooo"),
    EVENT("UniEvent::HTTP::Request", "continue", Request, continue_event, "o"),
};

}  // namespace

void install_http_events(pTHX) {
    install_events(aTHX_ kEvents);
}

}  // namespace ue::glue
