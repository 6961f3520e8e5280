# One Perl object per engine object: the same reference, class and data from either side; DESTROY once, at the end.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(run_until run_until_empty);
use Net::SockAddr;
use UniEvent;

my $loop = UniEvent::Loop->new;
our %destroyed;

{
    package Mine;
    our @ISA = 'UniEvent::Tcp';
    sub new {
        my ($class, $name, @args) = @_;
        my $self = $class->SUPER::new(@args);
        XS::Framework::obj2hv($self);
        $self->{name} = $name;
        return $self;
    }
    sub name { $_[0]{name} }
    sub DESTROY { $main::destroyed{ $_[0]{name} }++ }

    package MineList;
    our @ISA = 'UniEvent::Timer';
    sub new { my $self = shift->SUPER::new(@_); XS::Framework::obj2av($self); push @$self, 'a', 'b'; $self }

    package Left;
    use mro 'c3';
    our @ISA = 'UniEvent::Timer';
    sub new { my $class = shift; push @main::path, 'Left'; $class->next::method(@_) }
    package Right;
    use mro 'c3';
    our @ISA = 'UniEvent::Timer';
    sub new { my $class = shift; push @main::path, 'Right'; $class->next::method(@_) }
    package Both;
    use mro 'c3';
    our @ISA = ('Left', 'Right');
}

subtest 'the same reference everywhere' => sub {
    my $t = UniEvent::Timer->new($loop);
    is($loop->handles->[0], $t, 'handles');
    is($t->loop, $loop, 'loop');
    my @seen;
    $t->callback(sub { push @seen, "$_[0]" });
    $t->call_now for 1 .. 2;
    is_deeply(\@seen, ["$t", "$t"], 'callbacks');
    is(ref $t, 'UniEvent::Timer', 'class');
    is(Scalar::Util::reftype($t), 'SCALAR', 'a reference to a scalar') if require Scalar::Util;
    is($$t, undef, 'which is undef');
};

subtest 'data of a subclass' => sub {
    my $m = Mine->new('first', $loop);
    is($m->name, 'first', 'kept in the object');
    is($loop->handles->[-1]->name, 'first', 'found from the other side');
    ok($m->isa('UniEvent::Stream'), 'still a stream');
    ok(!$m->connected, 'whose methods work');
    undef $m;
    is(delete $destroyed{first}, 1, 'DESTROY once');
    my $l = MineList->new($loop);
    is("@$l", 'a b', 'as a list');
    $l->once(0);
    ok(run_until_empty($loop), 'and it works');
    my $t = UniEvent::Timer->new($loop);
    XS::Framework::obj2hv($t);
    XS::Framework::obj2hv($t);
    ok(!eval { XS::Framework::obj2av($t); 1 }, 'not a hash and a list');
    ok(!eval { XS::Framework::obj2hv('text'); 1 }, 'not for text');
    my $u = UniEvent::Timer->new($loop);
    $$u = 'value';
    ok(!eval { XS::Framework::obj2hv($u); 1 }, 'not for one that holds a value');
    our @path;
    is(ref Both->new($loop), 'Both', 'multiple inheritance');
    is("@path", 'Left Right', 'by next::method');
    bless $t, 'MineList';
    is(ref $loop->handles->[-2], 'MineList', 're-blessing sticks') or diag "@{$loop->handles}";
};

subtest 'only the engine holds it' => sub {
    my $server = UniEvent::Tcp->new($loop);
    $server->bind_addr(SOCKADDR_LOOPBACK);
    my @accepted;
    $server->listen(sub { push @accepted, $_[1] });
    my $address;
    my @got;
    {
        my $m = Mine->new('suspended', $loop);
        $address = "$m";
        $m->connect_addr(scalar($server->sockaddr), sub { push @got, $_[0] });
    }
    ok(!$destroyed{suspended}, 'not destroyed while the queue holds it');
    ok(run_until($loop, sub { @got }), 'until the callback');
    is("$got[0]", $address, 'the same object');
    is($got[0]->name, 'suspended', 'with its data');
    ok(!$destroyed{suspended}, 'now we hold it');
    @got = ();
    is($destroyed{suspended}, 1, 'destroyed once, when both have let go');

    # Perl lets go, gets it back, lets go: many times.
    my ($a, $b) = UniEvent::Tcp::pair($loop);
    my $n = 0;
    { my $m = Mine->new('again', $loop); $m->connect_addr(scalar $server->sockaddr); $m->write("$_", sub { $n++; die if $_[0]->name ne 'again' }) for 1 .. 50; $m->disconnect }
    ok(run_until($loop, sub { $n == 50 }), 'fifty times');
    run_until($loop, sub { $destroyed{again} });
    is($destroyed{again}, 1, 'once');

    { package Risen; our @ISA = 'UniEvent::Timer'; our $kept; our $count; sub DESTROY { $kept = $_[0] if !$count++ } }
    { my $r = Risen->new($loop) }
    ok($Risen::kept && !$Risen::kept->active, 'a DESTROY that keeps the object has a good one');
    undef $Risen::kept;
    is($Risen::count, 2, 'perl calls it again');
    $_->clear for $server, @accepted, $a, $b;
};

