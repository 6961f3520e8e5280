# Every WebSocket callback may do anything: close, stop, drop, die, connect again. A table: each deed in each callback of a
# server's connection and of a client, plain and over TLS. Nothing may crash, the exception comes out of run and only there,
# the loop ends, and no object of the engine is left. With an argument only the rows that it matches: "client message".
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(certificate seconds temp_dir);
use UETest::WsPeer;
use UniEvent::WebSocket;

my ($cert, $key) = certificate(my $dir = temp_dir());
my $ctx = UniEvent::SslContext->new({cert => $cert, key => $key});

# What the deeds work on: $conn is the connection or client whose callback it is.
our ($loop, $server, $conn, $peer, $more, $tls);

my %deed = (
    'nothing'          => sub { },
    'stop server'      => sub { $server->stop if $server },
    'drop server'      => sub { undef $server },
    'close connection' => sub { $conn->close if $conn },
    'close twice'      => sub { $conn->close(1001), $conn->close if $conn },
    'reset stream'     => sub { $conn->stream->reset if $conn && $conn->stream },
    'shut stream'      => sub { $conn->stream->shutdown if $conn && $conn->stream },
    'drop connection'  => sub { undef $conn },
    'close and drop'   => sub { $conn->close if $conn; undef $conn; undef $server },
    'drop all'         => sub { undef $conn; undef $server; undef $peer; $more = [] },
    'stop loop'        => sub { $loop->stop },
    'die'              => sub { die "deed\n" },
    'close and die'    => sub { $conn->close if $conn; die "deed\n" },
    'drop all and die' => sub { undef $conn; undef $server; undef $peer; die "deed\n" },
    're-bless'         => sub { bless $conn, $conn->isa('UniEvent::WebSocket::Client') ? 'My::Client' : 'My::Conn' if $conn },
    'clear handlers'   => sub {
        return if !$conn;
        $conn->$_(undef) for map { "${_}_callback" } qw(message ping pong peer_close close error);
        $conn->connect_callback(undef) if $conn->can('connect');
    },
    'configure'        => sub { $server->configure({}) if $server; $conn->configure({}) if $conn },
    'send'             => sub { $conn->send(payload => 'x' x 100_000, cb => sub { }) if $conn },
    'new client'       => sub { push @$more, client() if $server && @{ $server->listeners } },
    'connect again'    => sub { reconnect($conn) if $conn && $conn->can('connect') },
    'start and stop'   => sub { if ($server) { $server->stop; $server->run } },
    'other loop'       => sub { my $other = UE::Loop->new; my $timer = UE::timer_once(0, sub { }, $other); $other->run },
);
{ package My::Conn; our @ISA = 'UniEvent::WebSocket::ServerConnection'; package My::Client; our @ISA = 'UniEvent::WebSocket::Client' }

sub uri { return ($tls ? 'wss' : 'ws') . '://127.0.0.1:' . scalar($server->sockaddr)->port . '/' }
sub client { my $client = UE::WebSocket::Client->new({}, $loop); $client->connect({uri => uri()}); return $client }

sub reconnect {
    my ($client) = @_;
    return if !$server || !@{ $server->listeners };
    $client->close;
    $client->connect({uri => uri()}) if $client->state == $client->STATE_INITIAL;    # close_event may have done it
}

# Sets the callback of an event on a connection; those without a name of their own are made to happen elsewhere.
sub attach {
    my ($to, $event, $act) = @_;
    my $name = {eof => 'peer_close', cut => 'peer_close'}->{$event} // $event;
    my $method = $to->can("${name}_callback") or return;
    $to->$method($act) if $name !~ /^connect/;
}

# How the other side makes an event happen. For the server's connection the other side is a UETest::WsPeer.
my %by_peer = (
    message    => sub { $peer->send_text('a') for 1 .. 3 },
    ping       => sub { $peer->send_ping('b') },
    pong       => sub { $peer->send_pong('c') },
    peer_close => sub { $peer->send_close(1000) },
    eof        => sub { $peer->shutdown },
    cut        => sub { $peer->leave },
    close      => sub { $peer->send_close(1000) },
    disconnection => sub { $peer->send_close(1000) },
    error      => sub { $peer->write("\xff\xff\xff\xff") },
    write      => sub { $peer->send_text('answer') },
    map({ $_ => sub { } } qw(handshake refused connection timer)),
);

