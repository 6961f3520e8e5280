# UniEvent::Resolver: argument forms, the answer, cache, cancelling.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(run_until run_until_empty);
use UniEvent;

my $loop = UniEvent::Loop->new;
my $canceled = UniEvent::SystemError::operation_canceled();
my $v4 = {family => AF_INET};

sub answer_of {
    my ($ask) = @_;
    my @got;
    my $request = $ask->(sub { @got = @_ });
    is(@got, 0, 'never from inside resolve');
    ok(run_until($loop, sub { @got }), 'an answer');
    return ($request, @got);
}

subtest 'new' => sub {
    my $r = UniEvent::Resolver->new($loop);
    is(ref $r, 'UniEvent::Resolver', 'class');
    is($r->cache_expiration_time, 600, 'cache_expiration_time');
    is($r->cache_limit, 10_000, 'cache_limit');
    is($r->cache_size, 0, 'cache_size');
    is($r->queue_size, 0, 'queue_size');
    my $c = UniEvent::Resolver->new($loop, {cache_expiration_time => 1.5, cache_limit => 7, query_timeout => 2, workers => 1});
    is($c->cache_expiration_time, 1.5, 'set');
    is($c->cache_limit, 7, 'set');
    is($c->cache_expiration_time(3), 3, 'changed');
    is($c->cache_limit(9), 9, 'changed');
    ok(UniEvent::Resolver->new, 'default loop');
    for my $bad ({workers => 0}, {workers => 'x'}, {cache_limit => -1}, {query_timeout => 'x'}, []) {
        ok(!eval { UniEvent::Resolver->new($loop, $bad); 1 }, 'bad configuration');
        like($@, qr/UniEvent::Resolver->new/, 'names the place');
    }
    is(UniEvent::Resolver::NUMERICSERV(), 8, 'NUMERICSERV');
    is(UniEvent::Resolver::CANONAME(), 1, 'CANONAME');
};

