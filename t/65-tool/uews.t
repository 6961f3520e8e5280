# uews without a terminal: what its commands do, print and exit with.
use strict;
use warnings;
use lib 't/lib';
use JSON::PP;
use Test::More;
use UETest qw(certificate raw_client root_dir temp_dir);
use UETest::Uews qw(uews uews_server);

subtest 'help and the command line' => sub {
    my ($status, $help, $errors) = uews('', '--help');
    is $status, 0, '--help: exit code';
    like $help, qr/uews serve.*uews connect URL.*uews bench URL.*--subprotocol.*--insecure.*--json.*Exit codes?:?.*\b3\b/is, 'it names commands, options and exit codes';
    is $errors, '', 'nothing else';
    is +(uews('', 'bench', '--help'))[1], $help, 'the same behind a command';
    like +(uews('', '--version'))[1], qr/\Auews \d+\.\d+\.\d+\n\z/, '--version';
    for (
        [[], qr/a command is missing/], [['dance'], qr/no command 'dance'/], [['serve', '--chatt'], qr/serve: unknown option: chatt/],
        [['serve', '--echo', '--chat'], qr/not both/], [['serve', 'x'], qr/'x' is one argument too many/],
        [['serve', '--port', 70000], qr/--port is 70000; expected 0 to 65535/], [['serve', '--port', 'x'], qr/"x" invalid for option port/],
        [['serve', '--tls', 'cert'], qr/tls/], [['connect'], qr/address is missing/], [['connect', 'ftp://h/'], qr/'ftp:\/\/h\/' is no address/],
        [['connect', 'ws://h/', '--header', 'no colon'], qr/'no colon' is no header/], [['bench', 'ws://h/', '--connections', 0], qr/--connections is 0/],
        [['bench', 'ws://h/', '--seconds', -1], qr/--seconds is -1/],
    ) {
        my ($args, $complaint) = @$_;
        my ($status, $output, $errors) = uews('', @$args);
        is $status, 2, "'@$args': exit code";
        is $output, '', "'@$args': no output";
        like $errors, qr/\Auews: .*$complaint.*\nTry 'uews --help'\.\n\z/s, "'@$args': the complaint";
    }
};

