# Every callback of the HTTP server may do anything: stop, drop, answer, die. For each pair of a callback and a deed
# nothing may crash, the loop must end, and no object of the engine may be left. With an argument only the callbacks it matches.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(raw_client seconds);
use UETest::Http;
use UniEvent::HTTP;

# What the deeds work on. $request is undefined in callbacks that have none.
our ($loop, $server, $request, $response, $stopped, %state);

my %deed = (
    'stop server'       => sub { $server->stop if $server },
    'stop gracefully'   => sub { $server->graceful_stop if $server },
    'stop and run'      => sub { if ($server && !$state{again}++) { $server->stop; $server->run if !$server->running } },
    'stop listening'    => sub { $server->stop_listening if $server },
    'drop server'       => sub { undef $server },
    'drop request'      => sub { undef $request },
    'drop all'          => sub { undef $server; undef $request; undef $response },
    'die'               => sub { die "deed\n" },
    'respond'           => sub { $request->respond({code => 200, body => 'x'}) if $request && !$request->response },
    'respond and close' => sub { $request->respond({headers => {Connection => 'close'}}) if $request && !$request->response },
    'respond, stop'     => sub { $request->respond({}) if $request && !$request->response; $server->stop if $server },
    'begin to respond'  => sub {
        if ($request && !$request->response) { $request->respond($response = UniEvent::HTTP::ServerResponse->new({chunked => 1})); $response->send_chunk('x') }
    },
    'redirect'          => sub { $request->redirect('/') if $request && !$request->response },
    'drop()'            => sub { $request->drop if $request },
    'drop(), stop'      => sub { $request->drop if $request; $server->stop if $server },
    'drop(), drop all'  => sub { $request->drop if $request; undef $server; undef $request },
    'continue'          => sub { $request->send_continue if $request && !$request->response },
    'upgrade'           => sub { my ($stream) = $request ? $request->upgrade : (); $stream->reset if $stream },
    'configure'         => sub { $server->configure({locations => [{host => '127.0.0.1'}]}) if $server },
    'clear listeners'   => sub {
        for my $object (grep { defined } $server, $request) {
            $object->$_(undef) for grep { $object->can($_) } map { "${_}_callback" } qw(run route request error stop receive partial drop finish);
        }
    },
    'stop loop'         => sub { $loop->stop },
    're-bless'          => sub { bless $request, 'My::Request' if $request },
    'nested loop'       => sub { eval { $loop->run_nowait }; die $@ if $@ && $@ !~ /recursion/ },
);
{ package My::Request; our @ISA = 'UniEvent::HTTP::ServerRequest' }

my $get    = "GET /a HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n";
my $posted = "POST /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
my $piped  = "GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\n";

# For each callback what the client sends, and whether it then leaves.
my %cause = (
    run            => [$get],
    route          => [$posted . 'ab'],
    'route, early' => [$posted . 'a'],
    request        => [$get],
    'piped'        => [$piped],
    receive        => [$posted . 'ab'],
    partial        => [$posted . 'ab'],
    'part'         => [$posted . 'a', 'b'],
    'part, reset'  => [$posted . 'a', undef],
    drop           => [$get, undef],
    'drop, piped'  => [$piped, undef],
    finish         => [$get],
    'finish, left' => [$get, undef],
    error          => ["POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\njunk\r\n"],
    'error, left'  => [$posted . 'a', undef],
    stop           => [$get],
    'stop, idle'   => [],
);

sub act_out {
    my ($where, $name) = @_;
    local ($loop, $server, $request, $response, $stopped, %state) = (UE::Loop->new);
    my ($callback) = $where =~ /^(\w+)/;
    my $fired = 0;
    my $act = sub { return if $fired++; $deed{$name}->() };
    $server = UniEvent::HTTP::Server->new({locations => [{host => '127.0.0.1'}], idle_timeout => 5}, $loop);
    $server->route_callback(sub {
        my ($r) = @_;
        $r->enable_partial if $callback =~ /^part/;
        my %event = (receive => 'receive', partial => 'partial', part => 'partial', drop => 'drop', finish => 'finish');
        if (my $event = $event{$callback}) { my $method = "${event}_callback"; $r->$method(sub { $request = $_[0]; $act->() }) }
        $request = $r;
        $act->() if $callback eq 'route';
    });
    $server->request_callback(sub {
        my ($r) = @_;
        $request = $r;
        return $act->() if $callback =~ /^(?:request|piped)$/;
        $r->respond({code => 200}) if $where =~ /^(?:run|finish|stop)$/;
    });
    $server->error_callback(sub { $request = $_[0]; $act->() if $callback eq 'error' });
    $server->stop_callback(sub { $act->() if $callback eq 'stop' });
    $server->run_callback(sub { $act->() if $callback eq 'run' });

    my $died = 0;
    my $catch = sub { my ($code) = @_; eval { $code->(); 1 } or $died += $@ eq "deed\n" ? 1 : die $@ };
    $catch->(sub { $server->run });
    my $client = $server && @{$server->listeners} ? raw_client(port => scalar($server->sockaddr)->port) : undef;
    my $late = 0;
    my $bound = UE::timer_once(seconds(10), sub { $late = 1; $loop->stop }, $loop);
    my $turns = sub { my ($n) = @_; for (1 .. $n) { $catch->(sub { $loop->run_nowait }) } };
    for my $bytes ($client ? @{$cause{$where}} : ()) {
        defined $bytes ? $client->write($bytes) : $client->close;
        $turns->(4);
    }
    $catch->(sub { $server->stop }) if $callback eq 'stop' && $server;
    $catch->(sub { $loop->run_once }) until $fired || $late;
    return 'did not happen' if $late;

    # To the end: whatever is left of client and server goes, and so must the loop.
    $client->close if $client;
    $catch->(sub { $server->stop }) if $server;
    undef $server; undef $request; undef $response;
    $bound->weak(1);
    for (1 .. 20) { $catch->(sub { $loop->run }); last if !$loop->alive }
    return 'the loop does not end' if $late || $loop->alive;
    return "died $died times" if $died != ($name eq 'die');
    return '';
}

# The first run makes what lasts.
act_out('request', 'respond');

for my $where (grep { !@ARGV || /$ARGV[0]/ } sort keys %cause) {
    subtest $where => sub {
        for my $name (sort keys %deed) {
            my $before = UniEvent::_live_objects();
            my $problem = act_out($where, $name);
            my $left = UniEvent::_live_objects() - $before;
            is $problem || ($left ? "$left objects are left" : ''), '', $name;
        }
    };
}

UETest::nothing_left();
done_testing;
