package URI::XS;
use strict;
use warnings;

our $VERSION = '2.0.0';

use Carp ();
require UniEvent;
require UniEvent::Exporting;

UniEvent::Exporting::install(__PACKAGE__);

use overload
    '""'     => \&to_string,
    'eq'     => \&equals,
    'ne'     => sub { !&equals },
    'bool'   => \&to_bool,
    fallback => 1;

*as_string = *TO_JSON = \&to_string;
*rel       = \&relative;
*proto     = *protocol = \&scheme;
*hash      = \&fragment;
*assign    = \&set;
*HOOK_CLONE = \&clone;
*encodeURIComponent = \&encode_uri_component;
*decodeURIComponent = \&decode_uri_component;

my %registered;

sub register_scheme {
    my ($scheme, $class) = @_;
    UNIVERSAL::isa($class, 'URI::XS') or UniEvent::_refuse('URI::XS::register_scheme: class: expected one that inherits from URI::XS', $class);
    $registered{lc $scheme} = $class;
    return;
}

sub uri {
    my $uri = &_typed;
    my $class = $registered{$uri->scheme};
    return defined $class ? bless $uri, $class : $uri;
}

sub connect_port     { Carp::carp('URI::XS: connect_port is now port');         return $_[0]->port }
sub connect_location { Carp::carp('URI::XS: connect_location is now location'); return $_[0]->location }

# A strict uri comes back as a strict one.
sub STORABLE_freeze {
    my ($self) = @_;
    return join "\n", $self->_strict_scheme // '', $self->to_string;
}

sub STORABLE_attach {
    my ($class, undef, $frozen) = @_;
    my ($scheme, $text) = split /\n/, $frozen, 2;
    return length $scheme ? $class->_strict($scheme, $text) : URI::XS::new($class, $text);
}

# Objects of the engine belong to one thread.
sub CLONE_SKIP { 1 }

# The classes of schemes: name, scheme, class above, and what their constructors take after the text.
for my $row ([qw(http http URI::XS query)],    [qw(https https URI::XS::http query)],
             [qw(ws ws URI::XS query)],        [qw(wss wss URI::XS::ws query)],
             [qw(ftp ftp URI::XS flags)],      [qw(socks socks5 URI::XS flags)],
             [qw(ssh ssh URI::XS flags)],      [qw(sftp sftp URI::XS::ssh flags)],
             [qw(telnet telnet URI::XS flags)]) {
    my ($name, $scheme, $parent, $rest) = @$row;
    no strict 'refs';
    @{"URI::XS::${name}::ISA"} = $parent;
    *{"URI::XS::${name}::import"} = sub { };
    *{"URI::XS::${name}::new"} = $rest eq 'flags'
        ? sub { my ($class, @args) = @_; return $class->_strict($scheme, @args) }
        : sub {
            my ($class, $text, @query) = @_;
            my $self = $class->_strict($scheme, $text);
            $self->add_query(@query) if @query;
            return $self;
        };
}

1;
