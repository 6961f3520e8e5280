# Messages that never end: empty fragments by the million cost nothing but their reading, and a message that grows is cut off
# at max_message_size with 1009 in the middle.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Hostile;

my $server = target(config => {max_message_size => 1_000_000});
my $before = report($server, 'mark');

subtest 'empty fragments' => sub {
    my $client = attacker($server, '/echo');
    my $bytes = $client->frame_bytes(opcode => 0, fin => 0) x 20_000;
    $client->write($client->frame_bytes(opcode => 2, fin => 0));
    my $sent = 0;
    for (1 .. 50) { $client->write($bytes) or last; ++$sent }
    is $sent, 50, 'a million of them are taken';
    $client->send_frame(opcode => 0, payload => 'at last');
    is(($client->next_frame // {})->{payload}, 'at last', 'and make one message');
    my $after = report($server);
    note sprintf '%.2f s of CPU for a million fragments', $after->{cpu} - $before->{cpu};
    SKIP: {
        skip 'no memory figures here', 1 if sanitized() || !$after->{peak};
        cmp_ok $after->{peak} - $before->{rss}, '<', 4000, 'no memory';
    }
    $client->close;
};

subtest 'fragments that grow' => sub {
    my $client = attacker($server, '/echo');
    my $bytes = $client->frame_bytes(opcode => 0, fin => 0, payload => 'f' x 100) x 1000;
    $client->write($client->frame_bytes(opcode => 2, fin => 0));
    for (1 .. 100) { $client->write($bytes) or last }
    is(($client->next_close // {})->{code}, 1009, 'cut off with 1009');
    $client->close;
};

subtest 'pings between the fragments' => sub {
    my $client = attacker($server, '/echo');
    $client->write($client->frame_bytes(opcode => 1, fin => 0, payload => 'a'));
    for (1 .. 100) {
        $client->write($client->frame_bytes(opcode => 9, payload => "p$_") . $client->frame_bytes(opcode => 0, fin => 0, payload => 'b'));
        is(($client->next_frame // {})->{payload}, "p$_", 'answered in time') or last;
    }
    $client->write($client->frame_bytes(opcode => 0, payload => 'c'));
    is(($client->next_frame // {})->{payload}, 'a' . 'b' x 100 . 'c', 'the message is whole');
    $client->close;
};

survives($server);
done_testing;
