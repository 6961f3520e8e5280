package UniEvent::WebSocket;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent;
require UniEvent::HTTP;
require Protocol::WebSocket::Fast;

@UniEvent::WebSocket::ServerConnection::ISA = 'UniEvent::WebSocket::Connection';
@UniEvent::WebSocket::Client::ISA           = 'UniEvent::WebSocket::Connection';
@UniEvent::WebSocket::ConnectRequest::ISA   = 'Protocol::WebSocket::Fast::ConnectRequest';

sub ws_scheme { $_[0] ? 'wss' : 'ws' }

# Objects of the engine belong to one thread.
for my $class (qw(Server Connection XSConnectionIterator Connection::Statistics)) {
    no strict 'refs';
    *{"UniEvent::WebSocket::${class}::CLONE_SKIP"} = sub { 1 };
}

1;
