# One Perl object per server, connection, client, request and response: the same reference in every callback and look-up,
# with the class and the data that the program gave it, also when only the engine held it meanwhile; DESTROY once, at the end.
use strict;
use warnings;
use lib 't/lib';
use Scalar::Util qw(refaddr weaken);
use Test::More;
use UETest qw(run_until run_until_empty);
use UETest::WsPeer;
use UniEvent::WebSocket;

my $loop = UE::Loop->new;
our %destroyed;
sub until_ (&) { my ($condition) = @_; return run_until($loop, $condition) || diag('waited in vain, line ' . (caller)[2]) }

# A subclass of each that keeps data and counts its ends: My::WebSocket::Server->new($name, ...) and so on.
{
    package Kept;
    use mro;
    sub new     { my ($class, $name, @args) = @_; return $class->next::method(@args)->give($name) }
    sub give    { my ($self, $name) = @_; XS::Framework::obj2hv($self); $self->{name} = $name; return $self }
    sub name    { $_[0]{name} }
    sub DESTROY { $main::destroyed{ $_[0]{name} }++; $_[0]->maybe::next::method }
    no strict 'refs';
    @{"My::${_}::ISA"} = ('Kept', "UniEvent::$_") for qw(WebSocket::Server WebSocket::ServerConnection WebSocket::Client HTTP::Server
        HTTP::ServerRequest HTTP::ServerResponse HTTP::Client HTTP::Request HTTP::Response HTTP::Pool);
}

# What was seen of an object: each distinct reference, class and name.
sub seen { my %seen; $seen{ref($_) . ' ' . $_->name . ' ' . refaddr($_)} = 1 for @_; return [sort keys %seen] }

subtest 'WebSocket server and connection' => sub {
    my (@servers, @connections, @events);
    my $server = My::WebSocket::Server->new('server', {locations => [{host => '127.0.0.1'}]}, $loop);
    my $is = [ref($server) . ' server ' . refaddr $server];
    my ($conn_is, $id);
    my $note = sub { push @events, shift; push @connections, $_[0] if $_[0]->isa('Kept') };
    $server->handshake_callback(sub {
        push @servers, $_[0];
        bless($_[1], 'My::WebSocket::ServerConnection')->give('connection');
        $conn_is = [ref($_[1]) . ' connection ' . refaddr $_[1]];
        $id = $_[1]->id;
    });
    $server->connection_callback(sub {
        my ($s, $c) = @_;
        push @servers, $s;
        $note->(connection => $c);
        for my $event (qw(message ping pong peer_close close)) { my $set = "${event}_callback"; $c->$set(sub { $note->($event => $_[0]) }) }
    });
    $server->disconnection_callback(sub { push @servers, $_[0]; $note->(disconnection => $_[1]) });
    $server->run;
    my $peer = UETest::WsPeer->new($server);
    until_ { "@events" eq 'connection' && $peer->opened };
    $_ = undef for splice @connections;
    ok !$destroyed{connection}, 'held by the server alone it is not destroyed';
    is_deeply seen($server->get_connection($id)), $conn_is, 'get_connection';
    is_deeply seen($server->connections->next), $conn_is, 'connections';
    $server->foreach_connection(sub { push @connections, @_ });
    is_deeply seen(splice @connections), $conn_is, 'foreach_connection';
    $peer->send_text('x');
    $peer->send_ping('');
    $peer->send_pong('');
    $peer->send_close(1000);
    until_ { "@events" =~ /disconnection/ };
    is "@events", 'connection message ping pong peer_close close disconnection', 'all callbacks';
    is_deeply seen(@connections), $conn_is, 'the same connection in each';
    is_deeply seen(splice @servers), $is, 'and the same server';

    # Kept by the program beyond its end, and its server's.
    my $kept = pop @connections;
    @connections = ();
    is $kept->id, $id, 'methods of a closed connection';
    is_deeply [$kept->state, $kept->stream, $kept->connected], [0, undef, !!0], 'which know that it is';
    $kept->send_text('nobody hears it');
    undef $peer;
    undef $server;
    is $destroyed{server}, 1, 'a connection does not keep its server';
    is $kept->name, 'connection', 'the data stays';
    undef $kept;
    is $destroyed{connection}, 1, 'destroyed when both have let go';
    until_ { 1 };
};

