# Peers that never answer a close, read its rest, or finish their side: the server's end is over after shutdown_timeout, and
# it has told its own side at once.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use Time::HiRes qw(time);
use UETest qw(seconds);
use UETest::Hostile;

use constant TIMEOUT => 0.5;

subtest 'a server that stops' => sub {
    my $server = target(config => {shutdown_timeout => TIMEOUT, max_buffered => 0});
    my @deaf = map { attacker($server, '/echo') } 1 .. 20;
    my @full = map { attacker($server, '/pour') } 1 .. 5;
    $_->send_text('40 500000') for @full;
    ok settled($server, sub { $_->{sent} == 200 }), 'output waits';
    delete($server->{asker})->close;
    my $start = time;
    kill TERM => $server->pid;
    is $server->read_until(qr/left: -?\d+\n/), "left: 0\n", 'everything is let go';
    is $server->wait_end, 0, 'the process ends';
    my $took = time - $start;
    note sprintf 'after %.2f seconds', $took;
    cmp_ok $took, '<', seconds(TIMEOUT + 3), 'soon after shutdown_timeout';
    is scalar(grep { my $close = $_->next_close; $close && $close->{code} == 1001 } @deaf), 20, 'each peer has been told 1001';
};

subtest 'one connection' => sub {
    my $server = target(config => {shutdown_timeout => TIMEOUT});
    my $before = report($server);
    my @wrong = map { attacker($server, '/echo') } 1 .. 20;
    $_->write("\xff\xff\xff\xff") for @wrong;
    ok settled($server, sub { $_->{connections} == 1 && ($_->{closes}{1002} // 0) == 20 }), 'closed and told at once';
    ok settled($server, sub { $_->{fds} == $before->{fds} }), 'their descriptors return although the peers do nothing';
    is scalar(grep { my $close = $_->next_close; $close && $close->{code} == 1002 } @wrong), 20, 'they have been told 1002';
    survives($server);
};

done_testing;
