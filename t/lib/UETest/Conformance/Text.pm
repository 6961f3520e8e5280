# The tables of RFC 6455 sections 5.6 and 8.1 (UTF-8) and 5.5.1 and 7.4 (close frames).
package UETest::Conformance::Text;
use 5.016;
use strict;
use warnings;

my ($CONT, $TEXT, $BIN, $CLOSE, $PING) = (0, 1, 2, 8, 9);
my $GOOD = pack 'H*', 'cebae1bdb9cf83cebcceb5';  # five letters of two and three octets
my %HEAD = (server => 6, client => 2);

sub good_texts {
    my @points = (0, 1, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xfdd0, 0xfffd, 0xfffe, 0xffff, 0x10000, 0x1fffe, 0x1ffff, 0x3ffff, 0xfffff, 0x10ffff);
    my @texts = ('', 'Hello', $GOOD, pack('H*', '48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121'));
    for my $point (@points) {
        my $bytes = do { no warnings; chr $point };
        utf8::encode($bytes);
        push @texts, $bytes;
    }
    return @texts;
}

# [octets, how many of them tell that it is no UTF-8]; 0: only the end does.
sub bad_texts {
    my @bad = (
        # continuation octets where a character has to begin
        ['80', 1], ['bf', 1], ['80bf', 1], ['80bf80bf80', 1],
        # beginnings without the rest
        ['c3', 0], ['e2', 0], ['e282', 0], ['f0', 0], ['f09f', 0], ['f09f99', 0], ['c320', 2], ['e28220', 3], ['f09f9920', 4], ['e220', 2],
        ['c3c3a4', 2], ['e2e282ac', 2], ['f0c3a4', 2],
        # octets that never occur
        ['c0', 1], ['c1', 1], ['f5', 1], ['f8', 1], ['fc', 1], ['fe', 1], ['ff', 1], ['fefeffff', 1],
        # longer than necessary
        ['c0af', 1], ['c080', 1], ['c1bf', 1], ['e080af', 2], ['e09fbf', 2], ['e08080', 2], ['f08080af', 2], ['f08fbfbf', 2], ['f8808080af', 1], ['fc80808080af', 1],
        # surrogates, alone and in pairs
        ['eda080', 2], ['edadbf', 2], ['edae80', 2], ['edaf80', 2], ['edb080', 2], ['edbe80', 2], ['edbfbf', 2], ['eda080edb080', 2], ['edafbfedbfbf', 2],
        # beyond the last character
        ['f4908080', 2], ['f4a08080', 2], ['f7bfbfbf', 1], ['fb bf bf bf bf', 1],
    );
    return map { [pack('H*', $_->[0] =~ s/ //gr), $_->[1]] } @bad;
}

sub texts {
    my @cases;
    for my $text (good_texts()) {
        my $name = unpack('H*', $text) || 'nothing';
        push @cases, {section => '5.6', name => "text $name", send => [[$TEXT, $text]], want => ["text $text"]};
        next if length $text < 2;
        push @cases, {section => '8.1', name => "text $name, a fragment for each octet", want => ["text $text"],
            send => [map { [$_ ? $CONT : $TEXT, substr($text, $_, 1), fin => $_ == length($text) - 1] } 0 .. length($text) - 1]};
        push @cases, map { {section => '8.1', name => "text $name, cut at $_", send => [[$TEXT, substr($text, 0, $_), fin => 0], [$CONT, substr $text, $_]], want => ["text $text"]} } 1 .. length($text) - 1;
    }
    push @cases, {section => '8.1', name => 'a character over a ping', send => [[$TEXT, "\xe2\x82", fin => 0], [$PING, "\xff"], [$CONT, "\xac"]], want => ["ping \xff", "text \xe2\x82\xac"]};
    for (bad_texts()) {
        my ($bytes, $octets) = @$_;
        my $name = unpack 'H*', $bytes;
        my $at = sub { my ($front) = @_; return $octets ? {map { $_ => $HEAD{$_} + $front + $octets } keys %HEAD} : undef };
        my $front = length $GOOD;
        push @cases, {section => '8.1', name => "no text: $name", send => [[$TEXT, $bytes]], want => ['fail 1007'], at => $at->(0)},
            {section => '8.1', name => "no text: $name behind good text", send => [[$TEXT, $GOOD . $bytes]], want => ['fail 1007'], at => $at->($front)},
            {section => '8.1', name => "no text: $name, a fragment for each octet", want => ['fail 1007'],
                send => [[$TEXT, '', fin => 0], (map { [$CONT, $_, fin => 0] } split //, $bytes), [$CONT, '']]},
            {section => '8.1', name => "$name as binary", send => [[$BIN, $bytes]], want => ["binary $bytes"]};
        # With more behind it, in a message that never ends: the octet itself is enough.
        push @cases, {section => '8.1', name => "no text at once: $name in a fragment without end", want => ['fail 1007'],
            send => [[$TEXT, $GOOD, fin => 0], [$CONT, $bytes . 'edited' x 3, fin => 0]],
            at => $octets ? {map { $_ => 2 * $HEAD{$_} + $front + $octets } keys %HEAD} : {map { $_ => 2 * $HEAD{$_} + $front + length($bytes) + 1 } keys %HEAD}},
            {section => '8.1', name => "no text at once: $name in a frame that has not come", want => ['fail 1007'],
                send => [[$TEXT, $bytes . 'e', length => 100_000]],
                at => {server => 14 + ($octets || length($bytes) + 1), client => 10 + ($octets || length($bytes) + 1)}};
    }
    push @cases, {section => '8.1', name => 'a character does not go on in the next message', send => [[$TEXT, "\xc3"], [$TEXT, "\xa4"]], want => ['fail 1007']};
    push @cases, {section => '8.1', name => 'good messages before the bad one', send => [[$TEXT, 'good'], [$TEXT, "\xff"], [$TEXT, 'lost']], want => ['text good', 'fail 1007']};
    return @cases;
}

sub closes {
    my @cases;
    my $close = sub { my ($section, $name, $payload, @want) = @_; push @cases, {section => $section, name => "close: $name", send => [[$CLOSE, $payload]], want => \@want} };
    $close->('5.5.1', 'empty', '', 'close 1005 ');
    push @cases, {section => '5.5.1', name => 'close: one octet', send => [[$CLOSE, "\x03"]], want => ['fail 1002'], at => {%HEAD}};
    $close->('5.5.1', "code $_", pack('n', $_), "close $_ ") for 1000 .. 1003, 1007 .. 1011, 3000, 3999, 4000, 4999;
    $close->('7.4', "code $_", pack('n', $_), 'fail 1002') for 0, 1, 999, 1004 .. 1006, 1015 .. 1017, 1100, 2000, 2999;
    # Section 7.4.2 says nothing about codes from 5000 on; they are passed on as they are.
    $close->('7.4.2', "code $_", pack('n', $_), "close $_ ") for 5000, 65535;
    $close->('7.4', "code $_ with a reason", pack('n', $_) . 'why', 'fail 1002') for 999, 1005, 1006, 1015, 2999;
    $close->('5.5.1', 'a reason', "\x03\xe8Hello", 'close 1000 Hello');
    $close->('5.5.1', "a reason of $_ octets", "\x03\xe8" . '*' x $_, 'close 1000 ' . '*' x $_) for 1, 122, 123;
    $close->('5.5.1', 'a reason with characters', "\x03\xe8$GOOD", "close 1000 $GOOD");
    $close->('8.1', 'a reason that is no text: ' . unpack('H*', $_->[0]), "\x03\xe8" . $_->[0], 'fail 1007') for bad_texts();
    my $case = sub { my ($name, $send, @want) = @_; push @cases, {section => '5.5.1', name => $name, send => $send, want => \@want} };
    $case->('text behind a close is not looked at', [[$CLOSE, "\x03\xe9bye"], [$TEXT, 'lost']], 'close 1001 bye');
    $case->('a ping behind a close is not answered', [[$CLOSE, "\x03\xe8"], [$PING, 'lost']], 'close 1000 ');
    $case->('faults behind a close are not looked at', [[$CLOSE, "\x03\xe8"], [5, 'x', rsv => 7]], 'close 1000 ');
    $case->('a second close', [[$CLOSE, "\x03\xe8"], [$CLOSE, "\x03\xe9"]], 'close 1000 ');
    $case->('a message, a ping, and a close', [[$TEXT, 'a'], [$PING, 'b'], [$CLOSE, "\x03\xe8"]], 'text a', 'ping b', 'close 1000 ');
    return @cases;
}

sub all { return map { +{%$_, section => "RFC 6455 $_->{section}"} } texts(), closes() }

1;
