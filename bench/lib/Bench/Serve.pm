# What our servers have in common: where they listen comes from the environment (see "Servers" in bench/README.md).
package Bench::Serve;
use 5.016;
use strict;
use warnings;
use Exporter 'import';
use UniEvent::SslContext;
use UniEvent::WebSocket;

our @EXPORT = qw(websocket_server location serve);

sub location {
    my %location = (host => '127.0.0.1', port => $ENV{PORT} // 0, tcp_nodelay => 1);
    $location{ssl_ctx} = UniEvent::SslContext->new({cert => $ENV{CERT}, key => $ENV{KEY}}) if $ENV{TLS};
    return \%location;
}

sub websocket_server {
    my %config = (locations => [location()]);
    $config{deflate} = {compression_threshold => $ENV{COMPRESS_FROM}} if defined $ENV{COMPRESS_FROM};
    return UE::WebSocket::Server->new(\%config);
}

# Runs a server until a signal ends the process.
sub serve {
    my ($server) = @_;
    $server->run;
    local $| = 1;
    printf "listening on http%s://127.0.0.1:%d/\n", $ENV{TLS} ? 's' : '', $server->sockaddr->port;
    UE::Loop->default->run;
    return;
}

1;
