package UniEvent::Backend;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent;

my $uv = bless \(my $name = 'uv');

sub UV ()  { $uv }
sub name   { ${ $_[0] } }

1;
