# Pings without end: each is answered, from a peer that reads; one that does not read is cut off at max_buffered.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Hostile;

my $server = target(config => {max_buffered => 500_000});

subtest 'who reads' => sub {
    my $client = attacker($server, '/echo');
    my $bytes = join '', map { $client->frame_bytes(opcode => 9, payload => sprintf '%04d', $_) } 0 .. 999;
    my $right = 0;
    for my $round (1 .. 50) {
        $client->write($bytes);
        my $answer = $client->read_bytes(1000 * 6) // '';
        $right += $answer eq join '', map { sprintf "\x8a\x04%04d", $_ } 0 .. 999;
    }
    is $right, 50, '50 000 pings are answered, in order';
    $client->close;
};

subtest 'who does not' => sub {
    my $before = report($server, 'mark');
    my $client = attacker($server, '/echo');
    my $bytes = $client->frame_bytes(opcode => 9, payload => 'p' x 125) x 1000;
    my $sent = 0;
    for (1 .. 1000) { $client->write($bytes) or last; ++$sent }
    cmp_ok $sent, '<', 1000, 'is cut off';
    my $after = settled($server, sub { $_->{connections} == 1 });
    is $after && $after->{closes}{1008}, 1, 'with 1008';
    SKIP: {
        skip 'no memory figures here', 1 if sanitized() || !$after->{peak};
        cmp_ok $after->{peak} - $before->{rss}, '<', 8000, 'and little memory';
    }
    $client->close;
};

survives($server);
done_testing;