subtest 'forms' => sub {
    my $r = UniEvent::Resolver->new($loop);
    my ($request, $list, $error, $got) = answer_of(sub { scalar $r->resolve('127.0.0.1', $_[0]) });
    is(ref $request, 'UniEvent::Resolver::Request', 'the request');
    is($got, $request, 'comes back');
    is($error, undef, 'no error');
    is(ref $list, 'ARRAY', 'a list');
    is($list->[0]->ip, '127.0.0.1', 'a number is itself');
    is($list->[0]->port, 0, 'no port');
    (undef, $list) = answer_of(sub { $r->resolve('127.0.0.1', $_[0], 2) });
    is($list->[0]->ip, '127.0.0.1', 'with a time-out');
    (undef, $list) = answer_of(sub { $r->resolve({node => 'localhost', port => 80, hints => $v4, timeout => 2, on_resolve => $_[0]}) });
    is("$list->[0]", '127.0.0.1:80', 'parameters: port is applied');
    (undef, $list) = answer_of(sub {
        $r->resolve({node => 'localhost', hints => UniEvent::Resolver::hints(AF_INET, SOCK_STREAM, 0, 0), service => '8080', port => 81, on_resolve => $_[0]});
    });
    is("$list->[0]", '127.0.0.1:81', 'port wins over service');
    (undef, $list) = answer_of(sub { $r->resolve({node => '127.0.0.1', service => '8080', on_resolve => $_[0]}) });
    is("$list->[0]", '127.0.0.1:8080', 'service');
    (undef, $list) = answer_of(sub { $r->resolve('::1', $_[0]) });
    is($list->[0]->ip, '::1', 'six');
    ($request, $list, $error) = answer_of(sub { $r->resolve('no-such-host.invalid', $_[0]) });
    is($list, undef, 'an error: no list');
    is(ref $error, 'XS::STL::ErrorCode', 'its class');
    for (sub { $r->resolve('x') }, sub { $r->resolve('x', undef) }, sub { $r->resolve('x', 'y') }, sub { $r->resolve({node => 'x'}) },
        sub { $r->resolve({node => 'x', on_resolve => 'y'}) }, sub { $r->resolve('x', sub { }, 'soon') },
        sub { $r->resolve({node => 'x', on_resolve => sub { }, port => 'http'}) }, sub { $r->resolve({node => 'x', on_resolve => sub { }, hints => 7}) }) {
        ok(!eval { $_->(); 1 }, 'refused: ' . ($@ =~ s/ at .*//sr));
    }
};

subtest 'cache' => sub {
    my $r = UniEvent::Resolver->new($loop);
    my $ask = sub { $r->resolve({node => 'localhost', hints => $v4, on_resolve => $_[0]}) };
    answer_of($ask);
    is($r->cache_size, 1, 'filled');
    my $n = 0;
    $ask->(sub { $n++ });
    is($n, 0, 'not at once');
    $loop->run_nowait;
    is($n, 1, 'but in one turn');
    $r->clear_cache;
    is($r->cache_size, 0, 'cleared');
    answer_of(sub { $r->resolve({node => 'localhost', hints => $v4, use_cache => 0, on_resolve => $_[0]}) });
    is($r->cache_size, 0, 'not used');
    $r->cache_limit(0);
    answer_of($ask);
    is($r->cache_size, 0, 'none wanted');
};

subtest 'cancel, reset' => sub {
    my $r = UniEvent::Resolver->new($loop);
    my @got;
    my $request = $r->resolve('localhost', sub { push @got, [@_] });
    $request->cancel;
    is(@got, 1, 'cancel calls back at once');
    is($got[0][0], undef, 'no list');
    is($got[0][1], $canceled, 'operation_canceled');
    is($got[0][2], $request, 'the request');
    $request->cancel;
    is(@got, 1, 'once');
    @got = ();
    $r->resolve('localhost', sub { push @got, $_[1] }) for 1 .. 3;
    $r->reset;
    is_deeply(\@got, [($canceled) x 3], 'reset');
    ok(run_until_empty($loop), 'nothing comes afterwards');
    is(@got, 3, 'indeed');
    my $busy = UniEvent::Resolver->new($loop, {workers => 1, cache_limit => 0});
    my $n = 0;
    $busy->resolve('localhost', sub { $n++ }) for 1 .. 3;
    cmp_ok($busy->queue_size, '>', 0, 'waiting for a worker');
    ok(run_until($loop, sub { $n == 3 }), 'all are answered');
    is($busy->queue_size, 0, 'nobody waits');
    my $done = $r->resolve('127.0.0.1', sub { $n = 'done' });
    run_until($loop, sub { $n eq 'done' });
    $done->cancel;
    is($n, 'done', 'cancelling too late');
};

subtest 'exceptions, dropping' => sub {
    my $r = UniEvent::Resolver->new($loop);
    $r->resolve('127.0.0.1', sub { die "no thanks\n" });
    ok(!eval { $loop->run; 1 }, 'leaves run');
    is($@, "no thanks\n", 'unchanged');
    my $request = $r->resolve('127.0.0.1', sub { die {cancel => 1} });
    ok(!eval { $request->cancel; 1 }, 'leaves cancel');
    is_deeply($@, {cancel => 1}, 'unchanged');
    my @got;
    UniEvent::Resolver->new($loop)->resolve('localhost', sub { push @got, $_[1] });
    run_until_empty($loop);
    cmp_ok(scalar(@got), '<=', 1, 'a dropped resolver answers at most once');
    my $self = UniEvent::Resolver->new($loop);
    $self->resolve('127.0.0.1', sub { push @got, 'mine'; undef $self });
    ok(run_until($loop, sub { @got && ($got[-1] // '') eq 'mine' }), 'dropped in the callback');
};

ok(run_until_empty($loop), 'the loop ends');
done_testing;
