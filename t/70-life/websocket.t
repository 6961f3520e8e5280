# Every callback may do anything: close, stop, drop, die. For each pair of a callback and a deed nothing may crash, the
# loop must end, and no object of the engine may be left.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(run_until run_until_empty);
use UETest::WsPeer;
use UniEvent::WebSocket;

our ($loop, $server, $conn, $client, $done);

my %deed = (
    'stop server'      => sub { $server->stop if $server },
    'drop server'      => sub { undef $server },
    'close connection' => sub { $conn->close if $conn },
    'reset stream'     => sub { $conn->stream->reset if $conn && $conn->stream },
    'drop connection'  => sub { undef $conn },
    'close and drop'   => sub { $conn->close if $conn; undef $conn; undef $server },
    'stop loop'        => sub { $loop->stop },
    'die'              => sub { die "deed\n" },
    're-bless'         => sub { bless $conn, 'My::Conn' if $conn },
    'clear handlers'   => sub {
        return if !$conn;
        $conn->$_(undef) for map { "${_}_callback" } qw(message ping pong peer_close close error);
    },
    'configure'        => sub { $server->configure({}) if $server },
    'another client'   => sub { $server && @{ $server->listeners } && push @{ $done->{more} }, UETest::WsPeer->new($server) },
);

{ package My::Conn; our @ISA = 'UniEvent::WebSocket::ServerConnection' }

# How to make each callback happen.
my %cause = (
    handshake => sub { }, connection => sub { },
    message    => sub { $client->send_text('a') for 1 .. 3 },
    ping       => sub { $client->send_ping('b') },
    pong       => sub { $client->send_pong('c') },
    peer_close => sub { $client->send_close(1000) },
    eof        => sub { $client->shutdown },
    close      => sub { $client->send_close(1000) },
    disconnection => sub { $client->send_close(1000) },
    error      => sub { $client->write("\xff\xff\xff\xff") },
    send       => sub { $client->send_text('answer') },
    timer      => sub { $done->{timer} = UE::timer_once(0.001, $done->{deed}, $loop) },
);

sub trial {
    my ($callback, $name) = @_;
    my $before = UniEvent::_live_objects();
    my $result = act_out($callback, $name);
    my $left = UniEvent::_live_objects() - $before;
    return $result || ($left ? "$left objects are left" : '');
}

sub act_out {
    my ($callback, $name) = @_;
    local ($loop, $server, $conn, $client, $done) = (UE::Loop->new);
    $done = {more => []};
    my $fired = 0;
    my $act = $done->{deed} = sub { return if $fired++; $deed{$name}->() };
    $server = UE::WebSocket::Server->new({locations => [{host => '127.0.0.1', port => 0}]}, $loop);
    $server->handshake_callback(sub { $conn //= $_[1]; $act->() if $callback eq 'handshake' });
    $server->connection_callback(sub {
        my (undef, $c) = @_;
        for my $event (qw(message ping pong close error)) { $c->${\"${event}_callback"}($act) if $event eq $callback }
        $c->peer_close_callback($act) if $callback =~ /^(?:peer_close|eof)$/;
        $c->message_callback(sub { $_[0]->send(payload => 'x', cb => $act) }) if $callback eq 'send';
        $act->() if $callback eq 'connection';
    });
    $server->disconnection_callback($act) if $callback eq 'disconnection';
    $server->run;
    $client = UETest::WsPeer->new($server, on_open => sub { $cause{$callback}->() });
    my $died = 0;
    my $turn = sub { eval { $loop->run_once; 1 } or $died += $@ eq "deed\n" ? 1 : die $@ };
    my $late = 0;
    my $bound = UE::timer_once(UETest::seconds(10), sub { $late = 1 }, $loop);
    $turn->() until $fired || $late;
    my $expected = $name eq 'die' ? 1 : 0;
    $server->stop if $server;
    $client->leave;
    $_->leave for @{ $done->{more} };
    $bound->stop;
    $bound->weak(1);
    $bound->once(UETest::seconds(10));
    undef $conn;
    eval { $loop->run; 1 } or $died += $@ eq "deed\n" ? 1 : die $@;
    return $late ? 'never called' : $died != $expected ? "$died exceptions" : '';
}

for my $callback (sort keys %cause) {
    subtest $callback => sub {
        for my $name (sort keys %deed) { is trial($callback, $name), '', "$name in $callback" }
    };
}

done_testing;
