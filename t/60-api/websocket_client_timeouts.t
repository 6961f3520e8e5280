# A client's timeout covers everything up to the whole answer; the outcome comes once, and the client can connect again, from
# connect_event and from close_event as well.
use strict;
use warnings;
use lib 't/lib';
use IO::Socket::INET;
use Socket;
use Time::HiRes ();
use Test::More;
use UETest qw(run_until run_until_empty seconds);
use UniEvent::WebSocket;

my $loop = UE::Loop->new;
my $timed_out = UniEvent::SystemError::timed_out();
sub until_ (&) { my ($condition) = @_; return run_until($loop, $condition) || diag('waited in vain, line ' . (caller)[2]) }

sub websocket_server {
    my $server = UE::WebSocket::Server->new({locations => [{host => '127.0.0.1', port => $_[0] // 0}]}, $loop);
    $server->run;
    return $server;
}

# A TCP server that answers what it reads with some bytes, or not at all.
sub saying {
    my ($bytes) = @_;
    my $tcp = UE::Tcp->new($loop);
    $tcp->bind('127.0.0.1', 0);
    my @kept;
    $tcp->listen(sub { push @kept, $_[1]; $_[1]->read_callback(sub { $_[0]->write($bytes) }) if length $bytes });
    return $tcp;
}

# A port whose queue of connections is full: what connects to it waits.
my @filling;
sub full {
    socket my $socket, PF_INET, SOCK_STREAM, 0 or die;
    bind $socket, pack_sockaddr_in(0, INADDR_LOOPBACK) or die;
    listen $socket, 0 or die;
    my ($port) = unpack_sockaddr_in(getsockname $socket);
    push @filling, $socket, map { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port, Blocking => 0) } 1 .. 4;
    return $port;
}

my $working = websocket_server();
my %stage = (
    'TCP connection'     => ['ws',  full()],
    'TLS handshake'      => ['wss', saying('')],
    'no answer'          => ['ws',  saying('')],
    'part of a head'     => ['ws',  saying("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n")],
    'part of a refusal'  => ['ws',  saying("HTTP/1.1 403 Forbidden\r\nContent-Length: 10\r\n\r\nforbi")],
    'only hints'         => ['ws',  saying("HTTP/1.1 103 Early Hints\r\n\r\n")],
);

for my $name (sort keys %stage) {
    subtest $name => sub {
        my ($scheme, $where) = @{ $stage{$name} };
        my $uri = "$scheme://127.0.0.1:" . (ref $where ? scalar($where->sockaddr)->port : $where) . '/';
        my $client = UE::WebSocket::Client->new({}, $loop);
        my (@outcomes, @others);
        $client->connect_callback(sub { push @outcomes, $_[1]->error; push @others, 'state ' . $_[0]->state });
        $client->close_callback(sub { push @others, 'close' });
        $client->peer_close_callback(sub { push @others, 'peer_close' });
        $client->error_callback(sub { push @others, 'error' });
        my $begin = Time::HiRes::time();
        $client->connect({uri => $uri, timeout => 0.05});
        until_ { @outcomes };
        cmp_ok Time::HiRes::time() - $begin, '>=', 0.04, 'not before its time';
        $loop->run_nowait for 1 .. 5;
        is scalar(@outcomes), 1, 'one outcome';
        ok $outcomes[0] & $timed_out, 'timed_out' or diag $outcomes[0];
        ok $outcomes[0] == UniEvent::WebSocket::Error::CONNECT_ERROR(), 'as the cause of a connect error';
        is "@others", 'state ' . $client->STATE_HALT, 'no other event; the state is HALT';
        ok !eval { $client->connect({uri => $uri}); 1 }, 'not again before close';
        $client->close;
        is $client->state, $client->STATE_INITIAL, 'closed';
        @outcomes = @others = ();
        $client->connect({uri => 'ws://' . $working->sockaddr, timeout => seconds(10)});
        until_ { @outcomes };
        is $outcomes[0], undef, 'then elsewhere, with success';

        # Dropping the last reference there.
        my $dropped = UE::WebSocket::Client->new({}, $loop);
        my $gone;
        $dropped->connect_callback(sub { undef $dropped; $gone = 1 });
        $dropped->connect({uri => $uri, timeout => 0.01});
        until_ { $gone };
    };
}
close $_ for grep { defined } @filling;

subtest 'in time' => sub {
    my $client = UE::WebSocket::Client->new({}, $loop);
    my ($outcomes, @closed) = (0);
    $client->connect_callback(sub { $outcomes++ });
    $client->close_callback(sub { push @closed, $_[1] });
    $client->connect({uri => 'ws://' . $working->sockaddr, timeout => 0.2});
    until_ { $outcomes };
    my $late;
    my $timer = UE::timer_once(0.4, sub { $late = 1 }, $loop);
    until_ { $late };
    is "$outcomes @closed " . $client->state, '1  ' . $client->STATE_CONNECTED, 'the time does not run on over the connection';
};

subtest 'again and again' => sub {
    # From connect_event: nobody listens there until the third try.
    my $port = do { my $probe = websocket_server(); $probe->sockaddr->port };
    my $client = UE::WebSocket::Client->new({}, $loop);
    my ($tries, $server, @outcomes) = (0);
    $client->connect_callback(sub {
        my ($c, $response) = @_;
        push @outcomes, $response->error ? $response->error & UniEvent::SystemError::connection_refused() ? 'refused' : "$response->{error}" : 'connected';
        return if !$response->error;
        $c->close;
        $server = websocket_server($port) if ++$tries == 2;
        $c->connect({uri => "ws://127.0.0.1:$port", timeout => seconds(10)});
    });
    $client->connect({uri => "ws://127.0.0.1:$port", timeout => seconds(10)});
    until_ { $client->connected };
    is "@outcomes", 'refused refused connected', 'connect_event connects again';

    # From close_event, when the server goes and comes back.
    my @events;
    $client->connect_callback(sub { push @events, $_[1]->error ? 'failed' : 'connected'; if ($_[1]->error) { $_[0]->close; $_[0]->connect({uri => "ws://127.0.0.1:$port"}) } });
    $client->close_callback(sub { push @events, "closed $_[1]"; $_[0]->connect({uri => "ws://127.0.0.1:$port"}) });
    my $seen = 0;
    $server->connection_callback(sub { $seen++; $_[1]->send_text('hello') });
    for my $round (1 .. 3) {
        @events = ();
        $server->stop;
        $server->run;
        until_ { $client->connected && $seen == $round };
        like "@events", qr/\Aclosed 1001(?: failed)* connected\z/, "round $round";
    }
    $client->close_callback(undef);
    $client->close;
    $server->stop;
};

$_->clear for grep { ref } map { $_->[1] } values %stage;
%stage = ();
$working->stop;
ok run_until_empty($loop), 'nothing is left to do';
is_deeply $loop->handles, [], 'nothing is left';
done_testing;
