package Protocol::HTTP::Request;
use strict;
use warnings;

our $VERSION = '2.0.0';
our @ISA = 'Protocol::HTTP::Message';

require Protocol::HTTP::Message;

UniEvent::Exporting::install(__PACKAGE__);

1;
