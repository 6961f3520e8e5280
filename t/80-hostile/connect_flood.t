# More connections than the process may have descriptors: those that are open are served, the others wait in the kernel's
# queue, the server does not spin, and it accepts again when descriptors return.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use IO::Socket::INET;
use Time::HiRes qw(sleep time);
use UETest qw(raw_client seconds);
use UETest::Hostile;

# It asks the kernel by a pipe whether it may look at an object, and takes no answer for a bad object.
plan skip_all => 'UndefinedBehaviorSanitizer itself needs descriptors' if sanitized();

use constant {LIMIT => 64, FLOOD => 150};

my $server = target(ulimit => '-n ' . LIMIT, config => {handshake_timeout => 60, idle_timeout => 60});
my $polite = attacker($server, '/echo');
report($server);
# All code below has run once: a sanitizer needs a descriptor to look at a type for the first time.
for my $path (undef, '/echo') { attacker($server, $path)->close for 1 .. 2 }
{
    my $asking = attacker($server);
    $asking->write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    $asking->read_response;
    $asking->close;
}
settled($server, sub { $_->{connections} == 2 });
my @flood;
for (1 .. FLOOD) {
    push @flood, raw_client(socket => IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $server->port, Timeout => seconds(10)) // last);
}
is scalar @flood, FLOOD, 'the flood is there';
my $full = settled($server, sub { ($_->{fds} // 0) == -1 });
ok $full, 'all descriptors of the server are taken' or diag explain report($server);

my $start = report($server);
my $from = time;
sleep 1;
$polite->send_text('in the middle of it');
is(($polite->next_frame // {})->{payload}, 'in the middle of it', 'who is connected is served');
my $end = report($server);
my ($seconds, $cpu, $turns) = (time - $from, $end->{cpu} - $start->{cpu}, $end->{turns} - $start->{turns});
note sprintf 'without descriptors: %.3f s of CPU in %.2f s, %d turns of the loop', $cpu, $seconds, $turns;
cmp_ok $cpu / $seconds, '<', 0.1, 'without descriptors it uses next to no CPU';
cmp_ok $turns / $seconds, '<', 100, 'and the loop hardly turns';

$_->close for splice @flood, 0, 100;
my $late = pop @flood;
ok $late->handshake('/echo') && $late->send_text('at last'), 'the last of the flood is accepted when descriptors return';
is(($late->next_frame // {})->{payload}, 'at last', 'and served');
$_->close for @flood, $late, $polite;
ok settled($server, sub { $_->{fds} > 0 && $_->{fds} < 20 }), 'all descriptors are back';
survives($server);
done_testing;
