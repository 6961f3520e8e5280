# Bytes and characters, close codes and reasons: the two tables of UniEvent::WebSocket as tests. What is passed, by which method,
# and what the peer gets; who ends a connection, and what both ends see.
use strict;
use warnings;
use lib 't/lib';
use B ();
use Encode ();
use Test::More;
use UETest qw(run_until run_until_empty);
use UETest::WsPeer;
use UniEvent::WebSocket;

my $loop = UE::Loop->new;
my ($server, $conn, $peer, @events);

sub connected {
    my (%config) = @_;
    $server = UE::WebSocket::Server->new({locations => [{host => '127.0.0.1'}], %config}, $loop);
    (undef $conn, @events) = ();
    $server->connection_callback(sub {
        $conn = $_[1];
        $conn->close_callback(sub { push @events, "$_[1] $_[2]" });
        $conn->peer_close_callback(sub { push @events, 'peer ' . ($_[1] ? join ' ', $_[1]->close_code, $_[1]->close_message : 'left') });
    });
    $server->run;
    $peer = UETest::WsPeer->new($server);
    run_until($loop, sub { $conn && $peer->opened });
    return $conn;
}
sub ended { undef $conn; $server->stop; undef $server; undef $peer; return }

{ package AsText; use overload '""' => sub { "text \x{263a}" } }
{ package AsLongText; use overload '""' => sub { join ',', 1 .. 20_000 } }
{ package Tied; sub TIESCALAR { bless [$_[1]] } sub FETCH { $_[0][0] } }
my $flagged = "caf\x{e9}";
utf8::upgrade($flagged);
my $plain = "caf\x{e9}";
utf8::downgrade($plain);
tie my $tied, 'Tied', "tied \x{e9}";
tie my $long_tied, 'Tied', 'tied' x 20_000;
my $long = "\x{263a}" . "\x{e9}" x 20_000;
my %passed = (
    'bytes'                => ["caf\xc3\xa9", "caf\xc3\xa9"],
    'encoded characters'   => [Encode::encode_utf8("caf\x{e9}"), "caf\xc3\xa9"],
    'without the flag'     => [$plain, "caf\xe9"],
    'with the flag'        => [$flagged, "caf\xc3\xa9"],
    'above 255'            => ["\x{263a}", "\xe2\x98\xba"],
    'a number'             => [12, '12'],
    'an object with text'  => [bless([], 'AsText'), "text \xe2\x98\xba"],
    'a tied scalar'        => [\$tied, "tied \xe9"],
    'undef'                => [undef, ''],
    'an empty string'      => ['', ''],
    'zero'                 => [0, '0'],
    'a NUL'                => ["a\0b", "a\0b"],
    'long, with the flag'  => [$long, Encode::encode_utf8($long)],
    'a long object'        => [bless([], 'AsLongText'), join ',', 1 .. 20_000],
    'a long tied scalar'   => [\$long_tied, 'tied' x 20_000],
    'long bytes'           => ["\xff" x 100_000, "\xff" x 100_000],
);
my %method = (
    send_text    => [1, sub { $_[0]->send_text($_[1]) }],
    send_message => [2, sub { $_[0]->send_message($_[1]) }],
    send         => [2, sub { $_[0]->send(payload => $_[1]) }],
    'send, hash' => [1, sub { $_[0]->send({payload => $_[1], opcode => 1}) }],
    send_ping    => [9, sub { $_[0]->send_ping($_[1]) }, 125],
    send_pong    => [10, sub { $_[0]->send_pong($_[1]) }, 125],
);

