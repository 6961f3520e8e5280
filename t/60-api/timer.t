# UniEvent::Timer: every form of starting, the clock it counts by, pausing, and what the engine does not hold.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(run_until run_until_empty seconds);
use UniEvent;

my $loop = UniEvent::Loop->new;
use constant MS => 0.001;

subtest 'a new timer' => sub {
    my $t = UniEvent::Timer->new($loop);
    is(ref $t, 'UniEvent::Timer', 'class');
    isa_ok($t, 'UniEvent::Handle');
    is($t->loop, $loop, 'loop');
    is($t->type, UniEvent::Timer::TYPE, 'type');
    is($t->type, 'timer', 'its name');
    ok(!$t->active, 'inactive');
    is($t->due_in, 0, 'due_in');
    is($t->repeat, 0, 'repeat');
    ok(UniEvent::Timer->new->loop->is_default, 'without a loop: the default one');
    ok(UniEvent::Timer->new(undef)->loop->is_default, 'undef is the default loop, too');
    ok(!eval { UniEvent::Timer->new($t); 1 }, 'something else is not a loop');
};

subtest 'once' => sub {
    my ($calls, $who) = (0);
    my $t = UniEvent::Timer->new($loop);
    is($t->once(5 * MS, sub { $calls++; $who = $_[0] }), undef, 'returns undef');
    ok($t->active, 'active');
    ok(run_until_empty($loop), 'the loop ends by itself');
    is($calls, 1, 'one call');
    is($who, $t, 'with the timer');
    undef $who;
    ok(!$t->active, 'inactive');
};

subtest 'start' => sub {
    my $calls = 0;
    my $t = UniEvent::Timer->new($loop);
    is($t->start(2 * MS, sub { $_[0]->stop if ++$calls == 3 }), undef, 'returns undef');
    is($t->repeat, 2 * MS, 'repeat');
    ok(run_until_empty($loop), 'ends after stop');
    is($calls, 3, 'repeated');
};

subtest 'start with an initial delay' => sub {
    my $t = UniEvent::Timer->new($loop);
    my $calls = 0;
    $t->start(1000, 0.002, sub { $calls++ });
    cmp_ok($t->due_in, '<=', 0.002, 'the first is near');
    ok(run_until($loop, sub { $calls }), 'comes');
    cmp_ok($t->due_in, '>', 900, 'the second is far');
    $t->start(0, 1 * MS);
    ok(run_until_empty($loop), 'repeat 0: one shot');
    is($calls, 2, 'and the callback stayed');
    $t->start(5, undef, sub { });
    cmp_ok($t->due_in, '>', 4, 'undef as initial: the interval');
    $t->stop;
};

subtest 'start adds its callback' => sub {
    my @calls;
    my $t = UniEvent::Timer->new($loop);
    $t->once(0, sub { push @calls, 1 });
    $t->once(0, sub { push @calls, 2 });
    $t->event->add(sub { push @calls, 3 });
    run_until_empty($loop);
    is_deeply(\@calls, [1, 2, 3], 'in the order of adding');
    @calls = ();
    $t->callback(sub { push @calls, 4 });
    $t->once(0);
    run_until_empty($loop);
    is_deeply(\@calls, [4], 'callback replaces all');
    $t->callback(undef);
    ok(!$t->event->has_listeners, 'undef removes');
};

subtest 'class methods' => sub {
    my ($n, $m) = (0, 0);
    my $t = UniEvent::Timer->create(1 * MS, sub { $_[0]->stop if ++$n == 2 }, $loop);
    my $o = UniEvent::Timer->create_once(1 * MS, sub { $m++ }, $loop);
    is($t->loop, $loop, 'loop');
    run_until_empty($loop);
    is("$n $m", '2 1', 'create, create_once');
    { package MyTimer; our @ISA = 'UniEvent::Timer'; }
    is(ref MyTimer->create(1, sub { }, $loop), 'MyTimer', 'blesses into the calling class');
    is(ref MyTimer->create_once(1, sub { }, $loop), 'MyTimer', 'also once');
    is(ref MyTimer->new($loop), 'MyTimer', 'also new');

    ($n, $m) = (0, 0);
    my $old = UniEvent::Timer->start(1 * MS, sub { $n++; $_[0]->stop }, $loop);
    my $old_once = MyTimer->once(1 * MS, sub { $m++ }, $loop);
    is(ref $old, 'UniEvent::Timer', 'start on the class');
    is(ref $old_once, 'MyTimer', 'once on the class');
    run_until_empty($loop);
    is("$n $m", '1 1', 'both run');
    ok(!eval { UniEvent::Timer->start(1); 1 }, 'they want a callback');
    ok(!eval { UniEvent::Timer->once(1, undef, $loop); 1 }, 'undef is none');
    ok(!eval { UniEvent::Timer->create(1); 1 }, 'create, too');

    ($n, $m) = (0, 0);
    my $f = UniEvent::timer(1 * MS, sub { $n++; $_[0]->stop }, $loop);
    my $g = UE::timer_once(1 * MS, sub { $m++ }, $loop);
    run_until_empty($loop);
    is("$n $m", '1 1', 'the functions');
};

