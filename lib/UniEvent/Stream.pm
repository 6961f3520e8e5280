package UniEvent::Stream;
use strict;
use warnings;

our $VERSION = '2.0.0';
our @ISA = 'UniEvent::Handle';

require UniEvent;

1;
