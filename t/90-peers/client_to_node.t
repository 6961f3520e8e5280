# Our client against servers of the ws module of node: plain and TLS, without compression, with the module's default, with
# every window that it can be given, and without context takeover; subprotocols; close codes.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Peer;
use UETest::PeerServers;

my $node = UETest::Peer::node_with_ws();

test_client([$node, UETest::Peer::script('echo_server.js')],
    ['no compression', undef, undef],
    ['as it is by default', {}, {}],
    (map { ["both windows of $_ bits", {serverMaxWindowBits => $_, clientMaxWindowBits => $_},
        {server_max_window_bits => $_, client_max_window_bits => $_}] } 9 .. 15),
    (map { ["the server's window of $_ bits", {serverMaxWindowBits => $_}, {server_max_window_bits => $_}] } 9 .. 14),
    (map { ["the client's window of $_ bits", {clientMaxWindowBits => $_}, {client_max_window_bits => $_}] } 9 .. 14),
    ['no context takeover by the server', {serverNoContextTakeover => JSON::PP::true()}, {server_no_context_takeover => ''}],
    ['no context takeover by the client', {clientNoContextTakeover => JSON::PP::true()}, {client_no_context_takeover => ''}],
);

done_testing;
