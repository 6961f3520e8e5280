# XS::Framework::CallbackDispatcher: who is called, in which order, and what may change meanwhile.
use strict;
use warnings;
use Test::More;
use UniEvent;

my $loop = UniEvent::Loop->new;
sub timer { UniEvent::Timer->new($loop) }

subtest 'has_listeners' => sub {
    my $t = timer();
    my $e = $t->event;
    is(ref $e, 'XS::Framework::CallbackDispatcher', 'class');
    ok(!XS::Framework::CallbackDispatcher->can('new'), 'no constructor');
    my ($plain, $chain) = (sub { }, sub { });
    ok(!$e->has_listeners, 'none');
    $e->add($plain);
    ok($e->has_listeners, 'after add');
    ok($t->event->has_listeners, 'another proxy of the same list');
    $e->remove_event_listener($plain);
    ok($e->has_listeners, 'not the other kind');
    $e->remove($plain);
    ok(!$e->has_listeners, 'after remove');
    $e->remove($plain);
    $e->add_event_listener($chain);
    $e->remove($chain);
    ok($e->has_listeners, 'not this kind either');
    $e->remove_event_listener($chain);
    ok(!$e->has_listeners, 'after remove_event_listener');
    $e->$_($plain) for qw(add prepend add_event_listener prepend_event_listener);
    $e->remove_all;
    ok(!$e->has_listeners, 'after remove_all');
    for my $method (qw(add prepend add_event_listener prepend_event_listener)) {
        for my $bad (undef, 'x', {}, []) {
            ok(!eval { $e->$method($bad); 1 }, "$method: " . ($bad // 'undef'));
        }
    }
};

subtest 'order' => sub {
    my @got;
    my $cb = sub { my $n = shift; sub { push @got, $n } };
    for ([[add => 1], [add => 2], [1, 2]], [[add => 1], [prepend => 2], [2, 1]],
        [[add => 1], [prepend => 2], [prepend => 3], [add => 4], [3, 2, 1, 4]]) {
        my $want = pop @$_;
        my $t = timer();
        for my $step (@$_) { my ($method, $n) = @$step; $t->event->$method($cb->($n)) }
        @got = ();
        $t->call_now;
        is_deeply(\@got, $want, "called in the order @$want");
    }
    my $t = timer();
    my ($same, $other) = ($cb->('s'), $cb->('o'));
    $t->event->add($_) for $same, $other, $same;
    @got = ();
    $t->call_now;
    is("@got", 's o s', 'the same one twice');
    $t->event->remove($same);
    @got = ();
    $t->call_now;
    is("@got", 's o', 'one remove takes the last');
};

subtest 'event listeners control the chain' => sub {
    my @got;
    my $s = UniEvent::Signal->new($loop);
    $s->event->add(sub { push @got, "a$_[1]" });
    $s->event->add_event_listener(sub { my ($event, $h, $n) = @_; push @got, "b$n"; my @r = $event->($h, $n + 1); push @got, 'after', scalar @r });
    $s->event->add(sub { push @got, "c$_[1]" });
    $s->event->prepend_event_listener(sub { my ($event, @args) = @_; push @got, 'p'; $event->(@args) });
    $s->call_now(1);
    is("@got", 'p a1 b1 c2 after 0', 'around, with changed arguments');
    @got = ();
    $s->event->add_event_listener(sub { push @got, 'stop' });
    $s->event->add(sub { push @got, 'never' });
    $s->call_now(1);
    is("@got", 'p a1 b1 c2 stop after 0', 'one that does not go on ends it');
    $s->event->remove_all;
    for my $args ([], [1], [1, 2, 3]) {
        $s->callback(undef);
        $s->event->add_event_listener(sub { my $event = shift; $event->(@$args) });
        ok(!eval { $s->call_now(1); 1 }, scalar(@$args) . ' arguments');
        like($@, qr/expected 2 arguments/, 'said so');
    }
    my $kept;
    $s->callback(undef);
    $s->event->add_event_listener(sub { $kept = shift });
    $s->call_now(1);
    ok(!eval { $kept->($s, 1); 1 }, 'after the round');
    like($@, qr/round is over/, 'said so');
};

subtest 'call' => sub {
    my @got;
    my $s = UniEvent::Signal->new($loop);
    $s->callback(sub { @got = @_; 'ignored' });
    is_deeply([$s->event->call($s, 12)], [], 'no result');
    is_deeply(\@got, [$s, 12], 'the arguments');
    @got = ();
    for my $args ([], [$s], [$s, 1, 2]) {
        ok(!eval { $s->event->call(@$args); 1 }, scalar(@$args) . ' arguments');
    }
    is(@got, 0, 'none of them called');
    my $tcp = UniEvent::Tcp->new($loop);
    $tcp->read_callback(sub { @got = @_ });
    $tcp->read_event->call($tcp, "a\0b", undef);
    is_deeply(\@got, [$tcp, "a\0b", undef], 'bytes and no error');
    $tcp->read_event->call($tcp, undef, UniEvent::SystemError::broken_pipe());
    is($got[1], undef, 'no bytes');
    is(ref $got[2], 'XS::ErrorCode', 'an error');
    is($got[2], UniEvent::SystemError::broken_pipe(), 'which one');
    @got = ();
    $tcp->clear;
    $s->clear;
};

subtest 'changes during a round' => sub {
    my @got;
    my ($one, $two, $three);
    my $t = timer();
    my $e = $t->event;
    $one   = sub { push @got, 1; $e->remove($one); $e->remove($two) };
    $two   = sub { push @got, 2 };
    $three = sub { push @got, 3 };
    $e->add($_) for $one, $two, $three;
    $t->call_now;
    is("@got", '1 3', 'itself and the next removed');
    @got = ();
    $t->call_now;
    is("@got", '3', 'for good');
    $e->remove_all;

    @got = ();
    $one = sub { push @got, 1; $e->add($two); $e->prepend($three) };
    $e->add($one);
    $t->call_now;
    is("@got", '1 2', 'one added is called, one put in front is not');
    $e->remove_all;

    @got = ();
    $e->add(sub { push @got, 1; $e->remove_all });
    $e->add($two);
    $t->call_now;
    is("@got", '1', 'remove_all ends the round');

    @got = ();
    my $depth = 0;
    $e->add(sub { push @got, 'x'; $t->call_now if $depth++ < 3 });
    $e->add(sub { push @got, 'y' });
    $t->call_now;
    is("@got", 'x x x x y y y y', 'rounds in rounds');
    $e->remove_all;

    @got = ();
    $e->add(sub { push @got, 1; undef $t; undef $_[0] });
    $e->add(sub { push @got, ref $_[0] });
    $t->call_now;
    is("@got", '1 UniEvent::Timer', 'the handle dropped by its callback lives for the round');
    ok(!eval { $e->add($two); 1 }, 'a proxy without its owner');
    like($@, qr/gone/, 'said so');
    ok(!eval { $e->has_listeners; 1 }, 'has_listeners, too');
    ok(!eval { $e->call(undef); 1 }, 'and call');
    ($one, $two, $three) = ();
};

subtest 'exceptions end the round' => sub {
    my $t = timer();
    my $n = 0;
    $t->event->add(sub { die "no further\n" });
    $t->event->add(sub { $n++ });
    ok(!eval { $t->event->call($t); 1 }, 'out of call');
    is($@, "no further\n", 'unchanged');
    ok(!eval { $t->call_now; 1 }, 'out of call_now');
    is($n, 0, 'the next is not called');
    $t->event->remove_all;
    $t->event->add_event_listener(sub { my $e = shift; eval { $e->(@_); 1 } or $n = $@ });
    $t->event->add(sub { die "inner\n" });
    ok(eval { $t->call_now; 1 }, 'a chain listener may catch it');
    is($n, "inner\n", 'and sees it');
};

subtest 'what is held' => sub {
    our $live = 0;
    { package Held; sub new { $main::live++; bless [], shift } sub DESTROY { $main::live-- } }
    my $closure = sub { my $h = Held->new; sub { $h } };
    my $t = timer();
    my $sub = $closure->();
    $t->event->add($sub);
    undef $sub;
    is($live, 1, 'a callback is held');
    $t->callback(undef);
    is($live, 0, 'until removed');
    $t->event->add($closure->());
    $t->clear;
    is($live, 0, 'or cleared');
    $t->event->add($closure->());
    undef $t;
    is($live, 0, 'or its owner gone');
    $t = timer();
    $t->event->add($closure->()) for 1 .. 10;
    $t->callback($closure->());
    is($live, 1, 'callback() replaces them all');
};

subtest 'add_weak' => sub {
    my $t = timer();
    my @got;
    my $object = {name => 'object'};
    my $code = do { my $inner = $object; sub { push @got, $inner->{name} } };
    $t->event->add_weak($object, $code);
    $t->call_now;
    is("@got", 'object', 'called while the object is there');
    undef $object;
    $t->call_now;
    is("@got", 'object', 'and not after');
    my $kept = [];
    my $removable = sub { push @got, scalar @$kept };
    $t->event->remove_all;
    $t->event->add_weak($kept, $removable);
    $t->event->remove($removable);
    ok(!$t->event->has_listeners, 'remove');
    ok(!eval { $t->event->add_weak($kept, undef); 1 }, 'undef');
    ok(!eval { $t->event->add_weak('x', sub { }); 1 }, 'no reference');
    ok(!eval { $t->event->add_weak([], sub { $kept }); 1 }, 'not captured');
};

done_testing;
