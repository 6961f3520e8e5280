#!/usr/bin/env perl
# Echo over TLS. Without --cert and --key a self-signed certificate is made for this run with the openssl command:
# good for a look, and clients rightly distrust it.
#
#   perl eg/tls.pl [--port N] [--cert FILE --key FILE]
use strict;
use warnings;
use File::Temp;
use Getopt::Long;
use UniEvent::Signal;
use UniEvent::WebSocket;

GetOptions('port=i' => \(my $port = 0), 'cert=s' => \my $cert, 'key=s' => \my $key)
    or die "usage: $0 [--port N] [--cert FILE --key FILE]\n";

my $folder = File::Temp->newdir;
if (!defined $cert) {
    ($cert, $key) = ("$folder/cert.pem", "$folder/key.pem");
    system("openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1"
        . " -out '$cert' -keyout '$key' 2>/dev/null") == 0 or die "$0: openssl made no certificate; give --cert and --key\n";
}

my $tls = UniEvent::SslContext->new({cert => $cert, key => $key, min_version => 'TLSv1.2'});
my $server = UE::WebSocket::Server->new({locations => [{host => '127.0.0.1', port => $port, ssl_ctx => $tls}]});

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
print "listening on https://127.0.0.1:$port/ wss://127.0.0.1:$port/\n";
UE::Loop->default->run;
