# Protocol::HTTP::Message: headers, body, version, chunks, compression, as seen on requests and responses.
use strict;
use warnings;
use Test::More;
use Protocol::HTTP;
use Protocol::HTTP::Message;
use Protocol::HTTP::Compression;

sub request { Protocol::HTTP::Request->new(@_) }

subtest 'constants' => sub {
    is_deeply [STATE_HEADERS, STATE_BODY, STATE_CHUNK, STATE_CHUNK_BODY, STATE_CHUNK_TRAILER, STATE_DONE, STATE_ERROR], [0 .. 6];
    is_deeply [gzip, deflate, brotli, identity, LEVEL_MIN, LEVEL_OPTIMAL, LEVEL_MAX], [1, 2, 4, 8, 0, 1, 2];
    is +Protocol::HTTP::Message::STATE_DONE, 5, 'by full name';
    is +Protocol::HTTP::Compression::gzip, 1;
    is prototype('STATE_DONE'), '', 'constant subs';
};

subtest 'classes' => sub {
    for my $class (qw(Protocol::HTTP::Request Protocol::HTTP::Response)) {
        isa_ok $class->new, 'Protocol::HTTP::Message';
        ok $class->CLONE_SKIP;
    }
    ok !Protocol::HTTP::Message->can('new'), 'abstract';
    ok !eval { Protocol::HTTP::Message::body('text'); 1 };
    like $@, qr/expected an object of class Protocol::HTTP::Message/;
};

subtest 'one header' => sub {
    my $m = request({headers => {'X-One' => 1}});
    is $m->header('X-One'), 1;
    is $m->header('x-oNE'), 1, 'case does not matter';
    is $m->header('none'), undef;
    is_deeply [$m->header('X-Two', 'b')], [undef], 'a setter returns undef';
    is $m->header('x-two'), 'b';
    $m->header('X-ONE', 'z');
    is $m->header('x-one'), 'z';
    is $m->headers_size, 2, 'replaced, not added';
    like $m->to_string, qr/^X-ONE: z\r$/m, 'the new spelling goes out';
    $m->header('x-two', undef);
    is $m->header('X-Two'), undef, 'undef removes';
    is $m->headers_size, 1;
    $m->header('x-empty', '');
    is $m->header('x-empty'), '', 'an empty value is one';
};

subtest 'several values' => sub {
    my $m = request();
    is_deeply [$m->multiheader('A', 1, undef, 2)], [], 'adding returns nothing';
    $m->multiheader('a', 3);
    is_deeply [$m->multiheader('A')], [1, 2, 3];
    is $m->header('a'), 3, 'the last one';
    is_deeply [$m->multiheader('b')], [];
    is $m->headers_size, 3;
    is_deeply $m->headers, {a => 3};
    $m->header(A => 'one');
    is_deeply [$m->multiheader('A')], ['one'];
    is_deeply [request({headers => {M => [1, 2]}})->multiheader('m')], [1, 2], 'an array reference stands for several';
};

subtest 'all headers' => sub {
    my $m = request({headers => {Alpha => 1, BETA => 2, Gone => undef}});
    my $headers = $m->headers;
    is_deeply $headers, {alpha => 1, beta => 2}, 'lower case names';
    $headers->{alpha} = 9;
    is $m->header('alpha'), 1, 'a copy';
    is_deeply [$m->headers({New => 'x'})], [undef];
    is_deeply $m->headers, {new => 'x'}, 'replaces all';
    ok !eval { $m->headers('text'); 1 };
    like $@, qr/expected a hash reference/;
};

subtest 'what may not go out does not come in' => sub {
    my $m = request({headers => {Ok => 1}});
    ok !eval { $m->header("a\r\nb", 1); 1 }, 'name';
    ok !eval { $m->header('a', "x\r\nSet-Cookie: b"); 1 }, 'value';
    ok !eval { $m->multiheader('a', "x\0"); 1 }, 'added value';
    ok !eval { $m->headers({a => 1, b => "\n"}); 1 }, 'hash';
    is_deeply $m->headers, {ok => 1}, 'nothing has changed';
    ok !eval { request({headers => {'' => 1}}); 1 }, 'empty name';
};

subtest 'body' => sub {
    my $m = request();
    is $m->body, undef, 'empty is undef';
    is_deeply [$m->body("bytes\0\xff")], [undef];
    is $m->body, "bytes\0\xff";
    $m->body('');
    is $m->body, undef;
    is request({body => 'b'})->body, 'b';
    is request({body => "\x{263a}"})->body, "\xe2\x98\xba", 'characters become UTF-8';
    $m->body(undef);
    is $m->body, undef;
};

