# Conformance to RFC 6455 and RFC 7692 as tables: what a peer sends, and what has to be made of it, in both roles.
#
# A case is a hash: section, name, send => [frames], want => [events], and where needed config, extension (the parameters
# that both ends agreed on, '' for none), at (the failure comes with this octet of the bytes, and not one earlier).
# A frame is [opcode, payload, options of UETest::Raw->frame_bytes]; mask => 'wrong' does what the role forbids.
# An event is 'text PAYLOAD', 'binary PAYLOAD', 'ping PAYLOAD', 'pong PAYLOAD', 'close CODE REASON' or 'fail CODE'.
#
# The same tables run against the parsers (codec_passes) and against the whole engine over sockets (t/50-ws).
package UETest::Conformance;
use 5.016;
use strict;
use warnings;
use Digest::SHA ();
use Exporter 'import';
use Test::More ();
use Protocol::WebSocket::Fast ();
use UETest::Raw;

our @EXPORT_OK = qw(wire shown replies_to codec_passes established totals request_head response_head);

my %WORD = (1 => 'text', 2 => 'binary', 8 => 'close', 9 => 'ping', 10 => 'pong');
my $ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';
my %passed;  # by role

# A long payload as its length and digest.
sub shown {
    my ($payload) = @_;
    return length $payload <= 200 ? $payload : length($payload) . ':' . Digest::SHA::sha1_hex($payload);
}

# An expected event as it is compared: 'text ' . a long payload is shortened.
sub expected { my ($word, $payload) = split / /, $_[0], 2; return defined $payload ? "$word " . shown($payload) : $word }

# The bytes of the frames of a case, one string per frame.
sub wire {
    my ($role, $case) = @_;
    return map {
        my ($opcode, $payload, %option) = @$_;
        my $wrong = ($option{mask} // '') eq 'wrong';
        delete $option{mask} if $wrong;
        my $masked = ($role eq 'server') != $wrong;
        my %mask = exists $option{mask} ? () : $masked ? () : (mask => undef);
        $option{mask} = undef if exists $option{mask} && !$masked;
        UETest::Raw->frame_bytes(opcode => $opcode, payload => "$payload", %mask, %option);
    } @{$case->{send}};
}

sub request_head {
    my ($extension, @more) = @_;
    return UETest::Raw->handshake_bytes('/', ($extension ? ('Sec-WebSocket-Extensions' => $extension) : ()), @more);
}

sub response_head {
    my ($extension, $accept) = @_;
    return join "\r\n", 'HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade',
        'Sec-WebSocket-Accept: ' . ($accept // $ACCEPT), ($extension ? "Sec-WebSocket-Extensions: $extension" : ()), '', '';
}

# A parser after a handshake with these extension parameters (undef: none).
sub established {
    my ($role, $config, $extension) = @_;
    my $name = defined $extension ? "permessage-deflate$extension" : undef;
    if ($role eq 'server') {
        my $parser = Protocol::WebSocket::Fast::ServerParser->new($config);
        $parser->accept(request_head($name));
        $parser->accept_response;
        return $parser;
    }
    my $parser = Protocol::WebSocket::Fast::ClientParser->new($config);
    $parser->connect_request({uri => 'ws://localhost/', ws_key => $UETest::Raw::KEY});
    my $response = $parser->connect(response_head($name));
    die 'no handshake: ' . $response->error . "\n" if $response->error;
    return $parser;
}

sub event_of {
    my ($parser, $message) = @_;
    return 'fail ' . $parser->suggested_close_code if $message->error;
    return 'close ' . $message->close_code . ' ' . $message->close_message if $message->opcode == 8;
    return $WORD{$message->opcode} . ' ' . shown($message->payload // '');
}

# Feeds pieces until something fails; the events, and the octets that were used up when the last one came.
sub events_of {
    my ($parser, @pieces) = @_;
    my ($used, $at, @events) = (0, 0);
    for my $piece (@pieces) {
        $used += length $piece;
        for my $message ($parser->get_messages($piece)) {
            push @events, event_of($parser, $message);
            $at = $used;
        }
        last if @events && $events[-1] =~ /\Afail/;
    }
    return (\@events, $at);
}

# What an echo peer that received these events has to have sent.
sub replies_to {
    my (@events) = @_;
    my @replies;
    for (@events) {
        if (/\A(?:text|binary) /s) { push @replies, $_ }
        elsif (/\Aping (.*)/s) { push @replies, "pong $1" }
        elsif (/\Aclose (\d+) (.*)/s) { push @replies, $1 == 1005 ? 'close 1000 ' : "close $1 $2" }
        elsif (/\Afail (\d+)/) { push @replies, "close $1" }
    }
    return @replies;
}

# Runs cases against the parsers: in both roles, whole, frame by frame and one octet at a time.
sub codec_passes {
    my (@cases) = @_;
    for my $case (@cases) {
        my @want = map { expected($_) } @{$case->{want}};
        for my $role ($case->{role} // qw(server client)) {
            my @frames = wire($role, $case);
            my $bytes = join '', @frames;
            my @wrong;
            for my $way (whole => [$bytes], 'frame by frame' => \@frames, (length $bytes <= 4096 ? ('octet by octet' => [split //, $bytes]) : ())) {
                if (!ref $way) { push @wrong, $way; next }
                my $parser = established($role, {check_utf8 => 1, %{$case->{config} // {}}}, $case->{extension});
                my ($events, $at) = events_of($parser, @$way);
                my $good = join('|', @$events) eq join('|', @want);
                my $octets = @$way == length $bytes;
                my $limit = ref $case->{at} ? $case->{at}{$role} : $case->{at};
                if ($good && $octets && defined $limit && $at != $limit) {
                    Test::More::diag("$case->{name}, $role: failed with octet $at, not $limit");
                    $good = 0;
                }
                Test::More::diag("$case->{name}, $role, $wrong[-1]:\n  got  " . join('|', @$events) . "\n  want " . join('|', @want)) if !$good;
                pop @wrong if $good;
            }
            Test::More::ok(!@wrong, "$role: $case->{section}: $case->{name}") && count($role);
        }
    }
    return;
}

sub count { my ($role) = @_; return ++$passed{$role} }

# Says how many cases passed in each role, and plans.
sub totals {
    my ($what) = @_;
    Test::More::diag(sprintf '%s: conformance cases passed: %s', $what, join ', ', map { "$_ role $passed{$_}" } sort keys %passed);
    return Test::More::done_testing();
}

1;
