# The tables of RFC 7692 sections 6 and 7.2: compressed messages as a peer may send them, and as it may not.
package UETest::Conformance::Deflate;
use 5.016;
use strict;
use warnings;
use Compress::Raw::Zlib ();

my ($CONT, $TEXT, $BIN, $CLOSE, $PING) = (0, 1, 2, 8, 9);
my $BAD = 'fail 1002';
my $HELLO = pack 'H*', 'f248cdc9c90700';
my $TAIL = "\0\0\xff\xff";

# A compressor with a window: a function from a message to its payload. With whole => 1 the tail stays.
sub compressor {
    my (%option) = @_;
    my $stream;
    return sub {
        my ($text) = @_;
        $stream = Compress::Raw::Zlib::Deflate->new(-WindowBits => -($option{bits} // 15), -Level => $option{level} // 6,
            -Strategy => $option{strategy} // Compress::Raw::Zlib::Z_DEFAULT_STRATEGY(), -AppendOutput => 1) if !$stream || $option{no_takeover};
        my $out = '';
        $stream->deflate($text, $out);
        $stream->flush($out, Compress::Raw::Zlib::Z_SYNC_FLUSH());
        substr $out, -4, 4, '';
        return $out;
    };
}

sub cut_in { my ($bytes, @at) = @_; my ($from, @pieces) = (0); for (@at, length $bytes) { push @pieces, substr $bytes, $from, $_ - $from; $from = $_ } return @pieces }
sub fragments { my ($opcode, @pieces) = @_; return map { [$_ ? $CONT : $opcode, $pieces[$_], fin => $_ == $#pieces, rsv => $_ ? 0 : 4] } 0 .. $#pieces }
# The same octets each time, which no compressor makes smaller.
sub noise { my ($size) = @_; my ($n, $out) = (12345, ''); while (length $out < $size) { $n = ($n * 1103515245 + 12345) & 0x7fffffff; $out .= chr($n >> 16 & 255) } return $out }

sub blocks {
    my @rows = (
        ['7.2.3.1', 'one block', 'f248cdc9c90700', 'Hello'],
        ['7.2.3.3', 'a block without compression', '000500faff48656c6c6f00', 'Hello'],
        ['7.2.3.4', 'a final block', 'f348cdc9c9070000', 'Hello'],
        ['7.2.3.4', 'a final block and nothing behind it', 'f348cdc9c90700', 'Hello'],
        ['7.2.3.5', 'two blocks', 'f24805000000ffffcac9c90700', 'Hello'],
        ['7.2.3.6', 'an empty message', '00', ''],
        ['7.2.1', 'an empty final block', '0300', ''],
        ['7.2.1', 'the tail has not been left out', 'f248cdc9c907000000ffff', 'Hello'],
    );
    my @cases = map { {section => "RFC 7692 $_->[0]", name => $_->[1], extension => '', send => [[$TEXT, pack('H*', $_->[2]), rsv => 4]], want => ["text $_->[3]"]} } @rows;
    push @cases, {section => 'RFC 7692 7.2.2', name => "no DEFLATE: $_", extension => '', send => [[$BIN, pack('H*', $_), rsv => 4]], want => [$BAD]}
        for '07', 'ff', '06', '0e', '67617262616765', 'f248cdc9c9070000000500faf7', '4b04ff';
    push @cases, {section => 'RFC 7692 7.2.2', name => 'a reference in front of the first octet', extension => '', send => [[$TEXT, pack('H*', 'f200110000'), rsv => 4]], want => [$BAD]};
    return @cases;
}

sub messages {
    my @cases;
    my $case = sub { my ($section, $name, $send, @want) = @_; push @cases, {section => ($section eq '8.1' ? 'RFC 6455 ' : 'RFC 7692 ') . $section, name => $name, extension => '', send => $send, want => \@want} };
    my $text = 'a text that is compressed, a text that is long; ' x 30;
    for my $size (0, 1, 125, 126, 127, 1000, 65535, 65536, 200_000) {
        for my $kind (['compressible', substr $text x (1 + $size / length $text), 0, $size], ['incompressible', noise($size)]) {
            $case->('7.2.2', "$kind->[0], $size octets", [[$BIN, compressor()->($kind->[1]), rsv => 4]], "binary $kind->[1]");
            next if $size < 2;
            my $packed = compressor()->($kind->[1]);
            $case->('7.2.1', "$kind->[0], $size octets in three fragments", [fragments($BIN, cut_in($packed, 1, int(length($packed) / 2)))], "binary $kind->[1]");
        }
    }
    for my $level (0 .. 9) { $case->('7.2.1', "level $level", [[$TEXT, compressor(level => $level)->($text), rsv => 4]], "text $text") }
    for my $strategy (0 .. 4) { $case->('7.2.1', "strategy $strategy", [[$TEXT, compressor(strategy => $strategy)->($text), rsv => 4]], "text $text") }
    for my $at (0 .. length $HELLO) { $case->('7.2.3.1', "Hello cut at $at", [fragments($TEXT, cut_in($HELLO, $at))], 'text Hello') }
    $case->('7.2.3.1', 'a fragment for each octet', [fragments($TEXT, split //, $HELLO)], 'text Hello');
    $case->('6.1', 'a ping between compressed fragments', [[$TEXT, substr($HELLO, 0, 3), fin => 0, rsv => 4], [$PING, 'p'], [$CONT, substr $HELLO, 3]], 'ping p', 'text Hello');
    $case->('6.1', 'empty fragments around', [fragments($TEXT, '', $HELLO, '')], 'text Hello');
    $case->('6', 'plain and compressed messages in turn', [[$TEXT, 'plain'], [$TEXT, $HELLO, rsv => 4], [$BIN, 'plain']], 'text plain', 'text Hello', 'binary plain');
    $case->('6', 'a plain message in fragments', [[$TEXT, 'a', fin => 0], [$CONT, 'b']], 'text ab');
    $case->('7.2.3.2', 'the second message refers to the first', [[$TEXT, $HELLO, rsv => 4], [$TEXT, pack('H*', 'f200110000'), rsv => 4]], 'text Hello', 'text Hello');
    $case->('8.1', 'compressed text that is none', [[$TEXT, compressor()->("good \xff"), rsv => 4]], 'fail 1007');
    $case->('8.1', 'a character over two compressed fragments', [fragments($TEXT, cut_in(compressor(level => 0)->("\xe2\x82\xac"), 6))], "text \xe2\x82\xac");
    # Its octets are there as soon as they have been inflated: a stored block shows them one by one.
    my $stored = compressor(level => 0)->("good \xff" . 'x' x 100);
    push @cases, {section => 'RFC 6455 8.1', name => 'compressed text is checked as far as it shows', extension => '', send => [[$TEXT, $stored, fin => 0, rsv => 4]], want => ['fail 1007']},
        {section => 'RFC 6455 8.1', name => 'also in a frame that has not come', extension => '', send => [[$TEXT, $stored, rsv => 4, length => 70_000]], want => ['fail 1007'],
            at => {server => 14 + 11, client => 10 + 11}};
    push @cases, {section => 'RFC 7692 8', name => 'a bomb stops at the limit', extension => '', config => {max_message_size => 1000},
        send => [[$BIN, compressor()->("\0" x 1_000_000), rsv => 4]], want => ['fail 1009']},
        {section => 'RFC 7692 8', name => 'exactly the limit', extension => '', config => {max_message_size => 1000}, send => [[$BIN, compressor()->('z' x 1000), rsv => 4]], want => ['binary ' . 'z' x 1000]},
        {section => 'RFC 7692 8', name => 'one octet above it', extension => '', config => {max_message_size => 1000}, send => [[$BIN, compressor()->('z' x 1001), rsv => 4]], want => ['fail 1009']};
    return @cases;
}

# Many messages in one context, whole and in fragments.
sub many {
    my @cases;
    my $text = join '', map {"line $_ of a text that goes on and on\n"} 1 .. 4000;
    for my $size (16, 64, 256, 1024, 4096, 16384, 65536, 131_072) {
        for my $piece (0, 256) {
            next if $piece && $size < $piece;
            my $pack = compressor();
            my @texts = map { substr $text, $_ * 37, $size } 1 .. ($size > 10_000 ? 5 : 50);
            push @cases, {section => 'RFC 7692 7.2.1', name => @texts . " messages of $size octets" . ($piece ? ', their payload in fragments of 64' : ''), extension => '',
                want => [map {"text $_"} @texts],
                send => [map { my $packed = $pack->($_); $piece ? fragments($TEXT, $packed =~ /(.{1,64})/gs) : [$TEXT, $packed, rsv => 4] } @texts]};
        }
    }
    return @cases;
}

sub rsv {
    my @cases;
    my $case = sub { my ($name, $extension, @send) = @_; push @cases, {section => 'RFC 7692 6', name => $name, extension => $extension, send => \@send, want => [$BAD]} };
    $case->('RSV1 that was not agreed on', undef, [$TEXT, $HELLO, rsv => 4]);
    for my $other (1 .. 3) {
        $case->("RSV1 with others ($other)", '', [$TEXT, $HELLO, rsv => 4 | $other]);
        $case->("others without RSV1 ($other)", '', [$TEXT, 'x', rsv => $other]);
    }
    $case->('RSV1 again on a continuation', '', [$TEXT, substr($HELLO, 0, 3), fin => 0, rsv => 4], [$CONT, substr($HELLO, 3), rsv => 4]);
    $case->('RSV1 only on a continuation', '', [$TEXT, 'a', fin => 0], [$CONT, $HELLO, rsv => 4]);
    $case->("RSV1 on $_->[0]", '', [$_->[1], $_->[2], rsv => 4]) for [ping => 9, ''], [pong => 10, 'x'], [close => 8, "\x03\xe8"];
    return @cases;
}

# Windows of every size in the direction that the role receives, with and without a context between messages.
sub windows {
    my @cases;
    for my $role (qw(server client)) {
        my $peer = $role eq 'server' ? 'client' : 'server';
        for my $bits (9 .. 15) {
            # What repeats does so within the window, and over the border of messages.
            my $unit = noise((1 << $bits) / 4);
            for my $takeover (1, 0) {
                my $pack = compressor(bits => $bits, no_takeover => !$takeover);
                my $extension = "; ${peer}_max_window_bits=$bits" . ($takeover ? '' : "; ${peer}_no_context_takeover");
                push @cases, {section => 'RFC 7692 7.1.2', name => "window of $bits bits, context " . ($takeover ? 'kept' : 'dropped'), role => $role, extension => $extension,
                    config => {deflate => {"${peer}_max_window_bits" => $bits}},
                    send => [map { [$BIN, $pack->($_), rsv => 4] } $unit x 3, $unit, "$unit!", '', $unit],
                    want => [map {"binary $_"} $unit x 3, $unit, "$unit!", '', $unit]};
            }
        }
        push @cases, {section => 'RFC 7692 7.1.1', name => 'a reference to a context that was dropped', role => $role, extension => "; ${peer}_no_context_takeover",
            send => [[$TEXT, $HELLO, rsv => 4], [$TEXT, pack('H*', 'f200110000'), rsv => 4]], want => ['text Hello', $BAD]};
    }
    return @cases;
}

sub all { return (blocks(), messages(), many(), rsv(), windows()) }

1;
