package UniEvent::Work;
# Something asked for that arrives in a later turn of the loop. The loop holds it until then.
use strict;
use warnings;

our $VERSION = '2.0.0';
@UniEvent::Request::Random::ISA = 'UniEvent::Work';

require UniEvent;

# Internal: $answer->() makes the value that the callback gets.
sub _begin {
    my ($class, $answer, $callback, $loop) = @_;
    my $self = bless { callback => $callback }, $class;
    ($loop || UniEvent::Loop->default)->delay(sub {
        my $waiting = delete $self->{callback} or return;
        $waiting->($answer->(), undef, $self);
    });
    return $self;
}

sub active { return !!$_[0]{callback} }

sub cancel {
    my ($self) = @_;
    my $waiting = delete $self->{callback} or return;
    $waiting->(undef, UniEvent::SystemError::operation_canceled(), $self);
    return;
}

sub CLONE_SKIP { 1 }

1;
