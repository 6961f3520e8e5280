# The websockets module of python3 gets back what it sends: empty to 16 MiB, text and binary, in fragments, with and without
# compression, over TCP and over TLS.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(certificate start_example temp_dir);
use UETest::Peer;

my $python = UETest::Peer::python_with_websockets();
my $client = UETest::Peer::script('echo_client.py');

my $dir = temp_dir();
my ($cert, $key) = certificate($dir);
my @servers = (['ws', '-', start_example('echo.pl')], ['wss', $cert, start_example('tls.pl', '--cert', $cert, '--key', $key)]);

for (@servers) {
    my ($scheme, $trusted, $server) = @$_;
    UETest::Peer::passes_on([$python, $client, $server->ws, $trusted, $_], "$scheme, $_") for qw(plain deflate);
    is $server->stop, 0, "$scheme: the server ends well when asked to";
    is $server->errors, '', "$scheme: it had nothing to complain about";
}

done_testing;