subtest 'a server dropped with its connections' => sub {
    my (@servers, @events);
    my $server = My::WebSocket::Server->new('dropped', {locations => [{host => '127.0.0.1'}]}, $loop);
    my $is = [ref($server) . ' dropped ' . refaddr $server];
    $server->connection_callback(sub { bless($_[1], 'My::WebSocket::ServerConnection')->give("of dropped " . $_[1]->id); $_[1]->close_callback(sub { push @events, "close $_[1]" }) });
    $server->disconnection_callback(sub { push @servers, @{ seen($_[0]) }; push @events, 'disconnection ' . $_[0]->name });
    $server->run;
    my @peers = map { UETest::WsPeer->new($server) } 1 .. 3;
    until_ { $server->connections_count == 3 && 3 == grep { $_->opened } @peers };
    undef $server;
    is_deeply \@events, [('close 1001', 'disconnection dropped') x 3], 'stops as by stop';
    is_deeply \@servers, [(@$is) x 3], 'its last callbacks get the very object';
    is $destroyed{$_}, 1, "$_: destroyed once" for grep { /dropped/ } keys %destroyed;
    is scalar(grep { /of dropped/ } keys %destroyed), 3, 'the connections as well';
    until_ { 3 == grep { $_->eof } @peers };
    is $_->close_message->close_code, 1001, 'the peers are told' for @peers;

    # A callback may keep the object: it is whole, and ends another time.
    my ($risen, $peer);
    $server = My::WebSocket::Server->new('risen', {locations => [{host => '127.0.0.1'}]}, $loop);
    $server->disconnection_callback(sub { $risen = $_[0] });
    $server->run;
    $peer = UETest::WsPeer->new($server);
    until_ { $peer->opened };
    undef $server;
    is $risen && $risen->name, 'risen', 'kept in its last callback';
    $risen->run;
    $peer = UETest::WsPeer->new($risen);
    until_ { $peer->opened };
    is $risen->connections_count, 1, 'it runs again';
    $risen->disconnection_callback(undef);
    undef $risen;
    is $destroyed{risen}, 2, 'and perl calls its DESTROY again';
    undef $peer;
    until_ { 1 };
};

subtest 'an exception in the last callbacks' => sub {
    my @said;
    local $SIG{__WARN__} = sub { push @said, @_ };
    my $server = UniEvent::WebSocket::Server->new({locations => [{host => '127.0.0.1'}]}, $loop);
    $server->disconnection_callback(sub { die "last words\n" });
    $server->run;
    my $peer = UETest::WsPeer->new($server);
    until_ { $peer->opened };
    undef $server;
    ok !eval { $loop->run; 1 }, 'comes out of the next run';
    is $@, "last words\n", 'as it is';
    is "@said", '', 'and is no warning';
    until_ { $peer->eof };
};

subtest 'WebSocket client' => sub {
    my $server = UniEvent::WebSocket::Server->new({locations => [{host => '127.0.0.1'}]}, $loop);
    $server->connection_callback(sub { $_[1]->send_ping('a'); $_[1]->send_pong('b'); $_[1]->send_text('c') });
    $server->run;
    my ($client, @seen, @events) = My::WebSocket::Client->new('client', {}, $loop);
    my $is = [ref($client) . ' client ' . refaddr $client];
    for my $event (qw(connect message ping pong peer_close close)) { my $set = "${event}_callback"; $client->$set(sub { push @seen, @{ seen($_[0]) }; push @events, $event }) }
    $client->connect({uri => 'ws://' . $server->sockaddr});
    until_ { @events == 4 };
    $client->send(payload => 'x', cb => sub { push @seen, @{ seen($_[0]) }; push @events, 'sent' });
    $server->stop;
    until_ { "@events" =~ /\bclose$/ };
    is "@events", 'connect ping pong message sent peer_close close', 'all callbacks';
    is_deeply \@seen, [(@$is) x @events], 'the same client in each';
    $server->run;
    $client->connect_callback(sub { undef $client });
    $client->connect({uri => 'ws://' . $server->sockaddr});
    until_ { !$client };
    run_until($loop, sub { $destroyed{client} });
    is $destroyed{client}, 1, 'dropped in a callback: destroyed once';
    $server->stop;
};

