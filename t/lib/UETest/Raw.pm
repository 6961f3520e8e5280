# A WebSocket client made of a plain socket, for tests that must send what a proper client never would.
#
#   my $raw = raw_client(port => $port);               # or path => $unix_socket
#   my $response = $raw->handshake('/chat', 'Sec-WebSocket-Protocol' => 'a');
#   $raw->send_frame(opcode => 1, payload => 'hi');    # masked, final; fin/rsv/mask/length can be lied about
#   my $frame = $raw->next_frame;                      # {fin, rsv, opcode, masked, payload} or undef at the end
#
# With loop => $loop the server lives in this process: every wait lets the loop run.
package UETest::Raw;
use 5.016;
use strict;
use warnings;
use Digest::SHA ();
use IO::Socket::INET;
use IO::Socket::UNIX;
use MIME::Base64 ();
use Time::HiRes ();

our $GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
our $KEY = 'dGhlIHNhbXBsZSBub25jZQ==';

sub new {
    my ($class, %option) = @_;
    my $socket = $option{socket}
        || ($option{path} ? IO::Socket::UNIX->new(Peer => $option{path})
                          : IO::Socket::INET->new(PeerAddr => $option{host} // '127.0.0.1', PeerPort => $option{port}));
    die 'cannot connect to ' . ($option{path} // $option{port}) . ": $!\n" if !$socket;
    $socket->autoflush(1);
    $socket->blocking(0);
    return bless {socket => $socket, in => '', bound => $option{bound} // 10, loop => $option{loop}}, $class;
}

sub socket { return $_[0]{socket} }
sub unread { return $_[0]{in} }

# Waits until the socket is readable or writable. False when the bound is over.
sub _wait {
    my ($self, $write, $until) = @_;
    my $fd = fileno $self->{socket};
    while (1) {
        my $left = $until - Time::HiRes::time();
        return 0 if $left <= 0;
        $self->{loop}->run_nowait if $self->{loop};
        vec(my $bits = '', $fd, 1) = 1;
        my $step = $self->{loop} && $left > 0.002 ? 0.002 : $left;
        my $ready = $write ? select(undef, $bits, undef, $step) : select($bits, undef, undef, $step);
        return 1 if $ready > 0;
    }
}

# Sends bytes; false if the other side has gone or does not read.
sub write {
    my ($self, $bytes) = @_;
    local $SIG{PIPE} = 'IGNORE';
    my $until = Time::HiRes::time() + $self->{bound};
    my $at = 0;
    while ($at < length $bytes) {
        my $sent = syswrite $self->{socket}, $bytes, length($bytes) - $at, $at;
        if (defined $sent) { $at += $sent; next }
        return 0 if !$!{EAGAIN} && !$!{EWOULDBLOCK} && !$!{EINTR};
        $self->_wait(1, $until) or return 0;
    }
    return 1;
}

# The same, byte by byte, each in a write of its own.
sub write_slowly {
    my ($self, $bytes) = @_;
    for my $byte (split //, $bytes) { $self->write($byte) or return 0 }
    return 1;
}

# Reads something more. False at the end (then ->ended is true) or when the bound is over.
sub _fill {
    my ($self, $until) = @_;
    return 0 if $self->{ended};
    while (1) {
        my $got = sysread $self->{socket}, $self->{in}, 262144, length $self->{in};
        return $got if $got;
        if (defined $got) { $self->{ended} = 'eof'; return 0 }
        if (!$!{EAGAIN} && !$!{EWOULDBLOCK} && !$!{EINTR}) { $self->{ended} = "$!"; return 0 }
        $self->_wait(0, $until) or return 0;
    }
}

# 'eof', the text of the error that cut the connection, or false.
sub ended { return $_[0]{ended} }

sub read_bytes {
    my ($self, $count) = @_;
    my $until = Time::HiRes::time() + $self->{bound};
    while (length $self->{in} < $count) { $self->_fill($until) or return }
    return substr $self->{in}, 0, $count, '';
}

# Everything up to the end of the connection; undef if it does not end in time.
sub read_all {
    my ($self) = @_;
    my $until = Time::HiRes::time() + $self->{bound};
    1 while $self->_fill($until);
    return $self->{ended} ? substr($self->{in}, 0, length $self->{in}, '') : undef;
}

sub read_until {
    my ($self, $pattern) = @_;
    my $until = Time::HiRes::time() + $self->{bound};
    while (1) {
        return substr $self->{in}, 0, $+[0], '' if $self->{in} =~ /$pattern/;
        $self->_fill($until) or return;
    }
}

# The head of a response: {line, code, message, headers => {lower case name => value}, raw}.
sub read_head {
    my ($self) = @_;
    my $raw = $self->read_until(qr/\r\n\r\n/) // return;
    my ($line, @lines) = split /\r\n/, $raw;
    my %head = (raw => $raw, line => $line, headers => {});
    @head{qw(code message)} = $line =~ m{\AHTTP/1\.[01] (\d{3}) ?(.*)\z};
    for (@lines) {
        my ($name, $value) = /\A([^:]+):\s*(.*?)\s*\z/ or next;
        $name = lc $name;
        $head{headers}{$name} = exists $head{headers}{$name} ? "$head{headers}{$name}, $value" : $value;
    }
    return \%head;
}

# A whole response with its body (by Content-Length, or up to the end of the connection).
sub read_response {
    my ($self) = @_;
    my $head = $self->read_head // return;
    my $length = $head->{headers}{'content-length'};
    $head->{body} = defined $length ? $self->read_bytes($length) : $self->read_all;
    return $head;
}

# The bytes of a proper handshake; pairs replace or (undef) remove headers. A value may be an array: several lines.
sub handshake_bytes {
    my ($self, $target, @pairs) = @_;
    my @order = ('Host', 'Upgrade', 'Connection', 'Sec-WebSocket-Key', 'Sec-WebSocket-Version');
    my %value = (Host => '127.0.0.1', Upgrade => 'websocket', Connection => 'Upgrade', 'Sec-WebSocket-Key' => $KEY,
        'Sec-WebSocket-Version' => 13);
    while (my ($name, $value) = splice @pairs, 0, 2) {
        push @order, $name if !grep { $_ eq $name } @order;
        $value{$name} = $value;
    }
    my $text = "GET $target HTTP/1.1\r\n";
    for my $name (@order) {
        $text .= "$name: $_\r\n" for ref $value{$name} ? @{$value{$name}} : $value{$name} // ();
    }
    return "$text\r\n";
}

# Does the handshake; returns the response head. $head->{accepted} says whether the accept key was right.
sub handshake {
    my ($self, $target, @pairs) = @_;
    $self->write($self->handshake_bytes($target // '/', @pairs));
    my $head = $self->read_head // return;
    $head->{accepted} = ($head->{code} // 0) == 101
        && ($head->{headers}{'sec-websocket-accept'} // '') eq MIME::Base64::encode_base64(Digest::SHA::sha1($KEY . $GUID), '');
    return $head;
}

# The bytes of one frame. opcode, payload, fin = 1, rsv = 0 (0..7), mask = 4 bytes or undef for none,
# length = what the header claims, form = 7, 16 or 64 bits of length.
sub frame_bytes {
    my ($self, %frame) = @_;
    my $payload = $frame{payload} // '';
    my $length = $frame{length} // length $payload;
    my $mask = exists $frame{mask} ? $frame{mask} : "\x37\xfa\x21\x3d";
    my $form = $frame{form} // ($length < 126 ? 7 : $length < 65536 ? 16 : 64);
    my $bit = defined $mask ? 0x80 : 0;
    my $head = chr((($frame{fin} // 1) ? 0x80 : 0) | ($frame{rsv} // 0) << 4 | ($frame{opcode} // 1))
        . ($form == 7 ? chr($bit | $length) : $form == 16 ? pack('Cn', $bit | 126, $length) : pack('CQ>', $bit | 127, $length));
    return $head . $payload if !defined $mask;
    return $head . $mask . ($payload ^ substr($mask x (1 + length($payload) / 4), 0, length $payload));
}

sub send_frame { my ($self, %frame) = @_; return $self->write($self->frame_bytes(%frame)) }
sub send_text { return $_[0]->send_frame(opcode => 1, payload => $_[1]) }
sub send_close { my ($self, $code, $text) = @_; return $self->send_frame(opcode => 8, payload => defined $code ? pack('n', $code) . ($text // '') : '') }

# The next frame, or undef at the end of the connection or of the patience (see ->ended).
sub next_frame {
    my ($self) = @_;
    my ($first, $second) = unpack 'CC', $self->read_bytes(2) // return;
    my $form = $second & 0x7f;
    my $length = $form;
    $length = unpack 'n', $self->read_bytes(2) // return if $form == 126;
    $length = unpack 'Q>', $self->read_bytes(8) // return if $form == 127;
    my $mask = $second & 0x80 ? $self->read_bytes(4) // return : undef;
    my $payload = $length ? $self->read_bytes($length) // return : '';
    $payload ^= substr $mask x (1 + $length / 4), 0, $length if defined $mask;
    my %frame = (fin => $first >> 7, rsv => $first >> 4 & 7, opcode => $first & 15, masked => $second >> 7, payload => $payload);
    @frame{qw(code reason)} = $length >= 2 ? unpack 'na*', $payload : (1005, '') if $frame{opcode} == 8;
    return \%frame;
}

# Skips everything up to a close frame; returns it, or undef if the connection ended without one.
sub next_close {
    my ($self) = @_;
    while (my $frame = $self->next_frame) { return $frame if $frame->{opcode} == 8 }
    return;
}

sub close { my ($self) = @_; close delete $self->{socket} if $self->{socket}; $self->{ended} ||= 'closed'; return }
sub shutdown_write { return shutdown $_[0]{socket}, 1 }

# Cuts the connection hard: the peer sees a reset.
sub reset_hard {
    my ($self) = @_;
    setsockopt $self->{socket}, Socket::SOL_SOCKET(), Socket::SO_LINGER(), pack 'ii', 1, 0;
    return $self->close;
}

1;
