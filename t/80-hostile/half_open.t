# Peers that connect and say nothing, that close one direction only, or that vanish behind a FIN: every descriptor comes back,
# and who only closed its sending side still gets its answer.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Hostile;

my $server = target(config => {handshake_timeout => 0.5, idle_timeout => 0.7, shutdown_timeout => 0.5});
my $before = report($server);

my @mute = map { attacker($server) } 1 .. 30;
is scalar(grep { defined $_->read_all } @mute), 30, 'those that say nothing are disconnected';

my @fin = map { attacker($server) } 1 .. 30;
$_->shutdown_write for @fin;
is scalar(grep { defined $_->read_all } @fin), 30, 'a FIN right after connecting is answered by one';

my $asking = attacker($server);
$asking->write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
$asking->shutdown_write;
is(($asking->read_response // {})->{code}, 200, 'an answer for whom has closed its sending side only');
ok defined $asking->read_all, 'and then the end';

my @idle = map { attacker($server) } 1 .. 5;
for (@idle) { $_->write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"); $_->read_response }
is scalar(grep { defined $_->read_all } @idle), 5, 'idle HTTP connections end';

my @upgraded = map { attacker($server, '/echo') } 1 .. 20;
$_->shutdown_write for @upgraded;
is scalar(grep { defined $_->read_all } @upgraded), 20, 'WebSocket connections that end without a close frame end on both sides';

my $half = attacker($server, '/echo');
$half->send_text('last words');
$half->shutdown_write;
is(($half->next_frame // {})->{payload}, 'last words', 'what was said before the FIN is answered');

my $after = settled($server, sub { $_->{fds} == $before->{fds} });
ok $after, 'no descriptor is lost' or diag explain report($server);
is report($server)->{closes}{1006}, 21, 'each told with 1006';
$_->close for @mute, @fin, $asking, @idle, @upgraded, $half;
survives($server);
done_testing;
