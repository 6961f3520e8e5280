# RST at every stage of a connection, plain and TLS, a hundred times each: before and in the head, after the upgrade, in the
# middle of a frame and of a message, in the TLS handshake, while closing, under output. Nothing is left and nobody is disturbed.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(certificate temp_dir);
use UETest::Hostile;

use constant TIMES => 100;

my $frame = sub { my ($c, %frame) = @_; return $c->frame_bytes(opcode => 2, %frame) };
my @stages = (
    ['before the head', undef, sub { }],
    ['in the head', undef, sub { $_[0]->write("GET /echo HT") }],
    ['after the head', undef, sub { $_[0]->write($_[0]->handshake_bytes('/echo')) }],
    ['in a body', undef, sub { $_[0]->write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc") }],
    ['behind requests', undef, sub { $_[0]->write("GET / HTTP/1.1\r\nHost: x\r\n\r\n" x 20) }],
    ['after the upgrade', '/echo', sub { }],
    ['in a frame header', '/echo', sub { $_[0]->write("\x82") }],
    ['in a frame', '/echo', sub { $_[0]->write(substr $frame->($_[0], payload => 'x' x 1000), 0, 500) }],
    ['in a large frame', '/echo', sub { $_[0]->write(substr $frame->($_[0], payload => 'x' x 300_000), 0, 150_000) }],
    ['in a message', '/echo', sub { $_[0]->write($frame->($_[0], payload => 'x' x 1000, fin => 0)) }],
    ['behind messages', '/echo', sub { $_[0]->write($frame->($_[0], payload => 'x' x 1000) x 20) }],
    ['under output', '/pour', sub { $_[0]->send_text('3 100000'); $_[0]->next_frame }],
    ['during the close', '/echo', sub { $_[0]->send_close(1000) }],
    ['behind the close', '/echo', sub { $_[0]->send_close(1000); $_[0]->next_close }],
    ['after a protocol error', '/echo', sub { $_[0]->write("\xff\xff\xff") }],
);

sub attack {
    my ($server, $connect, @more) = @_;
    my $before = settled($server, sub { $_->{connections} == 2 });
    my $polite = $server->{polite};
    for (@stages, @more) {
        my ($name, $path, $act) = @$_;
        for my $time (1 .. TIMES / ($server->{tls} ? 5 : 1)) {
            my $client = $connect->($server, $path);
            $act->($client);
            $client->reset_hard;
        }
        $polite->send_text($name);
        is(($polite->next_frame // {})->{payload}, $name, "$name: the others are served");
    }
    my $after = settled($server, sub { $_->{connections} == 2 && $_->{fds} == $before->{fds} });
    ok $after, 'connections and descriptors are those of before' or diag explain [$before, report($server)];
    $polite->close;
    survives($server);
}

subtest plain => sub {
    my $server = target();
    report($server);
    $server->{polite} = attacker($server, '/echo');
    attack($server, \&attacker);
};

subtest TLS => sub {
    my $dir = temp_dir();
    my $server = target(tls => [certificate($dir)]);
    $server->{polite} = tls_attacker($server, '/echo');
    attack($server, sub { my ($s, $path) = @_; defined $path ? tls_attacker($s, $path) : attacker($s) },
        ['in the client hello', undef, sub { $_[0]->write("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" . 'r' x 100) }],
        ['no TLS at all', undef, sub { $_[0]->write("GET / HTTP/1.1\r\n\r\n") }]);
};

done_testing;
