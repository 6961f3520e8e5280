# UniEvent::Loop: identity, running and stopping, delayed calls, exceptions on their way out.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use Time::HiRes ();
use UETest qw(run_until run_until_empty seconds);
use UniEvent;

subtest 'default and global' => sub {
    my $d = UniEvent::Loop->default;
    is(ref $d, 'UniEvent::Loop', 'class');
    for (['default_loop', UniEvent::Loop->default_loop], ['function', UniEvent::Loop::default()], ['again', UE::Loop->default],
        ['global', UniEvent::Loop->global], ['global_loop', UniEvent::Loop::global_loop()],
        ['of a handle', UniEvent::Timer->new->loop], ['with arguments', UniEvent::Loop::default(1, 2)]) {
        ok($_->[1] == $d, $_->[0]);
    }
    ok($d->is_default && $d->is_global, 'it knows');
    my $own = UniEvent::Loop->new;
    ok(!$own->is_default && !$own->is_global, 'so does another');
    ok(UniEvent::Loop->CLONE_SKIP, 'CLONE_SKIP');
};

subtest 'a new loop' => sub {
    my $loop = UniEvent::Loop->new;
    ok(!$loop->alive, 'not alive');
    ok(!$loop->$_, "$_ returns false at once") for qw(run run_once run_nowait);
    is_deeply($loop->handles, [], 'no handles');
    ok(UniEvent::Loop->new(UniEvent::Backend::UV()), 'with a backend');
    { package MyLoop; our @ISA = 'UniEvent::Loop'; }
    my $mine = MyLoop->new;
    is(UniEvent::Timer->new($mine)->loop, $mine, 'a subclass object comes back');
};

subtest 'clock' => sub {
    my $loop = UniEvent::Loop->new;
    my $now = $loop->now;
    like($now, qr/^\d+$/, 'whole milliseconds');
    select undef, undef, undef, 0.02;
    is($loop->now, $now, 'unchanged');
    $loop->update_time;
    cmp_ok($loop->now, '>=', $now + 19, 'refreshed');
};

subtest 'run, run_once, run_nowait, stop' => sub {
    my $loop = UniEvent::Loop->new;
    my $n = 0;
    my $t = UniEvent::timer(0.001, sub { $n++ }, $loop);
    ok($loop->run_once, 'run_once: still alive');
    cmp_ok($n, '<=', 1, 'one turn');
    ok($loop->run_nowait, 'run_nowait');
    my $p = UniEvent::prepare(sub { $loop->stop }, $loop);
    $loop->stop;
    ok($loop->run, 'stopped: still alive; a stop from before did not count');
    $p->stop;
    $t->stop;
    ok(!$loop->run, 'nothing left');
};

subtest 'run_once returns when something has been done, however it came to be due' => sub {
    my $loop = UniEvent::Loop->new;
    my $forever = UniEvent::timer_once(seconds(30), sub { fail 'waited for another event' }, $loop);
    my $done = 0;
    my $due = UniEvent::timer_once(0.001, sub { $done++ }, $loop);
    my $start = Time::HiRes::time();
    1 while Time::HiRes::time() < $start + 0.01;
    ok($loop->run_once, 'a timer that was due before the turn');
    is($done, 1, 'it was called');
    my ($a) = UniEvent::Tcp::pair($loop);
    $a->write('x', sub { $done++ });
    $loop->run_once until $done == 2;
    $loop->delay(sub { $a->write('y', sub { $done++ }) });
    $loop->run_once until $done == 3;
    $loop->delay(sub { $done++ });
    $loop->run_once;
    is($done, 4, 'a delayed call');
    cmp_ok(Time::HiRes::time() - $start, '<', seconds(15), 'nor do notices of writing or delayed calls wait');
};

subtest 'recursion' => sub {
    my $loop = UniEvent::Loop->new;
    my $other = UniEvent::Loop->new;
    my ($inner, @error) = (0);
    my $t = UniEvent::timer_once(0, sub {
        for my $method (qw(run run_once run_nowait)) { eval { $loop->$method; 1 } or push @error, $@ }
        my $u = UniEvent::timer_once(0, sub { $inner++ }, $other);
        $other->run;
    }, $loop);
    $loop->run;
    is(scalar(grep { /Loop::run recursion/ } @error), 3, 'each form refuses');
    is($inner, 1, 'another loop may run');
    $t->once(0, sub { $loop->run });
    ok(!eval { $loop->run; 1 }, 'uncaught, it leaves');
    like($@, qr/Loop::run recursion/, 'as any exception');
};