sub server_role {
    my ($event, $act) = @_;
    $server->handshake_callback(sub { $conn //= $_[1]; $act->() if $event eq 'handshake' });
    $server->connection_callback(sub {
        my (undef, $c) = @_;
        attach($c, $event, $act);
        $c->message_callback(sub { $_[0]->send(payload => 'x', cb => $act) }) if $event eq 'write';
        $more = [UE::timer_once(0.001, $act, $loop)] if $event eq 'timer';
        $act->() if $event eq 'connection';
    });
    $server->handshake_callback(sub { $conn = $_[1]; $_[1]->send_accept_error({code => 403}); $act->() }) if $event eq 'refused';
    $server->disconnection_callback($act) if $event eq 'disconnection';
    $server->run;
    $peer = UETest::WsPeer->new($server, tls => $tls, on_open => sub { $by_peer{$event}->() });
}

# For a client the other side is a connection of the server.
my %by_server = (
    message    => sub { $_[0]->send_text('a') for 1 .. 3 },
    ping       => sub { $_[0]->send_ping('b') },
    pong       => sub { $_[0]->send_pong('c') },
    peer_close => sub { $_[0]->close(1000) },
    eof        => sub { $_[0]->stream->shutdown },
    cut        => sub { $_[0]->stream->reset },
    close      => sub { $_[0]->close(1000) },
    error      => sub { $_[0]->stream->write("\xff\xff\xff\xff") },
    map({ $_ => sub { } } qw(connect write timer connect_refused connect_failed connect_timeout connect_canceled)),
);

sub client_role {
    my ($event, $act) = @_;
    my $first = 1;
    $server->connection_callback(sub { $by_server{$event}->($_[1]) if $first; $first = 0 });
    $server->handshake_callback(sub { $_[1]->send_accept_error({code => 403}) if $first; $first = 0 }) if $event eq 'connect_refused';
    $server->run;
    $conn = UE::WebSocket::Client->new({}, $loop);
    attach($conn, $event, $act);
    $conn->connect_callback(sub {
        my ($client) = @_;
        return $act->() if $event =~ /^connect/;
        $client->send(payload => 'x', cb => $act) if $event eq 'write';
        $more = [UE::timer_once(0.001, $act, $loop)] if $event eq 'timer';
    });
    my $silent = UE::Tcp->new($loop);
    $silent->bind('127.0.0.1', 0);
    $silent->listen(sub { push @$more, $_[1] });
    my $elsewhere = ($tls ? 'wss' : 'ws') . '://127.0.0.1:' . scalar($silent->sockaddr)->port . '/';
    if ($event eq 'connect_failed') { $silent->reset; $conn->connect({uri => $elsewhere}) }
    elsif ($event eq 'connect_timeout') { $conn->connect({uri => $elsewhere, timeout => 0.01}) }
    elsif ($event eq 'connect_canceled') { $conn->connect({uri => $elsewhere}); push @$more, UE::timer_once(0.001, sub { $conn->close if $conn }, $loop) }
    else { $conn->connect({uri => uri()}) }
    push @$more, $silent;
}

sub act_out {
    my ($role, $event, $name) = @_;
    local ($loop, $server, $conn, $peer, $more) = (UE::Loop->new, undef, undef, undef, []);
    my ($fired, $late, $died) = (0, 0, 0);
    my $act = sub { $deed{$name}->() if !$fired++ };
    $server = UE::WebSocket::Server->new({locations => [{host => '127.0.0.1', port => 0, ($tls ? (ssl_ctx => $ctx) : ())}]}, $loop);
    $role->($event, $act);
    my $turn = sub { my ($method) = @_; eval { $loop->$method; 1 } or $died += $@ eq "deed\n" ? 1 : die $@ };
    my $bound = UE::timer_once(seconds(10), sub { $late = 1; $loop->stop }, $loop);
    $turn->('run_once') until $fired || $late;
    return 'never called' if $late;
    $turn->('run_nowait') for 1 .. 3;

    # To the end: everything goes, and so must the loop.
    $server->stop if $server;
    $peer->leave if $peer;
    undef $conn;
    undef $peer;
    undef $server;
    $more = [];
    $bound->weak(1);
    for (1 .. 20) { $turn->('run'); last if $late || !$loop->alive }
    return 'the loop does not end' if $late || $loop->alive;
    return "$died exceptions" if $died != ($name =~ /die/ ? 1 : 0);
    return '';
}

my @said;
local $SIG{__WARN__} = sub { push @said, @_ };
for my $secure (0, 1) {
    $tls = $secure;
    act_out(\&client_role, 'message', 'nothing');    # makes what lasts
    for (['server', \&server_role, \%by_peer], ['client', \&client_role, \%by_server]) {
        my ($side, $role, $events) = @$_;
        for my $event (sort keys %$events) {
            my $row = join ' ', $side, $event, $tls ? 'with TLS' : ();
            next if @ARGV && $row !~ /$ARGV[0]/;
            subtest $row => sub {
                for my $name (sort keys %deed) {
                    my $before = UniEvent::_live_objects();
                    my $problem = act_out($role, $event, $name);
                    my $left = UniEvent::_live_objects() - $before;
                    is $problem || ($left ? "$left objects are left" : ''), '', $name;
                }
            };
        }
    }
}
is "@said", '', 'no warnings';

UETest::nothing_left($ctx);
done_testing;
