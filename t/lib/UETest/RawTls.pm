# UETest::Raw over TLS, with Net::SSLeay.
package UETest::RawTls;
use 5.016;
use strict;
use warnings;
use parent 'UETest::Raw';
use Test::More;
use Time::HiRes ();

sub new {
    my ($class, %option) = @_;
    plan skip_all => 'no Net::SSLeay on this machine' if !eval { require Net::SSLeay; 1 };
    my $self = $class->SUPER::new(%option);
    Net::SSLeay::initialize();
    state $context = Net::SSLeay::CTX_new() || die "no TLS context\n";
    $self->{ssl} = Net::SSLeay::new($context);
    Net::SSLeay::set_fd($self->{ssl}, fileno $self->{socket});
    my $until = Time::HiRes::time() + $self->{bound};
    while (Net::SSLeay::connect($self->{ssl}) != 1) { $self->_again(-1, $until) or die "no TLS handshake\n" }
    return $self;
}

# Whether it is worth trying again, after waiting for what OpenSSL wants.
sub _again {
    my ($self, $result, $until) = @_;
    my $why = Net::SSLeay::get_error($self->{ssl}, $result);
    return $self->_wait(0, $until) if $why == Net::SSLeay::ERROR_WANT_READ();
    return $self->_wait(1, $until) if $why == Net::SSLeay::ERROR_WANT_WRITE();
    $self->{ended} = $why == Net::SSLeay::ERROR_ZERO_RETURN() ? 'eof' : $! ? "$!" : 'eof';
    return 0;
}

sub write {
    my ($self, $bytes) = @_;
    local $SIG{PIPE} = 'IGNORE';
    my $until = Time::HiRes::time() + $self->{bound};
    while (length $bytes) {
        my $sent = Net::SSLeay::write($self->{ssl}, substr $bytes, 0, 16384);
        if ($sent > 0) { substr $bytes, 0, $sent, '' }
        else { $self->_again($sent, $until) or return 0 }
    }
    return 1;
}

sub _fill {
    my ($self, $until) = @_;
    return 0 if $self->{ended};
    while (1) {
        my ($bytes, $got) = Net::SSLeay::read($self->{ssl}, 262144);
        if (defined $bytes && length $bytes) { $self->{in} .= $bytes; return length $bytes }
        $self->_again($got // -1, $until) or return 0;
    }
}

sub close {
    my ($self) = @_;
    Net::SSLeay::free(delete $self->{ssl}) if $self->{ssl};
    return $self->SUPER::close;
}

sub DESTROY { my ($self) = @_; Net::SSLeay::free(delete $self->{ssl}) if $self->{ssl}; return }

1;
