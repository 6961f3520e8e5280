# Every callback of a client's request may do anything: cancel, drop, send again, die. For each pair of a callback and a
# deed nothing may crash, the request ends once for each time it was sent, the loop ends, and no object is left.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(seconds);
use UETest::Http;
use UniEvent::HTTP;

our ($loop, $server, $pool, $client, $request, $base, $sent);

my %deed = (
    'cancel'           => sub { $request->cancel if $request },
    'cancel client'    => sub { $client->cancel if $client },
    'reset client'     => sub { $client->reset if $client },
    'drop client'      => sub { undef $client },
    'drop request'     => sub { undef $request },
    'drop pool'        => sub { undef $pool },
    'drop all'         => sub { undef $client; undef $request; undef $pool; undef $server },
    'cancel, drop all' => sub { my $r = $request; undef $client; undef $request; undef $pool; $r->cancel if $r },
    'die'              => sub { die "deed\n" },
    'stop server'      => sub { $server->stop if $server },
    'stop loop'        => sub { $loop->stop },
    'again'            => sub { if ($request && $client) { $sent++ if eval { $client->request($request); 1 } } },
    'cancel, again'    => sub { if ($request && $client) { $request->cancel; $sent++ if eval { $client->request($request); 1 } } },
    'another'          => sub { if ($client) { $sent++ if eval { $client->request({uri => "$base/plain", response_callback => sub { $sent-- }}); 1 } } },
    'by the pool'      => sub { if ($pool) { $sent++; $pool->request({uri => "$base/plain", response_callback => sub { $sent-- }}) } },
    'send chunk'       => sub { eval { $request->send_chunk('x') } if $request },
    'other uri'        => sub { $request->uri("$base/plain") if $request },
    'clear listeners'  => sub { if ($request) { $request->$_(undef) for map { "${_}_callback" } qw(partial redirect continue) } },
    'use_ssl'          => sub { eval { $client->use_ssl } if $client },
    'write'            => sub { $client->write('junk') if $client },
);

# For each callback what is asked for.
my %cause = (
    response           => {uri => '/plain'},
    'response, close'  => {uri => '/close'},
    'response, chunks' => {uri => '/chunks'},
    'response, cut'    => {uri => '/cut'},
    'response, none'   => {uri => '/drop'},
    'response, late'   => {uri => '/never', timeout => 0.01},
    'response, refused' => {uri => 'http://127.0.0.1:1/'},
    partial            => {uri => '/chunks'},
    'partial, cut'     => {uri => '/cut'},
    redirect           => {uri => '/redirect'},
    'redirect, loop'   => {uri => '/circle', redirection_limit => 3},
    continue           => {uri => '/continue', method => 4, body => 'x', headers => {Expect => '100-continue'}},
    factory            => {uri => '/plain'},
);

my %answer = (
    '/close'    => sub { $_[0]->respond({body => 'x', headers => {Connection => 'close'}}) },
    '/redirect' => sub { $_[0]->redirect('/plain') },
    '/circle'   => sub { $_[0]->redirect('/circle') },
    '/drop'     => sub { $_[0]->drop },
    '/never'    => sub { },
    '/chunks'   => sub { my ($r) = @_; $r->respond({chunked => 1}); my $res = $r->response; $res->send_chunk('a'); $loop->delay(sub { $res->send_final_chunk('b') }) },
    '/cut'      => sub { my ($r) = @_; $r->respond({chunked => 1}); $r->response->send_chunk('a'); $loop->delay(sub { $r->drop }) },
    '/continue' => sub { $_[0]->respond({body => 'c'}) },
);

sub act_out {
    my ($where, $name, $with_pool) = @_;
    local ($loop, $server, $pool, $client, $request, $base, $sent) = (UE::Loop->new);
    my ($callback) = $where =~ /^(\w+)/;
    my $fired = 0;
    my $act = sub { return if $fired++; $deed{$name}->() };
    $server = new_server(loop => $loop, route => sub { $_[0]->send_continue if $_[0]->uri->path eq '/continue' },
        request => sub { ($answer{$_[0]->uri->path} || sub { $_[0]->respond({body => 'plain'}) })->($_[0]) });
    $base = 'http://' . $server->sockaddr;
    $pool = UniEvent::HTTP::Pool->new({timeout => 0.05}, $loop);
    my %params = %{$cause{$where}};
    $params{uri} = $base . $params{uri} if $params{uri} =~ m{^/};
    $params{response_callback} = sub { $sent--; $act->() if $callback eq 'response' };
    $params{"${callback}_callback"} = $act if $callback =~ /^(?:partial|redirect|continue)$/;
    $params{response_factory} = sub { $act->(); UniEvent::HTTP::Response->new } if $callback eq 'factory';
    $request = UniEvent::HTTP::Request->new(\%params);
    $sent = 1;
    my $died = 0;
    my $catch = sub { my ($code) = @_; eval { $code->(); 1 } or $died += $@ eq "deed\n" ? 1 : die $@ };
    $catch->(sub {
        if ($with_pool) { $client = $pool->request($request) }
        else { $client = UniEvent::HTTP::Client->new($loop); $client->request($request) }
    });
    my $late = 0;
    my $bound = UE::timer_once(seconds(10), sub { $late = 1; $loop->stop }, $loop);
    $catch->(sub { $loop->run_once }) until $late || ($fired && $sent <= 0);
    return $fired ? "ended $sent times too few" : 'did not happen' if $late;
    $catch->(sub { $server->stop }) if $server;
    undef $server; undef $client; undef $request; undef $pool;
    $bound->weak(1);
    for (1 .. 20) { $catch->(sub { $loop->run }); last if !$loop->alive }
    return 'the loop does not end' if $late || $loop->alive;
    return "died $died times" if $died != ($name eq 'die');
    return $sent ? "ended $sent times too often" : '';
}

act_out('response', $_) for 'drop request', 'use_ssl';    # make what lasts

for my $with_pool (0, 1) {
    for my $where (sort keys %cause) {
        subtest $where . ($with_pool ? ', in a pool' : '') => sub {
            for my $name (sort keys %deed) {
                my $before = UniEvent::_live_objects();
                my $problem = act_out($where, $name, $with_pool);
                my $left = UniEvent::_live_objects() - $before;
                is $problem || ($left ? "$left objects are left" : ''), '', $name;
            }
        };
    }
}

UETest::nothing_left();
done_testing;
