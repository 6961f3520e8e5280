// The loadable object: one fragment per Perl class, in the order of the layers. A method body converts, calls, converts.
#include "xs/glue/all.h"

using namespace ue;
using namespace ue::glue;

MODULE = UniEvent  PACKAGE = UniEvent

PROTOTYPES: DISABLE

BOOT:
    start_context(aTHX);
    install_hooks();
    keep_freed_memory();
    install_error_tables(aTHX);
    install_constant_tables(aTHX);
    install_net_events(aTHX);
    install_http_events(aTHX);
    install_websocket_events(aTHX);

void
CLONE(...)
  CODE:
    PERL_UNUSED_VAR(items);
    clone_context(aTHX);

INCLUDE: Framework.xsi
INCLUDE: Errors.xsi
INCLUDE: Functions.xsi
INCLUDE: Loop.xsi
INCLUDE: Handle.xsi
INCLUDE: Timer.xsi
INCLUDE: Tick.xsi
INCLUDE: Signal.xsi
INCLUDE: SockAddr.xsi
INCLUDE: SslContext.xsi
INCLUDE: Stream.xsi
INCLUDE: Tcp.xsi
INCLUDE: Pipe.xsi
INCLUDE: Request.xsi
INCLUDE: Resolver.xsi
INCLUDE: Uri.xsi
INCLUDE: HttpMessage.xsi
INCLUDE: HttpRequest.xsi
INCLUDE: HttpResponse.xsi
INCLUDE: HttpParsers.xsi
INCLUDE: HttpCookieJar.xsi
INCLUDE: HttpServer.xsi
INCLUDE: HttpServerRequest.xsi
INCLUDE: HttpServerResponse.xsi
INCLUDE: HttpClientRequest.xsi
INCLUDE: HttpClient.xsi
INCLUDE: HttpPool.xsi
INCLUDE: WsMessage.xsi
INCLUDE: WsHandshake.xsi
INCLUDE: WsParser.xsi
INCLUDE: WsConnection.xsi
INCLUDE: WsServer.xsi
INCLUDE: WsClient.xsi
