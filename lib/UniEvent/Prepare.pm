package UniEvent::Prepare;
use strict;
use warnings;

our $VERSION = '2.0.0';
our @ISA = 'UniEvent::Handle';

use constant TYPE => 'prepare';

require UniEvent;

# Makes and starts.
sub create {
    my ($class, $callback, $loop) = @_;
    my $self = new($class, $loop);
    start($self, $callback);
    return $self;
}

1;
