package UniEvent::WebSocket::Client;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent::WebSocket;

1;
