# UniEvent::Handle: what all handles share, above all the listener object.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(run_until_empty);
use UniEvent;

my $loop = UniEvent::Loop->new;

subtest 'abstract' => sub {
    ok(!UniEvent::Handle->can('new'), 'no constructor');
    is(UniEvent::Handle::UNKNOWN_TYPE, 'unknown', 'UNKNOWN_TYPE');
    ok(UniEvent::Handle->CLONE_SKIP, 'not for other threads');
    ok(UniEvent::Timer->CLONE_SKIP, 'nor its children');
    my %type = (Timer => 'timer', Prepare => 'prepare', Check => 'check', Idle => 'idle', Signal => 'signal', Tcp => 'tcp', Pipe => 'pipe');
    for (sort keys %type) {
        is("UniEvent::$_"->TYPE, $type{$_}, "$_: TYPE");
        is("UniEvent::$_"->new($loop)->type, $type{$_}, "$_: type");
        is("UE::$_"->new($loop)->type, $type{$_}, "$_: under the short name");
        isa_ok("UniEvent::$_"->new($loop), 'UniEvent::Handle', $_);
    }
};

subtest 'state' => sub {
    my $t = UniEvent::Timer->new($loop);
    is($t->loop, $loop, 'the very loop');
    ok(!$t->weak, 'not weak');
    is_deeply([$t->weak(1)], [], 'setting returns nothing');
    ok($t->weak, 'weak');
    $t->start(100);
    ok($t->active, 'active');
    ok(!$loop->run, 'a weak handle lets run return at once');
    $t->weak(0);
    ok($loop->alive, 'another does not');
    is_deeply([$t->reset], [], 'reset returns nothing');
    is_deeply([$t->clear], [], 'so does clear');
    my $n = 0;
    my $weak = UniEvent::Timer->create(0.001, sub { $n++ }, $loop);
    $weak->weak(1);
    my $strong = UniEvent::timer_once(0.05, sub { }, $loop);
    ok(run_until_empty($loop), 'ends');
    cmp_ok($n, '>', 1, 'a weak one works while something else does');
};

subtest 'loop holds no handle, handle holds its loop' => sub {
    my $own = UniEvent::Loop->new;
    my $t = UniEvent::Timer->new($own);
    my $address = "$own";
    undef $own;
    is($t->loop . '', $address, 'still there');
    our $gone = 0;
    { package GoneLoop; our @ISA = 'UniEvent::Loop'; sub DESTROY { $main::gone++ } }
    my $l = GoneLoop->new;
    my $h = UniEvent::Idle->new($l);
    undef $l;
    is($gone, 0, 'held');
    is(ref $h->loop, 'GoneLoop', 'its class is remembered');
    undef $h;
    is($gone, 1, 'gone with the handle');
};

our ($alive, @calls) = (0);
{
    package Listener;
    sub new { $main::alive++; bless {name => $_[1] // ''}, $_[0] }
    sub on_timer { push @main::calls, [@_] }
    sub DESTROY { $main::alive-- }
    package Mute;
    our @ISA = 'Listener';
    sub on_timer;
    undef *on_timer;
    sub can { die "no lookup by can" }
    package Child;
    our @ISA = 'Listener';
}

subtest 'listener: set, get, replace, remove' => sub {
    my $t = UniEvent::Timer->new($loop);
    is($t->event_listener, undef, 'none');
    my $l = Listener->new;
    is_deeply([$t->event_listener($l)], [], 'setting returns nothing');
    is($t->event_listener, $l, 'the getter');
    undef $l;
    is($alive, 1, 'held');
    $t->call_now;
    is(@calls, 1, 'called');
    is(ref $calls[0][0], 'Listener', 'as its method');
    is($calls[0][1], $t, 'with the handle');
    is(@{ $calls[0] }, 2, 'and nothing else');
    @calls = ();
    $t->event_listener(Child->new);
    is($alive, 1, 'the older one is released');
    $t->call_now;
    is(ref $calls[0][0], 'Child', 'inherited methods count');
    @calls = ();
    $t->event_listener(undef);
    is($alive, 0, 'removed');
    $t->call_now;
    is(@calls, 0, 'and not called');
    $t->event_listener(Listener->new);
    undef $t;
    is($alive, 0, 'goes with the handle');
    ok(!eval { UniEvent::Timer->new($loop)->event_listener('text'); 1 }, 'only objects');
    ok(!eval { UniEvent::Timer->new($loop)->event_listener({}); 1 }, 'no plain references');
};

subtest 'listener: after the callbacks, method looked up at the event' => sub {
    my $t = UniEvent::Timer->new($loop);
    my $l = Listener->new;
    $t->event_listener($l);
    $t->callback(sub { push @calls, 'callback' });
    $t->call_now;
    is($calls[0], 'callback', 'callback first');
    is(ref $calls[1], 'ARRAY', 'then the listener');
    @calls = ();
    { package Late; sub new { bless [], shift } }
    $t->event_listener(Late->new);
    $t->call_now;
    is(@calls, 1, 'no such method: skipped');
    eval 'sub Late::on_timer { push @main::calls, "late" } 1' or die;
    $t->call_now;
    is($calls[-1], 'late', 'defined later: found');
    @calls = ();
    my $other = UniEvent::Timer->new($loop);
    $_->event_listener($l) for $t, $other;
    $_->callback(undef) for $t, $other;
    $_->call_now for $t, $other;
    is_deeply([map { $_->[1] } @calls], [$t, $other], 'one object for many handles');
    @calls = ();
};

subtest 'listener: weak' => sub {
    my $t = UniEvent::Timer->new($loop);
    my $l = Listener->new;
    $t->event_listener($l, 1);
    is($t->event_listener, $l, 'the getter');
    $t->call_now;
    is(@calls, 1, 'called');
    @calls = ();
    undef $l;
    is($alive, 0, 'not held');
    $t->once(0);
    ok(!eval { $loop->run; 1 }, 'the event dies, out of run');
    like($@, qr/Handle needs event listener for event 'on_timer' but listener was weak and went out of scope/, 'saying so');
    is($t->event_listener, undef, 'the getter of a gone one');
    $t->event_listener(undef);
    $t->once(0);
    ok(eval { run_until_empty($loop) }, 'removing it cures');
};

subtest 'listener: the handle itself' => sub {
    our @got; our $gone = 0;
    { package SelfTimer; our @ISA = 'UniEvent::Timer'; sub on_timer { push @main::got, [@_] } sub DESTROY { $main::gone++ } }
    my $t = SelfTimer->new($loop);
    $t->event_listener($t);
    is($t->event_listener, undef, 'the getter says nothing');
    $t->call_now;
    is(@{ $got[0] }, 1, 'not passed twice');
    is($got[0][0], $t, 'itself');
    @got = ();
    undef $t;
    is($gone, 1, 'no cycle');
};

subtest 'listener: clear and reset' => sub {
    my $t = UniEvent::Timer->new($loop);
    $t->event_listener(Listener->new);
    $t->reset;
    ok($t->event_listener, 'reset keeps it');
    $t->clear;
    is($t->event_listener, undef, 'clear does not');
    is($alive, 0, 'released');
};

subtest 'listener: an exception' => sub {
    { package Dying; sub new { bless [], shift } sub on_timer { die {code => 7} } }
    my $t = UniEvent::Timer->new($loop);
    $t->event_listener(Dying->new);
    $t->once(0);
    ok(!eval { $loop->run; 1 }, 'leaves run');
    is_deeply($@, {code => 7}, 'unchanged');
};

is_deeply($loop->handles, [], 'nothing is left');
done_testing;
