# fork in a program with WebSocket and HTTP servers and live connections: the child builds servers of its own on a loop of its
# own, or stops what it has inherited; the parent and its connections do not notice. Also several children on one port.
use strict;
use warnings;
use lib 't/lib';
use POSIX ();
use Test::More;
use UETest qw(run_until seconds);
use UETest::WsPeer;
use UniEvent::WebSocket;

my $loop = UE::Loop->default;

# Runs the code in a child; what it returns comes back as text.
sub begin_child {
    my ($code) = @_;
    pipe my $r, my $w or die "pipe: $!";
    defined(my $pid = fork) or die "fork: $!";
    return {pid => $pid, out => $r} if $pid;
    alarm seconds(20);
    my $said = eval { $code->($w) } // "died: $@";
    syswrite $w, $said;
    POSIX::_exit(0);
}
sub end_child {
    my ($child) = @_;
    my $said = do { local $/; readline $child->{out} } // '';
    waitpid $child->{pid}, 0;
    return $? ? "status $?: $said" : $said;
}
sub in_child { return end_child(begin_child(@_)) }

# A conversation with a server at an address, from a loop.
sub ask {
    my ($uri, $own) = @_;
    my $client = UE::WebSocket::Client->new({}, $own);
    my $got = '';
    $client->connect_callback(sub { $_[1]->error ? ($got = $_[1]->error) : $_[0]->send_text('hi') });
    $client->message_callback(sub { $got = $_[1]->payload; $_[0]->close });
    $client->connect({uri => $uri, timeout => seconds(10)});
    run_until($own, sub { $got });
    return "$got";
}
sub server {
    my ($name, $own, %location) = @_;
    my $server = UE::WebSocket::Server->new({locations => [{host => '127.0.0.1', %location}]}, $own);
    $server->connection_callback(sub { $_[1]->message_callback(sub { $_[0]->send_text("$name: " . $_[1]->payload) }) });
    $server->http->request_callback(sub { $_[0]->respond({body => "page of $name"}) if !$_[0]->header('Upgrade') });
    $server->run;
    return $server;
}

my $server = server('parent', $loop);
my $address = $server->sockaddr;
my $client = UE::WebSocket::Client->new({}, $loop);
my (@got, @closed);
$client->message_callback(sub { push @got, $_[1]->payload });
$client->close_callback(sub { push @closed, $_[1] });
$client->connect({uri => "ws://$address"});
run_until($loop, sub { $client->connected && $server->connections_count == 1 });

sub parent_is_well {
    my ($name) = @_;
    @got = ();
    $client->send_text('still there');
    run_until($loop, sub { @got });
    is "@got @closed", 'parent: still there ', "$name: the parent's connection goes on";
    is ask("ws://$address", $loop), 'parent: hi', "$name: and new ones come in";
}

is in_child(sub { my $own = UE::Loop->new; my $s = server('child', $own); ask('ws://' . $s->sockaddr, $own) }), 'child: hi',
    'a child with a loop and a server of its own';
parent_is_well('own server');

is in_child(sub { undef $server; undef $client; my $own = UE::Loop->new; my $s = server('child', $own); ask('ws://' . $s->sockaddr, $own) }), 'child: hi',
    'a child that drops what it has inherited';
parent_is_well('dropped');

# A child that just ends, with all that it has inherited, takes nothing along: no connection, and no file of a Unix socket.
my $dir = UETest::temp_dir();
my $by_path = UE::WebSocket::Server->new({locations => [{path => "$dir/socket"}]}, $loop);
$by_path->connection_callback(sub { $_[1]->message_callback(sub { $_[0]->send_text($_[1]->payload) }) });
$by_path->run;
my $by_path_peer = UETest::WsPeer->new($by_path);
run_until($loop, sub { $by_path_peer->opened });
defined(my $pid = fork) or die "fork: $!";
if (!$pid) { Test::More->builder->no_ending(1); @closed = (); $client->close_callback(sub { print STDOUT "not ok - told in the child\n" }); exit 0 }
waitpid $pid, 0;
is $?, 0, 'a child that ends by exit';
ok -S "$dir/socket", 'the socket file is still there';
$by_path_peer->send_text('by path');
run_until($loop, sub { $by_path_peer->messages });
is_deeply [$by_path_peer->payloads], ['by path'], 'the connection as well';
$by_path->stop;
ok !-e "$dir/socket", 'the file goes with the server of its own process';
undef $by_path;
undef $by_path_peer;
parent_is_well('exit');

is in_child(sub { my $own = UE::Loop->new; my $s = server('child', $own); $own->run_nowait; $s->stop; $own->run_nowait; 'ended' }), 'ended', 'a child that stops its server';
parent_is_well('stopped');


my $in_callback;
my $other = UE::WebSocket::Server->new({locations => [{host => '127.0.0.1'}]}, $loop);
$other->connection_callback(sub { $in_callback = in_child(sub { my $own = UE::Loop->new; my $s = server('grandchild', $own); ask('ws://' . $s->sockaddr, $own) }); $_[1]->close });
$other->run;
my $peer = UETest::WsPeer->new($other);
run_until($loop, sub { $in_callback && $peer->eof });
is $in_callback, 'grandchild: hi', 'fork in connection_callback';
$other->stop;
undef $peer;
parent_is_well('in a callback');

# The usual way to use all processors: a port is reserved, each child listens on it by itself.
SKIP: {
    skip 'no reuse_port on this system', 2 if $^O !~ /linux|bsd/;
    my $reserved = server('reserved', $loop, reuse_port => 1);
    my $port = $reserved->sockaddr->port;
    my @children = map {
        my $n = $_;
        begin_child(sub {
            my ($w) = @_;
            undef $reserved;    # or its socket would get connections that nobody accepts
            my $own = UE::Loop->new;
            my $s = server("worker $n", $own, port => $port, reuse_port => 1);
            syswrite $w, "ready\n";
            my $term = UE::signal(UE::Signal::SIGTERM(), sub { $s->stop; $own->stop }, $own);
            $own->run;
            'ended';
        });
    } 1 .. 2;
    is readline $_->{out}, "ready\n", 'a worker listens' for @children;
    $reserved->stop;
    my %answers;
    for (1 .. 200) { $answers{ ask("ws://127.0.0.1:$port", $loop) }++; last if keys %answers == 2 }
    is_deeply [sort keys %answers], ['worker 1: hi', 'worker 2: hi'], 'both get connections';
    kill TERM => map { $_->{pid} } @children;
    is end_child($_), 'ended', 'and end when they are told' for @children;
}

# system() and qx fork as well; nothing of the program runs there.
my $forks = 0;
$loop->fork_event->add(my $count = sub { $forks++ });
is system($^X, '-e', '1'), 0, 'system';
is qx{echo x}, "x\n", 'qx';
is $forks, 0, 'fork_event is not seen here';
$loop->fork_event->remove($count);
parent_is_well('system');

$client->close;
$server->stop;
UETest::nothing_left($client, $server, $other, $loop);
done_testing;
