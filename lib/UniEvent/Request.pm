package UniEvent::Request;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent;

@UniEvent::Request::Connect::ISA  = 'UniEvent::Request';
@UniEvent::Request::Write::ISA    = 'UniEvent::Request';
@UniEvent::Request::Shutdown::ISA = 'UniEvent::Request';

1;
