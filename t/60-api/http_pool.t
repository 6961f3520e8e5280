# UniEvent::HTTP::Pool, and the functions that use it: http_request, http_request_sync, http_get.
use strict;
use warnings;
use lib 't/lib';
use Scalar::Util qw(refaddr);
use Test::More;
use UETest qw(run_until run_until_empty);
use UETest::Http;
use UniEvent::HTTP qw(http_request http_request_sync http_get);

sub dies(&) { my ($code) = @_; return eval { $code->(); 1 } ? 'lives' : $@ }

my $loop = UE::Loop->new;
my @held;
my $server = new_server(loop => $loop, request => sub {
    my ($r) = @_;
    return push @held, $r if $r->uri->path eq '/hold';
    $r->respond({body => $r->uri->path});
});
my $base = 'http://' . $server->sockaddr;

subtest 'settings' => sub {
    my $pool = UniEvent::HTTP::Pool->new;
    is refaddr($pool->loop), refaddr(UE::Loop->default);
    is refaddr(UniEvent::HTTP::Pool->new($loop)->loop), refaddr($loop);
    is $pool->idle_timeout, 60000, 'milliseconds';
    is $pool->max_connections, 10;
    $pool = UniEvent::HTTP::Pool->new({timeout => 0.5, max_connections => 2}, $loop);
    is refaddr($pool->loop), refaddr($loop);
    is $pool->idle_timeout, 500;
    is $pool->max_connections, 2;
    is_deeply [$pool->idle_timeout(70)], [undef];
    is $pool->idle_timeout, 70;
    is_deeply [$pool->max_connections(5)], [undef];
    is $pool->max_connections, 5;
    is $pool->size, 0;
    is $pool->nbusy, 0;
    like dies { UniEvent::HTTP::Pool->new({timeout => 'x'}) }, qr/UniEvent::HTTP::Pool->new: timeout: expected .*, got 'x'/;
    like dies { UniEvent::HTTP::Pool->new('x') }, qr/expected a hash reference/;
    my $own = UniEvent::HTTP::Pool::instance($loop);
    is refaddr(UniEvent::HTTP::Pool::instance($loop)), refaddr($own), "a loop's own pool";
    is refaddr(UniEvent::HTTP::Pool->instance($loop)), refaddr($own), 'also as a class method';
    isnt refaddr(UniEvent::HTTP::Pool::instance()), refaddr($own), 'of the default loop';
    ok +UniEvent::HTTP::Pool->CLONE_SKIP;
};

subtest 'connections are used again' => sub {
    my $pool = UniEvent::HTTP::Pool->new($loop);
    my @got;
    my $ask = sub { $pool->request({uri => "$base/$_[0]", response_callback => sub { push @got, $_[1]->body }}) };
    my $client = $ask->('a');
    is ref $client, 'UniEvent::HTTP::Client';
    is $pool->size, 1;
    is $pool->nbusy, 1;
    ok run_until($loop, sub { @got });
    is $pool->nbusy, 0;
    is $pool->size, 1;
    is refaddr($ask->('b')), refaddr($client), 'the idle one';
    my $other = $ask->('c');
    isnt refaddr($other), refaddr($client), 'two at once need two';
    ok run_until($loop, sub { @got == 3 });
    is_deeply [sort @got], [qw(/a /b /c)];
    is $pool->size, 2;
    $pool->idle_timeout(20);
    $ask->('d');
    ok run_until($loop, sub { !$pool->size }), 'idle ones go';
};

subtest 'waiting requests' => sub {
    my $pool = UniEvent::HTTP::Pool->new({max_connections => 1}, $loop);
    my (@done, @requests);
    for my $n (1 .. 3) {
        push @requests, UniEvent::HTTP::Request->new({uri => "$base/hold", timeout => $n == 3 ? 0.05 : 20, response_callback => sub { push @done, [$n, $_[2]] }});
    }
    ok $pool->request($requests[0]);
    is $pool->request($requests[1]), undef, 'waits';
    is $pool->request($requests[2]), undef;
    is $pool->size, 1;
    like dies { $pool->request($requests[1]) }, qr/request is already in progress/;
    $requests[1]->cancel;
    is $done[0][0], 2, 'a waiting request can be cancelled';
    ok $done[0][1] & XS::STL::errc::operation_canceled;
    ok run_until($loop, sub { @done == 2 });
    is $done[1][1], XS::STL::errc::timed_out, 'time runs while it waits' or diag $done[1][1];
    ok run_until($loop, sub { @held });
    my $last = UniEvent::HTTP::Request->new({uri => "$base/x", response_callback => sub { push @done, [4, $_[2], $_[1]->body] }});
    $pool->request($last);
    (shift @held)->respond({});
    ok run_until($loop, sub { @done == 4 });
    is_deeply [map $_->[0], @done[2, 3]], [1, 4], 'the next one follows';
    is $done[3][2], '/x';
};

