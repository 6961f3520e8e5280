# Requests that two servers in a row may understand differently: all of them are refused, the connection ends, and what stands
# behind the head is never taken for a request.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Hostile;

my $server = target(config => {idle_timeout => 5});
my $inner = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";
my %shape = (
    'both lengths'                   => "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    'both lengths, the other order'  => "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n",
    'two lengths'                    => "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 40\r\n\r\n",
    'two equal lengths'              => "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
    'a list of lengths'              => "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0, 40\r\n\r\n",
    'a signed length'                => "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +0\r\n\r\n",
    'a negative length'              => "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
    'a hexadecimal length'           => "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x0\r\n\r\n",
    'an empty length'                => "POST / HTTP/1.1\r\nHost: x\r\nContent-Length:\r\n\r\n",
    'a length with a blank in it'    => "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0 0\r\n\r\n",
    'a length beyond 64 bits'        => "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 18446744073709551616\r\n\r\n",
    'an unknown transfer encoding'   => "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: xchunked\r\n\r\n",
    'chunked not the last'           => "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
    'chunked twice'                  => "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    'chunked in two fields'          => "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    'chunked, a tab in front'        => "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
    'chunked in HTTP/1.0'            => "POST / HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    'a blank before the colon'       => "POST / HTTP/1.1\r\nHost: x\r\nContent-Length : 4\r\n\r\n",
    'a tab before the colon'         => "POST / HTTP/1.1\r\nHost: x\r\nContent-Length\t: 4\r\n\r\n",
    'a folded line'                  => "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    'a folded first line'            => "GET / HTTP/1.1\r\n Host: x\r\n\r\n",
    'bare LF'                        => "GET / HTTP/1.1\nHost: x\n\n",
    'bare LF after a field'          => "GET / HTTP/1.1\r\nHost: x\nX: y\r\n\r\n",
    'bare LF as the end'             => "GET / HTTP/1.1\r\nHost: x\r\n\n",
    'bare CR in a value'             => "GET / HTTP/1.1\r\nHost: x\r\nX: y\rContent-Length: 4\r\n\r\n",
    'NUL in a value'                 => "GET / HTTP/1.1\r\nHost: x\r\nX: \0\r\n\r\n",
    'NUL in a name'                  => "GET / HTTP/1.1\r\nHost: x\r\nX\0: y\r\n\r\n",
    'NUL in the target'              => "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
    'a field without a colon'        => "GET / HTTP/1.1\r\nHost: x\r\nContent-Length\r\n\r\n",
    'blanks in the target'           => "GET / /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
    'no version'                     => "GET /\r\n\r\n",
    'another version'                => "GET / HTTP/2.0\r\nHost: x\r\n\r\n",
    'two hosts'                      => "GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    'two equal hosts'                => "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n",
    'a host with a path'             => "GET / HTTP/1.1\r\nHost: x/y\r\n\r\n",
    'a host with a blank'            => "GET / HTTP/1.1\r\nHost: x y\r\n\r\n",
    'a host with a user'             => "GET / HTTP/1.1\r\nHost: a\@x\r\n\r\n",
    'two hosts, with a body'         => "POST / HTTP/1.1\r\nHost: x\r\nHost: y\r\nContent-Length: 3\r\n\r\nabc",
    'two hosts in an upgrade'        => "GET /echo HTTP/1.1\r\nHost: x\r\nHost: y\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        . "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    'a chunk size beyond 64 bits'    => "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n10000000000000000\r\n",
    'a chunk size with a blank'      => "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0 \r\n\r\n",
    'a chunk size with a sign'       => "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    'a chunk that ends with LF'      => "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\n0\r\n\r\n",
    'LF in a chunk extension'        => "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;a\nb\r\na\r\n0\r\n\r\n",
    'a body for CONNECT'             => "CONNECT x:80 HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n",
);
for my $name (sort keys %shape) {
    my $client = attacker($server);
    $client->write($shape{$name} . $inner);
    my $all = $client->read_all // '';
    my ($code) = $all =~ m{\AHTTP/1\.[01] (\d+)};
    my $answers = () = $all =~ m{^HTTP/1\.}mg;
    ok +($code // 0) =~ /\A4/ && $answers == 1, "$name: refused, and the end" or diag explain $all;
    $client->close;
}
is report($server)->{requests}, 0, 'none of it has become a request';

subtest 'Host' => sub {
    for my $host ('x', 'x:80', '[::1]:80', '', '127.0.0.1', 'a-b.c_d.example:8080', 'xn--bcher-kva.example') {
        my $client = attacker($server);
        $client->write("GET / HTTP/1.1\r\nHost: $host\r\nConnection: close\r\n\r\n");
        is(($client->read_response // {})->{code}, 200, "Host: $host");
        $client->close;
    }
    my $strict = target(config => {require_host => 1});
    for my $case (['1.1', 400], ['1.0', 200]) {
        my ($version, $code) = @$case;
        my $client = attacker($strict);
        $client->write("GET / HTTP/$version\r\nConnection: close\r\n\r\n");
        is(($client->read_response // {})->{code}, $code, "none in HTTP/$version with require_host");
        my $lax = attacker($server);
        $lax->write("GET / HTTP/$version\r\nConnection: close\r\n\r\n");
        is(($lax->read_response // {})->{code}, 200, 'and without');
        $_->close for $client, $lax;
    }
};

survives($server);
done_testing;
