# fork: the child's loops are repaired, fork_event fires there, and both sides go on by themselves.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(run_until run_until_empty seconds);
use Net::SockAddr;
use POSIX ();
use UniEvent;

# Runs the code in a child; what it returns comes back as text.
sub in_child {
    my ($code) = @_;
    pipe my $r, my $w or die "pipe: $!";
    defined(my $pid = fork) or die "fork: $!";
    if (!$pid) {
        alarm seconds(20);
        my $said = eval { $code->() } // "died: $@";
        syswrite $w, $said;
        POSIX::_exit(0);
    }
    close $w;
    my $said = do { local $/; <$r> };
    waitpid $pid, 0;
    return $? ? "status $?: $said" : $said;
}

subtest 'timers and delayed calls' => sub {
    my $loop = UniEvent::Loop->new;
    my $n = 0;
    my $t = UniEvent::timer_once(0.01, sub { $n++ }, $loop);
    $loop->delay(sub { $n += 10 });
    is(in_child(sub { $loop->run; $n }), 11, 'in the child');
    $loop->run;
    is($n, 11, 'in the parent');
};

subtest 'fork_event' => sub {
    my @loops = map { UniEvent::Loop->new } 1 .. 2;
    my @fired;
    $loops[0]->fork_event->add(sub { push @fired, ref $_[0], $_[0] == $loops[0] ? 'same' : 'other' });
    $loops[1]->fork_callback(sub { push @fired, 'second' });
    UniEvent::Loop->default->fork_event->add(my $default = sub { push @fired, 'default' });
    my $said = in_child(sub { join ' ', sort @fired });
    is($said, 'UniEvent::Loop default same second', 'once for every loop, in the child');
    is(@fired, 0, 'not in the parent');
    UniEvent::Loop->default->fork_event->remove($default);
    $loops[0]->fork_event->remove_all;    # its callback holds the loop
};

subtest 'an exception in fork_event' => sub {
    my $loop = UniEvent::Loop->new;
    $loop->fork_event->add(sub { die "in the hook\n" });
    is(in_child(sub { my $died = !eval { $loop->run; 1 }; my $first = $@; "$died $first" . ($loop->run ? 1 : 0) }),
        "1 in the hook\n0", 'comes out of the next run, once');
};

subtest 'streams' => sub {
    my $loop = UniEvent::Loop->new;
    my @accepted;
    my $server = UniEvent::Tcp->new($loop);
    $server->bind_addr(SOCKADDR_LOOPBACK);
    $server->listen(sub { push @accepted, $_[1]; $_[1]->read_callback(sub { $_[0]->write("[$_[1]]") }) });
    my $talk = sub {
        my ($own) = @_;
        my $in = '';
        my $c = UniEvent::Tcp->new($own);
        $c->read_callback(sub { $in .= $_[1] });
        $c->connect_addr(scalar $server->sockaddr);
        $c->write('hi');
        run_until($own, sub { $in });
        $c->clear;
        return $in;
    };
    is($talk->($loop), '[hi]', 'before');
    is(in_child(sub { $server->reset; my $own = UniEvent::Loop->new; my $s = UniEvent::Tcp->new($own); $s->bind_addr(SOCKADDR_LOOPBACK);
        $s->listen(sub { push @accepted, $_[1]; $_[1]->write('child') }); my $in = ''; my $c = UniEvent::Tcp->new($own);
        $c->read_callback(sub { $in .= $_[1] }); $c->connect_addr(scalar $s->sockaddr); run_until($own, sub { $in }); $in }),
        'child', 'the child makes a loop and a server of its own');
    is($talk->($loop), '[hi]', 'the parent goes on');
    is(in_child(sub { $talk->($loop) }), '[hi]', 'the inherited listener works in the child');
    is($talk->($loop), '[hi]', 'and still in the parent');
    $_->clear for $server, @accepted;
};

subtest 'fork inside a callback' => sub {
    my $loop = UniEvent::Loop->new;
    my ($said, $after) = ('', 0);
    my $t = UniEvent::timer_once(0, sub { $said = in_child(sub { my $own = UniEvent::Loop->new; my $n = 0; my $u = UniEvent::timer_once(0, sub { $n++ }, $own); $own->run; "ran $n" }) }, $loop);
    my $u = UniEvent::timer_once(0.005, sub { $after++ }, $loop);
    ok(run_until_empty($loop), 'the parent ends');
    is($said, 'ran 1', 'the child ran a loop');
    is($after, 1, 'the parent went on');
};

subtest 'resolver' => sub {
    my $loop = UniEvent::Loop->new;
    my $got;
    $loop->resolver->resolve({node => 'localhost', hints => {family => AF_INET}, on_resolve => sub { $got = $_[0][0] }});
    ok(run_until($loop, sub { $got }), 'threads run');
    is(in_child(sub { my $mine; $loop->resolver->resolve({node => 'localhost', use_cache => 0, hints => {family => AF_INET}, on_resolve => sub { $mine = $_[0][0] }});
        run_until($loop, sub { $mine }); $mine->ip }), '127.0.0.1', 'the child starts its own');
};

UETest::nothing_left();
done_testing;
