# Peers that ask for much and read nothing: memory stops at max_buffered, the sender hears of it (error event, callbacks of the
# messages), the connection ends with code 1008, the others go on; and 0 means no limit.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Hostile;

use constant {LIMIT => 1_000_000, PEERS => 8, SIZE => 100_000};

subtest 'max_buffered' => sub {
    my $server = target(config => {max_buffered => LIMIT});
    my $before = report($server, 'mark');
    my @greedy = map { attacker($server, '/pour') } 1 .. PEERS;
    $_->send_text('1000 ' . SIZE) for @greedy;
    my $after = settled($server, sub { $_->{connections} == 1 });
    ok $after, 'all of them are cut off' or diag explain report($server);
    is $after->{closes}{1008}, PEERS, 'with code 1008';
    is_deeply [values %{$after->{errors}}], [PEERS], 'after an error event';
    like((keys %{$after->{errors}})[0], qr/write error.*No buffer space/, 'that says why');
    ok settled($server, sub { $_->{send_failures} > 0 }), 'the callbacks of what was lost are told';
    SKIP: {
        skip 'no memory figures here', 1 if sanitized() || !$after->{peak};
        my $more = ($after->{peak} - $before->{rss}) * 1024;
        note sprintf '%d peers asked for %d MB: %.1f MB more at the peak', PEERS, PEERS * 1000 * SIZE / 1e6, $more / 1e6;
        cmp_ok $more, '<', PEERS * (LIMIT + 2 * SIZE) + 12e6, 'memory stops at the limit';
    }
    $_->close for @greedy;
    survives($server);
};

subtest 'echoes' => sub {
    my $server = target(config => {max_buffered => LIMIT});
    my $greedy = attacker($server, '/echo');
    my $bytes = $greedy->frame_bytes(opcode => 2, payload => 'e' x 10_000) x 100;
    my $sent = 0;
    for (1 .. 200) { $greedy->write($bytes) or last; ++$sent }
    cmp_ok $sent, '<', 200, 'a peer that sends and never reads is cut off';
    my $after = settled($server, sub { $_->{connections} == 1 });
    is $after && $after->{closes}{1008}, 1, 'likewise';
    survives($server);
};

subtest 'the default, and none' => sub {
    is(default_of('kServerMaxBuffered'), 16 * 1024 * 1024, '16 MiB');
    my $server = target(config => {max_buffered => 0});
    my $patient = attacker($server, '/pour');
    $patient->send_text('250 ' . SIZE);
    ok settled($server, sub { $_->{sent} == 250 }), '25 MB wait for a peer';
    my $got = 0;
    while ($got < 250) { my $frame = $patient->next_frame or last; ++$got if length $frame->{payload} == SIZE }
    is $got, 250, 'that gets them all when it reads at last';
    $patient->close;
    survives($server);
};

subtest 'HTTP: requests in a pipeline whose answers nobody reads' => sub {
    my $server = target();
    my $before = report($server, 'mark');
    my $greedy = attacker($server);
    my $bytes = "GET / HTTP/1.1\r\nHost: x\r\n\r\n" x 4000;
    local $greedy->{bound} = 1;    # until the server takes no more
    my $sent = 0;
    for (1 .. 2000) { $greedy->write($bytes) or last; ++$sent }
    cmp_ok $sent, '<', 2000, 'the server stops reading';
    my $after = report($server);
    SKIP: {
        skip 'no memory figures here', 1 if sanitized() || !$after->{peak};
        my $more = $after->{peak} - $before->{rss};
        note sprintf '%d KiB more', $more;
        cmp_ok $more, '<', 16_000, 'and keeps little';
    }
    $greedy->reset_hard;
    survives($server);
};

done_testing;
