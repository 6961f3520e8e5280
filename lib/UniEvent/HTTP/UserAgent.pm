package UniEvent::HTTP::UserAgent;
# A pool, a cookie jar, and what requests get if they have none of their own.
use strict;
use warnings;

our $VERSION = '2.0.0';

use Carp ();
require UniEvent::HTTP;

my $IDENTITY = 'Mozilla/5.0 (Windows NT 6.1; WOW64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/47.0.2526.111'
    . ' Safari/537.36 UniEvent-HTTP/1.0';

# new([$loop]), new(\%config, [$loop])
sub new {
    my $class = shift;
    my $config = ref $_[0] eq 'HASH' ? shift : {};
    my $loop = grep({ defined } @_) ? (grep { defined } @_)[0] : UniEvent::Loop->default;
    my $self = bless {
        pool       => UniEvent::HTTP::Pool::instance($loop),
        cookie_jar => Protocol::HTTP::CookieJar->new($config->{serialized}),
        identity   => exists $config->{identity} ? $config->{identity} : $IDENTITY,
    }, $class;
    $self->$_($config->{$_}) for qw(ssl_ctx proxy);
    return $self;
}

sub cookie_jar { $_[0]{cookie_jar} }
sub to_string  { $_[0]{cookie_jar}->to_string($_[1] ? 1 : 0) }

for my $name (qw(identity proxy ssl_ctx)) {
    no strict 'refs';
    *$name = sub {
        my ($self, @value) = @_;
        return $self->{$name} if !@value;
        $self->{$name} = $name eq 'proxy' && defined $value[0] && !ref $value[0] ? URI::XS->new($value[0]) : $value[0];
        return undef;
    };
}

# Gives a request what it is missing.
sub _fill {
    my ($self, $request, $context, $top_level) = @_;
    $self->{cookie_jar}->populate($request, $context, $top_level);
    $request->header('User-Agent', $self->{identity})
        if length($self->{identity} // '') && !defined $request->header('User-Agent');
    $request->ssl_ctx($self->{ssl_ctx}) if defined $self->{ssl_ctx} && !defined $request->ssl_ctx;
    $request->proxy($self->{proxy}) if defined $self->{proxy} && !defined $request->proxy;
    return;
}

sub request {
    my ($self, $request, $context, $top_level) = @_;
    $request = UniEvent::HTTP::Request->new($request) if ref $request eq 'HASH';
    UNIVERSAL::isa($request, 'UniEvent::HTTP::Request')
        or UniEvent::_refuse('UniEvent::HTTP::UserAgent::request: request: expected an object of class UniEvent::HTTP::Request or a hash reference', $request);
    $top_level //= 1;
    my $jar = $self->{cookie_jar};
    my $redirected = sub {
        my ($request, $response, $redirect) = @_;
        $jar->collect($response, $redirect->uri);
        $self->_fill($request, $context, $top_level);
    };
    my $done;
    my $forget = sub {
        my ($request) = @_;
        $request->redirect_event->remove($redirected);
        $request->response_event->remove($done);
        undef $done;
    };
    $done = sub {
        my ($request, $response, $error) = @_;
        $forget->($request);
        $jar->collect($response, $request->uri) if !$error;
    };
    $self->_fill($request, $context, $top_level);
    $request->redirect_event->prepend($redirected);
    $request->response_event->prepend($done);
    my $client = eval { $self->{pool}->request($request) };
    return $client if !length $@;
    my $error = $@;
    $forget->($request);
    die $error;
}

# Objects of the engine belong to one thread.
sub CLONE_SKIP { 1 }

1;