subtest 'handles' => sub {
    my $loop = UniEvent::Loop->new;
    my @p = map { UniEvent::Prepare->new($loop) } 1 .. 3;
    is_deeply($loop->handles, \@p, 'the very objects in order of creation');
    splice @p, 1, 1;
    is_deeply($loop->handles, \@p, 'without the middle');
    @p = ();
    is_deeply($loop->handles, [], 'none');
};

subtest 'delay' => sub {
    my $loop = UniEvent::Loop->new;
    my @order;
    $loop->delay(sub { push @order, 1; is(@_, 0, 'no arguments') });
    $loop->delay(sub { push @order, 2; $loop->delay(sub { push @order, 3 }) });
    is_deeply(\@order, [], 'not at once');
    ok($loop->alive, 'keeps the loop alive');
    $loop->run_nowait;
    is_deeply(\@order, [1, 2], 'in order; one added meanwhile waits');
    $loop->run_nowait for 1 .. 3;
    is_deeply(\@order, [1, 2, 3], 'once each');
    ok(!eval { $loop->delay(undef); 1 }, 'undef');
    like($@, qr/callback is required/, 'said so');
    ok(!eval { $loop->delay('x'); 1 }, 'text');
    is_deeply([map { scalar $_ } $loop->run], [!!0], 'ends by itself');
};

subtest 'cancel_delay' => sub {
    my $loop = UniEvent::Loop->new;
    my @ran;
    my $guard = $loop->delay(sub { push @ran, 'cancelled' });
    ok(ref $guard, 'a guard');
    $loop->cancel_delay($guard);
    $loop->cancel_delay($guard);
    { my $dropped = $loop->delay(sub { push @ran, 'dropped' }) }
    my $kept = $loop->delay(sub { push @ran, 'kept' });
    my $copy = $kept;
    undef $kept;
    my $second;
    my $first = $loop->delay(sub { push @ran, 'first'; $loop->cancel_delay($second) });
    $second = $loop->delay(sub { push @ran, 'second' });
    $loop->run;
    is_deeply(\@ran, ['kept', 'first'], 'by call, by dropping, in the batch under way');
    $loop->cancel_delay($copy);
    $loop->cancel_delay(undef);
    my $late = $loop->delay(sub { push @ran, 'late' });
    undef $loop;
    undef $late;
    is(@ran, 2, 'the loop went first');
};

subtest 'two nested delays and a prepare take two turns' => sub {
    my $loop = UniEvent::Loop->new;
    my ($turns, $done) = (0, 0);
    my $p = UniEvent::prepare(sub { $turns++; $_[0]->loop->stop if $done }, $loop);
    $loop->delay(sub { $loop->delay(sub { $done = 1 }) });
    $loop->run;
    is($turns, 2, 'turns');
};

subtest 'exceptions' => sub {
    my $loop = UniEvent::Loop->new;
    my $n = 0;
    my $object = bless {}, 'Some::Exception';
    for my $what ("a string\n", $object, [1, 2], \'scalar') {
        my $t = UniEvent::timer_once(0, sub { die $what }, $loop);
        ok(!eval { $loop->run; 1 }, 'run dies');
        is($@, $what, 'the very same');
    }
    $loop->delay(sub { $n++ });
    $loop->delay(sub { die "first\n" });
    $loop->delay(sub { $n++ });
    ok(!eval { $loop->run; 1 }, 'in a delayed call');
    is($n, 1, 'the rest is kept');
    ok(eval { $loop->run; 1 }, 'for the next run');
    is($n, 2, 'and runs');

    my @t = map { my $i = $_; UniEvent::timer_once(0, sub { $n++; die "number $i\n" }, $loop) } 1 .. 3;
    select undef, undef, undef, 0.01;
    ok(!eval { $loop->run; 1 }, 'several in one turn');
    is($n, 5, 'all have run');
    is($@, "number 3\n", 'the last wins');

    my @seen;
    my $t = UniEvent::Timer->new($loop);
    $t->event->add(sub { push @seen, 1; die "stop here\n" });
    $t->event->add(sub { push @seen, 2 });
    $t->start(0.001);
    ok(!eval { $loop->run; 1 }, 'in the first of two');
    is_deeply(\@seen, [1], 'the second is not called');
    ok($t->active, 'the handle is as it was');
    $t->event->remove_all;
    $t->callback(sub { $_[0]->stop });
    ok(eval { run_until_empty($loop) }, 'the loop runs on');

    $t->callback(sub { eval { die "inner\n" }; push @seen, $@; $_[0]->stop });
    $t->start(0.001);
    ok(eval { $loop->run; 1 }, 'one caught inside stays inside');
    is($seen[-1], "inner\n", 'and is seen there');
    $@ = '';
    $t->callback(sub { local $@ = 'left over'; $_[0]->stop });
    $t->start(0.001);
    ok(eval { $loop->run; 1 }, '$@ alone is no exception');
};

