package UniEvent::WebSocket::Tool::Lines;
# The lines of the standard input as events, whatever it is: a terminal, a pipe, a file. Internal.
use 5.016;
use strict;
use warnings;
use POSIX ();
use UniEvent;

our $VERSION = '2.0.0';

# Calls $on_line with each line, without its newline, and $on_end once when there are no more.
sub new {
    my ($class, $handle, $on_line, $on_end) = @_;
    my $self = bless {handle => $handle, on_line => $on_line, on_end => $on_end, rest => ''}, $class;
    binmode $handle;
    my $kind = UE::guess_type($handle);
    $kind eq 'fs' || $kind eq 'unknown' ? $self->read_file : $self->read_stream($kind);
    return $self;
}

# Files are always ready, and no kernel tells when: a piece in every turn of the loop.
sub read_file {
    my ($self) = @_;
    $self->{source} = UE::idle(sub {
        my $got = sysread $self->{handle}, my $bytes, 65536;
        $got ? $self->feed($bytes) : $self->eof;
    });
    return;
}

# Waiting needs a descriptor that does not block, which is a property shared by all who have it open: a terminal is opened
# anew, for the shell's sake, and of a pipe it is taken back in the end.
sub read_stream {
    my ($self, $kind) = @_;
    my $handle = $self->{handle};
    if ($kind eq 'tty' && defined(my $name = POSIX::ttyname(fileno $handle))) {
        if (sysopen my $own, $name, POSIX::O_RDONLY() | POSIX::O_NOCTTY()) { $handle = $self->{own} = $own }
    }
    my $source = $self->{source} = UE::Pipe->new;
    $source->open($handle, UE::Pipe::MODE_READABLE());
    $source->read_callback(sub { $self->feed($_[1]) if defined $_[1] });
    $source->eof_callback(sub { $self->eof });
    return;
}

sub feed {
    my ($self, $bytes) = @_;
    $self->{rest} .= $bytes;
    while ($self->{source} && $self->{rest} =~ s/\A([^\n]*?)\r?\n//) { $self->{on_line}->("$1") }
    return;
}

sub eof {
    my ($self) = @_;
    $self->{on_line}->($self->{rest}) if length $self->{rest};
    $self->{rest} = '';
    my $on_end = $self->{on_end};
    $self->end;
    $on_end->() if $on_end;
    return;
}

# No further events.
sub end {
    my ($self) = @_;
    my $source = delete $self->{source} or return;
    $source->can('reset') && $source->reset;
    $self->{handle}->blocking(1) if !$self->{own};
    delete @$self{qw(on_line on_end)};
    return;
}

1;
