# UniEvent::WebSocket::Server, method by method: what each returns, when it dies, in which order callbacks come.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(run_until run_until_empty);
use UETest::WsPeer;
use UniEvent::WebSocket;

my $loop = UE::Loop->new;

sub server {
    my (%config) = @_;
    return UE::WebSocket::Server->new({locations => [{host => '127.0.0.1', port => 0}], %config}, $loop);
}

sub wait_for (&;$) {
    my ($condition, $name) = @_;
    return run_until($loop, $condition) || diag("waited in vain: " . ($name // (caller)[2]));
}

subtest 'new' => sub {
    ok !eval { UE::WebSocket::Server->new; 1 }, 'a configuration is mandatory';
    ok !eval { UE::WebSocket::Server->new(undef, $loop); 1 }, 'undef is none';
    isa_ok my $server = UE::WebSocket::Server->new({}), 'UniEvent::WebSocket::Server';
    is ref $server, 'UniEvent::WebSocket::Server', 'the long class name';
    is $server->loop, UE::Loop->default, 'the default loop is the default';
    is server()->loop, $loop, 'the given loop';
    ok !eval { UE::WebSocket::Server->new({}, 'loop'); 1 }, 'a loop that is none';
    for my $case (
        [{locations => 5}, qr/locations/],
        [{locations => ['x']}, qr/locations\[0\]/],
        [{locations => [{port => 80}]}, qr/neither host nor path nor socket defined/],
        [{locations => [{host => '127.0.0.1', port => 'http'}]}, qr/port.*http/],
        [{max_frame_size => -1}, qr/max_frame_size.*-1/],
        [{deflate => {server_max_window_bits => 8}}, qr/server_max_window_bits.*8/],
        [{deflate => 'yes'}, qr/deflate.*yes/],
        [{shutdown_timeout => 'soon'}, qr/shutdown_timeout.*soon/],
        [{connection => []}, qr/connection/],
    ) {
        my ($config, $message) = @$case;
        ok !eval { UE::WebSocket::Server->new($config, $loop); 1 }, "dies: $message";
        like $@, $message, 'and says what is wrong';
        like $@, qr/UniEvent::WebSocket::Server->new/, 'and where';
    }
    ok(UE::WebSocket::Server->new({unknown => 1, deflate => undef, idle_timeout => 0.5}, $loop), 'unknown keys are ignored');
};

subtest 'safe_settings' => sub {
    my $safe = UE::WebSocket::Server->safe_settings;
    is ref $safe, 'HASH', 'a hash';
    is $safe->{max_message_size}, 1_048_576, 'with limits';
    is $safe->{handshake_timeout}, 10, 'and times in seconds';
    isnt $safe, UE::WebSocket::Server->safe_settings, 'each time a new one';
    ok(UE::WebSocket::Server->new($safe, $loop), 'that new takes');
    ok !eval { server(safe => 1, max_message_size => 'x'); 1 } && $@ =~ /max_message_size/, 'keys beside safe are looked at';
};

subtest 'run, stop, listening' => sub {
    my $server = server();
    is_deeply $server->listeners, [], 'no listeners yet';
    ok !eval { scalar $server->sockaddr; 1 }, 'sockaddr dies in scalar context';
    ok $@ & XS::STL::errc::not_connected, 'with not_connected';
    my ($address, $error) = $server->sockaddr;
    ok !defined $address && $error == XS::STL::errc::not_connected, 'and gives the error in list context';
    is scalar(my @nothing = $server->run), 0, 'run returns nothing';
    ($address, $error) = $server->sockaddr;
    isa_ok $address, 'Net::SockAddr::Inet4';
    ok !defined $error, 'no error';
    ok $address->port > 0, 'a port was found';
    is scalar @{ $server->listeners }, 1, 'one listener';
    isa_ok $server->listeners->[0], 'UniEvent::Tcp';
    is $server->listeners->[0]->sockaddr->port, $address->port, 'the same address';
    ok !eval { $server->run; 1 } && $@ =~ /already running/, 'running twice dies';
    ok !eval { $server->start_listening; 1 }, 'listening twice dies';
    $server->stop_listening;
    is_deeply $server->listeners, [], 'not listening';
    ok !eval { scalar $server->sockaddr; 1 }, 'no address';
    $server->start_listening;
    ok $server->sockaddr->port, 'listening again';
    $server->stop;
    $server->stop;
    is_deeply $server->listeners, [], 'stopped';
    $server->run;
    is scalar @{ $server->listeners }, 1, 'runs again';
    $server->stop;
    ok run_until_empty($loop), 'a stopped server does not hold the loop';

    my $bare = UE::WebSocket::Server->new({}, $loop);
    $bare->run;
    $bare->stop_listening;
    $bare->start_listening;
    ok !$loop->run_nowait, 'a server without locations does not hold it either';
};

subtest 'a port in use' => sub {
    my $first = server();
    $first->run;
    my $port = $first->sockaddr->port;
    my $second = server(locations => [{host => '127.0.0.1', port => $port, reuse_port => 0}]);
    ok !eval { $second->run; 1 }, 'run dies';
    like "$@", qr/$port/, 'the message names the port';
    is_deeply $second->listeners, [], 'nothing is listening';
    ok !eval { $first->configure({locations => [{host => '127.0.0.1', port => 0}, {host => '192.0.2.1', port => 1}]}); 1 },
        'configure dies for an address that is not ours';
    like "$@", qr/192\.0\.2\.1/, 'and names it';
    is $first->sockaddr->port, $port, 'the old configuration is in force';
    my $peer = UETest::WsPeer->new($first);
    wait_for { $peer->opened };
    ok $peer->opened, 'and works';
    $first->stop;
};

subtest 'a connection, all callbacks in order' => sub {
    my $server = server();
    my (@order, $conn, $other);
    is $server->handshake_callback(sub {
        my ($s, $c, $request) = @_;
        push @order, 'handshake';
        is $s, $server, 'the same server object';
        isa_ok $c, 'UniEvent::WebSocket::ServerConnection';
        isa_ok $request, 'Protocol::WebSocket::Fast::ConnectRequest';
        is $c->state, UE::WebSocket::Connection::STATE_CONNECTING(), 'not connected yet';
        is $request->uri->path, '/room', 'the request';
        is $request->header('x-one'), 1, 'its headers';
        is $s->connections_count, 1, 'counted already';
        $conn = $c;
    }), undef, 'handshake_callback as a setter returns undef';
    is ref $server->handshake_callback, 'CODE', 'and as a getter the sub';
    $server->connection_callback(sub {
        my ($s, $c, $request) = @_;
        push @order, 'connection';
        is $c, $conn, 'the same connection object';
        is $c->state, UE::WebSocket::Connection::STATE_CONNECTED(), 'connected';
        is $request->ws_key, $request->header('sec-websocket-key'), 'the request';
        $c->message_callback(sub { push @order, 'message ' . $_[1]->payload; $_[0]->send_text('re: ' . $_[1]->payload) });
        $c->peer_close_callback(sub { push @order, 'peer_close ' . $_[1]->close_code });
        $c->close_callback(sub {
            push @order, "close $_[1] $_[2]";
            is $server->get_connection($c->id), $c, 'still found in close_event';
        });
    });
    $server->disconnection_callback(sub {
        my ($s, $c, $code, $reason) = @_;
        push @order, "disconnection $code $reason";
        is $c, $conn, 'the same connection';
        is $s->get_connection($c->id), undef, 'not found any more';
    });
    $server->run;
    my $peer = UETest::WsPeer->new($server, uri => '/room', headers => {'X-One' => 1});
    wait_for { $peer->opened };
    is $server->get_connection($conn->id), $conn, 'get_connection';
    is $server->get_connection(0), undef, 'no such connection';
    $peer->send_text('a');
    $peer->send_text('b');
    wait_for { $peer->payloads == 2 };
    is_deeply [$peer->payloads], ['re: a', 're: b'], 'answers';
    $peer->send_close(3001, 'enough');
    wait_for { $peer->eof };
    is_deeply \@order, ['handshake', 'connection', 'message a', 'message b', 'peer_close 3001', 'close 3001 enough',
        'disconnection 3001 enough'], 'the order';
    is $peer->close_message->close_code, 3001, 'the answer of the close handshake';
    is $conn->state, 0, 'STATE_INITIAL';
    is $conn->stream, undef, 'no stream';
    is $server->connections_count, 0, 'nobody is left';
    $server->handshake_callback(undef);
    is $server->handshake_callback, undef, 'cleared';
    $server->stop;
    undef $peer;
    ok run_until_empty($loop), 'the loop ends';
};

subtest 'connections, foreach_connection, stop' => sub {
    my $server = server();
    my @gone;
    $server->disconnection_callback(sub { push @gone, [$_[1]->id, $_[2], $_[3]] });
    is $server->connections->next, undef, 'an empty server has an empty iterator';
    $server->run;
    my @peers = map { UETest::WsPeer->new($server) } 1 .. 3;
    wait_for { 3 == grep { $_->opened } @peers };
    is $server->connections_count, 3, 'three';
    my @ids;
    $server->foreach_connection(sub { push @ids, $_[0]->id });
    is_deeply \@ids, [sort { $a <=> $b } @ids], 'in ascending order';
    my $iterator = $server->connections;
    isa_ok $iterator, 'UniEvent::WebSocket::XSConnectionIterator';
    my @walked;
    while (my $conn = $iterator->next) { push @walked, $conn->id; $conn->close if @walked == 2 }
    is_deeply \@walked, \@ids, 'the iterator walks over all of them, closing included';
    is $iterator->next, undef, 'and stays at its end';
    is $server->connections_count, 2, 'one has left';
    ok !eval { $server->foreach_connection(sub { die "in the middle\n" }); 1 }, 'an exception leaves foreach_connection';
    is $@, "in the middle\n", 'unchanged';
    $server->stop;
    is_deeply \@gone, [[$ids[1], 1000, 'Done'], [$ids[0], 1001, 'Away'], [$ids[2], 1001, 'Away']], 'stop closes in order';
    wait_for { 3 == grep { $_->eof } @peers };
    is $peers[0]->close_message->close_code, 1001, 'the peers are told';
    ok run_until_empty($loop), 'the loop ends';
};

subtest 'stop with a code' => sub {
    my $server = server();
    $server->run;
    my $peer = UETest::WsPeer->new($server);
    wait_for { $peer->opened };
    $server->stop(4000);
    wait_for { $peer->eof };
    is $peer->close_message->close_code, 4000, 'the code';
    is $peer->close_message->close_message, '4000', 'and its default reason';
};

subtest 'http, automatic upgrade and plain requests' => sub {
    my $server = server();
    isa_ok $server->http, 'UniEvent::HTTP::Server';
    is $server->http, $server->http, 'the same object';
    $server->http->request_callback(sub {
        my $request = shift;
        $request->respond({code => 403}) if $request->uri->path eq '/secret';
        $request->respond({code => 200, body => 'page'}) if $request->uri->path eq '/page';
    });
    $server->run;
    my $open   = UETest::WsPeer->new($server, uri => '/anything');
    my $denied = UETest::WsPeer->new($server, uri => '/secret');
    my $page   = UETest::WsPeer->new($server, request => "GET /page HTTP/1.1\r\nHost: x\r\n\r\n");
    wait_for { $open->opened && $denied->response && $page->raw =~ /page$/ };
    ok $open->opened, 'an upgrade that nobody answered is taken';
    is $denied->response->code, 403, 'one that was answered is not';
    like $page->raw, qr{^HTTP/1\.1 200 OK\r\n}, 'a page from the same port';
    $server->http->request_event->remove_all;
    my $still = UETest::WsPeer->new($server);
    wait_for { $still->opened };
    ok $still->opened, 'the automatic upgrade cannot be removed';
    $server->stop;
};

subtest 'upgrade_connection' => sub {
    my $http = UE::HTTP::Server->new({locations => [{host => '127.0.0.1', port => 0}]}, $loop);
    my $server = UE::WebSocket::Server->new({}, $loop);
    my (@result, @order, $kept);
    $server->handshake_callback(sub { push @order, 'handshake' });
    $server->connection_callback(sub { push @order, 'connection'; $_[1]->message_callback(sub { $_[0]->send_text('up') }) });
    $http->request_callback(sub {
        my $request = shift;
        my $path = $request->uri->path;
        $request->finish_callback(sub { push @order, 'finish' });
        $kept = $request;
        @result = $server->upgrade_connection($request) if $path eq '/list';
        @result = (scalar $server->upgrade_connection($request)) if $path eq '/scalar';
        if ($path eq '/void') { $server->upgrade_connection($request); @result = ('void') }
        push @order, 'returned';
        $request->respond({code => 200, body => "no\n"}) if !$result[0];
    });
    $http->run;
    for my $case (['/list', 2], ['/scalar', 1], ['/void', 1]) {
        my ($path, $count) = @$case;
        (@result, @order) = ();
        my $peer = UETest::WsPeer->new($http, uri => $path, headers => {Connection => 'keep-alive, Upgrade'});
        wait_for { $peer->opened };
        ok $peer->opened, "$path: upgraded, with Connection: keep-alive, Upgrade";
        is scalar @result, $count, 'as many values as the context asks for';
        ok $result[0], 'success';
        is_deeply \@order, [qw(finish handshake connection returned)], 'everything has happened inside the call';
        $peer->send_text('?');
        wait_for { $peer->payloads };
        is_deeply [$peer->payloads], ['up'], 'it works';
    }
    my ($done, $error) = $server->upgrade_connection($kept);
    ok !$done && $error == XS::STL::errc::connection_aborted, 'a second upgrade fails';
    ok !eval { $server->upgrade_connection($kept); 1 }, 'and dies in void context';
    is ref $@, 'XS::ErrorCode', 'with the error object';

    (@result, @order) = ();
    my $plain = UETest::WsPeer->new($http, request => "GET /list HTTP/1.1\r\nHost: x\r\n\r\n");
    wait_for { $plain->raw =~ /no\n$/ };
    ok !$result[0] && $result[1] == UE::HTTP::Error::upgrade_wrong_request, 'a request that does not ask for it';
    like $plain->raw, qr/^HTTP\/1\.1 200/, 'stays answerable';

    (@result, @order) = ();
    my $bad = UETest::WsPeer->new($http, request =>
        "GET /list HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\r\n");
    wait_for { $bad->eof };
    ok $result[0], 'a bad handshake is taken over';
    like $bad->raw, qr{^HTTP/1\.1 400 Bad Request\r\n}, 'and refused on the wire';
    is_deeply \@order, [qw(finish handshake returned)], 'without a connection';
    $http->stop;
    $server->stop;
};

subtest 'accept and refuse' => sub {
    my $server = server();
    my $how;
    my $twice;
    $server->handshake_callback(sub {
        my ($s, $conn, $request) = @_;
        return $conn->close if $how eq 'close';
        if ($how eq 'accept') {
            $conn->send_accept_response({ws_protocol => 'two', headers => {'X-Own' => 'yes'}});
        } else {
            $conn->send_accept_error(ref $how ? $how : {code => 403, message => 'Go away', headers => {'X-Own' => 'no'}});
            is $conn->state, 0, 'closed at once';
        }
        $twice = !eval { $conn->send_accept_error({code => 500}); 1 } && $@;
    });
    my $connected = 0;
    $server->connection_callback(sub { ++$connected });
    $server->run;
    $how = 'accept';
    my $first = my $peer = UETest::WsPeer->new($server, ws_protocol => 'one, two');
    wait_for { $peer->opened };
    is $peer->response->ws_protocol, 'two', 'own subprotocol';
    is $peer->response->header('x-own'), 'yes', 'own header';
    like $twice, qr/already sent/, 'a second answer dies';
    is $connected, 1, 'connected';
    $how = 'refuse';
    $peer = UETest::WsPeer->new($server);
    wait_for { $peer->eof };
    like $peer->raw, qr{^HTTP/1\.1 403 Go away\r\n}, 'refused with code and message';
    like $peer->raw, qr{\r\nX-Own: no\r\n}, 'and header';
    like $peer->raw, qr{\r\n\r\n403 Go away$}, 'and the default body';
    $how = {code => 403};
    $peer = UETest::WsPeer->new($server);
    wait_for { $peer->eof };
    like $peer->raw, qr{^HTTP/1\.1 403 Forbidden\r\n.*\r\n\r\n403 Forbidden$}s, 'a code without message: the usual phrase';
    $how = {};
    $peer = UETest::WsPeer->new($server);
    wait_for { $peer->eof };
    like $peer->raw, qr{^HTTP/1\.1 400 Bad Request\r\n}, '400 is the default';
    $how = Protocol::HTTP::Response->new({code => 302, headers => {Location => '/'}, body => 'there'});
    $peer = UETest::WsPeer->new($server);
    wait_for { $peer->eof };
    like $peer->raw, qr{^HTTP/1\.1 302 .*\r\n\r\nthere$}s, 'a response object';
    $how = 'close';
    $peer = UETest::WsPeer->new($server);
    wait_for { $peer->eof };
    is $peer->raw, '', 'closed without an answer';
    is $connected, 1, 'nobody else connected';
    is $server->connections_count, 1, 'only the first is left';
    $server->stop;
};

subtest 'configure while running' => sub {
    my $server = server(max_message_size => 10);
    my @errors;
    $server->connection_callback(sub {
        $_[1]->message_callback(sub { $_[0]->send_text($_[1]->payload) });
        $_[1]->error_callback(sub { push @errors, $_[1] });
    });
    $server->run;
    my $old_port = $server->sockaddr->port;
    my $old = UETest::WsPeer->new($server);
    wait_for { $old->opened };
    $server->configure({locations => [{host => '127.0.0.1', port => 0}]});
    isnt $server->sockaddr->port, $old_port, 'a new port';
    my $new = UETest::WsPeer->new($server);
    wait_for { $new->opened };
    $_->send_text('x' x 11) for $old, $new;
    wait_for { $old->close_message && $new->payloads };
    is $old->close_message->close_code, 1009, 'an old connection keeps its limit';
    ok $errors[0] & Protocol::WebSocket::Fast::Error::max_message_size, 'and says why';
    is_deeply [$new->payloads], ['x' x 11], 'a new one has the new settings';
    $server->configure({});
    is_deeply $server->listeners, [], 'without locations nobody listens';
    $new->send_text('still');
    wait_for { $new->payloads == 2 };
    is(($new->payloads)[1], 'still', 'upgraded connections live on');
    $server->configure({locations => [{host => '127.0.0.1', port => 0}]});
    ok $server->sockaddr->port, 'locations added to a running server are listened on at once';
    $server->stop;
};

subtest 'several locations' => sub {
    my $dir = UETest::temp_dir();
    require IO::Socket::INET;
    my $bound = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Proto => 'tcp') or die "no socket: $@";
    my $server = server(locations => [
        {host => '127.0.0.1', port => 0},
        {host => '::1', port => 0, domain => UniEvent::AF_INET6()},
        {path => "$dir/socket"},
        {sock => $bound},
    ]);
    $server->connection_callback(sub { $_[1]->message_callback(sub { $_[0]->send_message($_[1]->payload) }) });
    $server->run;
    my @kinds = map { scalar $_->sockaddr } @{ $server->listeners };
    is_deeply [map { ref } @kinds], [map { "Net::SockAddr::$_" } qw(Inet4 Inet6 Unix Inet4)], 'the listeners';
    is $kinds[3]->port, $bound->sockport, 'the given socket';
    my @peers = map { UETest::WsPeer->new($server, address => $_) } @kinds;
    wait_for { @peers == grep { $_->opened } @peers };
    $_->send_text('hi') for @peers;
    wait_for { @peers == grep { $_->payloads } @peers };
    is_deeply [map { $_->payloads } @peers], [('hi') x 4], 'all of them work';
    ok -S "$dir/socket", 'the socket file';
    $server->stop;
    ok !-e "$dir/socket", 'is removed';
};

subtest 'events' => sub {
    my $server = server();
    my @order;
    my $event = $server->connection_event;
    isa_ok $event, 'XS::Framework::CallbackDispatcher';
    ok !$event->has_listeners, 'nobody';
    $event->add(sub { push @order, 2 });
    $event->prepend(sub { push @order, 1 });
    ok $server->connection_event->has_listeners, 'every dispatcher object shows the same event';
    isa_ok $server->disconnection_event, 'XS::Framework::CallbackDispatcher';
    $server->run;
    my $peer = UETest::WsPeer->new($server);
    wait_for { $peer->opened };
    is_deeply \@order, [1, 2], 'in order';
    $server->connection_callback(sub { push @order, 3 });
    $peer = UETest::WsPeer->new($server);
    wait_for { $peer->opened };
    is_deeply \@order, [1, 2, 3], 'connection_callback replaces all';
    $server->connection_callback(undef);
    ok !$event->has_listeners, 'undef removes';
    ok !eval { $server->connection_callback; 1 }, 'it is no getter';
    ok !eval { $server->connection_callback('name'); 1 } && $@ =~ /code reference.*name/, 'a callback must be code';
    $server->stop;
};

subtest 'the last reference stops the server' => sub {
    my $server = server();
    my $code;
    $server->connection_callback(sub { $_[1]->close_callback(sub { $code = $_[1] }) });
    $server->run;
    my $peer = UETest::WsPeer->new($server);
    wait_for { $peer->opened };
    undef $server;
    is $code, 1001, 'its connections are closed';
    wait_for { $peer->eof };
    is $peer->close_message->close_code, 1001, 'with a close frame';
    ok run_until_empty($loop), 'the loop ends';
};

subtest 're-blessing and identity' => sub {
    { package My::Conn; our @ISA = 'UniEvent::WebSocket::ServerConnection'; our $destroyed = 0; sub DESTROY { ++$destroyed } }
    my $server = server();
    $server->handshake_callback(sub { bless $_[1], 'My::Conn'; XS::Framework::obj2hv($_[1]); $_[1]{name} = 'me' });
    my @seen;
    $server->connection_callback(sub { push @seen, ref($_[1]) . " $_[1]{name}" });
    $server->run;
    my $peer = UETest::WsPeer->new($server);
    wait_for { $peer->opened };
    $server->foreach_connection(sub { push @seen, ref($_[0]) . " $_[0]{name}" });
    my $iterator = $server->connections;
    push @seen, ref $iterator->next;
    undef $iterator;
    is_deeply \@seen, ['My::Conn me', 'My::Conn me', 'My::Conn'], 'class and data survive while only the server holds it';
    is $My::Conn::destroyed, 0, 'DESTROY has not run';
    $server->stop;
    is $My::Conn::destroyed, 1, 'it runs once when both sides have let go';
};

is UniEvent::WebSocket::ws_scheme(), 'ws', 'ws_scheme';
is UniEvent::WebSocket::ws_scheme(1), 'wss', 'ws_scheme, secure';
is(UniEvent::WebSocket::Server->CLONE_SKIP, 1, 'CLONE_SKIP');

done_testing;