my @said;
local $SIG{__WARN__} = sub { push @said, @_ };
subtest 'what the peer gets' => sub {
    connected(deflate => undef);
    for my $what (sort keys %passed) {
        my ($given, $wanted) = @{ $passed{$what} };
        for my $name (sort keys %method) {
            my ($opcode, $call, $most) = @{ $method{$name} };
            my $before = my @all = $peer->messages;
            my $before_flag = ref $given ? 0 : defined $given && utf8::is_utf8($given);
            $call->($conn, ref $given eq 'SCALAR' ? $$given : $given);
            run_until($loop, sub { $before < (my @now = $peer->messages) });
            my $got = ($peer->messages)[-1];
            my $expected = $most && length $wanted > $most ? substr $wanted, 0, $most : $wanted;
            ok $got->opcode == $opcode && ($got->payload // '') eq $expected, "$what, $name" or diag length($got->payload // ''), ' of ', length $expected;
            ok !utf8::is_utf8($got->payload // ''), "$what, $name: bytes" if $got->payload_length;
            is !!utf8::is_utf8($given // ''), !!$before_flag, "$what, $name: the argument is as it was" if !ref $given;
        }
    }
    ended();
};

subtest 'a large string is sent as it lies' => sub {
    connected(deflate => undef);
    my $source = 'x' x 100_000;
    open my $in, '<', \$source or die $!;
    read $in, my $string, length $source;
    my $shared = sub { B::svref_2object(\$string)->FLAGS & B::SVf_IsCOW() };
    ok !$shared->(), 'it is shared with nobody';
    $conn->send_message($string);
    SKIP: {
        skip 'this perl copies at once', 1 if $] < 5.020;
        ok $shared->(), 'now with the engine, not copied';
    }
    $string .= 'y';
    run_until($loop, sub { my @all = $peer->messages });
    is +($peer->messages)[0]->payload, 'x' x 100_000, 'and may be changed at once';
    ended();
};

subtest 'what arrives' => sub {
    connected();
    my @got;
    $conn->message_callback(sub { push @got, $_[1]->payload });
    $peer->send_text($_) for "caf\xc3\xa9", '', "caf\xe9";
    run_until($loop, sub { @got == 3 });
    is_deeply \@got, ["caf\xc3\xa9", undef, "caf\xe9"], 'bytes, not decoded; an empty payload is undef; not checked by default';
    is Encode::decode_utf8($got[0]), "caf\x{e9}", 'characters after decoding';
    ended();
};

# who ends it => [how, close_event here, close frame at the peer, settings]
my %ending = (
    'close'                 => [sub { $conn->close }, '1000 Done', '1000 Done'],
    'close(4000)'           => [sub { $conn->close(4000) }, '4000 4000', '4000 4000'],
    'close(4000, own)'      => [sub { $conn->close(4000, 'own') }, '4000 own', '4000 own'],
    'close(4000, empty)'    => [sub { $conn->close(4000, '') }, '4000 ', '4000 '],
    'close with characters' => [sub { $conn->close(4000, "\x{263a}") }, undef, "4000 \xe2\x98\xba"],
    'close with too many'   => [sub { $conn->close(4000, "\x{263a}" x 50) }, undef, '4000 ' . "\xe2\x98\xba" x 41],
    'server stop'           => [sub { $server->stop }, '1001 Away', '1001 Away'],
    'server stop(1011)'     => [sub { $server->stop(1011) }, '1011 Internal Error', '1011 Internal Error'],
    'server dropped'        => [sub { undef $server }, '1001 Away', '1001 Away'],
    'the peer, 4321 why'    => [sub { $peer->send_close(4321, 'why') }, 'peer 4321 why|4321 why', '4321 why'],
    'the peer, no code'     => [sub { $peer->send_close }, 'peer 1005 |1000 ', '1000 '],
    'the peer leaves'       => [sub { $peer->shutdown }, 'peer left|1006 Abnormally', undef],
    'the peer is cut off'   => [sub { $peer->leave }, 'peer left|1006 Abnormally', undef],
    'a broken frame'        => [sub { $peer->write("\x83\x80abcd") }, '1002 WS Protocol Error', '1002 WS Protocol Error'],
    'bad UTF-8'             => [sub { $peer->send_text("\xff") }, '1007 Invalid Text', '1007 Invalid Text', check_utf8 => 1],
    'too large'             => [sub { $peer->send_text('x' x 11) }, '1009 Max Size', '1009 Max Size', max_message_size => 10],
    'too large a frame'     => [sub { $peer->send_text('x' x 11) }, '1009 Max Size', '1009 Max Size', max_frame_size => 10],
    map({ my ($code, $reason) = @$_; ("close($code)" => [sub { $conn->close($code) }, "$code $reason", "$code $reason"]) } [1001, 'Away'], [1002, 'WS Protocol Error'],
        [1003, 'WS Invalid Data'], [1007, 'Invalid Text'], [1008, 'Bad Request'], [1009, 'Max Size'], [1010, 'Extension Needed'],
        [1011, 'Internal Error'], [3001, '3001']),
);
for my $name (sort keys %ending) {
    my ($how, $here, $there, %config) = @{ $ending{$name} };
    connected(%config);
    $how->();
    run_until($loop, sub { @events && $events[-1] !~ /^peer/ && ($peer->eof || !defined $there) });
    is join('|', @events), $here, "$name: here" if defined $here;
    my $frame = $peer->close_message;
    is $frame && join(' ', $frame->close_code, $frame->close_message), $there, "$name: at the peer";
    undef $conn;
    $server->stop if $server;
    undef $server;
    undef $peer;
}

is "@said", '', 'no warnings';
ok run_until_empty($loop), 'the loop ends';
done_testing;