subtest 'exceptions through a nested loop' => sub {
    my ($outer, $inner) = map { UniEvent::Loop->new } 1 .. 2;
    my $caught;
    my $i = UniEvent::timer_once(0, sub { die "deep\n" }, $inner);
    my $o = UniEvent::timer_once(0, sub { eval { $inner->run; 1 } or $caught = $@ }, $outer);
    ok(eval { $outer->run; 1 }, 'caught between them');
    is($caught, "deep\n", 'it');
    $i->once(0);
    $o->callback(sub { $inner->run });
    $o->once(0);
    ok(!eval { $outer->run; 1 }, 'not caught');
    is($@, "deep\n", 'through both');
};

subtest 'leaving a callback by last or return is nothing special' => sub {
    my $loop = UniEvent::Loop->new;
    my $n = 0;
    my $t = UniEvent::timer(0.001, sub { $n++; $_[0]->stop if $n > 3; return wantarray }, $loop);
    ok(run_until_empty($loop), 'runs');
    is($n, 4, 'as often as it should');
};

subtest 'resolver, load' => sub {
    my $loop = UniEvent::Loop->new;
    my $r = $loop->resolver;
    is(ref $r, 'UniEvent::Resolver', 'class');
    is($loop->resolver, $r, 'always the same');
    undef $loop;
    ok(!eval { $r->resolve('127.0.0.1', sub { }); 1 }, 'after its loop');
    is(ref $@, 'UniEvent::Error', 'dies with an object');

    $loop = UniEvent::Loop->new;
    is($loop->get_load_average, 0, 'not tracked');
    $loop->track_load_average(1);
    my $t = UniEvent::timer(0, sub { }, $loop);
    my $end = UniEvent::timer_once(0.3, sub { $t->stop }, $loop);
    $loop->run;
    my $load = $loop->get_load_average;
    ok($load >= 0 && $load <= 1, "a share: $load");
    $loop->track_load_average(0);
    is($loop->get_load_average, 0, 'off');
};

subtest 'temporaries do not pile up' => sub {
    my $loop = UniEvent::Loop->new;
    our $live = 0;
    { package Temporary; sub new { $main::live++; bless [], shift } sub DESTROY { $main::live-- } }
    my ($n, $most) = (0, 0);
    my $t = UniEvent::timer(0.001, sub { Temporary->new; my $x = Temporary->new; $most = $live if $live > $most; $_[0]->stop if ++$n == 10 }, $loop);
    $loop->run;
    is($live, 0, 'all gone');
    cmp_ok($most, '<=', 2, 'early');
};

# In children it is tested by t/70-life/fork.t; here the two methods.
subtest 'fork_event' => sub {
    my $loop = UniEvent::Loop->new;
    my @got;
    isa_ok($loop->fork_event, 'XS::Framework::CallbackDispatcher');
    ok(!$loop->fork_event->has_listeners, 'nobody listens');
    $loop->fork_event->add(sub { push @got, 'added' });
    $loop->fork_callback(sub { push @got, @_ });
    $loop->fork_event->call($loop);
    is_deeply(\@got, [$loop], 'fork_callback takes the place of all others, and gets the loop');
    $loop->fork_callback(undef);
    ok(!$loop->fork_event->has_listeners, 'undef removes it');
};

done_testing;
