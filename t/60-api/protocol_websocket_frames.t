# Frames as the parser hands them out: every method, for data, control, compressed and faulty frames; read-only.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use Protocol::WebSocket::Fast;

my $request = {uri => 'ws://localhost/', ws_key => 'dGhlIHNhbXBsZSBub25jZQ=='};

# A server's and a client's end that have agreed.
sub pair {
    my ($config) = @_;
    my $s = Protocol::WebSocket::Fast::ServerParser->new($config);
    my $c = Protocol::WebSocket::Fast::ClientParser->new($config);
    $s->accept($c->connect_request($request)) or die;
    $c->connect($s->accept_response) or die;
    return ($s, $c);
}

# The frame as a hash of what its methods say.
my @methods = qw(opcode is_control final payload payload_length error);
sub seen { my ($frame) = @_; return {map { $_ => ref $frame->$_ ? '' . $frame->$_ : $frame->$_ } @methods} }
sub frame { my %want = (is_control => '', final => 1, error => undef, @_); return \%want }
my $truth = sub { my ($hash) = @_; $hash->{$_} = !!$hash->{$_} for qw(is_control final); return $hash };

subtest 'data' => sub {
    my ($s, $c) = pair({deflate => undef});
    my ($whole) = $c->get_frames($s->send_message(payload => 'text', opcode => OPCODE_TEXT));
    isa_ok $whole, 'Protocol::WebSocket::Fast::Frame';
    is_deeply $truth->(seen($whole)), $truth->(frame(opcode => 1, payload => 'text', payload_length => 4)), 'a text in one frame';
    my ($empty) = $c->get_frames($s->send_message(payload => ''));
    is_deeply $truth->(seen($empty)), $truth->(frame(opcode => 2, payload => undef, payload_length => 0)), 'empty is undef';
    my @parts = $c->get_frames($s->send_message_multiframe(payload => ['ab', 'cd', 'e'], opcode => OPCODE_TEXT));
    is_deeply [map { $truth->(seen($_)) } @parts], [
        map { $truth->($_) } frame(opcode => 1, payload => 'ab', payload_length => 2, final => 0),
        frame(opcode => OPCODE_CONTINUE, payload => 'cd', payload_length => 2, final => 0),
        frame(opcode => OPCODE_CONTINUE, payload => 'e', payload_length => 1),
    ], 'fragments';
    ok !eval { $whole->payload('other'); 1 }, 'read-only';
    ok !eval { Protocol::WebSocket::Fast::Frame->new; 1 }, 'not to be made';
    undef $c;
    is $parts[2]->payload, 'e', 'outlives its parser';
};

subtest 'control' => sub {
    my ($s, $c) = pair();
    my ($ping, $pong, $text) = $c->get_frames($s->send_ping('a') . $s->send_pong . $s->send_message(payload => 'x'));
    is_deeply $truth->(seen($ping)), $truth->(frame(opcode => OPCODE_PING, is_control => 1, payload => 'a', payload_length => 1)), 'ping';
    is_deeply $truth->(seen($pong)), $truth->(frame(opcode => OPCODE_PONG, is_control => 1, payload => undef, payload_length => 0)), 'pong';
    ok !$text->is_control, 'data is none';
    my ($close) = $c->get_frames($s->send_close(CLOSE_AWAY, 'good bye'));
    is_deeply $truth->(seen($close)), $truth->(frame(opcode => OPCODE_CLOSE, is_control => 1, payload => 'good bye', payload_length => 8)),
        'close: the reason without its code';
    is $close->close_code, 1001, 'close_code';
    is $close->close_message, 'good bye', 'close_message';
    ($s, $c) = pair();
    ($close) = $c->get_frames($s->send_close);
    is $close->close_code, CLOSE_UNKNOWN, 'a close without code is 1005';
    is $close->close_message, '', 'and has no reason';
};

subtest 'compressed' => sub {
    my ($s, $c) = pair({deflate => {compression_threshold => 0}});
    my ($packed) = $c->get_frames($s->send_message(payload => 'Hello', opcode => OPCODE_TEXT));
    is $packed->payload, 'Hello', 'the payload is inflated';
    is $packed->payload_length, 7, 'the length is that of the wire';
};

subtest 'faulty' => sub {
    my %bad = (
        invalid_opcode     => "\x83\x80\0\0\0\0", control_fragmented => "\x09\x80\0\0\0\0", not_masked => "\x81\x01a",
        initial_continue   => "\x80\x80\0\0\0\0", unexpected_rsv => "\xc1\x80\0\0\0\0", close_frame_invalid_data => "\x88\x81\0\0\0\0a",
        control_payload_too_big => "\x89\xfe\x00\x7e\0\0\0\0", max_frame_size => "\x82\xfe\x03\xe9\0\0\0\0",
    );
    for my $name (sort keys %bad) {
        my ($s) = pair({deflate => undef, max_frame_size => 1000});
        my ($frame) = $s->get_frames($bad{$name});
        my $wanted = Protocol::WebSocket::Fast::Error->can($name)->();
        ok $frame && $frame->error == $wanted, $name or diag $frame && $frame->error;
        is $s->suggested_close_code, $name eq 'max_frame_size' ? CLOSE_MAX_SIZE : CLOSE_PROTOCOL_ERROR, "$name: the code to close with";
    }
};

done_testing;
