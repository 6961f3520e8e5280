# The parser alone: MESSAGES masked text messages of 200 bytes go through get_messages, so many AT_ONCE.
use strict;
use warnings;
use Protocol::WebSocket::Fast;
use UniEvent::WebSocket;

my ($messages, $at_once) = @ARGV;
my $server = Protocol::WebSocket::Fast::ServerParser->new({deflate => undef});
my $client = Protocol::WebSocket::Fast::ClientParser->new({deflate => undef});
$server->accept($client->connect_request({uri => 'ws://localhost/'}));
$client->connect($server->accept_response);

my $bytes = join '', map { $client->send_message(opcode => OPCODE_TEXT, payload => 'x' x 200) } 1 .. $at_once;
my $seen = 0;
for (1 .. $messages / $at_once) {
    for my $message ($server->get_messages($bytes)) { ++$seen }
}
die "$seen messages instead of $messages\n" if $seen != $messages;
