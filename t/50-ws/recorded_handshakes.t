# Handshakes as browsers, clients and proxies send them are accepted, whole and byte by byte, and the connection works.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(raw_client start_example);

my $server = start_example('echo.pl');

# Records: a line '== NAME -> the extension answer we owe it', then the head as it comes.
my @records = do { local $/; split /^== /m, <DATA> };
shift @records;

for (@records) {
    my ($name, $extensions, $head) = /\A([^\n]+?) -> *([^\n]*)\n(.*)\z/s;
    $head =~ s/\s+\z//;
    $head =~ s/\n/\r\n/g;
    $head =~ s/<SP>/ /g;
    $head =~ s/<TAB>/\t/g;
    $head .= "\r\n\r\n";

    for my $way (qw(write write_slowly)) {
        my $client = raw_client(port => $server->port);
        $client->$way($head);
        my $answer = $client->read_head;
        my $what = $name . ($way eq 'write' ? '' : ', byte by byte');
        is $answer->{code}, 101, "$what: accepted" or next;
        is $answer->{headers}{'sec-websocket-accept'}, 's3pPLMBiTxaQ9kYGzzhZRbK+xOo=', "$what: the accept key";
        is lc $answer->{headers}{connection}, 'upgrade', "$what: Connection";
        is lc $answer->{headers}{upgrade}, 'websocket', "$what: Upgrade";
        is $answer->{headers}{'sec-websocket-extensions'} // '', $extensions, "$what: extensions";
        $client->send_text('hello');
        is $client->next_frame->{payload}, 'hello', "$what: echo";
        $client->send_close(1000, 'bye');
        my $close = $client->next_close;
        is "$close->{code} $close->{reason}", '1000 bye', "$what: close";
    }
}

is $server->stop, 0, 'the server ends well when asked to';
is $server->errors, '', 'and had nothing to complain about';
done_testing;

__DATA__
== Firefox -> permessage-deflate
GET /chat?room=1 HTTP/1.1
Host: 127.0.0.1:8080
User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0
Accept: */*
Accept-Language: en-US,en;q=0.5
Accept-Encoding: gzip, deflate, br, zstd
Sec-WebSocket-Version: 13
Origin: http://127.0.0.1:8080
Sec-WebSocket-Extensions: permessage-deflate
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
Connection: keep-alive, Upgrade
Cookie: session=abc; theme=dark
Sec-Fetch-Dest: empty
Sec-Fetch-Mode: websocket
Sec-Fetch-Site: same-origin
Pragma: no-cache
Cache-Control: no-cache
Upgrade: websocket

== Chrome -> permessage-deflate; client_max_window_bits=15
GET / HTTP/1.1
Host: 127.0.0.1:8080
Connection: Upgrade
Pragma: no-cache
Cache-Control: no-cache
User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36
Upgrade: websocket
Origin: http://127.0.0.1:8080
Sec-WebSocket-Version: 13
Accept-Encoding: gzip, deflate, br, zstd
Accept-Language: de-DE,de;q=0.9,en-US;q=0.8,en;q=0.7
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits

== Safari -> permessage-deflate
GET / HTTP/1.1
Host: 127.0.0.1:8080
Origin: http://127.0.0.1:8080
Upgrade: websocket
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
Sec-WebSocket-Version: 13
Sec-WebSocket-Extensions: permessage-deflate
Sec-Fetch-Site: same-origin
Sec-Fetch-Mode: websocket
Sec-Fetch-Dest: websocket
Pragma: no-cache
Cache-Control: no-cache
Connection: Upgrade
Accept: */*
User-Agent: Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15
Accept-Language: en-GB,en;q=0.9
Accept-Encoding: gzip, deflate

== Safari of iOS 9 ->
GET / HTTP/1.1
Upgrade: websocket
Connection: Upgrade
Host: 127.0.0.1:8080
Origin: http://127.0.0.1:8080
Pragma: no-cache
Cache-Control: no-cache
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
Sec-WebSocket-Version: 13
Sec-WebSocket-Extensions: x-webkit-deflate-frame
User-Agent: Mozilla/5.0 (iPhone; CPU iPhone OS 9_3 like Mac OS X) AppleWebKit/601.1.46 (KHTML, like Gecko) Version/9.0 Mobile/13E230 Safari/601.1

== curl ->
GET / HTTP/1.1
Host: 127.0.0.1:8080
User-Agent: curl/8.8.0
Accept: */*
Upgrade: websocket
Connection: Upgrade
Sec-WebSocket-Version: 13
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

== nginx in front of Chrome -> permessage-deflate; client_max_window_bits=15
GET /ws/ HTTP/1.1
Upgrade: websocket
Connection: upgrade
Host: backend
X-Real-IP: 192.0.2.7
X-Forwarded-For: 203.0.113.9, 192.0.2.7
X-Forwarded-Proto: https
Pragma: no-cache
Cache-Control: no-cache
User-Agent: Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36
Origin: https://chat.example
Sec-WebSocket-Version: 13
Accept-Encoding: gzip, deflate, br
Accept-Language: en-US,en;q=0.9
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits

== HAProxy in front of Firefox -> permessage-deflate
GET /ws HTTP/1.1
host: chat.example
user-agent: Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0
accept: */*
accept-language: en-US,en;q=0.5
accept-encoding: gzip, deflate, br
sec-websocket-version: 13
origin: https://chat.example
sec-websocket-extensions: permessage-deflate
sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==
sec-fetch-dest: websocket
sec-fetch-mode: websocket
sec-fetch-site: same-origin
pragma: no-cache
cache-control: no-cache
upgrade: websocket
x-forwarded-for: 203.0.113.9
connection: Upgrade

== Apache with mod_proxy_wstunnel ->
GET / HTTP/1.1
Host: 127.0.0.1:8080
Sec-WebSocket-Version: 13
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
X-Forwarded-For: 203.0.113.9
X-Forwarded-Host: chat.example
X-Forwarded-Server: chat.example
Upgrade: WebSocket
Connection: Upgrade

== .NET ClientWebSocket ->
GET / HTTP/1.1
Host: 127.0.0.1:8080
Connection: Upgrade,Keep-Alive
Upgrade: websocket
Sec-WebSocket-Version: 13
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

== node ws -> permessage-deflate; client_max_window_bits=15
GET / HTTP/1.1
Sec-WebSocket-Version: 13
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
Connection: Upgrade
Upgrade: websocket
Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits
Host: 127.0.0.1:8080

== Go ->
GET / HTTP/1.1
Host: 127.0.0.1:8080
User-Agent: Go-http-client/1.1
Connection: Upgrade
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
Sec-WebSocket-Version: 13
Upgrade: websocket

== a client with two Connection headers and odd blanks ->
GET / HTTP/1.1
Host: 127.0.0.1:8080
Connection: keep-alive
Connection:   Foo ,<TAB>UPGRADE
Upgrade: <TAB>WebSocket<SP><SP>
Sec-WebSocket-Key:dGhlIHNhbXBsZSBub25jZQ==
Sec-WebSocket-Version: 13
