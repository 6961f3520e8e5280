# Protocol::WebSocket::Fast: the parser objects, method by method.
use strict;
use warnings;
use Test::More;
use Protocol::WebSocket::Fast;
use Protocol::WebSocket::Fast::Error;
use UniEvent::WebSocket;

my $KEY = 'dGhlIHNhbXBsZSBub25jZQ==';
sub head { join "\r\n", 'GET /?encoding=text HTTP/1.1', 'Host: dev.crazypanda.ru:4680', 'Connection: Upgrade', 'Upgrade: WebSocket',
    "Sec-WebSocket-Key: $KEY", 'Sec-WebSocket-Version: 13', @_, '', '' }

# Both ends, established.
sub pair {
    my ($server_config, $client_config) = @_;
    my $server = Protocol::WebSocket::Fast::ServerParser->new($server_config);
    my $client = Protocol::WebSocket::Fast::ClientParser->new($client_config);
    my $request = $server->accept($client->connect_request({uri => 'ws://h/p'}));
    $client->connect($server->accept_response);
    return ($server, $client);
}

subtest 'server handshake' => sub {
    my $p = Protocol::WebSocket::Fast::ServerParser->new;
    isa_ok $p, 'Protocol::WebSocket::Fast::Parser';
    ok !$p->accept_parsed && !$p->accepted && !$p->established, 'new';
    my @lines = map { "$_\r\n" } split /\r\n/, head('Sec-WebSocket-Protocol: chat', 'X-One: 1');
    is $p->accept($_), undef, 'not yet' for @lines;
    my $request = $p->accept("\r\n");
    isa_ok $request, 'Protocol::WebSocket::Fast::ConnectRequest';
    isa_ok $request, 'Protocol::HTTP::Request';
    is $request->error, undef, 'no error';
    is '' . $request->uri, '/?encoding=text', 'uri';
    is $request->ws_key, $KEY, 'ws_key';
    is $request->ws_protocol, 'chat', 'ws_protocol';
    is $request->ws_version, 13, 'ws_version';
    ok $request->ws_version_supported, 'ws_version_supported';
    is $request->ws_extensions, undef, 'no extensions';
    is $request->header('x-one'), 1, 'headers';
    ok $p->accept_parsed && $p->accepted && !$p->established, 'accepted';
    ok !eval { $p->accept('x'); 1 } && $@ =~ /already parsed accept/, 'once';
    my $answer = $p->accept_response({headers => {'X-Two' => 2}});
    like $answer, qr{\AHTTP/1\.1 101 Switching Protocols\r\n}, 'the status is 101';
    like $answer, qr{\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n}, 'accept key';
    like $answer, qr{\r\nSec-WebSocket-Protocol: chat\r\n}, 'protocol';
    like $answer, qr{\r\nX-Two: 2\r\n}, 'own header';
    ok $p->established, 'established';
    ok !eval { $p->accept_response; 1 } && $@ =~ /already established/, 'once';
    $p->reset;
    ok !$p->accept_parsed && !$p->established, 'reset';

    my $object = Protocol::WebSocket::Fast::ConnectResponse->new({ws_protocol => 'x', ws_extensions => [['ext1'], ['ext2', {a => 1}]]});
    is $object->ws_protocol, 'x', 'ws_protocol of a response';
    is_deeply $object->ws_extensions, [['ext1'], ['ext2', {a => 1}]], 'ws_extensions of a response';
    is $object->ws_protocol('y'), undef, 'a setter';
    $p->accept(head('Sec-WebSocket-Protocol: chat'));
    my $own = $p->accept_response($object);
    like $own, qr{\r\nSec-WebSocket-Protocol: y\r\n}, 'own protocol';
    unlike $own, qr{Sec-WebSocket-Extensions}, 'no extensions that nobody implements';
};

