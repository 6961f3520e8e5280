# Conformance of what we send: RFC 6455 sections 5.1 to 5.5 and 7.4, RFC 7692 section 7.2.1; both roles, read by an independent decoder.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use Compress::Raw::Zlib qw(Z_OK Z_BUF_ERROR);
use UETest::Conformance qw(established totals);
use UETest::Raw;

# The frames of some bytes, by the reader that the raw client has.
sub frames {
    my ($bytes) = @_;
    my $raw = bless {in => $bytes, ended => 'eof', bound => 1}, 'UETest::Raw';
    my @frames;
    while (my $frame = $raw->next_frame) { push @frames, $frame }
    push @frames, {opcode => 'rest'} if length $raw->unread;
    return @frames;
}
sub case { my ($role, $section, $name, $good) = @_; ok($good, "$role: $section: $name") && UETest::Conformance::count($role); return }

for my $role (qw(server client)) {
    my $masked = $role eq 'client' ? 1 : 0;
    my $fresh = sub { established($role, {}, $_[0]) };

    for my $size (0, 1, 125, 126, 127, 65535, 65536, 200_000) {
        my $payload = 'p' x $size;
        my $bytes = $fresh->()->send_message(payload => $payload, opcode => 2);
        my @got = frames($bytes);
        my $head = $size < 126 ? 2 : $size < 65536 ? 4 : 10;
        case($role, 'RFC 6455 5.2', "$size octets in the shortest form", length $bytes == $head + 4 * $masked + $size);
        case($role, 'RFC 6455 5.2', "$size octets, one final frame without RSV", @got == 1 && $got[0]{fin} && !$got[0]{rsv} && $got[0]{opcode} == 2 && $got[0]{payload} eq $payload);
        case($role, 'RFC 6455 5.1', "$size octets, " . ($masked ? 'masked' : 'not masked'), $got[0]{masked} == $masked);
    }
    my $parser = $fresh->();
    my %keys = map { substr($parser->send_message(payload => 'key', opcode => 1), 2, 4) => 1 } 1 .. 200;
    case($role, 'RFC 6455 10.3', $masked ? 'a fresh key for each frame' : 'no key', $masked ? keys %keys == 200 : keys %keys == 1);

    my @got = frames($fresh->()->send_message_multiframe(payload => ['a', 'bc', 'd'], opcode => 1));
    case($role, 'RFC 6455 5.4', 'fragments: the opcode first, then continuations, FIN last', join('|', map {"$_->{opcode}$_->{fin}$_->{payload}"} @got) eq '10a|00bc|01d');
    my $sender = $parser->start_message(opcode => 1);
    @got = frames($sender->send('one', 0) . $parser->send_ping('p') . $sender->send('two', 1));
    case($role, 'RFC 6455 5.4', 'a ping between fragments', join('|', map {"$_->{opcode}$_->{fin}$_->{payload}"} @got) eq '10one|91p|01two');
    for my $deed (qw(send_ping send_pong)) {
        @got = frames($parser->$deed('c' x 1000));
        case($role, 'RFC 6455 5.5', "$deed: never more than 125 octets, never in fragments", @got == 1 && length $got[0]{payload} <= 125 && $got[0]{fin} && !$got[0]{rsv} && $got[0]{masked} == $masked);
    }
    @got = frames($fresh->()->send_close(1000, "\xc3\xa4" x 100));
    case($role, 'RFC 6455 5.5.1', 'a reason is cut at a character', @got == 1 && $got[0]{code} == 1000 && length $got[0]{payload} <= 125 && utf8::decode(my $copy = $got[0]{reason}));
    @got = frames($fresh->()->send_close);
    case($role, 'RFC 6455 5.5.1', 'an empty close frame', @got == 1 && $got[0]{opcode} == 8 && $got[0]{payload} eq '');
    my $closed = $fresh->();
    $closed->send_close(1000);
    case($role, 'RFC 6455 5.5.1', 'nothing is sent behind a close frame', !eval { $closed->send_message(payload => 'x'); 1 });

    # Compressed: the decoder has no larger window than was agreed on, and the context that was agreed on.
    for my $bits (9 .. 15) {
        for my $takeover (1, 0) {
            my $extension = "; ${role}_max_window_bits=$bits" . ($takeover ? '' : "; ${role}_no_context_takeover");
            my $sender = established($role, {deflate => {"${role}_max_window_bits" => $bits, "${role}_no_context_takeover" => !$takeover}}, $extension);
            my $far = join '', map { chr(($_ * 7919 >> 3 ^ $_ * 31) & 255) } 1 .. (1 << $bits) + 300;
            my ($inflater, @wrong, @sizes);
            for my $text ('Hello', 'Hello', '', $far . $far, $far, 'Hello') {
                my @frames = frames($sender->send_message(payload => $text, opcode => 1, deflate => 1));
                push @wrong, 'frame' if @frames != 1 || $frames[0]{rsv} != 4 || $frames[0]{payload} =~ /\0\0\xff\xff\z/;
                push @sizes, length $frames[0]{payload};
                $inflater = Compress::Raw::Zlib::Inflate->new(-WindowBits => -$bits, -AppendOutput => 1) if !$inflater || !$takeover;
                my ($in, $out) = ($frames[0]{payload} . "\0\0\xff\xff", '');
                my $status = $inflater->inflate($in, $out);
                push @wrong, "inflate $status" if ($status != Z_OK && $status != Z_BUF_ERROR) || $out ne $text;
            }
            push @wrong, 'context' if ($sizes[1] < $sizes[0]) != $takeover;
            case($role, 'RFC 7692 7.1.2', "sends within a window of $bits bits, context " . ($takeover ? 'kept' : 'dropped'), !@wrong);
            diag "@wrong" if @wrong;
        }
    }
    my $z = established($role, {deflate => {compression_threshold => 0}}, '');
    @got = frames($z->send_message(payload => '', opcode => 1, deflate => 1));
    case($role, 'RFC 7692 7.2.3.6', 'an empty compressed message is one octet', $got[0]{payload} eq "\0" && $got[0]{rsv} == 4);
    @got = frames($z->send_message_multiframe(payload => ['Hel', 'lo, ', 'Hello'], opcode => 1, deflate => 1));
    my ($in, $out) = (join('', map { $_->{payload} } @got) . "\0\0\xff\xff", '');
    Compress::Raw::Zlib::Inflate->new(-WindowBits => -15, -AppendOutput => 1)->inflate(my $copied = $in, $out);
    case($role, 'RFC 7692 6.1', 'RSV1 on the first fragment alone', join('', map { $_->{rsv} } @got) =~ /\A40+\z/ && $got[-1]{fin} && $out eq 'Hello, Hello');
    @got = map { frames($_) } $z->send_ping('p'), $z->send_pong('p'), $z->send_close(1000, 'bye');
    case($role, 'RFC 7692 6.1', 'control frames are never compressed', !grep { $_->{rsv} } @got);
}

totals('sending');
