# Writes the first inputs of the fuzz targets: fuzz/seeds.pl FOLDER makes one folder per target with a few small files.
use 5.016;
use warnings;
use File::Path 'make_path';
use IO::Compress::Gzip ();

my $to = shift // die "usage: fuzz/seeds.pl FOLDER\n";

sub seeds {
    my ($target, @texts) = @_;
    make_path("$to/$target");
    for my $i (0 .. $#texts) {
        open my $file, '>:raw', "$to/$target/seed$i" or die "$to/$target/seed$i: $!\n";
        print $file $texts[$i];
        close $file or die "$to/$target/seed$i: $!\n";
    }
}

sub lines { return join("\r\n", @_, '', '') }
sub gzip { my $text = shift; my $out; IO::Compress::Gzip::gzip(\$text, \$out); return $out }
# The same bytes behind each of these first octets, which are settings.
sub under { my ($settings, @texts) = @_; return map { my $s = $_; map { $s . $_ } @texts } @$settings }

my $packed = gzip('a body that is packed ' x 4);
my @requests = (
    lines('GET / HTTP/1.1', 'Host: a'),
    lines('GET /p/q?x=1&y=%20#f HTTP/1.1', 'Host: h:80', 'Cookie: a=b; c="d"', 'Accept-Encoding: gzip;q=0.5, *;q=0')
        . lines('HEAD * HTTP/1.0', 'Connection: keep-alive'),
    lines('POST / HTTP/1.1', 'Content-Length: 5', 'Expect: 100-continue') . 'hello',
    lines('PUT http://u@h:1/ HTTP/1.1', 'Transfer-Encoding: chunked') . "5;a=\"b\\\"\";c\r\nhello\r\n00A\r\n0123456789\r\n0\r\nT: v\r\n\r\n",
    lines('POST / HTTP/1.1', 'Content-Encoding: gzip', 'Content-Length: ' . length $packed) . $packed,
    lines('POST / HTTP/1.1', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
    lines('CONNECT a:1 HTTP/1.1') . lines('M-SEARCH * HTTP/1.1', ' folded: x'),
    lines('GET / HTTP/1.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==') . "\x81\x80zzzz",
);
my @responses = (
    lines('HTTP/1.1 200 OK', 'Content-Length: 3', 'Set-Cookie: a=b; Path=/; Max-Age=5; Expires=Sun, 06 Nov 1994 08:49:37 GMT') . 'abc',
    lines('HTTP/1.1 100 Continue') . lines('HTTP/1.1 204 No Content'),
    lines('HTTP/1.1 200 ', 'Transfer-Encoding: chunked') . "3\r\nabc\r\n0\r\n\r\n",
    lines('HTTP/1.0 404 Not Found', 'Connection: close') . 'until the end',
    lines('HTTP/1.1 200 OK', 'Content-Encoding: gzip', 'Content-Length: ' . length $packed) . $packed,
    lines('HTTP/1.1 304 Not Modified', 'Content-Length: 7'),
    lines('HTTP/1.1 301 Moved', 'Location: //other/', 'Content-Length: 0'),
);
seeds(http_request => under(["\0", "\1\xff", "\2\x20"], @requests));
seeds(http_response => under(["\x20", "\1", "\4", "\3"], @responses));
seeds(http_differential => under(["\1\1\1", "\1\7\7"], @requests), under(["\0\3\3", "\x08\2\2"], @responses));

seeds(uri => under(["\0\1\4", "\1\2\3", "\2\7\5", "\4\4\0"],
    'http://user:pa%20ss@host:8080/path/%41?a=b&c=%20d;e#frag', '//[::1]:80/', 'ws://h', 'mailto:a@b', '/only/path?x', '', 'host:1/p', '?{"a":1}|'));

my @handshake = ('Host: h', 'Connection: keep-alive, Upgrade', 'Upgrade: WebSocket', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==');
seeds(ws_handshake =>
    under(["\1\0", "\1\5"],
        lines('GET /chat?x HTTP/1.1', @handshake, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Protocol: a, b'),
        lines('GET / HTTP/1.1', @handshake, 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits; server_max_window_bits=10, x; y="z"'),
        lines('GET / HTTP/1.1', @handshake, 'Sec-WebSocket-Version: 8, 13'), lines('POST / HTTP/1.0', 'Content-Length: 1') . 'x'),
    under(["\0\0", "\0\7"],
        lines('HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=',
            'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=15; server_max_window_bits=15') . "\x81\2hi",
        lines('HTTP/1.1 426 Upgrade Required', 'Sec-WebSocket-Version: 13'), lines('HTTP/1.1 200 OK', 'Content-Length: 2') . 'ok'));

seeds(ws_extensions => under(["\0\0\0\0\0", "\x3f\1\xc0\1\x10"],
    'permessage-deflate', 'permessage-deflate; client_max_window_bits; server_max_window_bits=10, permessage-deflate',
    'permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits="9"',
    'permessage-deflate; server_max_window_bits=8; server_max_window_bits=8', 'x;y="a\\"b", , ;;=,z'));

# Frames: from a server as they are, from a client under the key "\1\2\3\4".
sub frame {
    my ($first, $payload, $masked) = @_;
    my $size = length $payload;
    my $mask = $masked ? 0x80 : 0;
    my $head = $size < 126 ? pack('CC', $first, $mask | $size) : $size < 65536 ? pack('CCn', $first, $mask | 126, $size) : pack('CCQ>', $first, $mask | 127, $size);
    return $head . $payload unless $masked;
    my $key = "\1\2\3\4";
    return $head . $key . ($payload ^ substr($key x (1 + $size / 4), 0, $size));
}
my @frames = ([0x81, 'Hello'], [0x01, "\xe2\x82"], [0x89, 'ping'], [0x80, "\xac"], [0x82, 'b' x 200], [0x88, "\x03\xe8bye"], [0xc1, "\xf2\x48\xcd\xc9\xc9\x07\x00"]);
my @wires;
for my $masked (0, 1) {
    my @all = map { frame(@$_, $masked) } @frames;
    push @{$wires[$masked]}, @all, join('', @all[0 .. 4]), join('', @all[1 .. 3]), frame(0x81, 'x' x 4000, $masked);
}
seeds(ws_frames => under(["\2\1", "\x12\5"], @{$wires[0]}), under(["\3\1", "\x17\5", "\x0b\x20\1"], @{$wires[1]}));
seeds(ws_differential => under(["\x14\0\0\1", "\x16\0\1\2"], @{$wires[0]}), under(["\x15\0\0\3", "\x17\0\1\4", "\xd5\x20\2\5"], @{$wires[1]}));
seeds(ws_messages => map { my $s = $_; map { $s . $_ } "\1\x05Hello\1\x05Hello", "\xe1\x20" . 'abcdefgh' x 4 . "\0\0", "\5\x47pieces!\3\x04bare" }
    "\0\0\0\1", "\1\xff\x13\2", "\x1c\xc0\2\3", "\2\0\0\4\1\0\5");
seeds(ws_close => map { my $s = $_; map { $s . $_ } '', "\3", "\3\xe8", "\3\xe8bye", "\3\xf3\xe2\x82", "\x0b\xb8" . 'x' x 123, "\3\xed" } "\2\1", "\3\2");
seeds(sockaddr => "\0\0\x50" . '127.0.0.1', "\1\0\x50" . 'fe80::1%lo', "\1\0\0::ffff:1.2.3.4", "\2\0\0/run/socket", "\3\0\1" . '::', "\3\0\1" . '1.2.3',
    "\4\0\0" . pack('S n a4 x8', 2, 80, "\x7f\0\0\1"), "\4\0\0" . pack('S n N a16 N', 10, 80, 0, "\0" x 15 . "\1", 0), "\4\0\0" . pack('S a*', 1, "/run/x\0"));
