# UniEvent::WebSocket::Connection and ::ServerConnection, method by method.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(run_until run_until_empty);
use UETest::WsPeer;
use UniEvent::WebSocket;

my $loop = UE::Loop->new;
my ($server, $conn, $peer);

sub wait_for (&) {
    my ($condition) = @_;
    return run_until($loop, $condition) || diag('waited in vain, line ' . (caller)[2]);
}

# A new server with one connection.
sub connected {
    my (%config) = @_;
    my %peer = %{ delete $config{peer} // {} };
    undef $conn;
    $server = UE::WebSocket::Server->new({locations => [{host => '127.0.0.1', port => 0}], %config}, $loop);
    $server->connection_callback(sub { $conn = $_[1] });
    $server->run;
    $peer = UETest::WsPeer->new($server, %peer);
    wait_for { $peer->opened && $conn };
    return $conn;
}

subtest 'state and addresses' => sub {
    connected();
    isa_ok $conn, 'UniEvent::WebSocket::ServerConnection';
    isa_ok $conn, 'UniEvent::WebSocket::Connection';
    ok !$conn->isa('UniEvent::Handle'), 'no handle';
    is $conn->loop, $loop, 'loop';
    is $conn->state, $conn->STATE_CONNECTED, 'state, and constants as methods';
    is UniEvent::WebSocket::Connection::STATE_HALT(), 4, 'constants as functions';
    ok $conn->connected && !$conn->connecting, 'connected';
    isa_ok $conn->stream, 'UniEvent::Tcp';
    is $conn->stream, $conn->stream, 'the same stream object';
    is $conn->sockaddr->port, $server->sockaddr->port, 'sockaddr';
    is $conn->peeraddr->port, $peer->stream->sockaddr->port, 'peeraddr';
    my ($address, $error) = $conn->peeraddr;
    ok $address && !defined $error, 'list context';
    ok $conn->id > 0, 'id';
    my $id = $conn->id;
    $conn->close;
    is $conn->state, $conn->STATE_INITIAL, 'closed';
    ok !$conn->connected, 'not connected';
    is $conn->stream, undef, 'no stream';
    is scalar $conn->sockaddr, undef, 'no address, no error';
    is $conn->id, $id, 'the id stays';
    my $old = $conn;
    connected();
    ok $conn->id > $id, 'ids ascend over servers';
    ok !eval { UniEvent::WebSocket::Connection->new; 1 }, 'not constructible';
    ok !eval { UniEvent::WebSocket::Connection::state(bless {}, 'Nobody'); 1 }, 'a foreign object';
    like $@, qr/UniEvent::WebSocket::Connection/, 'is named';
};

subtest 'sending' => sub {
    connected(deflate => {compression_threshold => 5}, peer => {deflate => {}});
    is scalar(my @nothing = $conn->send_text('plain')), 0, 'send_text returns nothing';
    $conn->send_message("\x00\xff");
    $conn->send(payload => 'by list', opcode => UE::WebSocket::OPCODE_TEXT);
    $conn->send({payload => 'by hash'});
    $conn->send(payload => '');
    $conn->send_text('long enough');
    $conn->send(payload => 'long, but plain', opcode => 1, deflate => 0);
    $conn->send(payload => 'ab', deflate => 1);
    $conn->send_text("\x{263a}");
    wait_for { $peer->payloads == 9 };
    my @got = $peer->messages;
    is_deeply [map { $_->payload // '' } @got], ['plain', "\x00\xff", 'by list', 'by hash', '', 'long enough',
        'long, but plain', 'ab', "\xe2\x98\xba"], 'payloads';
    is_deeply [map { $_->opcode } @got], [1, 2, 1, 2, 2, 1, 1, 2, 1], 'opcodes';
    is_deeply [map { $_->deflated ? 1 : 0 } @got], [1, 0, 1, 0, 0, 1, 0, 1, 0], 'compressed';
    is_deeply [map { $_->frame_count } @got], [(1) x 9], 'one frame each';
    ok !eval { $conn->send(opcode => 1); 1 } && $@ =~ /payload is mandatory/, 'payload is mandatory';
    ok !eval { $conn->send('x'); 1 } && $@ =~ /Usage.*send/, 'one argument that is no hash';
    ok !eval { $conn->send(payload => 'x', opcode => 3); 1 } && $@ =~ /opcode.*3/, 'an opcode that is none';
    ok !eval { $conn->send(payload => 'x', cb => 1); 1 } && $@ =~ /cb/, 'a callback that is none';
    my @called;
    $conn->send(payload => 'told', cb => sub { @called = @_ });
    is @called, 0, 'the callback is not called from inside';
    wait_for { @called };
    is $called[0], $conn, 'the connection';
    is $called[1], undef, 'no error';
    isa_ok $called[2], 'UniEvent::Request::Write';
    my $large = join '', map { chr(65 + $_ % 26) } 1 .. 300_000;
    my $copy  = $large;
    $conn->send_message($large);
    substr($large, 0, 5) = 'CHANGED';
    undef $large;
    wait_for { 11 == grep { !$_->is_control } $peer->messages };
    ok((($peer->payloads)[10] // '') eq $copy, 'a large message is what it was when it was sent');
    $conn->close;
    my $error;
    $conn->send(payload => 'late', cb => sub { $error = $_[1] });
    ok $error == UniEvent::WebSocket::Error::WRITE_ERROR, 'on a closed connection the callback is told at once';
    $conn->send_text('late');
    $conn->send_ping;
    wait_for { $peer->eof };
    is scalar($peer->payloads), 11, 'and nothing is sent';
};

subtest 'ping and pong' => sub {
    connected();
    my @got;
    $conn->ping_callback(sub { push @got, 'ping ' . ($_[1]->payload // '') });
    $conn->pong_callback(sub { push @got, 'pong ' . ($_[1]->payload // '') });
    $peer->send_ping('one');
    $peer->send_ping;
    $peer->send_pong('two');
    wait_for { @got == 3 };
    is_deeply \@got, ['ping one', 'ping ', 'pong two'], 'events';
    $conn->send_ping('p' x 200);
    $conn->send_pong;
    wait_for { $peer->messages == 4 };
    is_deeply [map { [$_->opcode, $_->payload // ''] } $peer->messages],
        [[10, 'one'], [10, ''], [9, 'p' x 125], [10, '']], 'pings are answered; long payloads are cut';
    ok +($peer->messages)[0]->is_control, 'is_control';
};

subtest 'messages' => sub {
    connected();
    my @kept;
    $conn->message_callback(sub { push @kept, $_[1] });
    $peer->send_text("text $_") for 1 .. 3;
    $peer->send_binary('b' x 100_000);
    $peer->send_text('');
    $peer->write($peer->{parser}->send_message_multiframe(payload => ['in ', 'three ', 'frames'], opcode => 1));
    wait_for { @kept == 6 };
    is_deeply [map { $_->payload } @kept[0 .. 2]], ['text 1', 'text 2', 'text 3'], 'messages may be kept';
    is length $kept[3]->payload, 100_000, 'a large one';
    my $payload = $kept[3]->payload;
    substr($payload, 0, 1) = 'x';
    is substr($kept[3]->payload, 0, 1), 'b', 'a payload is a copy of its own';
    is $kept[3]->payload_length, 100_000, 'payload_length';
    is $kept[4]->payload, undef, 'an empty payload is undef';
    is $kept[5]->payload, 'in three frames', 'fragments';
    is $kept[5]->frame_count, 3, 'frame_count';
    is $kept[5]->opcode, UE::WebSocket::OPCODE_TEXT, 'opcode';
    ok !$kept[5]->is_control && !$kept[5]->deflated && !defined $kept[5]->error, 'the rest';
    isa_ok $kept[0], 'Protocol::WebSocket::Fast::Message';
    ok !utf8::is_utf8($kept[0]->payload), 'bytes';
};

subtest 'close' => sub {
    for my $case (
        [[], 1000, 'Done'], [[1001], 1001, 'Away'], [[3001], 3001, '3001'], [[4000, 'own'], 4000, 'own'], [[1000, ''], 1000, ''],
        [[1011], 1011, 'Internal Error'], [[1000, 'r' x 200], 1000, 'r' x 123],
    ) {
        my ($args, $code, $reason) = @$case;
        connected();
        my @closed;
        $conn->close_callback(sub { push @closed, [$_[0]->id, $_[1]] });
        my $id = $conn->id;
        $peer->send_text('never seen');
        is scalar(my @nothing = $conn->close(@$args)), 0, 'close returns nothing';
        is @closed, 1, 'close_event inside close';
        is $closed[0][0], $id, 'the connection';
        is $closed[0][1], $code, 'the code';
        $conn->close;
        is @closed, 1, 'a second close is harmless';
        wait_for { $peer->eof };
        is $peer->close_message->close_code, $code, "the peer sees $code";
        is $peer->close_message->close_message, $reason, 'and the reason';
        is @{ [$peer->messages] }, 1, 'and nothing else';
    }
};

subtest 'peer close' => sub {
    for my $case ([[], 1005, '', 1000], [[1000], 1000, '', 1000], [[4321, 'why'], 4321, 'why', 4321]) {
        my ($args, $code, $reason, $answer) = @$case;
        connected();
        my @order;
        $conn->peer_close_callback(sub { push @order, [peer_close => $_[1]->close_code, $_[1]->close_message] });
        $conn->close_callback(sub { push @order, [close => @_[1, 2]] });
        $peer->send_close(@$args);
        wait_for { $peer->eof };
        is_deeply \@order, [[peer_close => $code, $reason], [close => $answer, $reason]], "closed by the peer with $code";
        is $peer->close_message->close_code, $answer, "answered with $answer";
    }
    connected();
    my @order;
    $conn->peer_close_callback(sub { push @order, defined $_[1] ? 'frame' : 'eof' });
    $conn->close_callback(sub { push @order, "$_[1] $_[2]" });
    $peer->shutdown;
    wait_for { @order == 2 };
    is_deeply \@order, ['eof', '1006 Abnormally'], 'an end without a close frame';
    connected();
    $conn->peer_close_callback(sub { $_[0]->close(4444, 'mine') });
    $peer->send_close(1000);
    wait_for { $peer->eof };
    is $peer->close_message->close_code, 4444, 'a handler that closes decides';
};

subtest 'errors' => sub {
    for my $case (
        ['not masked', "\x81\x01a", 1002, Protocol::WebSocket::Fast::Error::not_masked()],
        ['reserved bit', "\xc1\x80\x00\x00\x00\x00", 1002, Protocol::WebSocket::Fast::Error::unexpected_rsv()],
        ['opcode', "\x83\x80\x00\x00\x00\x00", 1002, Protocol::WebSocket::Fast::Error::invalid_opcode()],
        ['too large', "\x82\xfe\x03\xe9\x00\x00\x00\x00", 1009, Protocol::WebSocket::Fast::Error::max_message_size()],
        ['no text', "\x81\x81\x00\x00\x00\x00\xff", 1007, Protocol::WebSocket::Fast::Error::invalid_utf8()],
        ['fragment', "\x80\x80\x00\x00\x00\x00", 1002, Protocol::WebSocket::Fast::Error::initial_continue()],
    ) {
        my ($name, $bytes, $code, $cause) = @$case;
        connected(max_message_size => 1000, check_utf8 => 1, deflate => undef);
        my (@order, $error);
        $conn->message_callback(sub { push @order, 'message'; $_[0]->send_text('before') });
        $conn->error_callback(sub { push @order, 'error'; $error = $_[1] });
        $conn->peer_close_callback(sub { push @order, 'peer_close' });
        $conn->close_callback(sub { push @order, "close $_[1]" });
        $server->disconnection_callback(sub { push @order, 'disconnection' });
        $peer->write($peer->{parser}->send_message(payload => 'good', opcode => 1) . $bytes);
        wait_for { $peer->eof };
        is_deeply \@order, ['message', 'error', "close $code", 'disconnection'], "$name: the order";
        ok $error == UniEvent::WebSocket::Error::READ_ERROR, 'a read error';
        ok $error->next == $cause, 'over its cause';
        is_deeply [map { $_->is_control ? $_->close_code : $_->payload } $peer->messages], ['before', $code],
            'the answer to the good message comes before the close frame';
    }
};

subtest 'stream reset' => sub {
    connected();
    my @order;
    $conn->close_callback(sub { push @order, "close $_[1]" });
    $server->disconnection_callback(sub { push @order, 'disconnection' });
    $conn->stream->reset;
    is_deeply \@order, ['close 1006', 'disconnection'], 'ends the connection';
    is $server->connections_count, 0, 'which is gone';
};

subtest 'max_buffered' => sub {
    connected(max_buffered => 100_000, shutdown_timeout => 1);
    my ($error, $closed);
    $conn->error_callback(sub { $error = $_[1] });
    $conn->close_callback(sub { $closed = $_[1] });
    $peer->stream->read_stop;
    my $sent = 0;
    $conn->send_message('x' x 65536), ++$sent while !$closed && $sent < 1000;
    ok $sent < 1000, "a peer that does not read is given up after $sent messages";
    is $closed, 1008, 'with 1008';
    ok $error & XS::STL::errc::no_buffer_space, 'and an error';
};

subtest 'configure' => sub {
    connected();
    my $error;
    $conn->error_callback(sub { $error = $_[1] });
    ok !eval { $conn->configure({max_frame_size => 'big'}); 1 } && $@ =~ /max_frame_size.*big/, 'bad values die';
    $conn->configure({max_frame_size => 3});
    $peer->send_text('1234');
    wait_for { $peer->eof };
    ok $error & Protocol::WebSocket::Fast::Error::max_frame_size, 'a limit is in force at once';
    is $peer->close_message->close_code, 1009, 'the close code is 1009';
};

subtest 'statistics' => sub {
    connected();
    is $conn->stats_counter, undef, 'none by default';
    my $stats = UniEvent::WebSocket::Connection::Statistics->new;
    is $conn->stats_counter($stats), undef, 'set';
    is $conn->stats_counter, $stats, 'get';
    $conn->message_callback(sub { $_[0]->send_text($_[1]->payload) });
    $peer->send_text('1234');
    wait_for { $peer->payloads };
    is_deeply $stats->normalized(1), {msgs_in => 1, msgs_out => 1, bytes_in => 10, bytes_out => 6}, 'counted';
    is_deeply $stats->fetch(2), {msgs_in => 0, msgs_out => 0, bytes_in => 5, bytes_out => 3}, 'per second, cut';
    is_deeply $stats->normalized(1), {msgs_in => 0, msgs_out => 0, bytes_in => 0, bytes_out => 0}, 'fetch resets';
    $stats->reset;
    $conn->stats_counter(undef);
    is $conn->stats_counter, undef, 'detached';
};

subtest 'events are dispatchers' => sub {
    connected();
    for my $name (qw(message ping pong peer_close close error)) {
        my ($event, $callback) = ("${name}_event", "${name}_callback");
        isa_ok $conn->$event, 'XS::Framework::CallbackDispatcher';
        $conn->$callback(sub { });
        ok $conn->$event->has_listeners, "$name: set";
        $conn->$callback(undef);
        ok !$conn->$event->has_listeners, "$name: cleared";
    }
    my @order;
    $conn->message_event->add(sub { push @order, 1 });
    $conn->message_event->add_event_listener(sub { my ($next, @args) = @_; push @order, 'in'; $next->(@args); push @order, 'out' });
    $conn->message_event->add(sub { push @order, 2 });
    $peer->send_text('go');
    wait_for { @order == 4 };
    is_deeply \@order, [1, 'in', 2, 'out'], 'chains';
};

subtest 'exceptions' => sub {
    connected();
    my $object = {an => 'object'};
    for my $thrown ("text\n", $object, XS::STL::errc::timed_out()) {
        $conn->message_callback(sub { die $thrown });
        $peer->send_text('go');
        my $caught;
        for (1 .. 1000) { last if !eval { $loop->run_once; 1 } and defined($caught = $@) }
        is $caught, $thrown, 'arrives unchanged';
    }
    $conn->message_callback(sub { $_[0]->send_text('alive') });
    $peer->send_text('go');
    wait_for { $peer->payloads };
    is_deeply [$peer->payloads], ['alive'], 'and the loop runs on';
    $conn->close_callback(sub { die "in close\n" });
    ok !eval { $conn->close; 1 }, 'an exception of a synchronous callback';
    is $@, "in close\n", 'leaves the method';
};

$server->stop;
undef $_ for $server, $conn, $peer;
ok run_until_empty($loop), 'nothing is left to do';
is UniEvent::_live_objects(), 1, 'and no object but the loop';

done_testing;
