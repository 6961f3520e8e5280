# UniEvent::Signal: watching, reporting by context, names and constants.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(run_until run_until_empty);
use UniEvent;
use UniEvent::Signal;

my $loop = UniEvent::Loop->new;
my $invalid = UniEvent::SystemError::invalid_argument;

subtest 'a new handle' => sub {
    my $s = UniEvent::Signal->new($loop);
    is(ref $s, 'UniEvent::Signal', 'class');
    isa_ok($s, 'UniEvent::Handle');
    is($s->type, 'signal', 'type');
    is(UniEvent::Signal::TYPE, 'signal', 'TYPE');
    is($s->signum, 0, 'watches nothing');
    is($s->signame, '', 'under no name');
    ok(!$s->active, 'inactive');
    ok(UniEvent::Signal->new->loop->is_default, 'default loop');
};

subtest 'start' => sub {
    my @got;
    my $s = UniEvent::Signal->new($loop);
    is_deeply([$s->start(SIGUSR1, sub { push @got, [@_]; $_[0]->stop if @got == 2 })], [!!1, undef], 'in list context');
    is($s->signum, SIGUSR1, 'signum');
    is($s->signame, 'SIGUSR1', 'signame');
    ok($s->active, 'active');
    kill USR1 => $$;
    ok(run_until($loop, sub { @got == 1 }), 'one');
    kill USR1 => $$;
    ok(run_until_empty($loop), 'stop in the second ends the run');
    is(@got, 2, 'two');
    is($got[0][0], $s, 'the handle');
    is($got[0][1], SIGUSR1, 'the number');
    is($s->signum, 0, 'inactive again');
    undef @got;
};

subtest 'once' => sub {
    my $n = 0;
    my $s = UniEvent::Signal->new($loop);
    ok(scalar($s->once(SIGUSR1, sub { $n++ })), 'in scalar context');
    kill USR1 => $$;
    ok(run_until_empty($loop), 'ends by itself');
    is($n, 1, 'one call');
    ok(!$s->active, 'inactive');
};

subtest 'what cannot be watched' => sub {
    my $n = 0;
    for my $bad (0, -1, 10_000, SIGKILL, SIGSTOP) {
        my $s = UniEvent::Signal->new($loop);
        is_deeply([$s->start($bad, sub { $n++ })], [!!0, $invalid], "$bad: list");
        ok(!scalar($s->start($bad)), "$bad: scalar");
        ok(!eval { $s->start($bad); 1 }, "$bad: void dies");
        is($@, $invalid, "$bad: with the error");
        ok(!scalar($s->once($bad)), "$bad: once");
        ok(!$s->event->has_listeners, "$bad: the callback was not taken");
    }
    ok(!eval { UniEvent::Signal->create(SIGKILL, sub { }, $loop); 1 }, 'create dies');
    is($@, $invalid, 'with the error');
    ok(!eval { UniEvent::Signal->new($loop)->start(SIGUSR1, 'x'); 1 }, 'a callback is code');
};

subtest 'class methods and functions' => sub {
    { package MySignal; our @ISA = 'UniEvent::Signal'; }
    my %n;
    my @handles = (
        MySignal->create(SIGUSR2, sub { $n{create}++ }, $loop),
        MySignal->watch(SIGUSR2, sub { $n{watch}++ }, $loop),
        MySignal->create_once(SIGUSR2, sub { $n{once}++ }, $loop),
        UniEvent::signal(SIGUSR2, sub { $n{function}++ }, $loop),
        UE::signal_once(SIGUSR2, sub { $n{function_once}++ }, $loop),
    );
    is_deeply([map { ref } @handles], [('MySignal') x 3, ('UniEvent::Signal') x 2], 'classes');
    kill USR2 => $$;
    ok(run_until($loop, sub { keys %n == 5 }), 'all of them are told');
    is_deeply([map { $_->active ? 1 : 0 } @handles], [1, 1, 0, 1, 0], 'the one-shots have stopped');
    $_->stop for @handles;
    ok(run_until_empty($loop), 'and then there is nothing left');
};

subtest 'two loops' => sub {
    my $other = UniEvent::Loop->new;
    my ($n, $m) = (0, 0);
    my $here = UniEvent::Signal->create_once(SIGUSR1, sub { $n++ }, $loop);
    my $there = UniEvent::Signal->create_once(SIGUSR1, sub { $m++ }, $other);
    kill USR1 => $$;
    ok(run_until_empty($loop) && run_until_empty($other), 'both end');
    is("$n $m", '1 1', 'both are told');
};

subtest 'stop, reset, weak, call_now' => sub {
    my @got;
    $loop->run_nowait;    # handles of before finish closing
    my $s = UniEvent::Signal->create(SIGUSR1, sub { push @got, $_[1] }, $loop);
    ok($loop->alive, 'an active one keeps the loop alive');
    $s->weak(1);
    ok(!$loop->alive, 'a weak one does not');
    $s->weak(0);
    $s->call_now(7);
    is_deeply(\@got, [7], 'call_now passes the number given');
    $s->reset;
    ok(!$loop->alive, 'reset');
    is_deeply([$s->stop], [!!1, undef], 'stopping a stopped one succeeds');
    $s->start(SIGUSR1);
    $s->clear;
    ok(!$s->active && !$s->event->has_listeners, 'clear');
    { package SignalListener; sub on_signal { push @{ $_[0] }, $_[2] } }
    my $listener = bless [], 'SignalListener';
    $s->event_listener($listener);
    $s->call_now(9);
    is_deeply([@$listener], [9], 'listener');
};

subtest 'names' => sub {
    my @names = grep { $_ ne 'SIGIO' } @UniEvent::Signal::CONSTANTS;
    cmp_ok(scalar(@names), '>', 25, 'there are constants');
    no strict 'refs';
    is(UniEvent::Signal::signame(&{"UniEvent::Signal::$_"}()), $_, $_) for @names;
    is(UniEvent::Signal->signame(SIGINT), 'SIGINT', 'as a class method');
    is(UniEvent::Signal::signame(0), '', 'no name');
    ok(!eval { UniEvent::Signal::signame(-1); 1 }, 'below');
    ok(!eval { UniEvent::Signal::signame(100_000); 1 }, 'above');
    is(SIGINT, 2, 'exported');
    ok(eval 'package None; use UniEvent::Signal (); !defined &SIGINT', 'not exported');
    ok(eval 'package Some; use UniEvent::Signal qw(SIGHUP signame); SIGHUP == 1 && signame(1) eq "SIGHUP" && !defined &SIGINT',
        'by name') or diag $@;
};

is_deeply($loop->handles, [], 'nothing is left');
done_testing;
