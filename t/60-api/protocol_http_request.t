# Protocol::HTTP::Request: method, uri, cookies, forms, and the text it becomes.
use strict;
use warnings;
use Scalar::Util qw(refaddr);
use Test::More;
use Protocol::HTTP;
use Protocol::HTTP::Request;

sub request { Protocol::HTTP::Request->new(@_) }

is_deeply [METHOD_UNSPECIFIED, METHOD_OPTIONS, METHOD_GET, METHOD_HEAD, METHOD_POST, METHOD_PUT, METHOD_DELETE, METHOD_TRACE,
    METHOD_CONNECT, ENCODING_MULTIPART, ENCODING_URL], [0 .. 8, 0, 1], 'constants';

subtest 'method' => sub {
    my $r = request();
    is $r->method, METHOD_GET, 'GET unless said otherwise';
    is $r->method_raw, METHOD_UNSPECIFIED;
    is $r->method_str, 'GET';
    is_deeply [$r->method(METHOD_PUT)], [undef];
    is $r->method_raw, METHOD_PUT;
    $r->method_raw(METHOD_DELETE);
    is $r->method, METHOD_DELETE;
    is request({method => METHOD_HEAD})->method, METHOD_HEAD;
    is request({method => undef})->method_raw, METHOD_UNSPECIFIED;
    is request({method => 'POST'})->method, METHOD_POST, 'names are understood, too';
    like eval { $r->method($_); 1 } ? 'lives' : $@, qr/invalid http method/, "method '$_'" for -1, 1000, 'NONE';
    like eval { $r->method(undef); 1 } ? 'lives' : $@, qr/invalid http method/;
    like eval { request({method => 999}); 1 } ? 'lives' : $@, qr/invalid http method/;
    my @names = qw([unspecified] OPTIONS GET HEAD POST PUT DELETE TRACE CONNECT);
    is Protocol::HTTP::Request::method_str($_), $names[$_] for 0 .. 8;
    is Protocol::HTTP::Request::method_str(10000), '[UNKNOWN]';
};

subtest 'uri' => sub {
    my $r = request();
    is $r->uri, undef;
    is_deeply [$r->uri('http://a/b')], [undef];
    is ref $r->uri, 'URI::XS';
    $r->uri->path('/c');
    is $r->uri->to_string, 'http://a/c', 'the live object';
    my $own = URI::XS->new('/d');
    $r->uri($own);
    $own->query_string('x=1');
    like $r->to_string, qr{^GET /d\?x=1 HTTP/1.1\r\n}, 'a given object is shared';
    is refaddr($r->uri), refaddr($own), 'and handed out again';
    $r->uri(undef);
    is $r->uri, undef;
    is request({uri => 'http://h:81/'})->uri->port, 81;
    ok !eval { $r->uri([]); 1 }, 'no uri';
};

subtest 'cookies' => sub {
    my $r = request({cookies => {a => 1}});
    is $r->cookie('a'), 1;
    is $r->cookie('A'), undef, 'case matters';
    is_deeply [$r->cookie(b => 2)], [undef];
    is_deeply $r->cookies, {a => 1, b => 2};
    like $r->to_string, qr/^Cookie: a=1; b=2\r$/m, 'one header';
    $r->cookie(a => undef);
    is_deeply $r->cookies, {b => 2};
    $r->cookies({c => 3});
    is_deeply $r->cookies, {c => 3}, 'replaces all';
    ok !eval { $r->cookie("x", "1\r\n"); 1 }, 'bad value';
    ok !eval { $r->cookies({ok => 1, bad => "\n"}); 1 };
    is_deeply $r->cookies, {c => 3}, 'nothing changed';
    ok !eval { $r->cookies([]); 1 };
};

subtest 'compression preferences' => sub {
    my $r = request();
    is $r->allowed_compression, 8;
    is $r->allowed_compression(1), 0;
    $r->allow_compression(1, 4, 77);
    is $r->allowed_compression, 13, 'gzip, brotli, identity';
    like $r->to_string, qr/^Accept-Encoding: gzip, br\r$/m;
    is request({allow_compression => 1})->allowed_compression, 9;
    is request({allow_compression => [1, 2]})->allowed_compression, 11;
    unlike request({allow_compression => 8})->to_string, qr/Accept-Encoding/, 'identity alone says nothing';
};

