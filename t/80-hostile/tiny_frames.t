# A million tiny frames at full speed: every one is delivered, in order, nothing piles up, and the figures are printed.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use Time::HiRes qw(time);
use UETest::Hostile;

use constant COUNT => 1_000_000;

my $server = target();
my $before = report($server, 'mark');
my $client = attacker($server, '/count');
my $bytes = $client->frame_bytes(opcode => 2, payload => 'x') x 10_000;
my $start = time;
my $sent = 0;
for (1 .. COUNT / 10_000) { $client->write($bytes) or last; $sent += 10_000 }
is $sent, COUNT, 'all are taken';
my $after = settled($server, sub { $_->{messages} - $before->{messages} == COUNT });
ok $after, 'all are delivered' or $after = report($server);
note sprintf '%d messages in %.2f s, %.2f s of CPU', $after->{messages}, time - $start, $after->{cpu} - $before->{cpu};
SKIP: {
    skip 'no memory figures here', 1 if sanitized() || !$after->{peak};
    cmp_ok $after->{peak} - $before->{rss}, '<', 4000, 'memory stays where it was';
}
$client->close;

my $echo = attacker($server, '/echo');
my @numbers = map { sprintf '%05d', $_ } 0 .. 19_999;
$echo->write(join '', map { $echo->frame_bytes(opcode => 1, payload => $_) } @numbers);
my $right = 0;
for my $number (@numbers) { my $frame = $echo->next_frame or last; $right += $frame->{payload} eq $number }
is $right, 20_000, 'echoes come in order';
$echo->close;
survives($server);
done_testing;
