package UniEvent::Resolver;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent;

# What takes hints takes this hash.
sub hints {
    my %hints;
    @hints{qw(family socktype protocol flags)} = @_;
    return \%hints;
}

1;
