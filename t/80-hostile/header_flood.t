# Heads that are too large, by one endless line, by many lines, by a long target, by cookies, in an upgrade too: refused at the limit,
# without memory for more; and many small fields within the limit are no work to speak of.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Hostile;

my $server = target(config => {max_handshake_size => 8000});
my $before = report($server, 'mark');

my %flood = (
    'one endless value' => "GET / HTTP/1.1\r\nHost: x\r\nX: " . 'v' x 1_000_000,
    'one endless name'  => "GET / HTTP/1.1\r\nHost: x\r\n" . 'n' x 1_000_000,
    'endless fields'    => "GET / HTTP/1.1\r\nHost: x\r\n" . "a: b\r\n" x 200_000,
    'an endless target' => 'GET /' . 't' x 1_000_000,
    'endless cookies'   => "GET / HTTP/1.1\r\nHost: x\r\n" . "Cookie: a=b\r\n" x 100_000,
    'an endless method' => 'G' x 1_000_000,
    'trailer fields'    => "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" . "a: b\r\n" x 200_000,
    'chunk extensions'  => "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;" . 'e' x 1_000_000,
);
for my $name (sort keys %flood) {
    my $client = attacker($server);
    $client->write($flood{$name});
    my $head = $client->read_head // {};
    like $head->{code}, qr/\A4\d\d\z/, "$name: refused" or diag $client->ended;
    $client->reset_hard;
}

subtest 'an upgrade beyond max_handshake_size' => sub {
    my $client = attacker($server);
    my $head = $client->handshake('/echo', 'X-Large' => 'x' x 9000) // {};
    is $head->{code}, 400, 'refused';
    $client->close;
};

subtest 'many small fields within the limit' => sub {
    my $start = report($server);
    my $client = attacker($server);
    my $fields = "a: b\r\n" x 2500;    # 15 000 bytes
    for (1 .. 40) {
        $client->write("GET / HTTP/1.1\r\nHost: x\r\n$fields\r\n");
        is(($client->read_response // {})->{code}, 200, 'answered') or last;
    }
    my $cpu = report($server)->{cpu} - $start->{cpu};
    note sprintf '%.0f us of CPU for a request with 2500 fields', 1e6 * $cpu / 40;
    cmp_ok $cpu, '<', sanitized() ? 10 : 1, 'no work to speak of';
    $client->close;
};

SKIP: {
    my $after = report($server);
    skip 'no memory figures here', 1 if sanitized() || !$after->{peak};
    cmp_ok $after->{peak} - $before->{rss}, '<', 4000, 'little memory for all of that';
}
survives($server);
done_testing;