subtest 'requests' => sub {
    my ($a, $b) = UniEvent::Tcp::pair($loop);
    my %seen;
    $a->write_callback(sub { $seen{event} = $_[2] });
    my $w = $a->write('x', sub { $seen{own} = $_[2] });
    my $s = $a->shutdown(sub { $seen{shutdown} = $_[2] });
    ok(run_until($loop, sub { $seen{shutdown} }), 'done');
    is($seen{own}, $w, 'write');
    is($seen{event}, $w, 'also in the event');
    is($seen{shutdown}, $s, 'shutdown');
    isa_ok($w, 'UniEvent::Request');
    %seen = ();
    $a->reset;
    $a->write_callback(undef);
    my ($n, $last) = (0);
    my ($c, $d) = UniEvent::Tcp::pair($loop);
    $c->write('y', sub { $n++; $last = $_[2] });
    ok(run_until($loop, sub { $n }), 'a request nobody kept');
    is(ref $last, 'UniEvent::Request::Write', 'is made for the callback');
    ok(UniEvent::Request->CLONE_SKIP, 'CLONE_SKIP');
    $_->clear for $a, $b, $c, $d;
};

subtest 'foreign and half-made objects' => sub {
    for my $class (qw(UniEvent::Tcp UniEvent::Timer UniEvent::Loop)) {
        my $fake = bless {}, $class;
        for my $method ($class eq 'UniEvent::Loop' ? qw(run now handles) : qw(active loop reset weak type)) {
            ok(!eval { $fake->$method; 1 }, "$class: $method of a hash");
        }
        my $method = $class eq 'UniEvent::Loop' ? 'run' : 'active';
        ok(!eval { $class->$method; 1 }, 'of the class');
        ok(!eval { $class->can($method)->(undef); 1 }, 'of undef');
        ok(!eval { $class->can($method)->(); 1 }, 'of nothing');
    }
    my $t = UniEvent::Timer->new($loop);
    ok(!eval { UniEvent::Tcp::connect($t, 'x', 1); 1 }, 'of another class');
    ok(!eval { UniEvent::Timer->new($t); 1 }, 'as another argument');
};

subtest 'callbacks and closures' => sub {
    our $live = 0;
    { package Guard; sub new { $main::live++; bless [], shift } sub DESTROY { $main::live-- } }
    my $with = sub { my $g = Guard->new; sub { ref $g } };
    my $t = UniEvent::Timer->new($loop);
    $t->once(0, $with->());
    run_until_empty($loop);
    is($live, 1, 'held after the call');
    undef $t;
    is($live, 0, 'gone with the handle');
    my ($a, $b) = UniEvent::Tcp::pair($loop);
    $a->write('x', $with->());
    is($live, 1, 'held by the request');
    run_until($loop, sub { !$live });
    is($live, 0, 'gone with the request');
    $loop->delay($with->());
    $loop->run_nowait;
    is($live, 0, 'gone with the delayed call');
    UniEvent::Resolver->new($loop)->resolve('127.0.0.1', $with->());
    run_until($loop, sub { !$live });
    is($live, 0, 'gone with the look-up');
    my $server = UniEvent::Tcp->new($loop);
    $server->connection_factory($with->());
    is($live, 1, 'a factory is held');
    $server->clear;
    is($live, 0, 'until clear');
    $_->clear for $a, $b;
};

run_until_empty($loop);
is_deeply($loop->handles, [], 'nothing is left');
is_deeply([grep { $_ != 1 } values %destroyed], [], 'nothing was destroyed twice');
UETest::nothing_left($loop);
done_testing;
