# Our server with the clients of others and our client with their servers: {plain, TLS} x {compression off, on, without
# context takeover, windows of 9 bits} x {1 octet to 16 MiB} x {text, binary, fragmented}.
#
# A peer is a program with two forms (t/90-peers/matrix.*):
#
#   PROGRAM client URL CERTIFICATE|- SETTING          prints 'extensions ...', a line 'ok - KIND SIZE' per cell, 'done'
#   PROGRAM server CERTIFICATE|- KEY|- SETTING        prints 'listening on http://...', echoes until SIGTERM
#
# Fragments are what a peer sends: its client on the way to our server, its server (asked for by a first octet of 255) on
# the way to our client.
# One pair of processes for each role, transport and setting; with compression 16 MiB are sent as text alone, since
# compressing 16 MiB of noise on both sides takes seconds.
package UETest::Matrix;
use 5.016;
use strict;
use warnings;
use Test::More;
use UniEvent::WebSocket;
use UETest qw(certificate run_peer run_until run_until_empty seconds temp_dir);
use UETest::Child;
use UETest::Peer;

our @SIZES = (1, 125, 126, 65535, 65536, 1 << 20, 1 << 24);
our @KINDS = qw(text binary fragmented);
our @SETTINGS = qw(off on no-takeover window9);

my %DEFLATE = (
    off => undef,
    on => {compression_threshold => 0, default_compress_binary => 1},
    'no-takeover' => {compression_threshold => 0, default_compress_binary => 1, server_no_context_takeover => 1, client_no_context_takeover => 1},
    window9 => {compression_threshold => 0, default_compress_binary => 1, server_max_window_bits => 9, client_max_window_bits => 9},
);
# What the agreement has to say where the peer was asked for it.
my %AGREED = (off => qr/\A\z/, on => qr/\Apermessage-deflate/, 'no-takeover' => qr/_no_context_takeover/, window9 => qr/_max_window_bits=9/);

sub cells { my ($setting) = @_; return map { my $size = $_; map { $size == 1 << 24 && $setting ne 'off' && $_ ne 'text' ? () : "$_ $size" } @KINDS } @SIZES }

# Our echo server in a process of its own.
sub our_server { return UETest::Child->start_perl([UETest::Peer::script('matrix_echo.pl'), @_], bound => seconds(30)) }

sub server_role {
    my ($name, $command, $cert, $key) = @_;
    my $passed = 0;
    for my $setting (@SETTINGS) {
        for my $tls (0, 1) {
            my $what = "our server, $name, " . ($tls ? 'TLS' : 'plain') . ", compression $setting";
            # What the client asks for is what has to be agreed on.
            my $server = our_server($setting eq 'off' ? 'off' : 'on', $tls ? ($cert, $key) : ());
            my ($status, $output, $errors) = run_peer([@$command, 'client', $server->ws, $tls ? $cert : '-', $setting], bound => 120);
            my %seen = map { /\A(ok|not ok) - (.*)/ ? ($2 => $1) : () } split /\n/, $output;
            my ($extensions) = $output =~ /^extensions ?(.*)$/m;
            like $extensions // 'nothing', $AGREED{$setting}, "$what: agreed";
            my @bad = grep { ($seen{$_} // '') ne 'ok' } cells($setting);
            ok !@bad && $output =~ /^done$/m, "$what: " . cells($setting) . ' cells' or diag "missing: @bad\n", $output, $errors;
            $passed += cells($setting) - @bad;
            is $server->stop, 0, "$what: the server ends well";
            is $server->errors, '', "$what: without complaints";
        }
    }
    return $passed;
}

# Half of what is binary compresses well. A first octet of 255 asks the server for its echo in fragments.
sub payload {
    my ($kind, $size) = @_;
    if ($kind eq 'text') {
        my $words = "gr\xc3\xbc\xc3\x9fe \xf0\x9f\x99\x82 ";
        my $text = $words x ($size / length $words);
        return $text . 'x' x ($size - length $text);
    }
    my $noise = join '', map { pack 'L', rand 2**32 } 1 .. ($size < 1 << 20 ? $size : 1 << 20) / 8;
    my $data = substr +($kind eq 'fragmented' ? "\xff" : "\7") . "\7" x ($size / 2) . $noise x 16, 0, $size;
    return $data . 'x' x ($size - length $data);
}

# Our client, in this process, sends a cell after the other and compares.
sub talk {
    my ($setting, $url, $cert) = @_;
    my $loop = UE::Loop->new;
    my $client = UE::WebSocket::Client->new({deflate => $DEFLATE{$setting} && {%{$DEFLATE{$setting}}, accept_smaller_windows => 1}}, $loop);
    my ($extensions, $got, $closed, @good);
    $client->connect_callback(sub { $extensions = $_[1]->error ? 'failed: ' . $_[1]->error : $_[1]->header('Sec-WebSocket-Extensions') // '' });
    $client->message_callback(sub { $got = [$_[1]->opcode, $_[1]->payload // ''] });
    $client->close_callback(sub { $closed = 1 });
    $client->connect(UE::WebSocket::ConnectRequest->new({uri => $url, timeout => seconds(30),
        ($cert ? (ssl_ctx => UE::SslContext->new({verify => 'peer', ca => $cert})) : ())}));
    run_until($loop, sub { defined $extensions || $closed }, 30);
    for my $cell (cells($setting)) {
        last if $closed;
        my ($kind, $size) = split / /, $cell;
        my $data = payload($kind, $size);
        undef $got;
        my $opcode = $kind eq 'text' ? 1 : 2;
        $client->send(payload => $data, opcode => $opcode);
        run_until($loop, sub { $got || $closed }, 60);
        push @good, $cell if $got && $got->[0] == $opcode && $got->[1] eq $data;
    }
    $client->close(1000);
    my $empty = run_until_empty($loop);
    return ($extensions, $empty, @good);
}

sub client_role {
    my ($name, $command, $cert, $key, %option) = @_;
    my $passed = 0;
    for my $setting (@SETTINGS) {
        for my $tls (0, 1) {
            my $what = "our client, $name, " . ($tls ? 'TLS' : 'plain') . ", compression $setting";
            my $server = UETest::Child->spawn([@$command, 'server', ($tls ? ($cert, $key) : ('-', '-')), $setting], bound => seconds(30));
            my ($scheme, $port) = ($server->read_line // '') =~ m{http(s?)://127\.0\.0\.1:(\d+)/};
            if (!$port) { fail "$what: a server"; diag $server->errors; next }
            my ($extensions, $empty, @good) = talk($setting, "ws$scheme://localhost:$port/", $tls ? $cert : undef);
            like $extensions // 'nothing', $option{answers}{$setting} // $AGREED{$setting}, "$what: agreed";
            my %good = map { $_ => 1 } @good;
            my @bad = grep { !$good{$_} } cells($setting);
            ok !@bad, "$what: " . cells($setting) . ' cells' or diag "missing: @bad\n", $server->errors;
            ok $empty, "$what: nothing is left in the loop";
            $passed += @good;
            $server->stop;
        }
    }
    return $passed;
}

# Both roles with one peer; says how many cells passed. answers => {setting => pattern}: where its server says less.
sub passes {
    my ($name, $command, %option) = @_;
    my $dir = temp_dir();
    my ($cert, $key) = certificate($dir);
    my $server = server_role($name, $command, $cert, $key);
    my $client = client_role($name, $command, $cert, $key, %option);
    diag "$name: cells passed: our server $server, our client $client";
    return;
}

1;
