package UniEvent::Signal;
use strict;
use warnings;

our $VERSION = '2.0.0';
our @ISA = 'UniEvent::Handle';

use constant TYPE => 'signal';

require UniEvent;

# Make and start; an error is an exception here, for there would be nothing to call it on later.
sub create {
    my ($class, $signum, $callback, $loop) = @_;
    my $self = new($class, $loop);
    start($self, $signum, $callback);
    return $self;
}

sub create_once {
    my ($class, $signum, $callback, $loop) = @_;
    my $self = new($class, $loop);
    once($self, $signum, $callback);
    return $self;
}

*watch = \&create;

1;
