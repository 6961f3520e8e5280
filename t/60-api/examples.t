# Every script of eg/ does what its first lines say, and ends well on SIGINT and SIGTERM.
use strict;
use warnings;
use lib 't/lib';
use IO::Socket::INET;
use JSON::PP;
use POSIX qw(WNOHANG);
use Test::More;
use UETest qw(raw_client root_dir seconds start_example temp_dir);
use UETest::Tree;

my $json = JSON::PP->new->utf8;

subtest 'echo.pl' => sub {
    my $dir = temp_dir();
    my $path = "$dir/echo.sock";
    my $server = start_example('echo.pl', '--unix', $path);
    for (['TCP', port => $server->port], ['a Unix socket', path => $path]) {
        my ($name, @where) = @$_;
        my $client = raw_client(@where);
        ok $client->handshake('/any/path')->{accepted}, "$name: accepted";
        for my $frame ({opcode => 1, payload => 'text'}, {opcode => 2, payload => "\0\xff"}, {opcode => 1, payload => ''}) {
            $client->send_frame(%$frame);
            my $back = $client->next_frame;
            is_deeply [@$back{qw(opcode payload fin masked)}], [@$frame{qw(opcode payload)}, 1, 0], "$name: comes back as it went";
        }
        $client->close;
    }
    is $server->stop('INT'), 0, 'SIGINT';
    ok !-e $path, 'the socket file is gone';
    is $server->errors, '', 'nothing to complain about';
};

subtest 'chat.pl' => sub {
    my $server = start_example('chat.pl');
    my $page = raw_client(port => $server->port);
    $page->write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n");
    my $response = $page->read_response;
    is $response->{code}, 200, 'the page';
    like $response->{body}, qr{\A<!doctype html>.*</html>|\A<!doctype html>.*</script>}s, 'its text';
    unlike $response->{body}, qr{(?:src|href)="?(?:https?:)?//}, 'it needs nothing from elsewhere';
    is $page->read_response->{code}, 404, 'another path, on the same connection';

    my @people = map { my $client = raw_client(port => $server->port); $client->handshake('/'); $client } 1 .. 3;
    my $hear = sub {
        my ($client, $key) = @_;
        while (my $frame = $client->next_frame) {
            my $said = $json->decode($frame->{payload});
            return $said if defined $said->{$key};
        }
        return {};
    };
    is $hear->($_, 'people')->{people} > 0, 1, 'hears how many there are' for @people;
    $people[0]->send_text($json->encode({name => "J\xf6rg", text => "na\x{239}\x{1F642} <b>"}));
    is_deeply [@{$hear->($_, 'text')}{qw(from text people)}], ["J\xf6rg", "na\x{239}\x{1F642} <b>", 3], 'everybody hears it' for @people;
    $people[1]->send_text('this is no JSON');
    is $people[1]->next_close->{code}, 1003, 'what is no JSON ends the connection';
    is $hear->($people[2], 'left')->{people}, 2, 'the others are told';
    $people[2]->send_frame(opcode => 1, payload => 'x' x 9000);
    is $people[2]->next_close->{code}, 1009, 'a message over the limit ends the connection';
    is $server->stop, 0, 'SIGTERM';
    is $people[0]->next_close->{code}, 1001, 'who is left hears that the server goes away';
    is $server->errors, '', 'nothing to complain about';
};

subtest 'upgrade.pl' => sub {
    my $server = start_example('upgrade.pl');
    for (['/echo', 'Text'], ['/upper', 'TEXT']) {
        my ($path, $answer) = @$_;
        my $client = raw_client(port => $server->port);
        ok $client->handshake($path, Connection => 'keep-alive, Upgrade')->{accepted}, "$path: accepted";
        $client->send_text('Text');
        is $client->next_frame->{payload}, $answer, "$path: its answer";
    }
    my $client = raw_client(port => $server->port);
    $client->write("GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n");
    is $client->read_response->{code}, 426, 'a plain request for a room';
    is $client->handshake('/nothing')->{code}, 404, 'an upgrade at a wrong path, on the same connection';
    is $server->stop('INT'), 0, 'SIGINT';
    is $server->errors, '', 'nothing to complain about';
};

subtest 'auth.pl' => sub {
    my $server = start_example('auth.pl', '--token', 'xyzzy');
    my @tries = (
        [403, 'nothing', '/'], [403, 'a wrong token', '/?token=xyzz'], [403, 'a wrong header', '/', Authorization => 'Bearer sesame'],
        [101, 'the query', '/a?token=xyzzy'], [101, 'a header', '/a', Authorization => 'Bearer xyzzy'],
        [101, 'a cookie', '/a', Cookie => 'token=xyzzy'], [426, 'a wrong version', '/?token=xyzzy', 'Sec-WebSocket-Version' => 8],
    );
    for (@tries) {
        my ($code, $name, @handshake) = @$_;
        my $client = raw_client(port => $server->port);
        my $head = $client->handshake(@handshake);
        is $head->{code}, $code, "$name: $code";
        if ($code == 101) { is $client->next_frame->{payload}, 'welcome to /a', "$name: welcome" }
        else { $client->read_all; is $client->ended, 'eof', "$name: the connection ends" }
    }
    my $client = raw_client(port => $server->port);
    is $client->handshake('/?token=xyzzy', 'Sec-WebSocket-Protocol' => 'other, echo.v1')->{headers}{'sec-websocket-protocol'}, 'echo.v1', 'subprotocol';
    is $server->stop, 0, 'SIGTERM';
    is $server->errors, '', 'nothing to complain about';
};

subtest 'the programs of the README' => sub {
    my ($server_text, $client_text) = UETest::Tree::text('README.md') =~ /^```perl\n(.*?)^```$/msg;
    my $dir = temp_dir();
    for (['server', $server_text], ['client', $client_text]) {
        my ($name, $text) = @$_;
        is scalar(() = $text =~ /\n/g), 15, "the $name has fifteen lines";
        open my $out, '>', "$dir/$name.pl" or die $!;
        print {$out} $text;
        close $out;
    }
    my @perl = ($^X, map { '-I' . File::Spec->rel2abs($_) } grep { !ref } @INC);
    my ($port, $server, $client);
    for (1 .. 5) {    # the port is free now; should somebody else be quicker, there are others
        $port = do { my $any = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 1) or die $@; $any->sockport };
        $server = UETest::Child->spawn([@perl, "$dir/server.pl", $port], perl => 1, bound => seconds(10));
        my $until = time + seconds(10);
        until (($client = eval { raw_client(port => $port) }) || time > $until || waitpid($server->pid, WNOHANG) != 0) {
            select undef, undef, undef, 0.01;    # it prints nothing that says it is ready
        }
        last if $client;
    }
    ok $client && $client->handshake('/')->{accepted}, 'the server accepts' or return;
    $client->send_frame(opcode => 2, payload => "as\0printed");
    is_deeply [@{$client->next_frame}{qw(opcode payload)}], [2, "as\0printed"], 'and sends back what it gets';
    is_deeply [UETest::Child->run([@perl, "$dir/client.pl", "ws://127.0.0.1:$port/"], perl => 1, bound => seconds(10))], [0, "hello\n", ''],
        'the client says hello and hears it';
    is $server->stop, 'signal 15', 'the server runs until it is stopped';
};

done_testing;
