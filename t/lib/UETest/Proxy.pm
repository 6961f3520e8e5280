# A proxy between a client and our server, with the configuration that UniEvent::WebSocket::Deployment shows: only ports and
# files are put in.
package UETest::Proxy;
use 5.016;
use strict;
use warnings;
use IO::Socket::INET;
use Test::More;
use UETest qw(certificate program_of run_until seconds temp_dir);
use UETest::Child;
use UETest::Peer;
use UniEvent::WebSocket;

# An echo server that first says what the proxy has told it.
my $SERVER = <<'SERVER';
use UniEvent::WebSocket;
my $server = UE::WebSocket::Server->new({locations => [{host => '127.0.0.1', port => 0}], max_message_size => 64 << 20});
$server->http->request_callback(sub {
    my ($request) = @_;
    $request->respond({code => 200, body => "page\n"}) if lc($request->header('Upgrade') // '') ne 'websocket';
});
$server->connection_callback(sub {
    my ($server, $connection, $request) = @_;
    $connection->send_text(join '|', map { $request->header($_) // '-' } qw(Host X-Forwarded-For X-Forwarded-Proto)) if $request->uri->path eq '/who';
    $connection->message_callback(sub { $_[0]->send(opcode => $_[1]->opcode, payload => $_[1]->payload // '') });
});
$server->run;
$| = 1;
print 'http://127.0.0.1:', $server->sockaddr->port, "/\n";
UE::Loop->default->run;
SERVER

# A port that is free at this moment, for programs that cannot choose one themselves.
sub free_port {
    my $socket = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die "no port: $@\n";
    return $socket->sockport;
}

# start => sub { my (%with) = @_; ... } starts the proxy: {dir, port, server_port, cert, key}; returns a UETest::Child.
sub check {
    my ($start) = @_;
    my $dir = temp_dir();
    my ($cert, $key) = certificate($dir);
    my $server = UETest::Child->start_perl(['-e', $SERVER], bound => seconds(20));
    my ($proxy, $port);
    for (1 .. 5) {    # somebody may take the port before the proxy does
        $port = free_port();
        $proxy = $start->(dir => "$dir", port => $port, server_port => $server->port, cert => $cert, key => $key);
        last if is_listening($proxy, $port);
    }
    ok is_listening($proxy, $port), 'the proxy is there' or do { diag $proxy->errors; done_testing; exit };

    my $loop = UE::Loop->new;
    my $tls = UniEvent::SslContext->new({verify => 'peer', ca => $cert});
    my $connect = sub {
        my ($path) = @_;
        my $client = UE::WebSocket::Client->new({deflate => {}}, $loop);
        my $got = {messages => [], pongs => []};
        $client->connect_callback(sub { $got->{outcome} = $_[1]->error // 'connected' });
        $client->message_callback(sub { push @{$got->{messages}}, $_[1] });
        $client->pong_callback(sub { push @{$got->{pongs}}, $_[1]->payload });
        $client->close_callback(sub { @$got{qw(code reason)} = @_[1, 2] });
        $client->connect({uri => "wss://localhost:$port$path", ssl_ctx => $tls, timeout => seconds(10), addr_hints => {family => UniEvent::AF_INET()}});
        run_until($loop, sub { defined $got->{outcome} });
        is $got->{outcome}, 'connected', "$path: an upgrade over TLS that ends at the proxy";
        return ($client, $got);
    };

    my ($client, $got) = $connect->('/who');
    run_until($loop, sub { @{$got->{messages}} });
    like $got->{messages}[0]->payload, qr/\Alocalhost(?::$port)?\|127\.0\.0\.1\|https\z/, 'host, client and scheme are passed on' if @{$got->{messages}};

    ($client, $got) = $connect->('/echo');
    $client->send_ping('are you there');
    run_until($loop, sub { @{$got->{pongs}} });
    is_deeply $got->{pongs}, ['are you there'], 'a ping is answered';
    my @sent = (join('', map { chr 33 + $_ % 90 } 1 .. 1 << 20), join '', map { pack 'L', $_ * 2654435761 % 4294967296 } 1 .. 1 << 18);
    $client->send_text($sent[0]);
    $client->send_message($sent[1]);
    run_until($loop, sub { @{$got->{messages}} == 2 }, 30);
    is_deeply [map { $_->opcode } @{$got->{messages}}], [1, 2], 'a text and a binary message come back';
    ok $got->{messages}[$_]->payload eq $sent[$_], 'one MiB, unharmed' for grep { $got->{messages}[$_] } 0, 1;
    $client->close(4001, 'bye');
    ($client, $got) = $connect->('/echo');
    is $server->stop, 'signal 15', 'the server goes';
    run_until($loop, sub { defined $got->{code} });
    is $got->{code}, 1006, 'a server that dies is a connection that breaks';

    SKIP: {
        my ($python) = grep { $_ && (UETest::run_peer([$_, '-c', 'import websockets']))[0] eq '0' } program_of('python3');
        skip 'no python3 with websockets on this machine', 1 if !$python;
        my $again = UETest::Child->start_perl(['-e', $SERVER], bound => seconds(20));
        my ($other, $other_port);
        for (1 .. 5) {
            $other_port = free_port();
            $other = $start->(dir => "$dir", port => $other_port, server_port => $again->port, cert => $cert, key => $key);
            last if is_listening($other, $other_port);
        }
        UETest::Peer::passes_on([$python, UETest::Peer::script('echo_client.py'), "wss://localhost:$other_port/echo", $cert, 'deflate'], 'python through the proxy');
        $other->stop;
    }
    $proxy->stop;
    return;
}

# Waits until somebody accepts at the port; false when the proxy has ended.
sub is_listening {
    my ($proxy, $port) = @_;
    my $until = time + seconds(20);
    while (time < $until) {
        return 1 if IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port);
        return 0 if waitpid($proxy->pid, POSIX::WNOHANG()) != 0;
        select undef, undef, undef, 0.01;    # it tells nobody that it is ready
    }
    return 0;
}

1;
