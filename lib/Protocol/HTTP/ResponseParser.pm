package Protocol::HTTP::ResponseParser;
use strict;
use warnings;

our $VERSION = '2.0.0';

require Protocol::HTTP::Request;
require Protocol::HTTP::Response;
require Protocol::HTTP::Error;

# Objects of the engine belong to one thread.
sub CLONE_SKIP { 1 }

1;
