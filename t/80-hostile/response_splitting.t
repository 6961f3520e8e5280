# What a program passes on from others (names, values, reasons, cookies, redirects, uris, subprotocols) cannot end its line in a
# response, a handshake or a request: the call dies and names the key (and the value where it is no secret), or the bytes are escaped;
# on the wire there is never a line that nobody meant.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(raw_client run_until);
use UniEvent::WebSocket;

my $loop = UE::Loop->new;
my @evil = ("x\r\nX-Evil: 1", "x\nX-Evil: 1", "x\rX-Evil: 1", "x\r\n\r\nHTTP/1.1 200 OK\r\nX-Evil: 1", "x\0X-Evil: 1");

# Dies, naming the key, without a control character in the message.
sub refuses {
    my ($name, $key, $code) = @_;
    my $bad = 0;
    for my $evil (@evil) {
        next if eval { $code->($evil); 1 } ? ++$bad && diag "$name: taken" : $@ =~ /$key/ && $@ !~ /[\r\0]|\n./;
        diag "$name: $@" if $@;
        ++$bad;
    }
    is $bad, 0, "$name: refused, and the key is named";
    return;
}

my %response = (
    'header value' => ['X-Name', sub { {headers => {'X-Name' => $_[0]}} }],
    'header name'  => ['header name', sub { {headers => {$_[0] => 1}} }],
    'reason'       => ['reason phrase', sub { {code => 200, message => $_[0]} }],
    'redirect'     => ['Location', sub { {code => 302, headers => {Location => $_[0]}} }],
    'cookie value' => ['session', sub { {cookies => {session => {value => $_[0]}}} }],
    'cookie name'  => ['cookie name', sub { {cookies => {$_[0] => {value => 1}}} }],
    'cookie path'  => ['session', sub { {cookies => {session => {value => 1, path => $_[0]}}} }],
    'cookie domain' => ['session', sub { {cookies => {session => {value => 1, domain => $_[0]}}} }],
);

for my $name (sort keys %response) {
    my ($key, $make) = @{$response{$name}};
    refuses("HTTP response: $name", $key, sub { UE::HTTP::Response->new($make->($_[0])) });
    refuses("HTTP server's response: $name", $key, sub { UE::HTTP::ServerResponse->new($make->($_[0])) });
    refuses("WebSocket response: $name", $key, sub { Protocol::WebSocket::Fast::ConnectResponse->new($make->($_[0])) }) if $name ne 'reason';
}
refuses('set a header later', 'X-Name', sub { UE::HTTP::ServerResponse->new->header('X-Name', $_[0]) });
refuses('the response of a WebSocket server: ws_protocol', 'part of a header', sub { Protocol::WebSocket::Fast::ConnectResponse->new({ws_protocol => $_[0]}) });

for my $class ('UniEvent::HTTP::Request', 'UniEvent::WebSocket::ConnectRequest', 'Protocol::WebSocket::Fast::ConnectRequest') {
    my @uri = (uri => 'ws://127.0.0.1/');
    refuses("$class: header value", 'X-Name', sub { $class->new({@uri, headers => {'X-Name' => $_[0]}}) });
    refuses("$class: header name", 'header name', sub { $class->new({@uri, headers => {$_[0] => 1}}) });
    refuses("$class: cookie", 'session', sub { $class->new({@uri, cookies => {session => $_[0]}}) });
    next if $class =~ /HTTP/;
    refuses("$class: ws_protocol", 'part of a header', sub { $class->new({@uri, ws_protocol => $_[0]}) });
    refuses("$class: ws_key", 'part of a header', sub { $class->new({@uri, ws_key => $_[0]}) });
}

# Uris: whatever is in them, the request has the lines that it should have.
subtest 'uris of requests' => sub {
    for my $evil (@evil, 'x y HTTP/1.1', "x\tz") {
        for my $part (qw(path query fragment user_info host)) {
            my $uri = URI::XS->new('http://127.0.0.1/');
            next if !eval { $uri->$part($evil); 1 };
            my $text = eval { Protocol::HTTP::Request->new({uri => $uri})->to_string } // next;
            my ($line, @lines) = split /\r\n/, $text, -1;
            like $line, qr{\AGET /\S* HTTP/1\.1\z}, "$part: a request line" or diag explain $text;
            is scalar(grep { /\AX-Evil/ || /[\r\n\0]/ } @lines), 0, 'and no line that nobody meant' or diag explain $text;
        }
    }
};

subtest 'uris of handshakes' => sub {
    for my $evil (@evil, 'x y') {
        for my $part (qw(path query user_info host)) {
            my $uri = URI::XS->new('ws://127.0.0.1/');
            next if !eval { $uri->$part($evil); 1 };
            my $text = eval { Protocol::WebSocket::Fast::ClientParser->new->connect_request({uri => $uri}) } // next;
            my ($line, @lines) = split /\r\n/, $text, -1;
            like $line, qr{\AGET /\S* HTTP/1\.1\z}, "$part: a request line" or diag explain $text;
            is scalar(grep { /\AX-Evil/ || /[\r\n\0]/ } @lines), 0, 'and no line that nobody meant' or diag explain $text;
        }
    }
};

# A server that passes on what it got, live: die in the callback or not, the client sees whole responses only.
subtest 'live' => sub {
    my $evil;
    my $server = UE::WebSocket::Server->new({locations => [{host => '127.0.0.1', port => 0}]}, $loop);
    my $died = 0;
    $server->http->request_callback(sub {
        my ($request) = @_;
        return if $request->uri->path =~ /ws/;
        eval { $request->respond({code => 302, headers => {Location => $evil}}); 1 } or ++$died;
        eval { $request->redirect($evil); 1 } or ++$died;
        $request->respond({code => 200, body => 'fine'}) if !$request->response;
    });
    $server->handshake_callback(sub {
        my (undef, $conn) = @_;
        eval { $conn->send_accept_error({code => 403, message => $evil}); 1 } or ++$died;
        eval { $conn->send_accept_response({headers => {'X-Name' => $evil}}); 1 } or ++$died;
        eval { $conn->send_accept_response({ws_protocol => $evil}); 1 } or ++$died;
    });
    $server->run;
    for (@evil) {
        $evil = $_;
        my $client = raw_client(port => $server->sockaddr->port, loop => $loop);
        $client->write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        my $all = $client->read_all // '';
        unlike $all, qr/^X-Evil|\0/m, 'nothing evil in a response';
        is scalar(() = $all =~ m{^HTTP/1\.1 }mg), 1, 'and it is one';
        my $peer = raw_client(port => $server->sockaddr->port, loop => $loop);
        my $head = $peer->handshake('/ws');
        ok $head->{accepted}, 'the handshake goes its way';
        unlike $head->{raw}, qr/^X-Evil|\0/m, 'with nothing evil in it';
        $_->close for $client, $peer;
    }
    cmp_ok $died, '>=', 4 * @evil, 'the calls have died';
    $server->stop;
};

done_testing;
