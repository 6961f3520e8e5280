package UniEvent::HTTP::Request;
use strict;
use warnings;

our $VERSION = '2.0.0';
our @ISA = 'Protocol::HTTP::Request';

require UniEvent::HTTP;

sub import { }    # not the constants of the class above

1;
