package UniEvent::WebSocket;
use 5.016;
use strict;
use warnings;
use UniEvent;

our $VERSION = '2.0.0';

1;