subtest 'HTTP server, request, response' => sub {
    my (@servers, @requests, @events, $request_is, $response);
    my $server = My::HTTP::Server->new('http', {locations => [{host => '127.0.0.1'}]}, $loop);
    $server->route_callback(sub {
        my ($r) = @_;
        bless($r, 'My::HTTP::ServerRequest')->give('request');
        $request_is = [ref($r) . ' request ' . refaddr $r];
        $r->enable_partial;
        $r->partial_callback(sub { push @requests, $_[0]; push @events, 'partial'; $_[0]->respond($response) if $_[0]->is_done });
        $r->finish_callback(sub { push @requests, $_[0]; push @events, 'finish' });
        push @events, 'route';
    });
    $server->run;
    $response = My::HTTP::ServerResponse->new('response', {code => 200, body => 'x'});
    my $client = UniEvent::Tcp->new($loop);
    my $got = '';
    $client->read_callback(sub { $got .= $_[1] });
    $client->connect_addr(scalar $server->sockaddr);
    $client->write("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\na");
    until_ { "@events" eq 'route partial' };
    $_ = undef for splice @requests;
    ok !$destroyed{request}, 'held by the server alone it is not destroyed';
    my $response_is = refaddr $response;
    $client->write('b');
    until_ { $got =~ /x\z/ && "@events" =~ /finish/ };
    is_deeply seen(@requests), $request_is, 'the same request in route, partial and finish';
    is refaddr($requests[0]->response), $response_is, 'its response is the very object';
    undef $response;
    is $requests[0]->response->name, 'response', 'with its data';
    @requests = ();
    is "@destroyed{qw(request response)}", '1 1', 'destroyed once each';
    $client->reset;

    # A request that is not answered yet keeps its server, which nobody else holds.
    my $waiting;
    $server->route_callback(undef);
    $server->request_callback(sub { $waiting = $_[0] });
    $server->stop_callback(sub { push @servers, $_[0] });
    $client->connect_addr(scalar $server->sockaddr);
    $client->write("GET / HTTP/1.1\r\n\r\n");
    until_ { $waiting };
    undef $server;
    ok !$destroyed{http}, 'a waiting request keeps the server';
    $waiting->respond({});
    undef $waiting;
    until_ { $destroyed{http} };
    is $destroyed{http}, 1, 'answered, it goes: once';
    $client->reset;
};

subtest 'HTTP client' => sub {
    my $server = UniEvent::HTTP::Server->new({locations => [{host => '127.0.0.1'}]}, $loop);
    $server->request_callback(sub { $_[0]->uri->path eq '/' ? $_[0]->redirect('/b') : $_[0]->respond({body => 'b'}) });
    $server->run;
    my (@requests, @responses, @events);
    my $pool = My::HTTP::Pool->new('pool', {timeout => 0.01}, $loop);
    {
        my $request = My::HTTP::Request->new('sent', {uri => 'http://' . $server->sockaddr . '/'});
        $request->response_factory(sub { My::HTTP::Response->new('received') });
        for my $event (qw(partial redirect response)) {
            my $set = "${event}_callback";
            $request->$set(sub { push @events, $event; push @requests, $_[0]; push @responses, $_[1] if $event eq 'response' });
        }
        $pool->request($request);
    }
    ok !$destroyed{sent}, 'held while it runs';
    until_ { "@events" =~ /response/ };
    is scalar(@{ seen(@requests) }), 1, "one request in @events";
    is ref $requests[0], 'My::HTTP::Request', 'its class';
    is $responses[0]->name, 'received', 'a response of a class of its own';
    is $responses[0]->body, 'b', 'with what was received';
    @requests = @responses = ();
    run_until($loop, sub { $destroyed{sent} });
    is $destroyed{sent}, 1, 'the request: destroyed once';
    is $pool->size, 1, 'the connection is kept';
    undef $pool;
    is $destroyed{pool}, 1, 'the pool: destroyed once';
    $server->stop;
};

ok run_until_empty($loop), 'nothing is left to do';
is_deeply $loop->handles, [], 'nothing is left';
is_deeply {map { $_ => $destroyed{$_} } grep { $destroyed{$_} > 1 && !/risen|received/ } keys %destroyed}, {}, 'nothing was destroyed twice';
UETest::nothing_left($loop);
done_testing;