subtest 'refusals' => sub {
    my $head = head();
    for my $case (
        [$head =~ s/^GET/POST/r, qr/^HTTP\/1\.1 400 Bad Request\r\n/, 'method_mustbe_get'],
        [$head =~ s/Upgrade: WebSocket/Upgrade: something/r, qr/^HTTP\/1\.1 400/, 'upgrade_mustbe_websocket'],
        [$head =~ s/Connection: Upgrade/Connection: close/r, qr/^HTTP\/1\.1 400/, 'connection_mustbe_upgrade'],
        [$head =~ s/$KEY/short/r, qr/^HTTP\/1\.1 400/, 'sec_accept_missing'],
        [$head =~ s/Version: 13/Version: 999/r, qr/^HTTP\/1\.1 426 Upgrade Required\r\n(?s:.*)Sec-WebSocket-Version: 13\r\n/,
            'unsupported_version'],
        [$head =~ s/1\.1/1.0/r, qr/^HTTP\/1\.1 400|^HTTP\/1\.0 400/, 'http_1_1_required'],
    ) {
        my ($bytes, $answer, $name) = @$case;
        my $p = Protocol::WebSocket::Fast::ServerParser->new;
        my $request = $p->accept($bytes);
        ok $request->error == Protocol::WebSocket::Fast::Error->can($name)->(), $name;
        ok $p->accept_parsed && !$p->accepted, 'not accepted';
        ok !eval { $p->accept_response; 1 } && $@ =~ /has not been accepted/, 'no 101';
        like $p->accept_error({code => 500}), $answer, 'its own answer, whatever is given';
    }
    my $p = Protocol::WebSocket::Fast::ServerParser->new;
    ok !eval { $p->accept_error; 1 } && $@ =~ /accept not parsed yet/, 'nothing to refuse';
    $p->accept($head);
    ok !eval { $p->accept_error; 1 } && $@ =~ /no errors found/, 'no error of its own';
    like $p->accept_error({code => 404, message => 'epta', headers => {a => 'b'}}),
        qr{^HTTP/1\.1 404 epta\r\n(?s:.*)a: b\r\n(?s:.*)\r\n\r\n404 epta$}, 'a custom error';
    $p = Protocol::WebSocket::Fast::ServerParser->new({max_handshake_size => 100});
    my $request = $p->accept(head(map { "X-$_: $_" } 1 .. 100));
    ok $request->error == Protocol::HTTP::Error::headers_too_large(), 'max_handshake_size';
};

subtest 'client handshake' => sub {
    my $c = Protocol::WebSocket::Fast::ClientParser->new;
    my $request = Protocol::WebSocket::Fast::ConnectRequest->new({
        uri => 'ws://crazypanda.ru:4321/path?a=b', ws_protocol => 'fight', headers => {'User-Agent' => 'PWS-Test'},
    });
    is $request->ws_key($KEY), undef, 'a setter';
    my $bytes = $c->connect_request($request);
    like $bytes, qr{\AGET /path\?a=b HTTP/1\.1\r\n}, 'request line';
    like $bytes, qr{\r\n\Q$_\E\r\n}, $_ for 'Host: crazypanda.ru', 'Connection: Upgrade', 'Upgrade: websocket', 'User-Agent: PWS-Test',
        "Sec-WebSocket-Key: $KEY", 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Protocol: fight',
        'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=15; server_max_window_bits=15';
    ok !eval { $c->connect_request({uri => 'ws://h'}); 1 } && $@ =~ /already requested connection/, 'once';
    my $s = Protocol::WebSocket::Fast::ServerParser->new;
    $s->accept($bytes);
    my $answer = $s->accept_response;
    my $response;
    $response = $c->connect($_) for $answer =~ /(.{1,5})/gs;
    isa_ok $response, 'Protocol::WebSocket::Fast::ConnectResponse';
    is $response->error, undef, 'no error';
    is $response->code, 101, 'code';
    is $response->ws_accept_key, 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', 'ws_accept_key';
    is $response->ws_protocol, 'fight', 'ws_protocol';
    is $response->ws_version, 0, 'ws_version';
    is $response->ws_extensions->[0][0], 'permessage-deflate', 'ws_extensions';
    ok $c->established && $c->is_deflate_active && $s->is_deflate_active, 'established';
    ok !eval { $c->connect('x'); 1 } && $@ =~ /already parsed connect response/, 'once';
    $c->reset;
    is $c->connect_request($request), $bytes, 'the same request gives the same bytes';
    $answer =~ s/s3pP/xxxx/;
    my $bad = $c->connect($answer);
    ok $bad->error == Protocol::WebSocket::Fast::Error::sec_accept_missing, 'a wrong accept key';
    ok !$c->established, 'not established';
    for my $wrong ({uri => '/p'}, {uri => 'http://h/'}, {uri => 'ws://h/', body => 'x'}) {
        ok !eval { Protocol::WebSocket::Fast::ClientParser->new->connect_request($wrong); 1 }, "dies: $wrong->{uri}";
    }
    ok !eval { Protocol::WebSocket::Fast::ClientParser->new->connect('x'); 1 } && $@ =~ /has not requested/, 'nothing requested';
};

