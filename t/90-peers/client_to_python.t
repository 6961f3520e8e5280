# Our client against servers of the websockets module of python3: plain and TLS, without compression, with the module's
# default (12 bits), with every window that it can be given, and without context takeover; subprotocols; close codes.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Peer;
use UETest::PeerServers;

my $python = UETest::Peer::python_with_websockets();

sub windows { my ($server, $client) = @_; return {server_max_window_bits => $server, client_max_window_bits => $client} }

test_client([$python, UETest::Peer::script('echo_server.py')],
    ['no compression', undef, undef],
    ['as it is by default', 'default', windows(12, 12)],
    (map { ["both windows of $_ bits", windows($_, $_), windows($_, $_)] } 9 .. 15),
    (map { ["the server's window of $_ bits", {server_max_window_bits => $_}, {server_max_window_bits => $_}] } 9 .. 14),
    (map { ["the client's window of $_ bits", {client_max_window_bits => $_}, {client_max_window_bits => $_}] } 9 .. 14),
    ['no context takeover by the server', {server_no_context_takeover => JSON::PP::true()}, {server_no_context_takeover => ''}],
    ['no context takeover by the client', {client_no_context_takeover => JSON::PP::true()}, {client_no_context_takeover => ''}],
    ['no context takeover at all, small windows', {%{ windows(9, 9) }, map { $_ => JSON::PP::true() } qw(server_no_context_takeover client_no_context_takeover)},
        {%{ windows(9, 9) }, server_no_context_takeover => '', client_no_context_takeover => ''}],
);

done_testing;