subtest 'version and chunking' => sub {
    my $m = request();
    is $m->http_version, 0;
    is_deeply [$m->http_version(10)], [undef];
    is $m->http_version, 10;
    is request({http_version => 11})->http_version, 11;
    ok !eval { $m->http_version(12); 1 }, 'unknown version';
    ok !eval { request({http_version => 'x'}); 1 };
    like $@, qr/Protocol::HTTP::Request->new: http_version: expected an integer/, 'names place, key and value';
    ok !$m->chunked;
    is_deeply [$m->chunked(1)], [undef];
    ok $m->chunked;
    ok request({chunked => 1})->chunked;
    is $m->make_chunk('x' x 26), "1a\r\n" . 'x' x 26 . "\r\n", 'lower case size';
    is $m->make_chunk(''), undef;
    is $m->final_chunk, "0\r\n\r\n";
    is $m->final_chunk('abc'), "3\r\nabc\r\n0\r\n\r\n";
};

subtest 'compression' => sub {
    my $m = request();
    is scalar($m->compression), identity;
    is_deeply [$m->compression], [identity, LEVEL_MIN];
    $m->compress(gzip, LEVEL_MAX);
    is_deeply [$m->compression], [gzip, LEVEL_MAX];
    $m->compress(gzip);
    is_deeply [$m->compression], [gzip, LEVEL_MIN];
    is_deeply [request({compress => gzip})->compression], [gzip, LEVEL_MIN];
    is_deeply [request({compress => [gzip, LEVEL_OPTIMAL]})->compression], [gzip, LEVEL_OPTIMAL];
    like eval { $m->compress(3); 1 } ? 'lives' : $@, qr/bad compression/;
    like eval { $m->compress(gzip, 9); 1 } ? 'lives' : $@, qr/bad compression level/;
    ok !eval { request({compress => [gzip]}); 1 };

    my $out = request({method => 4, uri => '/', compress => gzip, body => 'x' x 1000})->to_string;
    my ($head, $body) = split /\r\n\r\n/, $out, 2;
    like $head, qr/^Content-Encoding: gzip\r?$/m;
    like $head, qr/^Content-Length: ${\length $body}\r?$/m;
    cmp_ok length $body, '<', 100;
    is unzip($body), 'x' x 1000;

    my $chunked = request({method => 4, uri => '/', compress => gzip, chunked => 1});
    my $wire = $chunked->to_string . join '', grep defined, $chunked->make_chunk('one '), $chunked->final_chunk('two');
    my (undef, $chunks) = split /\r\n\r\n/, $wire, 2;
    my $whole = '';
    $whole .= substr($chunks, 0, hex $1, '') while $chunks =~ s/\A\r?\n?([0-9a-f]+)\r\n// && hex $1;
    is unzip($whole), 'one two', 'chunks are one gzip stream';
};

sub unzip {
    my ($in) = @_;
    require IO::Uncompress::Gunzip;
    IO::Uncompress::Gunzip::gunzip(\$in => \my $out) or return 'not gzip';
    return $out;
}

subtest 'values that are fetched when they are asked for' => sub {
    { package My::Tied; sub TIESCALAR { bless [$_[1]] } sub FETCH { $_[0][0] }
      sub TIEHASH { bless {%{$_[1]}} } sub EXISTS { exists $_[0]{$_[1]} }
      sub FIRSTKEY { keys %{$_[0]}; each %{$_[0]} } sub NEXTKEY { each %{$_[0]} } }
    { package My::TiedHash; our @ISA = 'My::Tied'; sub FETCH { $_[0]{$_[1]} } sub TIEHASH { bless {%{$_[1]}} } }
    my $m = request();
    'name=value' =~ /(\w+)=(\w+)/ or die;
    $m->header($1, $2);
    is $m->header('name'), 'value', 'match variables';
    tie my $tied, 'My::Tied', 'tied';
    $m->body($tied);
    is $m->body, 'tied';
    $m->header(name => substr('undef', 0, 2));
    is $m->header('name'), 'un';
    tie my %tied, 'My::TiedHash', {headers => {T => 1}, body => 'from a tied hash'};
    is request(\%tied)->body, 'from a tied hash';
    is request(\%tied)->header('t'), 1;
};

subtest 'parameters' => sub {
    ok !eval { request('text'); 1 }, 'no hash reference';
    like $@, qr/Protocol::HTTP::Request->new: settings: expected a hash reference, got 'text'/;
    ok !eval { request([]); 1 };
    ok request(undef), 'undef is fine';
    ok request({unknown => 1}), 'unknown keys are ignored';
    ok !eval { request({headers => 'x'}); 1 };
    like $@, qr/Protocol::HTTP::Request->new: headers: expected a hash reference, got 'x'/;
};

done_testing;
