# UniEvent::WebSocket::Client and ::ConnectRequest, against our own server and against servers that misbehave.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(run_until run_until_empty certificate temp_dir);
use UniEvent::WebSocket;

my $loop = UE::Loop->new;
my $dir  = temp_dir();
my ($cert, $key) = certificate($dir);

sub wait_for (&) {
    my ($condition) = @_;
    return run_until($loop, $condition) || diag('waited in vain, line ' . (caller)[2]);
}

sub server {
    my ($location, %config) = @_;
    my $server = UE::WebSocket::Server->new({locations => [{host => '127.0.0.1', port => 0, %{ $location // {} }}], %config}, $loop);
    $server->connection_callback(sub {
        $_[1]->message_callback(sub { $_[0]->send(payload => $_[1]->payload // '', opcode => $_[1]->opcode) });
    });
    $server->run;
    return $server;
}

# A TCP server that answers with fixed bytes.
sub fixed {
    my ($bytes) = @_;
    my $tcp = UE::Tcp->new($loop);
    $tcp->bind('127.0.0.1', 0);
    my @kept;
    $tcp->listen(sub {
        my (undef, $client) = @_;
        push @kept, $client;
        $client->read_callback(sub { defined $bytes ? $_[0]->write($bytes) : () });
    });
    return $tcp;
}

subtest 'a conversation' => sub {
    my $server = server();
    my $client = UE::WebSocket::Client->new({}, $loop);
    isa_ok $client, 'UniEvent::WebSocket::Connection';
    is $client->loop, $loop, 'loop';
    is $client->state, 0, 'initial';
    is $client->stream, undef, 'no stream';
    my @order;
    $client->connect_callback(sub {
        my ($c, $response) = @_;
        is $c, $client, 'the same object';
        isa_ok $response, 'Protocol::WebSocket::Fast::ConnectResponse';
        is $response->error, undef, 'no error';
        is $response->code, 101, 'the code is 101';
        is $response->ws_protocol, 'chat', 'subprotocol';
        is $c->state, $c->STATE_CONNECTED, 'connected';
        push @order, 'connect';
        $c->send_text('hello');
    });
    $client->message_callback(sub { push @order, $_[1]->payload; $_[0]->close(4001, 'bye') });
    $client->close_callback(sub { push @order, "close $_[1] $_[2]" });
    my $gone;
    $server->disconnection_callback(sub { $gone = "$_[2] $_[3]" });
    is scalar(my @nothing = $client->connect({uri => 'ws://127.0.0.1:' . $server->sockaddr->port . '/x', ws_protocol => 'chat'})),
        0, 'connect returns nothing';
    is $client->state, $client->STATE_TCP_CONNECTING, 'connecting';
    ok $client->connecting, 'connecting()';
    ok !eval { $client->connect('127.0.0.1'); 1 } && $@ =~ /close\(\) the client/, 'one at a time';
    wait_for { $gone };
    is_deeply \@order, ['connect', 'hello', 'close 4001 bye'], 'the order';
    is $gone, '4001 bye', 'the server knows';
    $client->connect_callback(undef);
    $client->message_callback(undef);
    $client->close_callback(undef);
};

subtest 'string forms' => sub {
    my $server = server();
    my $port = $server->sockaddr->port;
    for my $args (["127.0.0.1:$port/a"], ["127.0.0.1/a", 0, $port], ["ws://127.0.0.1:$port/a?b"],
        [UE::WebSocket::ConnectRequest->new({uri => "ws://127.0.0.1:$port", timeout => 5})]) {
        my $client = UE::WebSocket::Client->new({}, $loop);
        my $error = 'nothing';
        $client->connect_callback(sub { $error = $_[1]->error });
        $client->connect(@$args);
        wait_for { ($error // '') ne 'nothing' };
        is $error, undef, ref $args->[0] || $args->[0];
        ok $client->connected, 'connected';
    }
    my $client = UE::WebSocket::Client->new(undef, $loop);
    for my $bad ([{}, qr/uri/], [{uri => '/path'}, qr/host/], [{uri => 'http://h/'}, qr/scheme/], [{uri => 'ws://h/', body => 'b'}, qr/body/],
        [{uri => 'ws://h/', timeout => 'x'}, qr/timeout/]) {
        ok !eval { $client->connect($bad->[0]); 1 }, 'dies';
        like $@, $bad->[1], 'and says why';
        is $client->state, 0, 'nothing has begun';
    }
};

subtest 'TLS' => sub {
    my $server = server({ssl_ctx => UniEvent::SslContext->new({cert => $cert, key => $key})});
    my $client = UE::WebSocket::Client->new({}, $loop);
    my @got;
    $client->connect_callback(sub { push @got, $_[1]->error // 'fine'; $_[0]->send_text('x' x 100_000) });
    $client->message_callback(sub { push @got, length $_[1]->payload });
    $client->connect('wss://127.0.0.1:' . $server->sockaddr->port . '/');
    wait_for { @got == 2 };
    is_deeply \@got, ['fine', 100_000], 'an explicit wss';
    ok $client->stream->is_secure, 'is secure';
    my $plain = UE::WebSocket::Client->new({}, $loop);
    my $error;
    $plain->connect_callback(sub { $error = $_[1]->error });
    $plain->connect({uri => 'ws://127.0.0.1:' . $server->sockaddr->port, timeout => 10});
    wait_for { $error };
    ok $error, 'a plain client and a TLS server do not understand each other';
};

subtest 'a client that checks the certificate' => sub {
    my $server = server({ssl_ctx => UniEvent::SslContext->new({cert => $cert, key => $key})});
    my $port = $server->sockaddr->port;
    for (['whom it was told to trust', 1, ca => $cert], ['whom the system trusts', 0]) {
        my ($whom, $good, %trust) = @$_;
        my $context = UniEvent::SslContext->new({verify => 'peer', %trust});
        my $request = UE::WebSocket::ConnectRequest->new({uri => "wss://127.0.0.1:$port/", ssl_ctx => $context, timeout => 10});
        my $client = UE::WebSocket::Client->new({}, $loop);
        my $outcome;
        $client->connect_callback(sub { $outcome = $_[1]->error // 'fine' });
        $client->connect($request);
        wait_for { defined $outcome };
        $good ? is($outcome, 'fine', $whom) : ok($outcome & UniEvent::Error::ssl_error, $whom);
    }
    ok !eval { UE::WebSocket::ConnectRequest->new({uri => 'wss://h/', ssl_ctx => 'no'}) }, 'no context';
    like $@, qr/^UniEvent::WebSocket::ConnectRequest->new: ssl_ctx: expected .* got 'no'/, 'says so';
};

subtest 'compression' => sub {
    for my $config ({}, {deflate => {server_no_context_takeover => 1, client_no_context_takeover => 1}},
        {deflate => {server_max_window_bits => 9, client_max_window_bits => 9}}, {deflate => undef}) {
        my $server = server(undef, deflate => {compression_threshold => 0});
        my $client = UE::WebSocket::Client->new($config, $loop);
        my @got;
        my $text = 'compress me ' x 1000;
        $client->connect_callback(sub { $_[0]->send(payload => $text, opcode => 1, deflate => 1) for 1 .. 3 });
        $client->message_callback(sub { push @got, $_[1] });
        $client->connect('ws://127.0.0.1:' . $server->sockaddr->port);
        wait_for { @got == 3 };
        is_deeply [map { $_->payload eq $text ? 'same' : 'other' } @got], [('same') x 3], 'the same text comes back';
        is $got[0]->deflated ? 1 : 0, exists $config->{deflate} && !$config->{deflate} ? 0 : 1, 'compressed as agreed';
    }
};

subtest 'refusals' => sub {
    my $refuse = server();
    $refuse->handshake_callback(sub { $_[1]->send_accept_error({code => 403, message => 'No', body => 'because'}) });
    my $client = UE::WebSocket::Client->new({}, $loop);
    my ($response, @later);
    $client->connect_callback(sub { $response = $_[1] });
    $client->peer_close_callback(sub { push @later, 'peer_close' });
    $client->close_callback(sub { push @later, 'close' });
    $client->connect('127.0.0.1:' . $refuse->sockaddr->port);
    wait_for { $response };
    ok $response->error & Protocol::WebSocket::Fast::Error::response_code_101, 'the error';
    is $response->code, 403, 'the code';
    is $response->body, 'because', 'the body';
    is $client->state, $client->STATE_HALT, 'HALT' if !@later;
    $client->close;
    is $client->state, 0, 'closed';
    ok !grep({ $_ eq 'close' } @later), 'no close_event';

    for my $case (
        ["HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: wrong\r\n\r\n",
            Protocol::WebSocket::Fast::Error::sec_accept_missing()],
        ["HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 14\r\nContent-Length: 0\r\n\r\n",
            Protocol::WebSocket::Fast::Error::unsupported_version()],
        ["garbage\r\n\r\n", undef],
    ) {
        my ($bytes, $error) = @$case;
        my $tcp = fixed($bytes);
        my $c = UE::WebSocket::Client->new({}, $loop);
        my $count = 0;
        undef $response;
        $c->connect_callback(sub { ++$count; $response = $_[1] });
        $c->connect('127.0.0.1:' . $tcp->sockaddr->port);
        wait_for { $response };
        ok $error ? $response->error & $error : $response->error, substr($bytes, 0, 15);
        is $count, 1, 'once';
    }
};

subtest 'failures' => sub {
    my $closed = UE::Tcp->new($loop);
    $closed->bind('127.0.0.1', 0);
    my $port = $closed->sockaddr->port;
    undef $closed;
    my $connect = sub {
        my ($request, $then) = @_;
        my $client = UE::WebSocket::Client->new({}, $loop);
        my ($count, $error) = (0);
        $client->connect_callback(sub { ++$count; $error = $_[1]->error });
        $client->connect($request);
        $then->($client) if $then;
        wait_for { $count };
        is $count, 1, 'connect_event once';
        return ($error, $client);
    };
    my ($error, $client) = $connect->({uri => "ws://127.0.0.1:$port"});
    ok $error == UniEvent::WebSocket::Error::CONNECT_ERROR, 'connect error';
    ok $error & XS::STL::errc::connection_refused, 'over the reason';
    is $client->state, $client->STATE_HALT, 'HALT';
    $client->close;

    my $silent = fixed(undef);
    ($error) = $connect->({uri => 'ws://127.0.0.1:' . $silent->sockaddr->port, timeout => 0.01});
    ok $error & XS::STL::errc::timed_out, 'a server that never answers';

    ($error) = $connect->({uri => 'ws://127.0.0.1:' . $silent->sockaddr->port}, sub { $_[0]->close(1000) });
    ok $error & XS::STL::errc::operation_canceled, 'closed while connecting';
};

subtest 'configure' => sub {
    my $server = server();
    $server->connection_callback(sub { $_[1]->send_text('four') });
    my $client = UE::WebSocket::Client->new({max_message_size => 100, deflate => undef}, $loop);
    is_deeply [$client->configure({tcp_nodelay => 1, max_message_size => 3})], [], 'returns nothing';
    ok !eval { $client->configure({shutdown_timeout => 'soon'}); 1 } && $@ =~ /shutdown_timeout.*soon/, 'bad values die';
    my ($error, $offer);
    $client->error_callback(sub { $error = $_[1] });
    $server->handshake_callback(sub { $offer = $_[2]->header('Sec-WebSocket-Extensions') });
    $client->connect({uri => 'ws://127.0.0.1:' . $server->sockaddr->port});
    wait_for { $error };
    ok $error & Protocol::WebSocket::Fast::Error::max_message_size(), 'in force';
    like $offer, qr/permessage-deflate/, 'what is not named is at its default again';
    $server->stop;
};

subtest 'again' => sub {
    my $server = server();
    my $client = UE::WebSocket::Client->new({}, $loop);
    my ($connects, @closes) = (0);
    $server->connection_callback(sub { ++$connects; $_[1]->close(1001) if $connects < 3 });
    my $uri = {uri => 'ws://127.0.0.1:' . $server->sockaddr->port};
    $client->close_callback(sub { push @closes, $_[1]; $_[0]->connect($uri) });
    $client->connect($uri);
    wait_for { $connects == 3 && $client->connected };
    is_deeply \@closes, [1001, 1001], 'reconnected from close_event';
    $client->close_callback(undef);
};

subtest 'dropping' => sub {
    my $server = server();
    my $uri = {uri => 'ws://127.0.0.1:' . $server->sockaddr->port};
    for my $where (qw(connect message close)) {
        my $left = 0;
        $server->disconnection_callback(sub { ++$left });
        my $client = UE::WebSocket::Client->new({}, $loop);
        my $drop = sub { undef $client };
        $client->connect_callback(sub { $_[0]->send_text('x'); $drop->() if $where eq 'connect' });
        $client->message_callback(sub { $where eq 'close' ? $_[0]->close : $drop->() });
        $client->close_callback($drop) if $where eq 'close';
        $client->connect($uri);
        wait_for { $left };
        is $client, undef, "dropped in $where";
    }
    { package My::Client; our @ISA = 'UniEvent::WebSocket::Client'; our $gone = 0; sub DESTROY { ++$gone } }
    my $own = My::Client->new({}, $loop);
    is ref $own, 'My::Client', 'a subclass';
    undef $own;
    is $My::Client::gone, 1, 'destroyed once';
    $server->stop;
};

isa_ok 'UniEvent::WebSocket::ConnectRequest', 'Protocol::WebSocket::Fast::ConnectRequest';
isa_ok 'UniEvent::WebSocket::ConnectRequest', 'Protocol::HTTP::Request';
isa_ok(UE::WebSocket::Client->new->connect_event, 'XS::Framework::CallbackDispatcher');
ok run_until_empty($loop), 'nothing is left to do';

subtest 'over a Unix socket' => sub {
    my $server = server({host => undef, port => 0, path => "$dir/s"});
    $server->connection_callback(sub {
        my (undef, $conn, $request) = @_;
        $conn->send_text(join ' ', $request->uri->to_string, $request->header('Host'));
    });
    my ($response, @got);
    my $client = UE::WebSocket::Client->new({}, $loop);
    $client->connect_callback(sub { $response = $_[1] });
    $client->message_callback(sub { push @got, $_[1]->payload });
    $client->connect({uri => 'ws://name/room?x', unix_path => "$dir/s", timeout => 10});
    wait_for { @got };
    ok !$response->error, 'connected';
    is $got[0], '/room?x name', 'the uri says what is asked for';
    ok $client->peeraddr->is_unix, 'peeraddr';
    $client->close;
    undef $response;
    $client->connect({uri => 'ws://name/', unix_path => "$dir/nobody"});
    wait_for { $response };
    ok $response->error & UniEvent::SystemError::no_such_file_or_directory(), 'nobody listens there';
    $client->close;
    ok !eval { $client->connect({uri => 'wss://name/', unix_path => "$dir/s"}); 1 }, 'not with TLS';
    like $@, qr/^UniEvent::WebSocket::Client::connect: unix_path: expected a uri of scheme ws, got 'wss' at /, 'says so';
    $client->connect({uri => 'ws://name/', unix_path => 'x' x 200});
    undef $response;
    wait_for { $response };
    ok $response->error & UniEvent::SystemError::filename_too_long(), 'a path that is too long';
    $client->close;
    $server->stop;
};

done_testing;
