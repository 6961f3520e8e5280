# Interpreter threads and WebSocket and HTTP servers with live connections: a thread that is made meanwhile sees undef, ends
# without touching them, and may have servers of its own; the servers go on.
use strict;
use warnings;
use lib 't/lib';
use Config;
use POSIX ();
use Test::More;
BEGIN { plan skip_all => 'this perl has no threads' if !$Config{useithreads} }
use threads;
use UETest qw(run_until);
use UETest::WsPeer;
use UniEvent::HTTP;
use UniEvent::WebSocket;

# A server with a client that gets an answer: "answer of NAME". Also what a thread runs for itself.
sub conversation {
    my ($name, $loop) = @_;
    my $server = UniEvent::WebSocket::Server->new({locations => [{host => '127.0.0.1'}]}, $loop);
    $server->connection_callback(sub { $_[1]->message_callback(sub { $_[0]->send_text($_[1]->payload . " of $name") }) });
    $server->run;
    my $client = UniEvent::WebSocket::Client->new({}, $loop);
    my $got = '';
    $client->connect_callback(sub { $_[0]->send_text('answer') });
    $client->message_callback(sub { $got = $_[1]->payload });
    $client->connect({uri => 'ws://' . $server->sockaddr});
    run_until($loop, sub { $got });
    return ($got, $server, $client);
}

my $loop = UE::Loop->default;
my ($first, $server, $client) = conversation('first', $loop);
is $first, 'answer of first', 'a server works';
my ($conn, $request, $response, $creq);
my $http = UniEvent::HTTP::Server->new({locations => [{host => '127.0.0.1'}]}, $loop);
$http->request_callback(sub { $request = $_[0]; $response = UniEvent::HTTP::ServerResponse->new({code => 200, chunked => 1}); $request->respond($response); $response->send_chunk('begun') });
$http->run;
my $waiting = UniEvent::HTTP::Request->new({uri => 'http://' . $http->sockaddr . '/'});
my $answered;
$waiting->response_callback(sub { $answered = $_[1]->body });
my $pool = UniEvent::HTTP::Pool->new($loop);
$pool->request($waiting);
run_until($loop, sub { $response });
$conn = $server->connections->next;
$server->handshake_callback(sub { $creq = $_[2] });
my $peer = UETest::WsPeer->new($server);
run_until($loop, sub { $peer->opened });
my $message;
$conn->message_callback(sub { $message = $_[1]; $_[0]->send_text('x') });
$client->send_text('kept' x 10_000);
run_until($loop, sub { $message });

my @ours = ($server, $client, $conn, $http, $request, $response, $waiting, $pool, $creq, $message, $server->connections, $server->http,
    $server->connection_event, URI::XS->new('http://a/'), Protocol::WebSocket::Fast::ServerParser->new, $client->stream,
    UniEvent::WebSocket::ConnectRequest->new({uri => 'ws://a/'}), UniEvent::WebSocket::Connection::Statistics->new);
my @classes = map { ref } @ours;

subtest 'a thread sees none of them' => sub {
    my @left = threads->create({context => 'list'}, sub { map { defined $_ && !(ref eq 'SCALAR' && !defined $$_) ? ref : 'undef' } @ours })->join;
    is $left[$_], 'undef', $classes[$_] for 0 .. $#ours;
    my $died = threads->create(sub { my $n = 0; for (@ours) { $n++ if !eval { $_->can('run') ? $_->run : UniEvent::WebSocket::Server::stop($_); 1 } } $n })->join;
    is $died, scalar(@ours), 'using one dies';
};

subtest 'what is ours goes on' => sub {
    my $got;
    $conn->message_callback(sub { $_[0]->send_text('still ' . $_[1]->payload) });
    $client->message_callback(sub { $got = $_[1]->payload });
    $client->send_text('here');
    run_until($loop, sub { $got });
    is $got, 'still here', 'the WebSocket connection';
    $response->send_final_chunk(', ended');
    run_until($loop, sub { $answered });
    is $answered, 'begun, ended', 'the HTTP response';
    is $message->payload, 'kept' x 10_000, 'the message';
};

subtest 'servers of threads, side by side' => sub {
    my @threads = map { my $n = $_; threads->create({context => 'scalar'}, sub { (conversation("thread $n", UE::Loop->default))[0] }) } 1 .. 3;
    is $threads[$_ - 1]->join, "answer of thread $_", 'an answer' for 1 .. 3;
    my $nested = threads->create({context => 'scalar'}, sub { my @own = conversation('outer', UE::Loop->new); threads->create({context => 'scalar'}, sub { (conversation('inner', UE::Loop->new))[0] })->join })->join;
    is $nested, 'answer of inner', 'of a thread of a thread that has one';
};

subtest 'a thread made in a callback; one that is left with its server' => sub {
    my $said;
    $conn->message_callback(sub { $said = threads->create({context => 'scalar'}, sub { (conversation('callback', UE::Loop->new))[0] })->join });
    $client->send_text('x');
    run_until($loop, sub { $said });
    is $said, 'answer of callback', 'in a callback';
    our @kept;
    my $left = threads->create({context => 'scalar'}, sub { @kept = conversation('kept', UE::Loop->default); shift @kept });
    is $left->join, 'answer of kept', 'it ends with live connections';
};

# It leaves the running loop without a way back, so what stood on its stack stays: in a process of its own.
subtest 'threads->exit in a callback' => sub {
    defined(my $pid = fork) or die "fork: $!";
    if (!$pid) {
        my $exited = threads->create(sub { my $own = UE::Loop->new; my @c = conversation('exit', $own); $c[1]->connection_callback(sub { threads->exit }); my $another = UETest::WsPeer->new($c[1]); $own->run });
        $exited->join;
        POSIX::_exit($exited->error ? 1 : 42);
    }
    waitpid $pid, 0;
    is $?, 42 << 8, 'ends that thread only';
};

# What a thread makes goes with it, whatever of it perl frees only when the thread is joined.
subtest 'threads leave nothing behind' => sub {
    my %kept;
    my %leaves = (
        'its default loop'       => sub { UE::Loop->default->run_nowait; UE::Timer->new },
        'a server that listens'  => sub { @kept{qw(got server client)} = conversation('left', UE::Loop->default) },
        'a running timer'        => sub { $kept{timer} = UE::timer(100, sub { }) },
        'a pool and a resolver'  => sub { $kept{pool} = UniEvent::HTTP::Pool->instance(UE::Loop->default); UE::Loop->default->resolver },
        'a TLS client'           => sub { ($kept{tls} = UE::Tcp->new)->use_ssl },
        'a request in one call'  => sub { UniEvent::HTTP::http_request_sync({uri => 'http://127.0.0.1:1/'}) },
    );
    my $descriptors = sub { opendir my $dir, '/proc/self/fd' or return 0; scalar grep { !/^\./ } readdir $dir };
    for my $name (sort keys %leaves) {
        my ($objects, $open) = (UniEvent::_live_objects(), $descriptors->());
        threads->create(sub { $leaves{$name}->(); 1 })->join for 1 .. 3;
        is UniEvent::_live_objects() - $objects, 0, "$name: no object";
        is $descriptors->() - $open, 0, "$name: no descriptor";
    }
};

@ours = ();
undef $_ for $peer, $message, $creq, $waiting, $pool, $request, $response;
$client->close;
$_->stop for $server, $http;
UETest::nothing_left($client, $conn, $server, $http, $loop);
done_testing;