subtest 'serve --echo and connect in a pipe' => sub {
    my $server = uews_server('--verbose');
    my ($status, $output, $errors) = uews("one\ntwo\nwithout a newline", 'connect', $server->ws('/room'));
    is $status, 0, 'exit code';
    is $output, "one\ntwo\nwithout a newline\n", 'the answers to all lines';
    my $room = quotemeta $server->ws('/room');
    like $errors, qr/\A\d\d:\d\d:\d\d\.\d{3} \* connected to $room\n\d\d:\d\d:\d\d\.\d{3} \* closed with 1000\n\z/, 'and the events';
    my $dir = temp_dir();
    open my $file, '>', "$dir/in" or die $!;
    print {$file} map { "line $_\n" } 1 .. 20_000;
    close $file;
    my $child = UETest::Child->spawn([$^X, UETest::Uews::include(), UETest::Uews::script(), 'connect', '-q', $server->ws], stdin => "$dir/in",
        bound => UETest::seconds(60), perl => 1);
    is $child->wait_end, 0, 'a file as input: exit code';
    is $child->{seen}, join('', map { "line $_\n" } 1 .. 20_000), 'all of it comes back';
    is $child->errors, '', '--quiet';
    is_deeply [(uews("\xff\n", 'connect', '-q', $server->ws))[0, 1]], [1, ''], 'what is not UTF-8 is not sent as text';
    is_deeply [(uews("\xff\0\n", 'connect', '-q', '--binary', $server->ws))[0, 1]], [0, "\xff\0"], '--binary sends and prints any bytes';
    is_deeply [(uews('', 'connect', '-q', $server->ws))[0, 1]], [0, ''], 'no input';
    my $plain = raw_client(port => $server->port);
    $plain->write("GET / HTTP/1.1\r\nHost: example\r\n\r\n");
    my $page = $plain->read_response;
    is $page->{code}, 426, 'a browser is told what this is';
    like $page->{body}, qr{uews connect ws://example/}, 'and how to talk to it';
    is $server->stop('INT'), 0, 'SIGINT ends the server';
    like $server->errors, qr{^\S+ (\d+) connected to /room\n\S+ \1 closed with 1000}m, '--verbose told who was here';
};

subtest 'connect with headers and a subprotocol' => sub {
    require UniEvent::WebSocket;
    my $server = UETest::Child->start_perl(['-e', <<'SERVER'], bound => UETest::seconds(20));
use UniEvent::WebSocket;
my $server = UE::WebSocket::Server->new({locations => [{host => '127.0.0.1', port => 0}]});
$server->handshake_callback(sub {
    my ($server, $conn, $request) = @_;
    return $conn->send_accept_error({code => 403, message => 'Forbidden'}) if $request->uri->path eq '/no';
    my ($wanted) = grep { $_ eq 'b' } split /, /, $request->ws_protocol;
    $conn->send_accept_response({ws_protocol => $wanted}) if $wanted;
});
$server->connection_callback(sub {
    my ($server, $conn, $request) = @_;
    $conn->send_text($request->header('X-One') . '|' . $request->header('X-Two'));
    $conn->message_callback(sub { $_[1]->payload eq 'cut' ? $_[0]->stream->reset : $_[0]->close(4001, "you said " . $_[1]->payload) });
});
$server->run;
$| = 1;
print 'http://127.0.0.1:', $server->sockaddr->port, "/\n";
UE::Loop->default->run;
SERVER
    my ($status, $output, $errors) = uews("bye\n", 'connect', '-H', 'X-One: a:b ', '--header', 'X-Two:c', '-s', 'a', '--subprotocol', 'b', $server->ws);
    is $status, 3, 'closed with a code that is no success';
    is $output, "a:b|c\n", 'the headers arrived';
    like $errors, qr/subprotocol b\n.* \* closed with 4001 you said bye\n/, 'the subprotocol, the code and the reason';
    ($status, $output, $errors) = uews("cut\n", 'connect', $server->ws);
    is $status, 3, 'a connection that breaks';
    like $errors, qr/ \* closed with 1006/, 'says so';
    ($status, $output, $errors) = uews('', 'connect', $server->ws('/no'));
    is $status, 1, 'refused';
    like $errors, qr{\Auews: ws://\S+/no: .*\(the server answers 403 Forbidden\)\n\z}, 'says by what';
    my ($busy, undef, $why) = uews('', 'serve', '--port', $server->port);
    is $busy, 1, 'serve: a port that is taken';
    like $why, qr/\Auews: .*in use/, 'says so';
    $server->stop;
    ($status, undef, $errors) = uews('', 'connect', $server->ws);
    is $status, 1, 'nobody there';
    like $errors, qr/\Auews: \S+: connect error: Connection refused\n\z/i, 'says so';
};

subtest 'TLS' => sub {
    my $dir = temp_dir();
    my ($cert, $key) = certificate($dir);
    my $server = uews_server('--tls', $cert, $key);
    like $server->line, qr{\Alistening on https://127\.0\.0\.1:\d+/ wss://127\.0\.0\.1:\d+/\z}, 'the address';
    is_deeply [(uews("hi\n", 'connect', '-q', '--ca', $cert, $server->ws))[0, 1]], [0, "hi\n"], '--ca';
    is_deeply [(uews("hi\n", 'connect', '-q', '--insecure', $server->ws))[0, 1]], [0, "hi\n"], '--insecure';
    my ($status, undef, $errors) = uews("hi\n", 'connect', $server->ws);
    is $status, 1, 'a certificate nobody vouches for';
    like $errors, qr/certificate/i, 'says so';
    ($status, undef, $errors) = uews('', 'serve', '--tls', $key, $cert);
    is $status, 1, 'serve: files that are no pair';
    like $errors, qr/\Auews: .*\Q$key\E/, 'names the file';
};

subtest 'serve --unix' => sub {
    my $dir = temp_dir();
    my $server = uews_server('--unix', "$dir/s");
    is $server->read_line, "listening on the Unix socket $dir/s", 'named';
    my $client = raw_client(path => "$dir/s");
    ok $client->handshake('/')->{accepted}, 'accepted there';
    $client->send_text('x');
    is $client->next_frame->{payload}, 'x', 'echo';
    is_deeply [(uews("hello\n", 'connect', '--unix', "$dir/s"))[0, 1]], [0, "hello\n"], 'connect --unix';
    my ($status, $output, $errors) = uews("hello\n", 'connect', '--unix', "$dir/s", 'ws://name/room');
    is_deeply [$status, $output], [0, "hello\n"], 'with an address';
    like $errors, qr{\* connected to ws://name/room at \Q$dir\E/s\n}, 'both are named';
    ($status, $output, $errors) = uews('', 'connect', '--unix', "$dir/nobody");
    is_deeply [$status, $output], [1, ''], 'nobody there';
    like $errors, qr{\Auews: \Q$dir\E/nobody: .*No such file}i, 'says so';
    is +(uews('', 'connect', '--unix', "$dir/s", 'wss://name/'))[0], 2, 'not with TLS';
    is $server->stop, 0, 'SIGTERM';
    ok !-e "$dir/s", 'the file is gone';
};

subtest 'serve --chat' => sub {
    my $server = uews_server('--chat');
    my $plain = raw_client(port => $server->port);
    $plain->write("GET / HTTP/1.1\r\nHost: example\r\n\r\n");
    like $plain->read_response->{body}, qr/<title>Chat</, 'its page';
    my ($status, $output) = uews(qq({"name":"Ada","text":"hello"}\n), 'connect', '-q', $server->ws);
    is $status, 0, 'a client without a browser';
    my @heard = map { JSON::PP->new->utf8->decode($_) } split /\n/, $output;
    is_deeply [map { $_->{from} . ': ' . $_->{text} } grep { $_->{text} } @heard], ['Ada: hello'], 'hears what it says';
};

subtest 'bench' => sub {
    my $server = uews_server();
    my ($status, $output, $errors) = uews('', 'bench', '--connections', 3, '--size', 100, '--seconds', 0.3, '--json', $server->ws);
    is $status, 0, 'exit code';
    is $errors, '', 'no progress without a terminal';
    my $result = eval { JSON::PP->new->decode($output) } // {};
    is_deeply [sort keys %$result], [qw(bytes_per_second connect_seconds connections latency_ms lost_connections messages messages_per_second seconds size url)], 'the keys';
    is_deeply [@$result{qw(connections size url lost_connections)}], [3, 100, $server->ws, 0], 'what was asked for';
    cmp_ok $result->{messages}, '>', 3, 'messages went to and fro';
    cmp_ok abs($result->{messages_per_second} * $result->{seconds} / $result->{messages} - 1), '<', 0.02, 'the rate is that of the messages';
    my @latency = @{$result->{latency_ms}}{qw(p50 p90 p99 p99.9 max)};
    is_deeply \@latency, [sort { $a <=> $b } @latency], 'percentiles are in order';
    cmp_ok $latency[0], '>', 0, 'and are times';
    cmp_ok $latency[0], '<=', 1000 * $result->{seconds}, 'of this run';
    ($status, $output) = uews('', 'bench', '-s', 0.2, '-c', 2, $server->ws);
    like $output, qr/\A\S+: 2 connections, messages of 64 bytes, [\d.]+ s\n\d+ answers, .* a second\nlatency in ms: p50 [\d.]+, p90 [\d.]+, p99 [\d.]+, p99\.9 [\d.]+, max [\d.]+\n\z/,
        'as text';
    $server->stop;
    is +(uews('', 'bench', '-s', 0.2, $server->ws))[0], 1, 'nobody there';
};

done_testing;
