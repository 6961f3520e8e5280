package Net::SockAddr;
use strict;
use warnings;

our $VERSION = '2.0.0';

use Socket ();
require UniEvent;
require UniEvent::Exporting;

@Net::SockAddr::Inet4::ISA = @Net::SockAddr::Inet6::ISA = @Net::SockAddr::Unix::ISA = 'Net::SockAddr';

use overload
    '""'     => \&_to_string,
    'bool'   => sub { 1 },
    '=='     => \&_equal,
    '!='     => sub { !&_equal },
    fallback => 1;

*Net::SockAddr::Inet6::ip   = \&Net::SockAddr::Inet4::ip;
*Net::SockAddr::Inet6::port = \&Net::SockAddr::Inet4::port;
*Net::SockAddr::Inet6::addr = \&Net::SockAddr::Inet4::addr;

# Functions by name, class methods by the manual.
for my $class (qw(Net::SockAddr::Inet4 Net::SockAddr::Inet6)) {
    no strict 'refs';
    my $make = \&{"${class}::_from_addr"};
    *{"${class}::from_addr"} = sub {
        my $for = UNIVERSAL::isa($_[0], $class) ? shift : $class;
        return $make->($for, @_);
    };
}

my %constant = (
    AF_UNIX           => Socket::AF_UNIX(),
    INADDR_ANY        => Socket::INADDR_ANY(),
    INADDR_LOOPBACK   => Socket::INADDR_LOOPBACK(),
    INADDR_BROADCAST  => Socket::INADDR_BROADCAST(),
    INADDR_NONE       => Socket::INADDR_NONE(),
    IN6ADDR_ANY       => Socket::IN6ADDR_ANY(),
    IN6ADDR_LOOPBACK  => Socket::IN6ADDR_LOOPBACK(),
    SOCKADDR_ANY      => Net::SockAddr::Inet4->new('0.0.0.0', 0),
    SOCKADDR_LOOPBACK => Net::SockAddr::Inet4->new('127.0.0.1', 0),
    SOCKADDR6_ANY      => Net::SockAddr::Inet6->new('::', 0),
    SOCKADDR6_LOOPBACK => Net::SockAddr::Inet6->new('::1', 0),
);
require constant;
constant->import(\%constant);

# The very subs of UniEvent: a program may import both.
*AF_UNSPEC = \&UniEvent::AF_UNSPEC;
*AF_INET   = \&UniEvent::AF_INET;
*AF_INET6  = \&UniEvent::AF_INET6;

our @CONSTANTS = (qw(AF_UNSPEC AF_INET AF_INET6), sort keys %constant);

UniEvent::Exporting::install(__PACKAGE__);

1;