subtest 'messages and frames' => sub {
    my ($s, $c) = pair();
    ok !eval { Protocol::WebSocket::Fast::ServerParser->new->get_messages; 1 } && $@ =~ /not established/, 'not established';
    my @got = $s->get_messages($c->send_message(payload => 'hi', opcode => OPCODE_TEXT) . $c->send_ping('p') . $c->send_pong);
    is_deeply [map { [$_->opcode, $_->payload, $_->is_control ? 1 : 0] } @got], [[1, 'hi', 0], [9, 'p', 1], [10, undef, 1]], 'messages';
    @got = $s->get_frames($c->send_message_multiframe(payload => ['a', '', 'b'], opcode => OPCODE_TEXT));
    is_deeply [map { [$_->opcode, $_->payload, $_->final ? 1 : 0, $_->payload_length] } @got], [[1, 'a', 0, 1], [0, 'b', 1, 1]], 'frames';
    ok !$got[0]->is_control && !defined $got[0]->error, 'a frame';
    my @nothing = $s->get_messages(substr(my $bytes = $c->send_message(payload => 'split'), 0, 4, ''));
    is @nothing, 0, 'half a message';
    is scalar $s->get_messages, undef, 'no iterator yet';
    my $iterator = $s->get_messages($bytes . $c->send_message(payload => 'next') . $c->send_message(payload => 'last'));
    isa_ok $iterator, 'Protocol::WebSocket::Fast::MessageIterator';
    is $iterator->next->payload, 'split', 'one';
    is $iterator->next->payload, 'next', 'two';
    my $frames = $iterator->get_frames;
    isa_ok $frames, 'Protocol::WebSocket::Fast::FrameIterator';
    is $iterator->next, undef, 'the old iterator is over';
    is $frames->next->payload, 'last', 'three';
    is $frames->next, undef, 'no more';
    is $frames->get_messages, undef, 'nor messages';
    my $first = $c->start_message(opcode => OPCODE_TEXT);
    isa_ok $first, 'Protocol::WebSocket::Fast::FrameSender';
    ok !eval { $c->start_message; 1 } && $@ =~ /wasn't finished/, 'one at a time';
    ok !eval { $c->send_message(payload => ''); 1 }, 'nor a whole one';
    my $all = $first->send('one ') . $c->send_control(OPCODE_PING, 'mid') . $first->send(['two ', 'three'], 1);
    ok !eval { $first->send('x'); 1 } && $@ =~ /has not been started/, 'after the end';
    @got = $s->get_messages($all);
    is_deeply [map { $_->payload } @got], ['mid', 'one two three'], 'a control frame in between comes first';
    is $got[1]->frame_count, 2, 'frame_count';
    ok !$got[1]->deflated, 'deflated';
    my ($frame) = $s->get_frames($c->start_message->send('begun'));
    ok !eval { $s->get_messages; 1 } && $@ =~ /frame mode active/, 'modes do not mix';
};

