# The server that the tests of this room attack; t/lib/UETest/Hostile.pm starts it.
#
#   perl target.pl '{"config": {...}, "tls": [certificate, key], "late_close": 1}'
#
# WebSocket by path: /echo answers, /count is silent, /chat relays to all others, /pour sends what is asked for ("COUNT SIZE"),
# /report answers every text with what the process has used and seen ("mark": and starts a new peak of memory).
# HTTP: every request is answered with the size of its body.
use 5.016;
use strict;
use Errno;
use warnings;
use JSON::PP ();
use UniEvent::WebSocket;

my $json = JSON::PP->new->utf8->canonical;
my $option = $json->decode($ARGV[0] // '{}');
my %location = (host => '127.0.0.1', port => 0, tcp_nodelay => 1);
if ($option->{tls}) {
    $location{ssl_ctx} = UE::SslContext->new({cert => $option->{tls}[0], key => $option->{tls}[1]});
}
my $server = UE::WebSocket::Server->new({locations => [\%location], %{$option->{config} || {}}});
my %seen = (delivered => 0, messages => 0, bytes => 0, errors => {}, closes => {}, http_errors => {}, send_failures => 0, sent => 0, turns => 0, requests => 0);
my %chatters;    # id => connection

sub status_line {
    my ($name) = @_;
    open my $in, '<', '/proc/self/status' or return undef;
    return +(map { /^$name:\s*(\d+)/ ? $1 : () } <$in>)[0];
}

# How many are open; -1 if there are none left to look.
sub descriptors {
    opendir my $dir, '/proc/self/fd' or return $!{EMFILE} ? -1 : undef;
    return scalar grep { !/^\./ } readdir $dir;
}

sub report {
    my ($user, $system) = times;
    return $json->encode({%seen, cpu => $user + $system, rss => scalar status_line('VmRSS'), peak => scalar status_line('VmHWM'), fds => scalar descriptors(),
        connections => $server->connections_count, objects => UniEvent::_live_objects()});
}

my %role = (
    '/echo'  => sub { my ($conn, $message) = @_; $conn->send(opcode => $message->opcode, payload => $message->payload // '') },
    '/count' => sub { },
    '/chat'  => sub {
        my ($conn, $message) = @_;
        my $payload = $message->payload // '';
        for my $other (values %chatters) {
            next if $other == $conn;
            ++$seen{sent};
            $other->send(opcode => 2, payload => $payload, cb => sub { ++$seen{$_[1] ? 'send_failures' : 'delivered'} });
        }
    },
    '/pour' => sub {
        my ($conn, $message) = @_;
        my ($count, $size) = split ' ', $message->payload;
        for (1 .. $count) {
            last if !$conn->connected;
            ++$seen{sent};
            $conn->send(opcode => 2, payload => 'p' x $size, cb => sub { ++$seen{send_failures} if $_[1] });
        }
    },
    '/report' => sub {
        my ($conn, $message) = @_;
        if ($message->payload eq 'mark' && open my $out, '>', '/proc/self/clear_refs') { print {$out} "5\n" }
        $conn->send_text(report());
    },
);

$server->connection_callback(sub {
    my (undef, $conn, $request) = @_;
    my $path = $request->uri->path;
    my $act = $role{$path} or return $conn->close(4004);
    $conn->message_callback(sub {
        my ($conn, $message) = @_;
        ++$seen{messages} if $path ne '/report';
        $seen{bytes} += length($message->payload // '');
        $act->($conn, $message);
    });
    $chatters{$conn->id} = $conn if $path eq '/chat';
    $conn->error_callback(sub { ++$seen{errors}{"$_[1]"} });
    $conn->close_callback(sub { ++$seen{closes}{$_[1]}; delete $chatters{$_[0]->id} });
});
$server->http->request_callback(sub {
    my ($request) = @_;
    return if lc($request->header('Upgrade') // '') eq 'websocket';
    ++$seen{requests};
    $request->respond({code => 200, body => length($request->body // '') . "\n"});
});
$server->http->error_callback(sub { ++$seen{http_errors}{"$_[1]"} });

my $turns = UE::Prepare->new;
$turns->start(sub { ++$seen{turns} });
$turns->weak(1);
$server->run;
my @signals;
@signals = map { UE::signal($_, sub { $server->stop; @signals = () }) } UE::Signal::SIGINT(), UE::Signal::SIGTERM();
$| = 1;
my $scheme = $option->{tls} ? 'https' : 'http';
print "listening on $scheme://127.0.0.1:", $server->sockaddr->port, "/\n";
UE::Loop->default->run;
undef $_ for $turns, $server;
%location = ();
my $left = UniEvent::_live_objects() - 1;    # the loop
print "left: $left\n";
