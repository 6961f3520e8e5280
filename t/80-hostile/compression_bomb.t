# Messages and bodies that explode when they are inflated: the limit is enforced while inflating, so that memory never sees
# the whole; the connection ends with 1009, or 4xx over HTTP.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use Compress::Zlib ();
use Compress::Raw::Zlib ();
use UETest::Hostile;

use constant {LIMIT => 1_000_000, BOMB => 100_000_000};

# So many zeros, deflated; made in pieces.
sub bomb {
    my ($bits) = @_;
    my $zip = Compress::Raw::Zlib::Deflate->new(-WindowBits => $bits, -AppendOutput => 1, -Level => 9);
    my ($packed, $piece) = ('', "\0" x 10_000_000);
    $zip->deflate($piece, $packed) for 1 .. BOMB / length $piece;
    $zip->flush($packed, $bits < 0 ? Compress::Raw::Zlib::Z_SYNC_FLUSH() : Compress::Raw::Zlib::Z_FINISH());
    return $bits < 0 ? substr $packed, 0, -4 : $packed;
}

my $bomb = bomb(-15);
note sprintf '%d bytes become %d', length $bomb, BOMB;
my $server = target(config => {max_message_size => LIMIT, max_body_size => LIMIT});

sub check_memory {
    my ($before) = @_;
    my $after = report($server);
    note sprintf '%d KiB more at the peak, %.2f s of CPU', $after->{peak} - $before->{rss}, $after->{cpu} - $before->{cpu} if $after->{peak};
    cmp_ok $after->{cpu} - $before->{cpu}, '<', 2, 'little work';
    SKIP: {
        skip 'no memory figures here', 1 if sanitized() || !$after->{peak};
        cmp_ok $after->{peak} - $before->{rss}, '<', 12_000, 'little memory';
    }
}

for my $pieces (1, 50) {
    subtest "a message in $pieces frames" => sub {
        my $before = report($server, 'mark');
        my $client = attacker($server, '/echo', 'Sec-WebSocket-Extensions' => 'permessage-deflate');
        my $size = 1 + int length($bomb) / $pieces;
        for my $number (0 .. $pieces - 1) {
            $client->send_frame(opcode => $number ? 0 : 2, rsv => $number ? 0 : 4, fin => $number == $pieces - 1,
                payload => substr $bomb, $number * $size, $size) or last;
        }
        is(($client->next_close // {})->{code}, 1009, 'refused with 1009');
        check_memory($before);
        $client->close;
    };
}

subtest 'an HTTP body' => sub {
    my $before = report($server, 'mark');
    my $body = bomb(31);
    my $client = attacker($server);
    $client->write("POST / HTTP/1.1\r\nHost: x\r\nContent-Encoding: gzip\r\nContent-Length: " . length($body) . "\r\n\r\n$body");
    like(($client->read_response // {})->{code}, qr/\A4/, 'refused');
    check_memory($before);
    $client->close;
};

survives($server);
done_testing;
