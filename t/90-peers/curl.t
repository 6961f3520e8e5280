# curl sees an HTTP server where it asks for pages, and a proper 101 (or refusal) where it asks for an upgrade.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(certificate run_peer seconds skip_without start_example temp_dir);

my $curl = skip_without('curl');
my @curl = ($curl, '--silent', '--show-error', '--include', '--http1.1', '--noproxy', '*', '--max-time', seconds(20));
my @upgrade = map { ('--header', $_) } 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';

# After a 101 curl waits for more, and prints what it has when something comes or the time is over.
sub upgrade_head {
    my (@more) = @_;
    my $child = UETest::Child->spawn([@curl, '--no-buffer', @upgrade, @more], bound => seconds(20));
    my $head = $child->read_until(qr/\r?\n\r?\n/) // 'no head: ' . $child->errors;
    $child->kill_now;
    return $head;
}

my $dir = temp_dir();
my ($cert, $key) = certificate($dir);

for (['http', start_example('chat.pl')], ['https', start_example('chat.pl', '--cert', $cert, '--key', $key), '--cacert', $cert]) {
    my ($scheme, $chat, @trust) = @$_;
    my (undef, $page) = run_peer([@curl, @trust, $chat->http]);
    like $page, qr{\AHTTP/1\.1 200 OK\r\n}, "$scheme: the page";
    like $page, qr{^Content-Type: text/html; charset=utf-8\r$}mi, "$scheme: its type";
    like $page, qr{^Date: \w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\r$}mi, "$scheme: its date";
    like $page, qr{<title>Chat</title>.*</script>\s*\z}s, "$scheme: all of it";
    my (undef, $other) = run_peer([@curl, @trust, $chat->http('/other')]);
    like $other, qr{\AHTTP/1\.1 404 Not Found\r\n.*\r\n\r\nnot here\n\z}s, "$scheme: another path";

    my $head = upgrade_head(@trust, $chat->http);
    like $head, qr{\AHTTP/1\.1 101 Switching Protocols\r\n}, "$scheme: an upgrade on the same port";
    like $head, qr{^Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r$}mi, "$scheme: with the right accept key";
    like $head, qr{^Upgrade: websocket\r$}mi, "$scheme: Upgrade";
    like $head, qr{^Connection: Upgrade\r$}mi, "$scheme: Connection";
    is $chat->stop, 0, "$scheme: the server ends well when asked to";
    is $chat->errors, '', "$scheme: it had nothing to complain about";
}

my $own = start_example('upgrade.pl');
like upgrade_head('--max-time', 1, $own->http('/upper')), qr{\AHTTP/1\.1 101 }, 'an HTTP server of the user hands over by path';
my (undef, $plain) = run_peer([@curl, $own->http('/upper')]);
like $plain, qr{\AHTTP/1\.1 426 .*speaks WebSocket}s, 'a plain request for that path is told so';
my (undef, $rooms) = run_peer([@curl, $own->http]);
like $rooms, qr{\AHTTP/1\.1 200 .*/echo /upper}s, 'its page';
is $own->stop, 0, 'it ends well when asked to';

my $auth = start_example('auth.pl');
my (undef, $denied) = run_peer([@curl, @upgrade, $auth->http]);
like $denied, qr{\AHTTP/1\.1 403 Forbidden\r\n.*\r\n\r\nno entry without the token\n\z}s, 'no token: 403 with the body given';
for (['a header', '--header', 'Authorization: Bearer sesame', $auth->http], ['a cookie', '--cookie', 'a=b; token=sesame', $auth->http],
    ['the query', $auth->http('/room?token=sesame')]) {
    my ($where, @with) = @$_;
    like upgrade_head(@with), qr{\AHTTP/1\.1 101 }, "token by $where: 101";
}
like upgrade_head('--header', 'Sec-WebSocket-Protocol: x, time.v1, echo.v1', $auth->http('/?token=sesame')),
    qr{^Sec-WebSocket-Protocol: time\.v1\r$}mi, 'the first subprotocol that both know';
is $auth->stop, 0, 'it ends well when asked to';
is $auth->errors, '', 'and had nothing to complain about';

done_testing;