subtest 'close and errors' => sub {
    my ($s, $c) = pair();
    is $s->suggested_close_code, 0, 'nothing to suggest';
    my ($close) = $s->get_messages($c->send_close(CLOSE_AWAY, 'reason'));
    is $close->close_code, 1001, 'close_code';
    is $close->close_message, 'reason', 'close_message';
    ok $s->recv_closed && $c->send_closed && !$s->send_closed, 'closed';
    is $s->suggested_close_code, 1001, 'suggested';
    ok !eval { $c->send_ping; 1 } && $@ =~ /close sent/, 'nothing after it';
    is length $s->send_close, 2, 'an empty close frame';
    ($s, $c) = pair({max_message_size => 10});
    is $s->max_message_size, 10, 'max_message_size';
    is $s->max_frame_size, 0, 'max_frame_size';
    is $s->max_handshake_size, 0, 'max_handshake_size';
    my ($big) = $s->get_messages($c->send_message(payload => 'x' x 11));
    ok $big->error == Protocol::WebSocket::Fast::Error::max_message_size, 'error of a message';
    is $s->suggested_close_code, 1009, 'the close code for too much is 1009';
    ($s, $c) = pair();
    $s->configure({max_frame_size => 3});
    is $s->max_frame_size, 3, 'configure';
    my ($frame) = $s->get_frames($c->send_message(payload => 'four'));
    ok $frame->error == Protocol::WebSocket::Fast::Error::max_frame_size, 'error of a frame';
    is ref Protocol::WebSocket::Fast::error_category(), 'XS::STL::ErrorCategory', 'error_category';
    is Protocol::WebSocket::Fast::error_category()->name, 'protocol-websocket', 'its name';
};

subtest 'deflate' => sub {
    my $p = Protocol::WebSocket::Fast::ServerParser->new;
    is_deeply [sort keys %{ $p->deflate_config }], [sort qw(server_max_window_bits client_max_window_bits client_no_context_takeover
        server_no_context_takeover mem_level compression_level strategy compression_threshold)], 'deflate_config';
    is $p->deflate_config->{compression_threshold}, 1410, 'defaults';
    is $p->effective_deflate_config, undef, 'nothing agreed';
    $p->no_deflate;
    is $p->deflate_config, undef, 'no_deflate';
    $p->configure({deflate => {mem_level => 5}});
    is $p->deflate_config->{mem_level}, 5, 'configure';
    my ($s, $c) = pair({deflate => {compression_threshold => 5}}, {deflate => {server_max_window_bits => 10}});
    is $c->effective_deflate_config->{server_max_window_bits}, 10, 'effective';
    my @plain = $c->get_messages($s->send_message(payload => '1234', opcode => OPCODE_TEXT));
    my @packed = $c->get_messages($s->send_message(payload => 'Hello', opcode => OPCODE_TEXT));
    ok !$plain[0]->deflated && $packed[0]->deflated && $packed[0]->payload eq 'Hello', 'threshold';
    my ($s2) = pair({deflate => {compression_threshold => 0}});
    is unpack('H*', $s2->send_message(payload => 'Hello', opcode => OPCODE_TEXT)), 'c107f248cdc9c90700', 'RFC 7692 section 7.2.3.1';
    my ($s3, $c3) = pair({deflate => undef});
    ok !$s3->is_deflate_active && !$c3->is_deflate_active, 'off on one side';
};

is OPCODE_TEXT, 1, 'constants are exported';
is CLOSE_TLS, UniEvent::WebSocket::CLOSE_TLS(), 'and the same everywhere';
{ package Importer; use Protocol::WebSocket::Fast qw(CLOSE_DONE) }
ok !Importer->can('OPCODE_TEXT') && Importer->can('CLOSE_DONE'), 'by name';
ok !eval { Protocol::WebSocket::Fast->import('NO_SUCH'); 1 }, 'an unknown name';

done_testing;