subtest 'arguments' => sub {
    my $t = UniEvent::Timer->new($loop);
    for my $bad (-1, 'soon', undef, 'inf', 'nan') {
        no warnings;
        ok(!eval { $t->start($bad); 1 }, 'start ' . ($bad // 'undef'));
        ok(!eval { $t->once($bad); 1 }, 'once ' . ($bad // 'undef'));
    }
    ok(!eval { $t->start(1, 1, 'cb'); 1 }, 'a callback is code');
    like($@, qr/code reference/, 'said so');
    ok(!eval { $t->callback({}); 1 }, 'callback');
    ok(!eval { $t->callback; 1 }, 'callback without an argument');
    ok(!$t->active, 'nothing of this started it');
    $t->start(0.0004);
    is($t->repeat, 0.001, 'below a millisecond counts as one');
    $t->start(0.0019);
    is($t->repeat, 0.001, 'cut to whole ones');
    ok(!eval { UniEvent::Timer::stop(undef); 1 }, 'no object');
    ok(!eval { UniEvent::Timer::stop(UniEvent::Signal->new($loop)); 1 }, 'another object');
    like($@, qr/UniEvent::Timer/, 'the wanted class is named');
};

subtest 'again' => sub {
    my $t = UniEvent::Timer->new($loop);
    is_deeply([$t->again], [!!0, UniEvent::SystemError::invalid_argument], 'never started');
    ok(!scalar($t->again), 'scalar: false');
    ok(!eval { $t->again; 1 }, 'void: dies');
    is(ref $@, 'XS::ErrorCode', 'with the error itself');
    is($@, UniEvent::SystemError::invalid_argument, 'which one');
    $t->start(100, 1);
    ok(scalar($t->again), 'running');
    cmp_ok($t->due_in, '>', 90, 'is put off by the interval');
    $t->stop;
    ok(scalar($t->again), 'stopped');
    ok($t->active, 'runs again');
    $t->stop;
    my $o = UniEvent::Timer->create_once(0, sub { }, $loop);
    run_until_empty($loop);
    is_deeply([$o->again], [!!1, undef], 'a finished one-shot');
    ok(!$o->active, 'stays finished');
};

subtest 'repeat' => sub {
    my $t = UniEvent::Timer->new($loop);
    $t->start(100);
    is($t->repeat(7), 7, 'set');
    is($t->repeat, 7, 'get');
    cmp_ok($t->due_in, '>', 90, 'the call under way is not moved');
    is($t->repeat(0), 7, '0 does nothing');
    is($t->repeat(-5), 7, 'nor does less');
    my $n = 0;
    $t->callback(sub { $n++ });
    $t->start(0.005);
    $t->repeat(1000);
    ok(run_until($loop, sub { $n }), 'first interval as it was');
    cmp_ok($t->due_in, '>', 900, 'the second as set');
};

subtest 'pause and resume' => sub {
    my $t = UniEvent::Timer->new($loop);
    is_deeply([$t->resume], [!!0, UniEvent::SystemError::invalid_argument], 'resume: not paused');
    $t->pause;
    ok(!scalar($t->resume), 'pausing an inactive one does nothing');
    $t->start(50, 100);
    ok(!scalar($t->resume), 'resume: active');
    $t->pause;
    $t->pause;
    ok(!$t->active, 'paused');
    select undef, undef, undef, 0.01;
    ok(scalar($t->resume), 'resume');
    ok($t->active, 'active');
    cmp_ok($t->due_in, '>', 99.9, 'the time of the pause did not count');
    is($t->repeat, 50, 'same repeat');
    $t->pause;
    $t->stop;
    ok(!scalar($t->resume), 'stop forgets the pause');
};

subtest 'due_in, clock' => sub {
    my $t = UniEvent::Timer->new($loop);
    $t->once(10);
    cmp_ok(abs($t->due_in - 10), '<', 0.1, 'about what was given');
    $loop->update_time;
    my $now = $loop->now;
    select undef, undef, undef, 0.02;
    is($loop->now, $now, 'the loop does not look at the clock by itself');
    $t->once(10);
    cmp_ok($loop->now, '>', $now, 'starting does');
    $t->once(0.001);
    select undef, undef, undef, 0.01;
    $loop->update_time;
    is($t->due_in, 0, 'overdue');
};

subtest 'stop, reset, clear' => sub {
    my $n = 0;
    my $t = UniEvent::Timer->create(0.001, sub { $n++; $_[0]->reset }, $loop);
    ok(run_until_empty($loop), 'reset in the callback ends the run');
    is($n, 1, 'one call');
    ok($t->event->has_listeners, 'reset keeps callbacks');
    $t->weak(1);
    $t->start(1);
    $t->clear;
    ok(!$t->active && !$t->weak && !$t->event->has_listeners, 'clear keeps nothing');
};

subtest 'call_now, listener' => sub {
    our @seen;
    { package Listening; sub new { bless {}, shift } sub on_timer { push @main::seen, "listener of " . ref $_[1] } }
    my $t = UniEvent::Timer->new($loop);
    $t->callback(sub { push @seen, 'callback' });
    $t->event_listener(Listening->new);
    $t->call_now;
    is_deeply(\@seen, ['callback', 'listener of UniEvent::Timer'], 'at once and in this order');
    $t->callback(sub { die "out\n" });
    ok(!eval { $t->call_now; 1 }, 'an exception leaves call_now');
    is($@, "out\n", 'unchanged');
    is(@seen, 2, 'and the listener was not called');
};

subtest 'nobody holds a timer' => sub {
    my $n = 0;
    UniEvent::Timer->new($loop)->once(0, sub { $n++ });
    ok(!scalar @{$loop->handles}, 'a dropped one is gone');
    ok(!$loop->run, 'and the loop empty');
    is($n, 0, 'it never fired');
    my $t; $t = UniEvent::Timer->create(0, sub { $n++; undef $t }, $loop);
    run_until_empty($loop);
    is($n, 1, 'dropped in its own callback');
};

is_deeply($loop->handles, [], 'nothing is left');
done_testing;
