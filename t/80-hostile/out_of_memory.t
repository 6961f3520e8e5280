# A peer whose message is larger than the memory of the process (no limits are set): the connection ends with 1009 and an error
# event that says why, or over HTTP it just ends; the process and everybody else live on.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(certificate temp_dir);
use UETest::Hostile;

plan skip_all => 'a sanitizer takes more address space than that by itself' if sanitized();
use constant {ROOM => 150_000, SIZE => 250_000_000};    # KiB of address space, bytes

sub big_frame {
    my ($client) = @_;
    my $piece = 'm' x 1_000_000;
    $client->write(pack 'CCQ>N', 0x82, 0xff, SIZE, 0) or return;
    for (1 .. SIZE / length $piece) {
        $client->write($piece) or return;
        # Who goes on sending to somebody who has closed is reset, and what was said to him is lost.
        vec(my $answered = '', fileno $client->socket, 1) = 1;
        return if select $answered, undef, undef, 0;
    }
    return;
}

sub trial {
    my ($server) = @_;
    my $connect = $server->{tls} ? \&tls_attacker : \&attacker;
    my $polite = $connect->($server, '/echo');
    for my $round (1 .. 2) {
        my $client = $connect->($server, '/count');
        big_frame($client);
        is(($client->next_close // {code => $client->ended})->{code}, 1009, 'a message too large for the process: 1009');
        $client->close;
    }
    my $after = settled($server, sub { $_->{connections} == 2 });
    is_deeply $after->{closes}, {1009 => 2}, 'the server has closed it';
    is_deeply [map { s/.*-> //r } keys %{$after->{errors}}], ['Cannot allocate memory (12:generic)'], 'and its error event has said why';
    $polite->send_text('how are you?');
    is(($polite->next_frame // {})->{payload}, 'how are you?', 'the others are well');
    $polite->close;

    my $inflating = $connect->($server, '/count', 'Sec-WebSocket-Extensions' => 'permessage-deflate');
    require Compress::Raw::Zlib;
    my $zip = Compress::Raw::Zlib::Deflate->new(-WindowBits => -15, -AppendOutput => 1, -Level => 1);
    my ($packed, $piece) = ('', "\0" x 10_000_000);
    $zip->deflate($piece, $packed) for 1 .. SIZE / length $piece;
    $zip->flush($packed, Compress::Raw::Zlib::Z_SYNC_FLUSH());
    $inflating->send_frame(opcode => 2, rsv => 4, payload => substr $packed, 0, -4);
    is(($inflating->next_close // {code => $inflating->ended})->{code}, 1009, 'one that is too large when it is inflated: 1009');
    $inflating->close;

    my $http = $connect->($server);
    $http->write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " . SIZE . "\r\n\r\n");
    for (1 .. SIZE / 1_000_000) { $http->write('b' x 1_000_000) or last }
    ok defined $http->read_all, 'a request body too large for the process ends its connection';
    $http->close;
    survives($server);
}

my $dir = temp_dir();
subtest plain => sub { trial(target(ulimit => '-v ' . ROOM)) };
subtest TLS => sub { trial(target(ulimit => '-v ' . ROOM, tls => [certificate($dir)])) };

done_testing;
