# Heads that come a byte at a time are cut off when handshake_timeout is over, however many there are; a TLS handshake is part
# of it; whoever is in time is not disturbed.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use Time::HiRes qw(time);
use UETest qw(certificate raw_client seconds temp_dir);
use UETest::Hostile;

use constant TIMEOUT => 0.4;

# Sends a byte now and then until the connection ends; returns how long that took.
sub drip {
    my ($clients, $bytes) = @_;
    my $start = time;
    my %left = map { $_ => $bytes } @$clients;
    my $until = $start + seconds(15);
    while (%left && time < $until) {
        for my $client (grep { $left{$_} } @$clients) {
            my $gone = !$client->write(substr $left{$client}, 0, 1, '');
            sysread $client->socket, my $answer, 4096 or $gone ||= !$!{EAGAIN};
            delete $left{$client} if $gone || $left{$client} eq '';
        }
        select undef, undef, undef, 0.02;    # the attack: slowness
    }
    return %left ? undef : time - $start;
}

my $dir = temp_dir();
for my $case (['plain'], ['TLS', certificate($dir)]) {
    my ($name, @tls) = @$case;
    subtest $name => sub {
        my $server = target(config => {handshake_timeout => TIMEOUT}, @tls ? (tls => \@tls) : ());
        my $prompt = @tls ? tls_attacker($server, '/echo') : attacker($server, '/echo');
        my $before = report($server);
        my @slow = map { attacker($server) } 1 .. 20;
        my $bytes = @tls ? "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" . 'r' x 500 : "GET /echo HTTP/1.1\r\nHost: slow\r\n" . 'X-Slow: ' . 'y' x 5000;
        my $took = drip(\@slow, $bytes);
        ok defined $took, 'all are cut off';
        cmp_ok $took // 99, '>=', TIMEOUT * 0.9, 'not too early';
        cmp_ok $took // 99, '<', seconds(TIMEOUT + 3), sprintf 'nor much later: after %.2f seconds', $took // 0;
        $prompt->send_text('I was in time');
        is(($prompt->next_frame // {})->{payload}, 'I was in time', 'others are not disturbed');
        my $after = settled($server, sub { $_->{fds} == $before->{fds} });
        ok $after, 'the descriptors are back' or diag explain report($server);
        $prompt->close;
        survives($server);
    };
}

subtest 'the second head on a connection' => sub {
    my $server = target(config => {handshake_timeout => TIMEOUT});
    my $client = attacker($server);
    $client->write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    is(($client->read_response // {})->{code}, 200, 'the first one is answered');
    ok defined drip([$client], "GET /again HTTP/1.1\r\nX: " . 'y' x 5000), 'the second one is cut off';
    survives($server);
};

subtest 'the default' => sub {
    is(default_of('handshake_timeout'), 60_000, 'a minute');
};

done_testing;
