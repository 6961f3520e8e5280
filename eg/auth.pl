#!/usr/bin/env perl
# Decides at the handshake who may come in. The token is looked for in three places:
#
#   Authorization: Bearer TOKEN      programs
#   Cookie: token=TOKEN              browsers that logged in over HTTP
#   ws://.../?token=TOKEN            browsers that cannot set headers; mind that addresses end up in logs
#
#   perl eg/auth.pl [--port N] [--token TOKEN]
use strict;
use warnings;
use Getopt::Long;
use UniEvent::Signal;
use UniEvent::WebSocket;

GetOptions('port=i' => \(my $port = 0), 'token=s' => \(my $token = 'sesame')) or die "usage: $0 [--port N] [--token TOKEN]\n";

my $server = UE::WebSocket::Server->new({locations => [{host => '127.0.0.1', port => $port}]});

$server->handshake_callback(sub {
    my (undef, $connection, $request) = @_;
    return if $request->error;    # not a proper handshake: the server refuses it by itself

    my ($bearer) = ($request->header('Authorization') // '') =~ /\ABearer (\S+)\z/;
    my $given = $bearer // $request->cookie('token') // $request->uri->param('token') // '';
    return $connection->send_accept_error({code => 403, message => 'Forbidden', body => "no entry without the token\n"})
        if $given ne $token;

    # One of the subprotocols the client offers, if we know one; otherwise the default answer does.
    my ($known) = grep { /\A(?:echo|time)\.v1\z/ } split /\s*,\s*/, $request->ws_protocol // '';
    $connection->send_accept_response({ws_protocol => $known}) if $known;
});

$server->connection_callback(sub {
    my (undef, $connection, $request) = @_;
    $connection->send_text('welcome to ' . $request->uri->path);
    $connection->message_callback(sub { $_[0]->send_text($_[1]->payload // '') });
});

$server->run;

my @signals;
@signals = map { UE::signal($_, sub { $server->stop; @signals = () }) } SIGINT, SIGTERM;

$port = $server->sockaddr->port;
$| = 1;
print "listening on http://127.0.0.1:$port/ ws://127.0.0.1:$port/?token=$token\n";
UE::Loop->default->run;
