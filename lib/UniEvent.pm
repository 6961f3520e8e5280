package UniEvent;
use 5.016;
use strict;
use warnings;

our $VERSION = '2.0.0';

# One package, two names: UE::Timer is UniEvent::Timer, also for packages that are loaded later. Done before anything
# can create a stash of its own under UE::.
BEGIN { *UE:: = *UniEvent:: }

use mro ();
require XSLoader;
XSLoader::load('UniEvent', $VERSION);

require UniEvent::Exporting;
UniEvent::Exporting::install($_) for qw(UniEvent UniEvent::Signal UniEvent::Pipe);

require XS::ErrorCode;
require XS::Framework;
require Net::SockAddr;
require UniEvent::Error;
require UniEvent::Backend;
require UniEvent::Handle;
require UniEvent::Timer;
require UniEvent::Prepare;
require UniEvent::Check;
require UniEvent::Idle;
require UniEvent::Signal;
require UniEvent::Stream;
require UniEvent::Tcp;
require UniEvent::Pipe;
require UniEvent::Request;
require UniEvent::Resolver;
require UniEvent::Work;

# Internal, for what is written in Perl: dies with the place of the call as the XS methods do.
sub _refuse {
    my ($message, $got) = @_;
    my (undef, $file, $line) = caller 1;
    die "$message, got " . _shown($got) . " at $file line $line.\n";
}

sub timer       { UniEvent::Timer->create(@_) }
sub timer_once  { UniEvent::Timer->create_once(@_) }
sub signal      { UniEvent::Signal->create(@_) }
sub signal_once { UniEvent::Signal->create_once(@_) }
sub prepare     { UniEvent::Prepare->create(@_) }
sub check       { UniEvent::Check->create(@_) }
sub idle        { UniEvent::Idle->create(@_) }

sub get_random {
    my ($length, $callback, $loop) = @_;
    return _random($length) if !defined $callback;
    _random($length);    # dies here and now if it cannot
    _refuse('UniEvent::get_random: callback: expected a code reference', $callback) if ref $callback ne 'CODE';
    _refuse('UniEvent::get_random: loop: expected an object of class UniEvent::Loop', $loop) if defined $loop && !UNIVERSAL::isa($loop, 'UniEvent::Loop');
    return UniEvent::Request::Random->_begin(sub { scalar _random($length) }, $callback, $loop);
}

my $backend = UniEvent::Backend::UV();
sub default_backend { $backend }

sub set_default_backend {
    my ($wanted) = @_;
    die UniEvent::Error->new('UniEvent::set_default_backend: backend: expected an object of class UniEvent::Backend, got ' . _shown($wanted))
        unless UNIVERSAL::isa($wanted, 'UniEvent::Backend');
    die UniEvent::Error->new('UniEvent::set_default_backend: the default loop is in use already') if UniEvent::Loop::_has_default();
    $backend = $wanted;
    return;
}

1;
