# Interpreter threads: objects stay with their thread, each thread has its own default loop, values travel.
use strict;
use warnings;
use lib 't/lib';
use Config;
use Test::More;
BEGIN { plan skip_all => 'this perl has no threads' if !$Config{useithreads} }
use threads;
use UETest qw(run_until run_until_empty);
use Net::SockAddr;
use UniEvent;

my $loop = UniEvent::Loop->new;
my $timer = UniEvent::timer(1000, sub { }, $loop);
my $default = UniEvent::Loop->default;
my ($a, $b) = UniEvent::Tcp::pair($loop);
my $event = $timer->event;
my $error = UniEvent::SystemError::timed_out();
my $sa = Net::SockAddr::Inet4->new('1.2.3.4', 5);
my $ctx = UniEvent::SslContext->new;
my $resolver = $loop->resolver;
my $request = $a->write('x');

sub described { my ($x) = @_; return !defined $x ? 'undef' : ref $x && !defined eval { $$x } && ref $x eq 'SCALAR' ? 'undef' : ref $x || $x }

subtest 'objects are not cloned' => sub {
    my @kinds = threads->create({context => 'list'}, sub {
        map { described($_) } $loop, $timer, $default, $a, $event, $ctx, $resolver, $request;
    })->join;
    is_deeply(\@kinds, [('undef') x 8], 'nothing but undef');
    ok($timer->active && $a->connected, 'ours are as they were');
    my $died = threads->create(sub { eval { UniEvent::Timer::active($timer) }; $@ ? 1 : 0 })->join;
    is($died, 1, 'using one dies');
};

subtest 'values are copied' => sub {
    is(threads->create(sub { "$error" })->join, "$error", 'errors');
    is(threads->create(sub { "$sa" })->join, '1.2.3.4:5', 'addresses');
    is(threads->create(sub { $error == UniEvent::SystemError::timed_out() ? 1 : 0 })->join, 1, 'constants');
};

subtest 'loops of a thread' => sub {
    my @got = threads->create({context => 'list'}, sub {
        my $own = UniEvent::Loop->default;
        my $n = 0;
        my $t = UniEvent::timer_once(0.001, sub { $n++ });
        $own->run;
        my ($x, $y) = UniEvent::Tcp::pair();
        my $in = '';
        $y->read_callback(sub { $in .= $_[1]; $_[0]->loop->stop });
        $x->write('in a thread');
        $own->run;
        my $died = eval { my $u = UniEvent::timer_once(0, sub { die "thrown\n" }); $own->run; 1 } ? '' : $@;
        my $global = UniEvent::Loop->global;
        return ($own->is_default ? 1 : 0, $own->is_global ? 1 : 0, $n, $in, $died, defined $global ? 1 : 0);
    })->join;
    is_deeply(\@got, [1, 0, 1, 'in a thread', "thrown\n", 0], 'default but not global, and it runs');
    ok($default->is_default && $default->is_global, 'ours is as it was');
};

subtest 'threads side by side' => sub {
    my @threads = map {
        my $i = $_;
        threads->create(sub {
            my $own = UniEvent::Loop->new;
            my $n = 0;
            my $t = UniEvent::timer(0.001, sub { $_[0]->stop if ++$n == 20 }, $own);
            $own->run;
            return $n + $i;
        });
    } 1 .. 4;
    is_deeply([map { $_->join } @threads], [21 .. 24], 'all run');
};

subtest 'a thread made in a callback, a thread that ends with live handles' => sub {
    my $said;
    my $t = UniEvent::timer_once(0, sub { $said = threads->create(sub { my $own = UniEvent::Loop->new; my $u = UniEvent::timer_once(0, sub { }, $own); $own->run; 'ran' })->join }, $loop);
    $timer->stop;
    ok(run_until($loop, sub { $said }), 'in a callback');
    is($said, 'ran', 'its loop runs');
    our @kept;
    is(threads->create(sub { @kept = (UniEvent::Timer->new, UniEvent::Tcp->new, UniEvent::Loop->new, UniEvent::Loop->default); $kept[0]->start(100, sub { }); 'left' })->join, 'left', 'live handles');
};

$_->clear for $a, $b, $timer;
undef $_ for $a, $b, $timer;
run_until_empty($loop);
is_deeply($loop->handles, [], 'nothing is left');
UETest::nothing_left($timer, $a, $b, $event, $error, $ctx, $resolver, $request, $loop);
done_testing;