subtest 'a pool that goes' => sub {
    my @done;
    my $pool = UniEvent::HTTP::Pool->new({max_connections => 1}, $loop);
    $pool->request({uri => "$base/hold", response_callback => sub { push @done, ['running', $_[2]] }});
    $pool->request({uri => "$base/x", response_callback => sub { push @done, ['waiting', $_[2]] }});
    undef $pool;
    ok run_until($loop, sub { @done });
    is $done[0][0], 'waiting';
    ok $done[0][1] & XS::STL::errc::operation_canceled;
    ok run_until($loop, sub { @held });
    (shift @held)->respond({});
    ok run_until($loop, sub { @done == 2 });
    is $done[1][1], undef, 'a running request ends well';
};

subtest 'functions' => sub {
    my @got;
    is_deeply [http_request({uri => "$base/f", response_callback => sub { @got = @_ }}, $loop)], [];
    ok run_until($loop, sub { @got });
    is $got[1]->body, '/f';
    @got = ();
    is_deeply [http_get("$base/g", sub { @got = @_ }, $loop)], [];
    ok run_until($loop, sub { @got });
    is $got[1]->body, '/g';
    is $got[2], undef;
    is ref $got[0], 'UniEvent::HTTP::Request';
    like dies { http_request(undef) }, qr/expected an object of class UniEvent::HTTP::Request/;
    like dies { http_request({}) }, qr/request must have uri/;
    like dies { http_request({uri => '/x'}) }, qr/uri must have host/;
    is +UniEvent::HTTP::error_category()->name, 'unievent-http';
};

# The synchronous ones need a server elsewhere.
my $pid = open my $child, '-|';
if (!$pid) {
    my $other = new_server(request => sub { $_[0]->respond({body => 'sync ' . $_[0]->uri->path}) });
    $| = 1;
    print $other->sockaddr->port, "\n";
    my $late = UE::timer_once(60, sub { $other->loop->stop }, $other->loop);
    $other->loop->run;
    exit;
}
chomp(my $port = <$child>);

subtest 'synchronous' => sub {
    my $calls = 0;
    my $there = "http://127.0.0.1:$port";
    my $response = http_request_sync({uri => "$there/1", response_callback => sub { $calls++ }});
    is $response->body, 'sync /1';
    is $calls, 1, 'callbacks are called, too';
    my @list = http_request_sync(UniEvent::HTTP::Request->new({uri => "$there/2"}));
    is scalar @list, 1, 'one value in list context';
    is $list[0]->body, 'sync /2';
    is http_get("$there/3")->body, 'sync /3';
    @list = http_get("$there/4");
    is scalar @list, 1;
    my $nested;
    http_request_sync({uri => "$there/", response_callback => sub { $nested = dies { http_get("$there/") } }});
    like $nested, qr/recursive syncronous http request detected/;
    is dies { http_request_sync({uri => "$there/", response_callback => sub { die "mine\n" }}) }, "mine\n";
    kill TERM => $pid;
    waitpid $pid, 0;
    undef $pid;
    my ($none, $error) = http_get("$there/");
    is $none, undef;
    is $error, UniEvent::HTTP::Error::connect_error();
    is scalar(http_get("$there/")), undef, 'no exception for what went wrong';
    is dies { http_get("$there/") }, 'lives';
    like dies { http_request_sync({}) }, qr/request must have uri/;
};

$server->stop;
@held = ();
undef $server;
ok run_until_empty($loop), 'nothing holds the loop';

done_testing;
END { kill KILL => $pid if $pid }
