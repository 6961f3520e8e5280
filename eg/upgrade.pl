#!/usr/bin/env perl
# An HTTP server of your own that turns requests into WebSocket connections by their path:
# /echo and /upper speak WebSocket, / is a page, everything else is not found.
#
#   perl eg/upgrade.pl [--port N]
use strict;
use warnings;
use Getopt::Long;
use UniEvent::HTTP;
use UniEvent::Signal;
use UniEvent::WebSocket;

GetOptions('port=i' => \(my $port = 0)) or die "usage: $0 [--port N]\n";

# A WebSocket server without locations listens to nothing: it gets its connections handed over.
sub room {
    my ($answer) = @_;
    my $room = UE::WebSocket::Server->new({check_utf8 => 1});
    $room->connection_callback(sub {
        my (undef, $connection) = @_;
        $connection->message_callback(sub { $_[0]->send_text($answer->($_[1]->payload // '')) });
    });
    $room->run;
    return $room;
}

my %rooms = ('/echo' => room(sub { $_[0] }), '/upper' => room(sub { uc $_[0] }));

my $http = UE::HTTP::Server->new({locations => [{host => '127.0.0.1', port => $port}]});
$http->request_callback(sub {
    my ($request) = @_;
    my $path = $request->uri->path;
    if (my $room = $rooms{$path}) {
        my $upgraded = $room->upgrade_connection($request);
        $request->respond({code => 426, headers => {Upgrade => 'websocket'}, body => "$path speaks WebSocket\n"}) if !$upgraded;
    } elsif ($path eq '/') {
        $request->respond({code => 200, headers => {'Content-Type' => 'text/plain'}, body => "rooms: @{[sort keys %rooms]}\n"});
    } else {
        $request->respond({code => 404, body => "nothing at this path\n"});
    }
});
$http->run;

my @signals;
@signals = map { UE::signal($_, sub { $_->stop for $http, values %rooms; @signals = () }) } SIGINT, SIGTERM;

$port = $http->sockaddr->port;
$| = 1;
print "listening on http://127.0.0.1:$port/ ws://127.0.0.1:$port/echo\n";
UE::Loop->default->run;
