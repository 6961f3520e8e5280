# Protocol::HTTP::Response: code, message, cookies, and the text it becomes for a request.
use strict;
use warnings;
use Test::More;
use Protocol::HTTP;
use Protocol::HTTP::Response;
use Protocol::HTTP::Compression;

sub response { Protocol::HTTP::Response->new(@_) }
sub request { Protocol::HTTP::Request->new(@_) }

is_deeply [COOKIE_SAMESITE_DISABLED, COOKIE_SAMESITE_STRICT, COOKIE_SAMESITE_LAX, COOKIE_SAMESITE_NONE], [0 .. 3], 'constants';

subtest 'code and message' => sub {
    my $r = response();
    is $r->code, 0;
    is $r->message, '';
    is_deeply [$r->code(404)], [undef];
    is $r->code, 404;
    is $r->message_for_code, 'Not Found';
    is $r->message_for_code(500), 'Internal Server Error';
    is $r->message_for_code(799), '';
    is_deeply [$r->message('Nope')], [undef];
    is $r->message, 'Nope';
    my $made = response({code => 500, message => 'epic fail'});
    is $made->code, 500;
    is $made->message, 'epic fail';
    ok !eval { $r->code(1000); 1 };
    ok !eval { $r->message("a\r\nb"); 1 };
    ok !eval { response({code => 'x'}); 1 };
    like $@, qr/Protocol::HTTP::Response->new: code: expected an integer from 0 to 999, got 'x'/;
};

subtest 'cookies' => sub {
    my $r = response({cookies => {s => {value => 'v', domain => 'd.com', path => '/p', max_age => 10, secure => 1,
        http_only => 1, same_site => COOKIE_SAMESITE_LAX}}});
    is_deeply $r->cookie('s'), {value => 'v', domain => 'd.com', path => '/p', max_age => 10, secure => 1, http_only => 1, same_site => 2};
    is $r->cookie('none'), undef;
    is_deeply [$r->cookie(t => {value => 'w'})], [undef];
    is_deeply $r->cookie('t'), {value => 'w', secure => 0, http_only => 0, same_site => 0};
    is_deeply [sort keys %{$r->cookies}], [qw(s t)];
    $r->cookie(s => undef);
    is_deeply [keys %{$r->cookies}], ['t'];
    $r->cookies({u => {value => 'x', same_site => COOKIE_SAMESITE_STRICT}});
    is_deeply [keys %{$r->cookies}], ['u'];
    like $r->to_string, qr/^Set-Cookie: u=x; SameSite\r$/m;

    for my $date (1893456000, 'Tue, 01 Jan 2030 00:00:00 GMT', '2030-01-01', '2030-01-01 00:00:00', '2030-01-01T00:00:00Z',
                  bless({}, 'My::Date')) {
        my $dated = response({cookies => {c => {value => 1, expires => $date}}});
        like $dated->to_string, qr/^Set-Cookie: c=1; Expires=Tue, 01 Jan 2030 00:00:00 GMT\r$/m, "expires $date";
        isa_ok $dated->cookie('c')->{expires}, 'Time::Piece';
        is $dated->cookie('c')->{expires}->epoch, 1893456000;
    }
    sub My::Date::epoch { 1893456000 }
    ok !eval { response({cookies => {c => {expires => 'soon'}}}); 1 };
    like $@, qr/cookies: c: expires: expected seconds since 1970 or a date, got 'soon'/;
    ok !eval { response({cookies => {c => {expires => bless [], 'No::Epoch'}}}); 1 };
    ok !eval { response({cookies => {c => {same_site => 4}}}); 1 };
    ok !eval { response({cookies => {c => 'plain'}}); 1 };
    ok !eval { $r->cookie(c => {value => "a;b"}); 1 }, 'a value that would break out';
    is_deeply [keys %{$r->cookies}], ['u'], 'nothing changed';

    my $order = response({cookies => {k => {value => 1, domain => 'd', path => '/', max_age => 5, expires => 1, secure => 1,
        http_only => 1, same_site => COOKIE_SAMESITE_NONE}}});
    like $order->to_string, qr/^Set-Cookie: k=1; Domain=d; Path=\/; Max-Age=5; Secure; HttpOnly; SameSite=None\r$/m, 'order';
    like response({cookies => {k => {value => 1}}})->to_string(request({uri => 'http://h/', headers => {Host => 'h.com'}})),
        qr/^Set-Cookie: k=1; Domain=h.com\r$/m, "the request's host";
};

subtest 'text' => sub {
    is response()->to_string, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 'defaults';
    is response({code => 500, message => 'epic'})->to_string, "HTTP/1.1 500 epic\r\nContent-Length: 0\r\n\r\n";
    is response({code => 304})->to_string, "HTTP/1.1 304 Not Modified\r\n\r\n";
    is response({body => 'abc', headers => {Connection => 'close'}})->to_string,
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc";
    my $plain = response({body => 'x', headers => {A => 'b'}});
    is $plain->to_string(request({http_version => 10})), "HTTP/1.0 200 OK\r\nContent-Length: 1\r\nA: b\r\n\r\nx", 'version of the request';
    is $plain->to_string(request({http_version => 10, headers => {Connection => 'keep-alive'}})),
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 1\r\nA: b\r\n\r\nx";
    is $plain->to_string(request({headers => {Connection => 'close'}})),
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\nA: b\r\n\r\nx";
    is response({chunked => 1, body => 'abc'})->to_string(request({http_version => 10})),
        "HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 'chunked is 1.1';
    is response({chunked => 1})->to_string, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 'only the head';

    my $zipped = response({compress => gzip, body => 'x' x 500});
    unlike $zipped->to_string, qr/Content-Encoding/, 'not without a request that allows it';
    unlike $zipped->to_string(request()), qr/Content-Encoding/;
    like $zipped->to_string(request({allow_compression => gzip})), qr/^Content-Encoding: gzip\r$/m;
    ok !eval { $zipped->to_string('text'); 1 }, 'a request is a request';
};

done_testing;
