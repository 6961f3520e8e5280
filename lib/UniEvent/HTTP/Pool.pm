package UniEvent::HTTP::Pool;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent::HTTP;

# A function; as a class method it does the same.
sub instance {
    shift if defined $_[0] && !ref $_[0];
    return _instance(@_);
}

# Objects of the engine belong to one thread.
sub CLONE_SKIP { 1 }

1;
