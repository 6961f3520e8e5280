# What a callback dies with comes out of run (or of the method that led to the callback) unchanged: the very string, the very
# object. Afterwards the loop runs on. A table: every kind of exception in every callback there is.
use strict;
use warnings;
use utf8;
use lib 't/lib';
use Scalar::Util qw(refaddr);
use Test::More;
use UETest qw(run_until_empty seconds);
use UETest::Http;
use UETest::WsPeer;
use Net::SockAddr;
use UniEvent::Signal;
use UniEvent::WebSocket;

{
    package Plain;       sub new { my ($class, %with) = @_; return bless {%with}, $class }
    package Textual;     our @ISA = 'Plain'; use overload '""' => sub { "text of $_[0]{text}" }, fallback => 1;
    package False;       our @ISA = 'Plain'; use overload bool => sub { 0 }, '""' => sub { '' }, fallback => 1;
    package Poisonous;   our @ISA = 'Plain'; use overload bool => sub { die 'asked' }, '""' => sub { die 'shown' }, '==' => sub { die 'compared' };
    package Evaluating;  our @ISA = 'Plain'; sub DESTROY { eval { die 'in DESTROY' } }
    package Acting;      sub new { bless {act => $_[1]}, $_[0] }
    for my $event (qw(timer read connect create_connection)) { no strict 'refs'; *{"on_$event"} = sub { $_[0]{act}->() } }
}

# What is thrown, made anew each time.
my %exception = (
    'a line'               => sub { "as it is\n" },
    'a text'               => sub { 'with the place' },
    'wide characters'      => sub { "фраза \x{263a}\n" },
    'a long string'        => sub { 'x' x 100_000 . "\n" },
    'an empty string'      => sub { '' },
    'zero'                 => sub { 0 },
    'an object'            => sub { Plain->new },
    'a hash'               => sub { +{code => 5} },
    'an array'             => sub { [1, 2] },
    'a sub'                => sub { my $x = 1; sub { $x } },
    'an object in another' => sub { Plain->new(cause => Plain->new(cause => "root\n")) },
    'an object with text'  => sub { Textual->new(text => 'it') },
    'a false object'       => sub { False->new },
    'a poisonous object'   => sub { Poisonous->new },
    'with a DESTROY'       => sub { Evaluating->new },
    'an error code'        => sub { UE::SystemError::timed_out() },
    'a chain of errors'    => sub { XS::ErrorCode->new(UE::Error::ssl_error(), XS::ErrorCode->new(UE::SystemError::timed_out())) },
    'a UniEvent::Error'    => sub { UniEvent::Error->new('misuse') },
);

our ($loop, %env);

sub tcp_pair { my ($a, $b) = UniEvent::Tcp::pair($loop); @env{qw(a b)} = ($a, $b); return ($a, $b) }
sub listening { my $s = $env{listening} = UniEvent::Tcp->new($loop); $s->bind_addr(SOCKADDR_LOOPBACK); $s->listen(sub { push @{ $env{accepted} }, $_[1] }); return $s }
sub connecting { my ($to) = @_; my $c = $env{connecting} = UniEvent::Tcp->new($loop); $c->connect_addr(scalar $to->sockaddr); return $c }

