# The ws module of node gets back what it sends: 1 byte to 16 MiB, text and binary, in fragments, with and without
# compression, over TCP and over TLS; and it sees the code of a server that is stopped.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(certificate seconds start_example temp_dir);
use UETest::Peer;

my $node = UETest::Peer::node_with_ws();
my $client = UETest::Peer::script('echo_client.js');

my $dir = temp_dir();
my ($cert, $key) = certificate($dir);
my @servers = (['ws', '-', start_example('echo.pl')], ['wss', $cert, start_example('tls.pl', '--cert', $cert, '--key', $key)]);

for (@servers) {
    my ($scheme, $trusted, $server) = @$_;
    UETest::Peer::passes_on([$node, $client, $server->ws, $trusted, $_], "$scheme, $_") for qw(plain deflate);
}

for (@servers) {
    my ($scheme, $trusted, $server) = @$_;
    my $waiting = UETest::Child->spawn([$node, $client, $server->ws, $trusted, 'deflate', 'close'], bound => seconds(30));
    is $waiting->read_line, 'open', "$scheme: a connection is open";
    is $server->stop, 0, "$scheme: the server ends well when asked to";
    is $waiting->read_line, 'closed 1001 Away', "$scheme: and tells its connections";
    is $server->errors, '', "$scheme: it had nothing to complain about";
}

done_testing;