subtest 'text' => sub {
    is request()->to_string, "GET / HTTP/1.1\r\n\r\n";
    is request({uri => 'http://crazypanda.ru/hello/world?q#f'})->to_string =~ s/#f//r,
        "GET /hello/world?q HTTP/1.1\r\nHost: crazypanda.ru\r\n\r\n";
    is request({uri => 'http://h:8080/'})->to_string, "GET / HTTP/1.1\r\nHost: h:8080\r\n\r\n";
    is request({uri => 'https://h:443/'})->to_string, "GET / HTTP/1.1\r\nHost: h\r\n\r\n";
    is request({uri => '/', method => METHOD_POST})->to_string, "POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n";
    is request({method => METHOD_POST, http_version => 10, uri => 'http://h/hello/world', headers => {MyHeader => 'v'}, body => 'body'})->to_string,
        "POST /hello/world HTTP/1.0\r\nHost: h\r\nContent-Length: 4\r\nMyHeader: v\r\n\r\nbody", 'order';
    my $chunked = request({method => METHOD_POST, uri => '/', chunked => 1, http_version => 10, body => 'stuff'});
    is $chunked->to_string, "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nstuff\r\n0\r\n\r\n", 'chunked forces 1.1';
    is $chunked->to_string, $chunked->to_string, 'stable';
    is $chunked->body, 'stuff', 'unchanged';
    is request({uri => '/', headers => {Host => 'mine'}})->to_string, "GET / HTTP/1.1\r\nHost: mine\r\n\r\n";
};

subtest 'forms' => sub {
    my $r = request({uri => '/', form => [b => 2, a => 1]});
    is $r->method, METHOD_POST;
    is $r->method_raw, METHOD_UNSPECIFIED;
    my $text = $r->to_string;
    my ($boundary) = $text =~ m{^Content-Type: multipart/form-data; boundary=(-{23}[0-9A-Za-z]{17})\r$}m or diag $text;
    like $text, qr/\r\n\r\n--$boundary\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--$boundary\r\n/, 'sorted parts';
    like $text, qr/--$boundary--\r\n\z/;
    is $text, $r->to_string, 'the boundary stays';

    my $file = request({uri => '/', form => {enc_type => ENCODING_MULTIPART, fields => [f => ['n.txt' => 'data', 'text/plain']]}})->to_string;
    like $file, qr/name="f"; filename="n.txt"\r\nContent-Type: text\/plain\r\n\r\ndata\r\n/;
    is request({method => METHOD_GET, form => [a => 1]})->method, METHOD_GET, 'an explicit method stays';

    my $url = request({uri => '/?z=1', form => {enc_type => ENCODING_URL, fields => [b => 2, a => 1]}})->to_string;
    like $url, qr{^GET /\?a=1&b=2&z=1 HTTP/1.1\r\n}, 'into the query';
    is request({uri => '/?k=v', form => ENCODING_MULTIPART})->method, METHOD_POST, 'the query moves into the form';
    like request({uri => '/?k=v', form => ENCODING_MULTIPART})->to_string, qr/name="k"\r\n\r\nv\r\n/;
    is request({uri => '/', form => ENCODING_MULTIPART})->to_string, "GET / HTTP/1.1\r\n\r\n", 'nothing to send';

    like eval { request({form => 7}); 1 } ? 'lives' : $@, qr/invalid form encoding/;
    like eval { request({form => {enc_type => 'x', fields => []}}); 1 } ? 'lives' : $@, qr/invalid form encoding/;
    ok !eval { request({form => [a => ['x']]}); 1 }, 'a file has three elements';
    like $@, qr/form: the file 'a' must be/;
    ok !eval { request({form => ['a']}); 1 }, 'odd list';
    ok !eval { request({uri => '/', form => {enc_type => ENCODING_URL, fields => [a => [1, 2, 3]]}})->to_string; 1 },
        'no files in a query';
};

subtest 'subclass and identity' => sub {
    { package My::Request; our @ISA = 'Protocol::HTTP::Request';
      sub new { my $class = shift; my $self = $class->SUPER::new(@_); XS::Framework::obj2hv($self); $self->{own} = 1; $self } }
    my $r = My::Request->new({uri => '/x'});
    is ref $r, 'My::Request';
    is $r->{own}, 1;
    is $r->uri->path, '/x', 'the methods still work';
};

done_testing;
