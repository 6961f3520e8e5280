package Protocol::WebSocket::Fast::ClientParser;
use strict;
use warnings;

our $VERSION = '2.0.0';

require Protocol::WebSocket::Fast;

1;
