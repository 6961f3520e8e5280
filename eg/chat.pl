#!/usr/bin/env perl
# A chat: one port serves its page over HTTP and its messages over WebSocket. Open the page in two tabs. What makes a chat of
# a server, some forty lines and the page, is in lib/UniEvent/WebSocket/Tool/Chat.pm; 'uews serve --chat' uses it as well.
#
#   perl eg/chat.pl [--port N] [--host ADDRESS] [--cert FILE --key FILE]
use strict;
use warnings;
use Getopt::Long;
use UniEvent::Signal;
use UniEvent::WebSocket;
use UniEvent::WebSocket::Tool::Chat;

GetOptions('port=i' => \(my $port = 0), 'host=s' => \(my $host = '127.0.0.1'), 'cert=s' => \my $cert, 'key=s' => \my $key)
    or die "usage: $0 [--port N] [--host ADDRESS] [--cert FILE --key FILE]\n";

my $location = {host => $host, port => $port};
$location->{ssl_ctx} = UniEvent::SslContext->new({cert => $cert, key => $key}) if defined $cert;
my $server = UE::WebSocket::Server->new({locations => [$location]});
UniEvent::WebSocket::Tool::Chat::attach($server);
$server->run;

my @signals;
@signals = map { UE::signal($_, sub { $server->stop; @signals = () }) } SIGINT, SIGTERM;

$port = $server->sockaddr->port;
my $s = defined $cert ? 's' : '';
$| = 1;
print "listening on http$s://127.0.0.1:$port/ ws$s://127.0.0.1:$port/\n";
UE::Loop->default->run;
