# The tables of RFC 6455 sections 5.1 to 5.5: framing, masking, fragments, control frames; and the limits of section 10.4.
package UETest::Conformance::Frames;
use 5.016;
use strict;
use warnings;

my ($CONT, $TEXT, $BIN, $CLOSE, $PING, $PONG) = (0, 1, 2, 8, 9, 10);
my $BAD = 'fail 1002';
# Octets in front of a payload of up to 125, and of one of up to 65535.
my %HEAD = (server => 6, client => 2);
my %LONG = (server => 8, client => 4);
sub both { my ($base, $more) = @_; return {map { $_ => $base->{$_} + $more } keys %$base} }

sub masking {
    my @cases;
    my @keys = ("\0\0\0\0", "\xff\xff\xff\xff", "\x80\0\0\0", "\0\0\0\1", "\x37\xfa\x21\x3d");
    for my $key (@keys) {
        for my $size (0 .. 9, 15 .. 17, 63 .. 65, 126, 1000) {
            my $payload = substr 'abcdefghijklmnopqrstuvwxyz' x 40, 0, $size;
            push @cases, {section => '5.3', name => 'key ' . unpack('H*', $key) . ", $size octets", send => [[$TEXT, $payload, mask => $key]], want => ["text $payload"]};
        }
    }
    push @cases, {section => '5.3', name => 'a key for each frame', send => [map { [$TEXT, "frame $_", mask => $keys[$_], fin => 1] } 0 .. $#keys],
        want => [map {"text frame $_"} 0 .. $#keys]};
    my %strict = (config => {strict_masking => 1});
    for ([text => $TEXT, 'x'], ['empty text' => $TEXT, ''], [binary => $BIN, 'x' x 200], [ping => $PING, ''], [pong => $PONG, 'x'], [close => $CLOSE, "\x03\xe8"]) {
        my ($name, $opcode, $payload) = @$_;
        push @cases, {section => '5.1', name => "$name with the mask of the other role", send => [[$opcode, $payload, mask => 'wrong']], want => [$BAD], at => 2, %strict};
    }
    push @cases, {section => '5.1', name => 'a continuation with the mask of the other role', send => [[$TEXT, 'a', fin => 0], [$CONT, 'b', mask => 'wrong']], want => [$BAD], %strict};
    push @cases, {section => '5.1', name => "without being strict: unmasked $_->[0]", role => 'server', send => [[$_->[1], 'x', mask => 'wrong']], want => [$BAD], at => 2}
        for [text => $TEXT], [ping => $PING], [binary => $BIN];
    return @cases;
}

sub framing {
    my @cases;
    for my $size (0, 1, 2, 124 .. 128, 1000, 65534 .. 65537, 131072) {
        my $payload = '*' x $size;
        push @cases, {section => '5.2', name => "a text of $size octets", send => [[$TEXT, $payload]], want => ["text $payload"]},
            {section => '5.2', name => "binary of $size octets", send => [[$BIN, $payload]], want => ["binary $payload"]};
    }
    for my $opcode (3 .. 7, 11 .. 15) {
        push @cases, {section => '5.2', name => "opcode $opcode", send => [[$opcode, '']], want => [$BAD], at => 2},
            {section => '5.2', name => "opcode $opcode with payload", send => [[$opcode, 'reserved']], want => [$BAD], at => 2},
            {section => '5.2', name => "opcode $opcode behind a good text", send => [[$TEXT, 'good'], [$opcode, 'x'], [$PING, '']], want => ['text good', $BAD]},
            {section => '5.2', name => "opcode $opcode between fragments", send => [[$TEXT, 'a', fin => 0], [$opcode, ''], [$CONT, 'b']], want => [$BAD]};
    }
    for my $rsv (1 .. 7) {
        push @cases, {section => '5.2', name => "RSV $rsv on $_->[0]", send => [[$_->[1], $_->[2], rsv => $rsv]], want => [$BAD]}
            for [text => $TEXT, 'x'], ['empty binary' => $BIN, ''], [ping => $PING, ''], ['ping with payload' => $PING, 'x'], [pong => $PONG, 'x'], [close => $CLOSE, ''];
        push @cases, {section => '5.2', name => "RSV $rsv on a continuation", send => [[$TEXT, 'a', fin => 0], [$CONT, 'b', rsv => $rsv]], want => [$BAD]},
            {section => '5.2', name => "RSV $rsv behind good frames", send => [[$TEXT, 'good'], [$PING, 'p'], [$TEXT, 'bad', rsv => $rsv], [$PING, 'q']], want => ['text good', 'ping p', $BAD]};
    }
    for ([5, 16], [125, 16], [5, 64], [125, 64], [126, 64], [65535, 64]) {
        my ($size, $form) = @$_;
        push @cases, {section => '5.2', name => "$size octets, the length in $form bits", send => [[$BIN, 'x' x $size, form => $form]], want => [$BAD]};
    }
    push @cases, {section => '5.2', name => "the most significant bit of the length ($_->[0])", send => [[$BIN, '', form => 64, length => $_->[1]]], want => [$BAD], at => {server => 14, client => 10}}
        for ['alone', 1 << 63], ['all bits', ~0];
    push @cases, {section => '5.2', name => 'two messages in one', send => [[$TEXT, 'a'], [$BIN, 'b']], want => ['text a', 'binary b']};
    return @cases;
}

sub fragments {
    my @cases;
    my $case = sub { my ($section, $name, $send, @want) = @_; push @cases, {section => $section, name => $name, send => $send, want => \@want} };
    for ([text => $TEXT], [binary => $BIN]) {
        my ($word, $opcode) = @$_;
        $case->('5.4', "$word in two fragments", [[$opcode, 'a', fin => 0], [$CONT, 'b']], "$word ab");
        $case->('5.4', "$word in fifty fragments", [[$opcode, '0', fin => 0], (map { [$CONT, $_ % 10, fin => 0] } 1 .. 48), [$CONT, '!']],
            "$word " . join('', map { $_ % 10 } 0 .. 48) . '!');
        $case->('5.4', "$word of empty fragments", [[$opcode, '', fin => 0], [$CONT, '', fin => 0], [$CONT, '']], "$word ");
        $case->('5.4', "$word with empty fragments around", [[$opcode, '', fin => 0], [$CONT, 'middle', fin => 0], [$CONT, '']], "$word middle");
        $case->('5.4', "$word in fragments of 65536", [[$opcode, 'x' x 65536, fin => 0], [$CONT, 'y' x 65536]], "$word " . 'x' x 65536 . 'y' x 65536);
        for my $many (1, 2, 10) {
            $case->('5.4', "$word with $many pings between the fragments", [[$opcode, 'a', fin => 0], (map { [$PING, "p$_"] } 1 .. $many), [$CONT, 'b']],
                (map {"ping p$_"} 1 .. $many), "$word ab");
        }
        $case->('5.4', "$word, a pong, and a ping after each fragment", [[$opcode, 'a', fin => 0], [$PONG, 'q'], [$PING, '1'], [$CONT, 'b', fin => 0], [$PING, '2'], [$CONT, 'c']],
            'pong q', 'ping 1', 'ping 2', "$word abc");
        $case->('5.4', "a close between fragments of $word ends it", [[$opcode, 'a', fin => 0], [$CLOSE, "\x03\xe8"], [$CONT, 'b']], 'close 1000 ');
        for my $fin (0, 1) {
            my $end = $fin ? 'final' : 'not final';
            $case->('5.4', "a $end text inside of $word", [[$opcode, 'a', fin => 0], [$TEXT, 'b', fin => $fin]], $BAD);
            $case->('5.4', "a $end binary inside of $word", [[$opcode, 'a', fin => 0], [$BIN, 'b', fin => $fin]], $BAD);
            $case->('5.4', "a $end continuation behind a whole $word", [[$opcode, 'a'], [$CONT, 'b', fin => $fin]], "$word a", $BAD);
            $case->('5.4', "a $end continuation behind the last fragment of $word", [[$opcode, 'a', fin => 0], [$CONT, 'b'], [$CONT, 'c', fin => $fin]], "$word ab", $BAD);
        }
    }
    for my $fin (0, 1) {
        push @cases, {section => '5.4', name => 'a continuation of nothing, ' . ($fin ? 'final' : 'not final'), send => [[$CONT, 'a', fin => $fin], [$TEXT, 'b']], want => [$BAD], at => {%HEAD}};
        $case->('5.4', 'an empty continuation of nothing', [[$CONT, '', fin => $fin]], $BAD);
    }
    $case->('5.4', 'a message after a fragmented one', [[$TEXT, 'a', fin => 0], [$CONT, 'b'], [$BIN, 'c']], 'text ab', 'binary c');
    return @cases;
}

sub control {
    my @cases;
    my $case = sub { my ($section, $name, $send, @want) = @_; push @cases, {section => $section, name => $name, send => $send, want => \@want} };
    for ([ping => $PING, '5.5.2'], [pong => $PONG, '5.5.3']) {
        my ($word, $opcode, $section) = @$_;
        $case->($section, "$word with $_ octets", [[$opcode, 'x' x $_]], "$word " . 'x' x $_) for 0, 1, 2, 124, 125;
        $case->($section, "$word with octets that are no text", [[$opcode, "\0\xff\xfe\xfd\xc0"]], "$word \0\xff\xfe\xfd\xc0");
        push @cases, {section => '5.5', name => "$word with $_ octets", send => [[$opcode, 'x' x $_]], want => [$BAD], at => 2} for 126, 127, 65535, 65536;
        push @cases, {section => '5.5', name => "$word without FIN", send => [[$opcode, 'x', fin => 0], [$CONT, 'y']], want => [$BAD], at => 2};
        $case->('5.5', "$word without FIN between fragments", [[$TEXT, 'a', fin => 0], [$opcode, '', fin => 0], [$CONT, 'b']], $BAD);
        $case->($section, "ten of $word", [map { [$opcode, $_] } 0 .. 9], map {"$word $_"} 0 .. 9);
    }
    $case->('5.5.3', 'an unsolicited pong, then a ping', [[$PONG, 'for nothing'], [$PING, 'p']], 'pong for nothing', 'ping p');
    push @cases, {section => '5.5', name => "close with $_ octets", send => [[$CLOSE, "\x03\xe8" . 'x' x ($_ - 2)]], want => [$BAD], at => 2} for 126, 127, 65536;
    push @cases, {section => '5.5', name => 'close without FIN', send => [[$CLOSE, '', fin => 0]], want => [$BAD], at => 2};
    return @cases;
}

# Told by the header, before a single octet of payload.
sub limits {
    my @cases;
    for ([frame => 'max_frame_size'], [message => 'max_message_size']) {
        my ($what, $key) = @$_;
        my %with = (section => '10.4', config => {$key => 1000});
        push @cases, {%with, name => "exactly the limit of a $what", send => [[$TEXT, 'x' x 1000]], want => ['text ' . 'x' x 1000]},
            {%with, name => "one octet above the limit of a $what, by the header", send => [[$TEXT, 'x' x 1001]], want => ['fail 1009'], at => {%LONG}},
            {%with, name => "gigabytes announced above the limit of a $what", send => [[$BIN, '', length => 1 << 40]], want => ['fail 1009'], at => {server => 14, client => 10}};
    }
    my %with = (section => '10.4', config => {max_message_size => 1000});
    push @cases, {%with, name => 'exactly the limit in fragments', send => [[$TEXT, 'x' x 400, fin => 0], [$CONT, 'y' x 600]], want => ['text ' . 'x' x 400 . 'y' x 600]},
        {%with, name => 'more than the limit in fragments, by the header', send => [[$TEXT, 'x' x 400, fin => 0], [$CONT, 'y' x 601]], want => ['fail 1009'],
            at => {server => 8 + 400 + 8, client => 4 + 400 + 4}},
        {%with, name => 'a fragment without end', send => [map { [$_ ? $CONT : $BIN, 'x' x 100, fin => 0] } 0 .. 11], want => ['fail 1009']},
        {%with, name => 'the next message begins anew', send => [[$TEXT, 'x' x 900], [$TEXT, 'y' x 900]], want => ['text ' . 'x' x 900, 'text ' . 'y' x 900]};
    return @cases;
}

# Large messages in many fragments, and many small messages: nothing is lost, mixed up or held back.
sub bulk {
    my @cases;
    my $noise = join '', map { chr(($_ * 7919 >> 5 ^ $_) & 255) } 1 .. 65536;
    for ([65536, 1300], [65536, 64], [262_144, 1024], [1 << 20, 65536], [1 << 20, 65535]) {
        my ($size, $piece) = @$_;
        my $payload = substr $noise x ($size / 65536), 0, $size;
        my $last = int(($size - 1) / $piece);
        push @cases, {section => '5.4', name => "$size octets in fragments of $piece", want => ["binary $payload"],
            send => [map { [$_ ? $CONT : $BIN, substr($payload, $_ * $piece, $piece), fin => $_ == $last] } 0 .. $last]};
    }
    for my $size (4, 16, 126) {
        my @texts = map { sprintf '%*d', $size, $_ } 1 .. 500;
        push @cases, {section => '5.6', name => "500 messages of $size octets", send => [map { [$TEXT, $_] } @texts], want => [map {"text $_"} @texts]};
    }
    return @cases;
}

sub all { return map { +{%$_, section => "RFC 6455 $_->{section}"} } masking(), framing(), fragments(), control(), limits(), bulk() }

1;
