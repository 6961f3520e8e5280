package UniEvent::HTTP::Client;
use strict;
use warnings;

our $VERSION = '2.0.0';
our @ISA = 'UniEvent::Tcp';

require UniEvent::HTTP;

sub import { }    # not the constants of the class above

1;