my $get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
sub http {
    my ($request, $callback) = @_;
    my $server = $env{http} = UniEvent::HTTP::Server->new({locations => [{host => '127.0.0.1'}]}, $loop);
    $callback->($server);
    $server->run;
    if (defined $request) { my $c = connecting($server); $c->write($request) }
    return $server;
}
sub http_client {
    my ($params, $answer) = @_;
    my $server = http(undef, sub { $_[0]->request_callback($answer // sub { $_[0]->respond({body => 'x'}) }) });
    my $pool = $env{pool} = UniEvent::HTTP::Pool->new({timeout => 1}, $loop);
    $pool->request({uri => 'http://' . $server->sockaddr . '/', %$params});
}
sub websocket {
    my ($setup, $on_open) = @_;
    my $server = $env{server} = UniEvent::WebSocket::Server->new({locations => [{host => '127.0.0.1'}]}, $loop);
    $setup->($server);
    $server->run;
    $env{peer} = UETest::WsPeer->new($server, on_open => $on_open // sub { });
}
sub websocket_client {
    my ($setup, $on_connection) = @_;
    my $server = $env{server} = UniEvent::WebSocket::Server->new({locations => [{host => '127.0.0.1'}]}, $loop);
    $server->connection_callback($on_connection // sub { });
    $server->run;
    my $client = $env{client} = UniEvent::WebSocket::Client->new({}, $loop);
    $setup->($client);
    $client->connect({uri => 'ws://' . $server->sockaddr});
}
sub on_connection { my ($method, $act) = @_; return sub { $_[0]->connection_callback(sub { $_[1]->$method($act) }) } }

# Each makes its callback happen, while the loop runs or at once.
my %callback = (
    # the event core
    timer      => sub { $env{h} = UE::timer_once(0, $_[0], $loop) },
    'timer, by hand' => sub { ($env{h} = UE::timer(100, $_[0], $loop))->call_now },
    'timer, listener' => sub { ($env{h} = UniEvent::Timer->new($loop))->event_listener(Acting->new($_[0])); $env{h}->once(0) },
    'timer, dispatcher' => sub { my $act = shift; ($env{h} = UniEvent::Timer->new($loop))->event->add_event_listener(sub { my $next = shift; $next->(@_) }); $env{h}->event->add($act); $env{h}->once(0) },
    prepare    => sub { $env{h} = UE::prepare($_[0], $loop); $env{i} = UE::idle(sub { }, $loop) },
    check      => sub { $env{h} = UE::check($_[0], $loop); $env{i} = UE::idle(sub { }, $loop) },
    idle       => sub { $env{h} = UE::idle($_[0], $loop) },
    signal     => sub { $env{h} = UE::signal_once(SIGUSR1, $_[0], $loop); kill USR1 => $$ },
    delay      => sub { $loop->delay($_[0]) },
    'another loop' => sub { my $other = $env{other} = UE::Loop->new; $env{h} = UE::timer_once(0, $_[0], $other); $other->run },
    'a loop in a callback' => sub { my $act = shift; my $other = $env{other} = UE::Loop->new; $env{i} = UE::timer_once(0, $act, $other); $env{h} = UE::timer_once(0, sub { $other->run }, $loop) },
    resolve    => sub { $loop->resolver->resolve('127.0.0.1', $_[0]) },
    'resolve, cancelled' => sub { $loop->resolver->resolve('localhost', $_[0])->cancel },
    random     => sub { $env{h} = UE::get_random(4, $_[0], $loop) },
    connect    => sub { my $act = shift; connecting(listening())->connect_callback($act) },
    'connect, refused' => sub { my $s = listening(); my $to = $s->sockaddr; $s->reset; my $c = $env{c} = UniEvent::Tcp->new($loop); $c->connect_addr($to, $_[0]) },
    connection => sub { my $s = listening(); $s->connection_callback($_[0]); connecting($s) },
    factory    => sub { my $s = listening(); $s->connection_factory($_[0]); connecting($s) },
    read       => sub { my ($a, $b) = tcp_pair(); $a->read_callback($_[0]); $b->write('x') },
    'read, listener' => sub { my ($a, $b) = tcp_pair(); $a->event_listener(Acting->new($_[0])); $b->write('x') },
    eof        => sub { my ($a, $b) = tcp_pair(); $a->eof_callback($_[0]); $b->shutdown },
    write      => sub { my ($a) = tcp_pair(); $a->write('x', $_[0]) },
    'write, event' => sub { my ($a) = tcp_pair(); $a->write_callback($_[0]); $a->write('x') },
    'write, cancelled' => sub { my ($a) = tcp_pair(); $a->write('x', $_[0]); $a->reset },
    shutdown   => sub { my ($a) = tcp_pair(); $a->shutdown($_[0]) },
    'in order' => sub { my ($a) = tcp_pair(); $a->run_in_order($_[0]) },
    # HTTP
    'http run'     => sub { my $act = shift; http(undef, sub { $_[0]->run_callback($act) }) },
    'http route'   => sub { my $act = shift; http($get, sub { $_[0]->route_callback($act) }) },
    'http request' => sub { my $act = shift; http($get, sub { $_[0]->request_callback($act) }) },
    'http receive' => sub { my $act = shift; http($get, sub { $_[0]->route_callback(sub { $_[0]->receive_callback($act) }) }) },
    'http partial' => sub { my $act = shift; http($get, sub { $_[0]->route_callback(sub { $_[0]->enable_partial; $_[0]->partial_callback($act) }) }) },
    'http finish'  => sub { my $act = shift; http($get, sub { $_[0]->request_callback(sub { $_[0]->finish_callback($act); $_[0]->respond({}) }) }) },
    'http drop'    => sub { my $act = shift; http($get, sub { $_[0]->request_callback(sub { $_[0]->drop_callback($act); $_[0]->drop }) }) },
    'http error'   => sub { my $act = shift; http("junk\r\n\r\n", sub { $_[0]->error_callback($act) }) },
    'http stop'    => sub { my $act = shift; http(undef, sub { $_[0]->stop_callback($act) })->stop },
    'http client response' => sub { my $act = shift; http_client({response_callback => $act}) },
    'http client partial'  => sub { my $act = shift; http_client({partial_callback => $act}) },
    'http client redirect' => sub { my $act = shift; http_client({redirect_callback => $act}, sub { $_[0]->uri->path eq '/' ? $_[0]->redirect('/b') : $_[0]->respond({}) }) },
    'http client continue' => sub { my $act = shift; http_client({continue_callback => $act, headers => {Expect => '100-continue'}}, sub { $_[0]->send_continue; $_[0]->respond({}) }) },
    'http client factory'  => sub { my $act = shift; http_client({response_factory => sub { $act->(); UniEvent::HTTP::Response->new }}) },
    # WebSocket, the server's side
    'ws handshake'  => sub { my $act = shift; websocket(sub { $_[0]->handshake_callback($act) }) },
    'ws connection' => sub { my $act = shift; websocket(sub { $_[0]->connection_callback($act) }) },
    'ws message'    => sub { websocket(on_connection(message_callback => $_[0]), sub { $_[0]->send_text('x') }) },
    'ws ping'       => sub { websocket(on_connection(ping_callback => $_[0]), sub { $_[0]->send_ping('x') }) },
    'ws pong'       => sub { websocket(on_connection(pong_callback => $_[0]), sub { $_[0]->send_pong('x') }) },
    'ws peer close' => sub { websocket(on_connection(peer_close_callback => $_[0]), sub { $_[0]->send_close(1000) }) },
    'ws eof'        => sub { websocket(on_connection(peer_close_callback => $_[0]), sub { $_[0]->shutdown }) },
    'ws close'      => sub { websocket(on_connection(close_callback => $_[0]), sub { $_[0]->send_close(1000) }) },
    'ws own close'  => sub { my $act = shift; websocket(sub { $_[0]->connection_callback(sub { $_[1]->close_callback($act); $_[1]->close }) }) },
    'ws error'      => sub { websocket(on_connection(error_callback => $_[0]), sub { $_[0]->write("\xff\xff\xff\xff") }) },
    'ws disconnection' => sub { my $act = shift; websocket(sub { $_[0]->disconnection_callback($act) }, sub { $_[0]->send_close(1000) }) },
    'ws written'    => sub { my $act = shift; websocket(sub { $_[0]->connection_callback(sub { $_[1]->send(payload => 'x', cb => $act) }) }) },
    'ws walk'       => sub { my $act = shift; websocket(sub { $_[0]->connection_callback(sub { $_[0]->foreach_connection($act) }) }) },
    'ws stop'       => sub { my $act = shift; websocket(sub { $_[0]->connection_callback(sub { $_[1]->close_callback($act); $_[0]->stop }) }) },
    'ws upgrade'    => sub {
        my $act = shift;
        my $ws = $env{ws} = UniEvent::WebSocket::Server->new({}, $loop);
        $ws->connection_callback($act);
        $ws->run;
        my $http = http(undef, sub { $_[0]->request_callback(sub { $ws->upgrade_connection($_[0]) }) });
        $env{peer} = UETest::WsPeer->new($http);
    },
    # the client's side
    'client connect' => sub { my $act = shift; websocket_client(sub { $_[0]->connect_callback($act) }) },
    'client refused' => sub { my $act = shift; websocket_client(sub { $_[0]->connect_callback($act); $env{server}->handshake_callback(sub { $_[1]->send_accept_error({}) }) }) },
    'client timeout' => sub { my $act = shift; my $s = listening(); my $c = $env{client} = UniEvent::WebSocket::Client->new({}, $loop); $c->connect_callback($act); $c->connect({uri => 'ws://' . $s->sockaddr, timeout => 0.01}) },
    'client cancelled' => sub { my $act = shift; my $s = listening(); my $c = $env{client} = UniEvent::WebSocket::Client->new({}, $loop); $c->connect_callback($act); $c->connect({uri => 'ws://' . $s->sockaddr}); $c->close },
    'client message' => sub { my $act = shift; websocket_client(sub { $_[0]->message_callback($act) }, sub { $_[1]->send_text('x') }) },
    'client ping'    => sub { my $act = shift; websocket_client(sub { $_[0]->ping_callback($act) }, sub { $_[1]->send_ping('x') }) },
    'client pong'    => sub { my $act = shift; websocket_client(sub { $_[0]->pong_callback($act) }, sub { $_[1]->send_pong('x') }) },
    'client peer close' => sub { my $act = shift; websocket_client(sub { $_[0]->peer_close_callback($act) }, sub { $_[1]->close }) },
    'client close'   => sub { my $act = shift; websocket_client(sub { $_[0]->close_callback($act) }, sub { $_[1]->close }) },
    'client error'   => sub { my $act = shift; websocket_client(sub { $_[0]->error_callback($act) }, sub { $_[1]->stream->write("\xff\xff\xff\xff") }) },
    'client written' => sub { my $act = shift; websocket_client(sub { $_[0]->connect_callback(sub { $_[0]->send(payload => 'x', cb => $act) }) }) },
    'client not connected' => sub { my $c = $env{client} = UniEvent::WebSocket::Client->new({}, $loop); $c->send(payload => 'x', cb => $_[0]) },
);

# Whether two exceptions are one: the same reference, or the same text; a text without a newline has got its place.
sub same {
    my ($got, $thrown) = @_;
    return ref $got && refaddr($got) == refaddr($thrown) if ref $thrown;
    return 0 if ref $got;
    return $got eq $thrown if $thrown =~ /\n\z/;
    return $got =~ /\A\Q@{[length $thrown ? $thrown : 'Died']}\E at \S*exceptions\.t line \d+\.\n\z/;
}

sub trial {
    my ($where, $kind) = @_;
    local ($loop, %env) = (UE::Loop->new);
    my $thrown = $exception{$kind}->();
    my $times = 0;
    my $act = sub { die $thrown if !$times++; return };
    my ($late, $lived, $got) = (0);
    my $bound = UE::timer_once(seconds(10), sub { $late = 1; $loop->stop }, $loop);
    if (eval { $callback{$where}->($act); 1 }) { $lived = eval { until ($times || $late) { $loop->run_once } 1 } }
    $got = $@;
    return 'never called' if !$times;
    return 'nothing came out' if $lived;
    return 'something else came out' if !same($got, $thrown);

    # The loop runs on, and nothing is thrown twice.
    undef $got;
    my $after = 0;
    my $timer = UE::timer_once(0.001, sub { $after++ }, $loop);
    if (!eval { until ($after || $late) { $loop->run_once } 1 }) { return 'the next run dies: ' . (ref $@ || $@) }
    return 'the loop does not run on' if !$after;
    $_->can('clear') ? $_->clear : $_->can('stop') ? $_->stop : $_->can('close') ? $_->close : () for grep { ref ne 'ARRAY' } values %env;
    $bound->stop;
    return run_until_empty($loop) ? '' : 'the loop does not end';
}

ok !same(Plain->new, Plain->new), 'the measure: another object is not the same';
ok !same("other\n", "as it is\n") && !same("as it is\n at x line 1.\n", "as it is\n") && !same("$_", $_), 'nor is another text' for Textual->new(text => 'it');

my @said;
local $SIG{__WARN__} = sub { push @said, @_ };
for my $where (sort keys %callback) {
    subtest $where => sub { is trial($where, $_), '', $_ for sort keys %exception };
}
is "@said", '', 'no warnings';

UETest::nothing_left();
done_testing;
