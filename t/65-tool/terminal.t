# uews on a terminal: typing and seeing, times, control characters, the ways to leave, the progress of bench.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Uews qw(uews_on_terminal uews_server);

my $server = uews_server();
my $time = qr/\d\d:\d\d:\d\d\.\d{3}/;

for (['Ctrl-D', "\x04", 0], ['Ctrl-C', "\x03", 0], ['/close 4000', "/close 4000 enough\r", 0]) {
    my ($name, $keys, $code) = @$_;
    my $terminal = uews_on_terminal('connect', $server->ws);
    ok $terminal->read_until(qr/$time \* connected to .*> /s), "$name: connected, and there is a prompt" or diag $terminal->{seen};
    $terminal->tell("hello\r");
    ok $terminal->read_until(qr/$time < hello\r\n> /), "$name: the answer has its time" or diag $terminal->{seen};
    $terminal->tell($keys);
    ok $terminal->read_until(qr/$time \* closed with (?:1000|4000 enough)\r\n/), "$name: the close is shown" or diag $terminal->{seen};
    is $terminal->wait_end, $code, "$name: exit code";
}

my $terminal = uews_on_terminal('connect', $server->ws);
$terminal->read_until(qr/> /);
$terminal->tell("/ping are you there\r");
ok $terminal->read_until(qr/$time \* pong are you there\r\n/), 'a ping and its pong' or diag $terminal->{seen};
$terminal->tell("//slash\r");
ok $terminal->read_until(qr{$time < /slash\r\n}), 'a line that begins with a slash';
$terminal->tell("/nonsense\r");
ok $terminal->read_until(qr{$time \* there are /ping}), 'an unknown command is explained';
$terminal->tell("red: \x16\x1b[31m\r");
ok $terminal->read_until(qr/$time < red: \\x1b\[31m\r\n/), 'what could be a command to the terminal is written out' or diag $terminal->{seen};
is $server->stop, 0, 'the server goes';
ok $terminal->read_until(qr/$time \* closed with 1001 Away\r\n/), 'which is shown' or diag $terminal->{seen};
is $terminal->wait_end, 0, 'and is no failure';

my $other = uews_server();
$terminal = uews_on_terminal('bench', '--seconds', 1.2, '--connections', 2, $other->ws);
ok $terminal->read_until(qr/\r\e\[K[\d.]+ of 1\.2 s, \d+ messages, \d+ a second.*latency in ms: p50 /s), 'bench shows how far it is' or diag $terminal->{seen};
is $terminal->wait_end, 0, 'its exit code';

done_testing;
