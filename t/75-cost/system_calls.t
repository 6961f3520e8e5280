# A message costs two system calls with one in flight and an eighth of one with sixteen: one read and one write per turn of a
# connection, however many messages it brings. The counts are the system's own, of the server's process.
use strict;
use warnings;
use lib 't/lib', 'bench/lib';
use Test::More;
use UETest qw(skip_without);

plan skip_all => 'there is no /proc/PID/io on this system' if !-r "/proc/$$/io";
skip_without($_) for qw(make openssl);
require Bench::Cost;
my $cost = eval { Bench::Cost->new } // do { diag $@; plan skip_all => 'the load generator does not build here; its headers may be missing' };

# case, messages, and how many reads and writes one may cost: what it does, and a little for turns that bring half a message.
my @bounds = (
    [echo64 => 10_000, 1.02, 1.02],
    [echo64x16 => 32_000, 0.07, 0.07],
    [echo16k => 2000, 0.30, 0.30],
    [http => 5000, 1.02, 1.02],
    [tls64 => 5000, 1.05, 1.05],
    [deflate1k => 4000, 0.30, 0.30],
    [deflate1kctx => 4000, 0.30, 0.30],
);
for (@bounds) {
    my ($case, $messages, $reads, $writes) = @$_;
    my ($read, $written) = $cost->reads_and_writes($case, $messages);
    cmp_ok $read, '<=', $reads, "$case: reads per message";
    cmp_ok $written, '<=', $writes, "$case: writes per message";
    cmp_ok $read + $written, '>', 0, "$case: they were counted";
}

# Eight messages in flight go to each of the receivers in one write.
my (undef, $written) = $cost->reads_and_writes('broadcast', 1000);
cmp_ok $written, '<=', 0.15, 'broadcast, 8 in flight: writes per delivery';

done_testing;
