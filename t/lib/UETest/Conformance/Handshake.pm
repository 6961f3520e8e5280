# The tables of RFC 6455 section 4 and RFC 7692 section 7.1: requests that a server gets, responses that a client gets, and
# what either may ask for and agree to about compression.
#
# A request row: [section, name, head or [pairs that replace header fields], code, response fields that must be there].
# A response row: [section, name, status line, [pairs], true or the name of the error].
package UETest::Conformance::Handshake;
use 5.016;
use strict;
use warnings;
use UETest::Raw;

my $ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=';

sub request { my ($line, @pairs) = @_; my $head = UETest::Raw->handshake_bytes('/', @pairs); $head =~ s/\A[^\r]*/$line/; return $head }

# Section 7 is RFC 7692's; the others are RFC 6455's.
sub named { return map { [($_->[0] =~ /\A7/ ? 'RFC 7692 ' : 'RFC 6455 ') . $_->[0], @$_[1 .. $#$_]] } @_ }

sub requests {
    my @rows;
    my $row = sub { push @rows, [@_] };
    my %ok = (upgrade => qr/\Awebsocket\z/i, connection => qr/\AUpgrade\z/i, 'sec-websocket-accept' => qr/\A\Q$ACCEPT\E\z/);
    my $fine = sub { my ($section, $name, $head, %more) = @_; $row->($section, $name, ref $head ? request('GET / HTTP/1.1', @$head) : $head, 101, %ok, %more) };
    my $bad = sub { my ($section, $name, $head, $code, %more) = @_; $row->($section, $name, ref $head ? request('GET / HTTP/1.1', @$head) : $head, $code // 400, %more) };

    $fine->('4.2.1', 'a plain request', []);
    $fine->('4.2.1', 'a target with a query', request('GET /chat/room?a=b&c=%20 HTTP/1.1'));
    $fine->('4.2.1', "Upgrade: $_", [Upgrade => $_]) for 'WebSocket', 'WEBSOCKET', 'websocket, other', 'other, websocket';
    $fine->('4.2.1', "Connection: $_", [Connection => $_]) for 'upgrade', 'UPGRADE', 'keep-alive, Upgrade', 'Upgrade,keep-alive', ' , Upgrade ,';
    $fine->('4.2.1', 'Connection in two fields', [Connection => ['keep-alive', 'Upgrade']]);
    $fine->('4.2.1', 'with an Origin', [Origin => 'http://example.com']);
    $fine->('4.2.1', 'with cookies and others', [Cookie => 'a=b', 'X-Other' => 'anything', 'User-Agent' => '']);
    $fine->('4.2.2', 'a subprotocol', ['Sec-WebSocket-Protocol' => 'chat'], 'sec-websocket-protocol' => qr/\Achat\z/);
    $fine->('4.2.2', 'one subprotocol of several', ['Sec-WebSocket-Protocol' => 'chat, superchat'], 'sec-websocket-protocol' => qr/\Achat\z/);
    $fine->('9.1', 'an unknown extension', ['Sec-WebSocket-Extensions' => 'x-unknown; a=1; b="2"'], 'sec-websocket-extensions' => undef);
    $fine->('4.2.2', 'nothing offered, nothing answered', [], 'sec-websocket-extensions' => undef, 'sec-websocket-protocol' => undef);

    $bad->('4.2.1', "method $_", request("$_ / HTTP/1.1")) for 'POST', 'PUT', 'HEAD', 'OPTIONS', 'DELETE';
    $bad->('4.2.1', 'HTTP/1.0', request('GET / HTTP/1.0'));
    $bad->('4.2.1', 'no Upgrade', [Upgrade => undef]);
    $bad->('4.2.1', "Upgrade: $_", [Upgrade => $_]) for 'h2c', '', 'web', 'websocket2';
    $bad->('4.2.1', 'no Connection', [Connection => undef]);
    $bad->('4.2.1', "Connection: $_", [Connection => $_]) for 'keep-alive', 'close', '', 'Upgraded', 'no-upgrade';
    $bad->('4.2.1', 'no key', ['Sec-WebSocket-Key' => undef]);
    $bad->('4.2.1', "key '$_'", ['Sec-WebSocket-Key' => $_]) for '', 'short', 'dGhlIHNhbXBsZSBub25jZQ', 'dGhlIHNhbXBsZSBub25jZQ=', 'dGhlIHNhbXBsZSBub25jZSE=', 'dGhlIHNhbXBsZSBub25j', '!!!!!!!!!!!!!!!!!!!!!!==';
    $bad->('4.2.1', 'two keys', ['Sec-WebSocket-Key' => [$UETest::Raw::KEY, 'AQIDBAUGBwgJCgsMDQ4PEA==']]);
    $bad->('4.4', "version $_", ['Sec-WebSocket-Version' => $_], 426, 'sec-websocket-version' => qr/\A13\z/) for 0, 7, 8, 12, 14, 25, 255, 'x', '-13', '1 3';
    $bad->('4.4', 'no version', ['Sec-WebSocket-Version' => undef], 426, 'sec-websocket-version' => qr/\A13\z/);
    $bad->('4.1', 'a body', request('GET / HTTP/1.1', 'Content-Length' => 4) . 'body');
    return named(@rows);
}

sub responses {
    my @rows;
    my $row = sub { my ($section, $name, $want, $line, @pairs) = @_; push @rows, [$section, $name, $line // 'HTTP/1.1 101 Switching Protocols', [@pairs], $want] };
    $row->('4.1', 'a plain response', 1);
    $row->('4.1', 'another reason', 1, 'HTTP/1.1 101 Fine');
    $row->('4.1', 'no reason', 1, 'HTTP/1.1 101 ');
    $row->('4.1', "Upgrade: $_", 1, undef, Upgrade => $_) for 'WebSocket', 'WEBSOCKET';
    $row->('4.1', "Connection: $_", 1, undef, Connection => $_) for 'upgrade', 'keep-alive, Upgrade';
    $row->('4.1', "$_", 'response_code_101', "HTTP/1.1 $_", 'Content-Length' => 0) for '200 OK', '400 Bad Request', '404 Not Found', '500 Oops', '302 Found';
    $row->('4.4', '426', 'unsupported_version', 'HTTP/1.1 426 Upgrade Required', 'Sec-WebSocket-Version' => 8, 'Content-Length' => 0);
    $row->('4.1', 'no Upgrade', 'upgrade_mustbe_websocket', undef, Upgrade => undef);
    $row->('4.1', "Upgrade: $_", 'upgrade_mustbe_websocket', undef, Upgrade => $_) for 'h2c', '';
    $row->('4.1', 'no Connection', 'connection_mustbe_upgrade', undef, Connection => undef);
    $row->('4.1', "Connection: $_", 'connection_mustbe_upgrade', undef, Connection => $_) for 'keep-alive', 'close', '';
    $row->('4.1', 'no accept key', 'sec_accept_missing', undef, 'Sec-WebSocket-Accept' => undef);
    $row->('4.1', "accept key $_", 'sec_accept_missing', undef, 'Sec-WebSocket-Accept' => $_)
        for '', 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=', lc $ACCEPT, substr($ACCEPT, 0, -1), "$ACCEPT$ACCEPT", $UETest::Raw::KEY;
    $row->('4.1', 'a subprotocol that was offered', 1, undef, 'Sec-WebSocket-Protocol' => $_) for 'chat', 'superchat';
    $row->('4.1', 'none of the offered subprotocols', 1);
    $row->('4.1', "the subprotocol $_, which was not offered", 'subprotocol_mismatch', undef, 'Sec-WebSocket-Protocol' => $_) for 'other', 'cha', 'Chat';
    $row->('4.1', "the extension $_, which was not offered", 'extension_mismatch', undef, 'Sec-WebSocket-Extensions' => $_) for 'x-unknown', 'permessage-bzip2';
    return named(@rows);
}

sub response {
    my ($line, @pairs) = @_;
    my @order = ('Upgrade', 'Connection', 'Sec-WebSocket-Accept');
    my %value = (Upgrade => 'websocket', Connection => 'Upgrade', 'Sec-WebSocket-Accept' => $ACCEPT);
    while (my ($name, $value) = splice @pairs, 0, 2) {
        push @order, $name if !grep { $_ eq $name } @order;
        $value{$name} = $value;
    }
    return join "\r\n", $line, (map {"$_: $value{$_}"} grep { defined $value{$_} } @order), '', '';
}

# [section, name, offer, answer or undef for none, effective [server window, client window, server keeps, client keeps]]
sub offers {
    my $d = 'permessage-deflate';
    my @rows = (
        ['7.1', 'a bare offer', $d, $d, [15, 15, 1, 1]],
        ['7.1.1.1', 'no context of the server', "$d; server_no_context_takeover", "$d; server_no_context_takeover", [15, 15, 0, 1]],
        ['7.1.1.2', 'no context of the client', "$d; client_no_context_takeover", "$d; client_no_context_takeover", [15, 15, 1, 0]],
        ['7.1.1', 'no contexts', "$d; client_no_context_takeover; server_no_context_takeover", "$d; client_no_context_takeover; server_no_context_takeover", [15, 15, 0, 0]],
        ['7.1.2.2', 'the client is able to do any window', "$d; client_max_window_bits", "$d; client_max_window_bits=15", [15, 15, 1, 1]],
        (map { ['7.1.2.1', "window $_ of the server", "$d; server_max_window_bits=$_", "$d; server_max_window_bits=$_", [$_, 15, 1, 1]] } 9 .. 15),
        (map { ['7.1.2.2', "window $_ of the client", "$d; client_max_window_bits=$_", "$d; client_max_window_bits=$_", [15, $_, 1, 1]] } 9 .. 15),
        ['9.1', 'a quoted value', "$d; server_max_window_bits=\"10\"", "$d; server_max_window_bits=10", [10, 15, 1, 1]],
        ['7.1', 'the second offer where the first is not acceptable', "$d; unknown, $d; server_max_window_bits=10", "$d; server_max_window_bits=10", [10, 15, 1, 1]],
        ['7.1', 'the first of several acceptable ones', "$d; server_max_window_bits=12, $d", "$d; server_max_window_bits=12", [12, 15, 1, 1]],
        ['9.1', 'between others', "x-a, $d, x-b; c=d", $d, [15, 15, 1, 1]],
    );
    for my $bad ('server_max_window_bits', 'server_max_window_bits=', (map { ("server_max_window_bits=$_", "client_max_window_bits=$_") } 0, 1, 7, 8, 16, 99, 150, '010', '+10', '-10', '1e1', 'x', '" 10"'),
        'client_max_window_bits=', 'server_no_context_takeover=1', 'client_no_context_takeover=true', 'unknown', 'unknown=1', 'SERVER_NO_CONTEXT',
        'server_no_context_takeover; server_no_context_takeover', 'client_no_context_takeover; client_no_context_takeover',
        'client_max_window_bits; client_max_window_bits', 'client_max_window_bits=10; client_max_window_bits=11', 'server_max_window_bits=10; server_max_window_bits=10') {
        push @rows, ['7.1', "refused: $bad", "$d; $bad", undef, undef], ['7.1', "refused: $bad, but not the bare offer behind it", "$d; $bad, $d", $d, [15, 15, 1, 1]];
    }
    push @rows, ['7.1', 'another extension alone', 'x-webkit-deflate-frame', undef, undef], ['7', 'a name that only begins so', "$d-2", undef, undef];
    return named(@rows);
}

# What a server may answer to: [section, name, client's settings, answer parameters, effective as above or undef: must fail]
sub answers {
    my @rows = (
        ['7.1', 'a bare answer', {}, '', [15, 15, 1, 1]],
        ['7.1.1.1', 'no context of the server', {}, '; server_no_context_takeover', [15, 15, 0, 1]],
        ['7.1.1.2', 'no context of the client', {}, '; client_no_context_takeover', [15, 15, 1, 0]],
        ['7.1.1', 'no contexts', {}, '; server_no_context_takeover; client_no_context_takeover', [15, 15, 0, 0]],
        (map { ['7.1.2.1', "window $_ of the server as asked for", {server_max_window_bits => $_}, "; server_max_window_bits=$_", [$_, 15, 1, 1]] } 9 .. 15),
        (map { ['7.1.2.2', "window $_ of the client as offered", {client_max_window_bits => $_}, "; client_max_window_bits=$_", [15, $_, 1, 1]] } 9 .. 15),
        (map { ['7.1.2.2', "a smaller window of the client, $_", {accept_smaller_windows => 1}, "; client_max_window_bits=$_", [15, $_, 1, 1]] } 9 .. 14),
    );
    for my $bad ('server_max_window_bits', 'client_max_window_bits', (map { ("server_max_window_bits=$_", "client_max_window_bits=$_") } 0, 7, 8, 16, 100, '015', 'x'),
        'server_no_context_takeover=1', 'client_no_context_takeover=0', 'unknown', 'unknown=1', 'server_no_context_takeover; server_no_context_takeover',
        'server_max_window_bits=15; server_max_window_bits=15', 'client_max_window_bits=15; client_max_window_bits=14') {
        push @rows, ['7.1', "refused: $bad", {}, "; $bad", undef], ['7.1', "refused by a tolerant client: $bad", {accept_smaller_windows => 1}, "; $bad", undef];
    }
    push @rows, ['7.1.2.1', 'a larger window than asked for', {server_max_window_bits => 10}, '; server_max_window_bits=11', undef],
        ['7.1.2.2', 'a larger window than offered', {client_max_window_bits => 10}, '; client_max_window_bits=11', undef],
        ['7.1', 'two answers', {}, ', permessage-deflate', undef];
    return named(@rows);
}

1;
