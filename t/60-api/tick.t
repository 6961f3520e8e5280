# UniEvent::Prepare, ::Check, ::Idle: when they are called, and their common interface.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(run_until run_until_empty);
use UniEvent;

my $loop = UniEvent::Loop->new;

for my $name (qw(Prepare Check Idle)) {
    my $class = "UniEvent::$name";
    my $word = lc $name;
    subtest $name => sub {
        # A check handle alone would wait for ever.
        my $waker = UniEvent::idle(sub { }, $loop);
        my $h = $class->new($loop);
        is(ref $h, $class, 'class');
        isa_ok($h, 'UniEvent::Handle');
        is($h->type, $word, 'type');
        is($class->TYPE, $word, 'TYPE');
        is($h->loop, $loop, 'loop');
        ok(!$h->active, 'inactive');

        my ($n, $who) = (0);
        is_deeply([$h->start(sub { $n++; $who = $_[0] })], [], 'start returns nothing');
        ok($h->active, 'active');
        $h->start;
        $loop->run_nowait;
        is($n, 1, 'called once a turn, also when started twice');
        is($who, $h, 'with the handle');
        undef $who;
        $loop->run_nowait for 1 .. 3;
        is($n, 4, 'every turn');
        is_deeply([$h->stop], [], 'stop returns nothing');
        $h->stop;
        ok(!$h->active, 'inactive');
        $loop->run_nowait;
        is($n, 4, 'not any more');

        $h->start(sub { $n += 10 });
        $h->call_now;
        is($n, 15, 'start adds, call_now calls both');
        $h->reset;
        ok(!$h->active && $h->event->has_listeners, 'reset keeps callbacks');
        $h->weak(1);
        $h->start;
        $h->clear;
        ok(!$h->active && !$h->weak && !$h->event->has_listeners, 'clear does not');
        $h->callback(sub { $n = -1 });
        $h->call_now;
        is($n, -1, 'callback');
        ok(!eval { $h->start('x'); 1 }, 'a callback is code');

        my $sub = "My$name";
        { no strict 'refs'; @{"${sub}::ISA"} = $class; }
        my $made = $sub->create(sub { $n = 'made' }, $loop);
        is(ref $made, $sub, 'create blesses into the calling class');
        ok($made->active, 'and starts');
        $loop->run_nowait;
        is($n, 'made', 'called');
        my $function = UniEvent->can($word)->(sub { $n = 'function' }, $loop);
        is(ref $function, $class, 'the function');
        $made->stop;
        $loop->run_nowait;
        is($n, 'function', 'works');
        ok(UniEvent->can($word)->(sub { })->loop->is_default, 'default loop');

        no strict 'refs';
        *{"${name}Listener::on_$word"} = sub { push @{ $_[0] }, $_[1] };
        my $listener = bless [], "${name}Listener";
        $function->event_listener($listener);
        $function->call_now;
        is_deeply([map { ref } @$listener], [$class], 'listener');
        $function->event_listener(undef);
        @$listener = ();

        my $dropped = $class->create(sub { $n = 'late' }, $loop);
        undef $dropped;
        $loop->run_nowait;
        isnt($n, 'late', 'a dropped one is not called');
        $h = $class->create(sub { undef $h }, $loop);
        $loop->run_nowait for 1 .. 2;
        ok(!$h, 'dropped in its own callback');
    };
}

subtest 'order in one turn' => sub {
    my @order;
    my @h = (
        UniEvent::timer_once(0, sub { push @order, 'timer' }, $loop),
        UniEvent::idle(sub { push @order, 'idle' }, $loop),
        UniEvent::prepare(sub { push @order, 'prepare' }, $loop),
        UniEvent::check(sub { push @order, 'check' }, $loop),
    );
    $loop->run_once until @order >= 3;
    @order = ();
    $h[0]->once(0);
    $loop->run_nowait until grep { $_ eq 'timer' } @order;
    splice @order, 0, -4;
    is_deeply(\@order, [qw(timer idle prepare check)], 'timers, idle, prepare, check');
};

subtest 'what keeps a loop running' => sub {
    my $n = 0;
    my $prepare = UniEvent::prepare(sub { $_[0]->loop->stop if ++$n == 3 }, $loop);
    my $idle = UniEvent::idle(sub { }, $loop);
    ok($loop->run, 'stopped, still alive');
    is($n, 3, 'turns');
    $idle->stop;
    $prepare->stop;
    ok(!$loop->run, 'nothing left');
    my $check = UniEvent::check(sub { $n = 'checked' }, $loop);
    my $t = UniEvent::timer_once(0.001, sub { $check->stop }, $loop);
    ok(run_until_empty($loop), 'check');
};

is_deeply($loop->handles, [], 'nothing is left');
done_testing;
