# permessage-deflate as a client agrees to it: RFC 7692 lets a server answer with smaller windows than the client has offered.
# UniEvent::WebSocket::Client takes them (deflate => {accept_smaller_windows => 0} makes it insist), the bare parser does not;
# larger ones, and what the client cannot do, are refused by both. What is sent then fits into the window.
use strict;
use warnings;
use lib 't/lib';
use Compress::Raw::Zlib;
use Test::More;
use UETest qw(run_until run_until_empty);
use UETest::Raw;
use UniEvent::WebSocket;

my $loop = UE::Loop->new;
my $failed = Protocol::WebSocket::Fast::Error::deflate_negotiation_failed();

# A server that accepts every handshake, with this answer to the offer, and keeps what comes then.
sub answering {
    my ($extension) = @_;
    my $tcp = UE::Tcp->new($loop);
    $tcp->bind('127.0.0.1', 0);
    my %state = (tcp => $tcp, in => '');
    $tcp->listen(sub {
        $state{peer} = $_[1];
        $_[1]->read_callback(sub {
            my ($stream, $bytes) = @_;
            $state{in} .= $bytes;
            return if $state{head} || $state{in} !~ s/\A(.*?\r\n\r\n)//s;
            $state{head} = $1;
            my ($key) = $1 =~ /^Sec-WebSocket-Key: (\S+)/mi;
            my $accept = MIME::Base64::encode_base64(Digest::SHA::sha1($key . $UETest::Raw::GUID), '');
            $stream->write("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: $accept\r\n"
                . "Sec-WebSocket-Extensions: permessage-deflate; $extension\r\n\r\n");
        });
    });
    return \%state;
}

# The outcome of a connect: 'fine', or the error.
sub outcome {
    my ($server, $deflate) = @_;
    my $client = UE::WebSocket::Client->new({($deflate ? (deflate => $deflate) : ())}, $loop);
    my $outcome;
    $client->connect_callback(sub { $outcome = $_[1]->error // 'fine' });
    $client->connect({uri => 'ws://' . $server->{tcp}->sockaddr});
    run_until($loop, sub { defined $outcome });
    return ($outcome, $client);
}

sub end { my ($server, $client) = @_; $client->close; $_->clear for grep { defined } @$server{qw(tcp peer)}; %$server = () }

# [answer, taken by the client, taken by one that insists, settings]
my @cases = (
    ['server_max_window_bits=15; client_max_window_bits=15', 1, 1],
    (map { (["server_max_window_bits=$_", 1, 0], ["client_max_window_bits=$_", 1, 0]) } 9 .. 14),
    ['server_max_window_bits=12; client_max_window_bits=12', 1, 0],
    ['server_no_context_takeover; client_no_context_takeover', 1, 1],
    ['server_max_window_bits=16', 0, 0], ['client_max_window_bits=8', 0, 0], ['server_max_window_bits', 0, 0],
    ['client_max_window_bits', 0, 0], ['unknown', 0, 0], ['server_max_window_bits=12; server_max_window_bits=12', 0, 0],
    ['server_max_window_bits=13', 0, 0, server_max_window_bits => 12],
    ['server_max_window_bits=11', 1, 0, server_max_window_bits => 12],
    ['client_max_window_bits=13', 0, 0, client_max_window_bits => 12],
    ['client_max_window_bits=10', 1, 0, client_max_window_bits => 12],
);
for my $case (@cases) {
    my ($answer, $tolerant, $insisting, %own) = @$case;
    for my $accept (undef, 1, 0) {
        my $server = answering($answer);
        my %deflate = (%own, defined $accept ? (accept_smaller_windows => $accept) : ());
        my ($outcome, $client) = outcome($server, %deflate ? \%deflate : undef);
        my $name = join ', ', $answer, map { "$_ $deflate{$_}" } sort keys %deflate;
        my $taken = ($accept // 1) ? $tolerant : $insisting;
        $taken ? is($outcome, 'fine', "$name: taken") : ok(ref $outcome && $outcome & $failed, "$name: refused");
        end($server, $client);
    }
    my $parser = Protocol::WebSocket::Fast::ClientParser->new(%own ? {deflate => \%own} : ());
    my $request = $parser->connect_request({uri => 'ws://a/', ws_key => $UETest::Raw::KEY});
    my $accept = MIME::Base64::encode_base64(Digest::SHA::sha1($UETest::Raw::KEY . $UETest::Raw::GUID), '');
    my $response = $parser->connect("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: $accept\r\n"
        . "Sec-WebSocket-Extensions: permessage-deflate; $answer\r\n\r\n");
    is !!$parser->established, !!$insisting, "$answer: the bare parser " . ($insisting ? 'takes it' : 'refuses');
}

# What the client then sends can be read with a window of the agreed size, and it reads what uses the whole of the server's.
# It repeats itself at all distances, from a few bytes to more than the largest window.
srand 11;
my $noise = join '', map { chr int rand 256 } 1 .. 36_000;
my $far = join '', map { substr $noise, 0, $_ } 40, 90, 200, 490, 1000, 2000, 4000, 8000, 16_000, 36_000;
for my $bits (9 .. 15) {
    my $server = answering("client_max_window_bits=$bits; server_max_window_bits=$bits");
    my ($outcome, $client) = outcome($server);
    my @got;
    $client->message_callback(sub { push @got, $_[1]->payload });
    $client->send(payload => $far x 2, deflate => 1);
    my ($frame, $length);
    run_until($loop, sub {
        return if length $server->{in} < 8;
        (undef, my $second) = unpack 'CC', $server->{in};
        my $head = ($second & 127) == 126 ? 8 : ($second & 127) == 127 ? 14 : 6;
        return if length $server->{in} < $head;
        $length = $head == 8 ? unpack('x2n', $server->{in}) : $head == 14 ? unpack('x2Q>', $server->{in}) : $second & 127;
        return if length $server->{in} < $head + $length;
        my ($mask, $data) = unpack 'x' . ($head - 4) . 'a4a*', $server->{in};
        $frame = $data ^ substr $mask x (1 + $length / 4), 0, $length;
        return 1;
    });
    my ($inflate) = Compress::Raw::Zlib::Inflate->new(-WindowBits => -$bits);
    my $status = $inflate->inflate(my $bytes = $frame . "\0\0\xff\xff", my $plain);
    is $plain, $far x 2, "$bits bits: what the client sends needs no larger window" or diag $status;

    my ($deflate) = Compress::Raw::Zlib::Deflate->new(-WindowBits => -$bits, -AppendOutput => 1);
    $deflate->deflate($far x 3, my $packed = '');
    $deflate->flush($packed, Z_SYNC_FLUSH);
    substr $packed, -4, 4, '';
    $server->{peer}->write(pack('C', 0xc2) . (length $packed < 65_536 ? pack 'Cn', 126, length $packed : pack 'CQ>', 127, length $packed) . $packed);
    run_until($loop, sub { @got });
    ok +($got[0] // '') eq $far x 3, "$bits bits: and it reads what the server makes with all of its own";
    end($server, $client);
}

ok run_until_empty($loop), 'nothing is left to do';
done_testing;
