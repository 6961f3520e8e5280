# Ten thousand connections are open at once in one process, each gets its echo, all close cleanly, and the memory they took
# serves the next ten thousand.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use IO::Socket::INET;
use Time::HiRes qw(time);
use UETest qw(raw_client seconds start_example);

my $count = $ENV{UE_TEST_CONNECTIONS} || 10_000;
my $needed = $count + 200;

# This process and the server both need that many descriptors.
if (!$ENV{UE_TEST_LIMIT_RAISED}) {
    my $allowed = `sh -c 'ulimit -n $needed 2>/dev/null; ulimit -n'`;
    plan skip_all => "$needed descriptors per process are not permitted here (ulimit -n)" if $allowed =~ /(\d+)/ && $1 < $needed;
    $ENV{UE_TEST_LIMIT_RAISED} = 1;
    my @include = map { "-I$_" } grep { !ref } @INC;
    exec 'sh', '-c', "ulimit -n $needed && exec \"\$@\"", 'sh', $^X, @include, $0 or die "cannot run sh: $!\n";
}

# Resident memory of a process in KiB, where the system says.
sub memory_of {
    my ($pid) = @_;
    open my $in, '<', "/proc/$pid/status" or return;
    my ($size) = map { /^VmRSS:\s*(\d+)/ ? $1 : () } <$in>;
    return $size;
}

# Many connections to one port from one address use up the port numbers: loopback has more than one address.
sub connect_from {
    my ($number, $port) = @_;
    my @to = (PeerAddr => '127.0.0.1', PeerPort => $port);
    return IO::Socket::INET->new(@to, LocalAddr => '127.0.0.' . (2 + $number % 50)) || IO::Socket::INET->new(@to);
}

my $server = start_example('echo.pl');
my $before = memory_of($server->pid);
my @peak;

for my $round (1, 2) {
    my $started = time;
    my @clients;
    my $accepted = 0;
    while (@clients < $count) {
        my @batch = map { my $socket = connect_from(@clients + $_, $server->port) or die 'connection ' . (@clients + $_) . ": $!\n"; raw_client(socket => $socket) }
            1 .. ($count - @clients < 100 ? $count - @clients : 100);
        $_->write($_->handshake_bytes('/')) for @batch;
        $accepted += (($_->read_head // {})->{code} // 0) == 101 for @batch;
        push @clients, @batch;
    }
    is $accepted, $count, "round $round: $count connections are open";

    my $right = 0;
    $clients[$_]->send_text("I am number $_") for 0 .. $#clients;
    $right += (($clients[$_]->next_frame // {})->{payload} // '') eq "I am number $_" for 0 .. $#clients;
    is $right, $count, "round $round: each gets its echo";
    push @peak, memory_of($server->pid) // 0;

    my ($closed, $ended) = (0, 0);
    $_->send_close(1000) for @clients;
    for my $client (@clients) {
        $closed += (($client->next_close // {})->{code} // 0) == 1000;
        $client->read_all;
        $ended += ($client->ended // '') eq 'eof';
        $client->close;
    }
    is $closed, $count, "round $round: each close frame is answered";
    is $ended, $count, "round $round: each connection ends cleanly";
    note sprintf 'round %d: %.1f seconds', $round, time - $started;
}

SKIP: {
    skip 'no memory figures on this system', 2 if !$before;
    skip 'a sanitizer keeps freed memory', 2 if ($ENV{LD_PRELOAD} // '') =~ /asan/;
    my $each = ($peak[0] - $before) / $count;
    note sprintf 'server: %d KiB at start, %d KiB at the first peak (%.1f KiB per connection), %d KiB at the second, %d KiB now', $before, $peak[0], $each,
        $peak[1], memory_of($server->pid);
    cmp_ok $each, '<', 32, 'a connection takes less than 32 KiB';
    cmp_ok $peak[1], '<', $before + 1.15 * ($peak[0] - $before), 'the second round lives in the memory of the first';
}

is $server->stop, 0, 'the server ends well when asked to';
is $server->errors, '', 'and had nothing to complain about';
done_testing;
