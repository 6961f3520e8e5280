package Protocol::WebSocket::Fast;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent;
require Protocol::HTTP;

UniEvent::Exporting::install(__PACKAGE__);
UniEvent::Exporting::install_on_request('Protocol::WebSocket::Fast::Error');

@Protocol::WebSocket::Fast::ServerParser::ISA    = 'Protocol::WebSocket::Fast::Parser';
@Protocol::WebSocket::Fast::ClientParser::ISA    = 'Protocol::WebSocket::Fast::Parser';
@Protocol::WebSocket::Fast::ConnectRequest::ISA  = 'Protocol::HTTP::Request';
@Protocol::WebSocket::Fast::ConnectResponse::ISA = 'Protocol::HTTP::Response';

# Objects of the engine belong to one thread.
for my $class (qw(Parser Message Frame FrameSender FrameIterator MessageIterator)) {
    no strict 'refs';
    *{"Protocol::WebSocket::Fast::${class}::CLONE_SKIP"} = sub { 1 };
}

1;
