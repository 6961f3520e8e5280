#!/usr/bin/env perl
# The smallest server: every message goes back to where it came from.
#
#   perl eg/echo.pl [--port N] [--host ADDRESS] [--unix PATH]
use strict;
use warnings;
use Getopt::Long;
use UniEvent::Signal;
use UniEvent::WebSocket;

GetOptions('port=i' => \(my $port = 0), 'host=s' => \(my $host = '127.0.0.1'), 'unix=s' => \my $path)
    or die "usage: $0 [--port N] [--host ADDRESS] [--unix PATH]\n";

my @locations = ({host => $host, port => $port});
push @locations, {path => $path} if defined $path;
my $server = UE::WebSocket::Server->new({locations => \@locations});

$server->connection_callback(sub {
    my (undef, $connection) = @_;
    $connection->message_callback(sub {
        my ($connection, $message) = @_;
        $connection->send(opcode => $message->opcode, payload => $message->payload // '');
    });
});

$server->run;

my @signals;
@signals = map { UE::signal($_, sub { $server->stop; @signals = () }) } SIGINT, SIGTERM;

$port = $server->sockaddr->port;
$| = 1;
print "listening on http://127.0.0.1:$port/ ws://127.0.0.1:$port/\n";
UE::Loop->default->run;
