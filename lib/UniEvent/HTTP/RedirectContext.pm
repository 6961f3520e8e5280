package UniEvent::HTTP::RedirectContext;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent::HTTP;

# Objects of the engine belong to one thread.
sub CLONE_SKIP { 1 }

1;
