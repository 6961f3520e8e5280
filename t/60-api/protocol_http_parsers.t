# Protocol::HTTP::RequestParser and ResponseParser: fragments in; message, state, position and error out.
use strict;
use warnings;
use Scalar::Util qw(refaddr);
use Test::More;
use Protocol::HTTP;
use Protocol::HTTP::Message;
use Protocol::HTTP::Error ();

my $E = 'Protocol::HTTP::Error';

subtest 'one request' => sub {
    my $p = Protocol::HTTP::RequestParser->new;
    my $text = "POST /upload?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 8\r\n\r\nepta tjj";
    my @got = $p->parse($text . 'next');
    is scalar @got, 3, 'no error, three values';
    my ($request, $state, $position) = @got;
    is ref $request, 'Protocol::HTTP::Request';
    is $state, STATE_DONE;
    is $position, length $text;
    is $request->method_str, 'POST';
    is $request->uri->path, '/upload';
    is $request->uri->param('x'), 1;
    is $request->header('host'), 'h';
    is $request->http_version, 11;
    is $request->body, 'epta tjj';
    ok +Protocol::HTTP::RequestParser->CLONE_SKIP;
};

subtest 'byte by byte' => sub {
    my $p = Protocol::HTTP::RequestParser->new;
    my $text = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nwiki\r\n0\r\n\r\n";
    my (%seen, $first, $last);
    my @bytes = split //, $text;
    for my $i (0 .. $#bytes) {
        my ($request, $state, $position, $error) = $p->parse($bytes[$i]);
        fail "error at $i: $error" if $error;
        is $position, 1 if $position != 1;
        $first //= $request;
        is refaddr($request), refaddr($first), 'one object for all fragments' if refaddr($request) != refaddr($first);
        fail "done too early at $i" if $state == STATE_DONE && $i != $#bytes;
        $seen{$last = $state} = 1;
    }
    is $last, STATE_DONE;
    ok $seen{+STATE_HEADERS} && $seen{+STATE_CHUNK_BODY}, 'went through its states';
    is $first->body, 'wiki';
    ok $first->chunked;
};

subtest 'pipelined, with parse_shift' => sub {
    my $p = Protocol::HTTP::RequestParser->new;
    my $buffer = join '', map "GET /$_ HTTP/1.1\r\n\r\n", 1 .. 3;
    my @paths;
    while (my ($request, $state, $error) = $p->parse_shift($buffer)) {
        is $error, undef;
        push @paths, $request->uri->path if $state == STATE_DONE;
    }
    is_deeply \@paths, ['/1', '/2', '/3'];
    is $buffer, '';
    is_deeply [$p->parse_shift($buffer)], [], 'an empty buffer gives nothing';
    ok !eval { $p->parse_shift("GET / HTTP/1.1\r\n\r\n"); 1 }, 'a constant cannot be shortened';
    my $part = "GET / HT";
    my ($request, $state) = $p->parse_shift($part);
    is $state, STATE_HEADERS;
    is $part, '', 'all of an incomplete message is taken';
    $p->reset;
    my $other = "GET /new HTTP/1.1\r\n\r\nrest";
    ($request, $state) = $p->parse_shift($other);
    is $request->uri->path, '/new', 'reset forgets the half request';
    is $other, 'rest';
};

subtest 'errors' => sub {
    my $p = Protocol::HTTP::RequestParser->new;
    my ($request, $state, $position, $error) = $p->parse("GET / HTTP/1.1\r\nHost: h\r\nBad Header: x\r\n\r\n");
    is $state, STATE_ERROR;
    is $error, Protocol::HTTP::Error::lexical_error();
    is $request->header('host'), 'h', 'what was parsed is there';
    cmp_ok $position, '<', 40;
    ($request, $state) = $p->parse("GET /again HTTP/1.1\r\n\r\n");
    is $state, STATE_DONE, 'the next message starts afresh';
    is $request->uri->path, '/again';

    my %bad = (
        "GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n" => 'multiple_content_length',
        "GET / HTTP/1.1\r\nTransfer-Encoding: XXX\r\n\r\n"                 => 'unsupported_transfer_encoding',
        "GET / HTTP/1.1\r\nContent-Encoding: rar\r\n\r\n"                  => 'unsupported_compression',
        "POST / HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\njunk" => 'uncompression_failure',
        "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n"                      => 'invalid_content_length',
        "GET  / HTTP/1.1\r\n\r\n"                                          => 'lexical_error',
        "\0\1\2\3"                                                         => 'lexical_error',
    );
    for my $text (sort keys %bad) {
        my ($message, $where, $at, $why) = Protocol::HTTP::RequestParser->new->parse($text);
        is $why, $E->can($bad{$text})->(), $bad{$text};
        is $where, STATE_ERROR;
        cmp_ok $at, '<=', length $text;
    }
    my $big = 'GET / HTTP/1.1' . "\r\nA: " . 'x' x 100_000;
    is +(Protocol::HTTP::RequestParser->new->parse($big))[3], Protocol::HTTP::Error::headers_too_large(), 'a head without end';
    my $copy = "junk\r\n";
    my @got = Protocol::HTTP::RequestParser->new->parse_shift($copy);
    is scalar @got, 3, 'error is the third value';
    is $got[2], Protocol::HTTP::Error::lexical_error();
};

subtest 'responses' => sub {
    my $p = Protocol::HTTP::ResponseParser->new;
    is $p->context_request, undef;
    like eval { $p->parse("HTTP/1.1 200 OK\r\n\r\n"); 1 } ? 'lives' : $@, qr/Cannot create response as there are no corresponding request/;
    my $request = Protocol::HTTP::Request->new({uri => '/'});
    $p->set_context_request($request);
    is refaddr($p->context_request), refaddr($request);
    ok !eval { $p->set_context_request(Protocol::HTTP::Response->new); 1 }, 'no request';
    my $text = "HTTP/1.1 404 Nope\r\nContent-Length: 3\r\nSet-Cookie: a=b; Path=/; HttpOnly\r\n\r\nabc";
    my ($response, $state, $position) = $p->parse(substr $text, 0, 20);
    is $state, STATE_HEADERS;
    is $position, 20;
    like eval { $p->set_context_request(Protocol::HTTP::Request->new); 1 } ? 'lives' : $@,
        qr/can't set another context request until response is done/;
    ($response, $state, $position) = $p->parse(substr($text, 20) . 'tail');
    is $state, STATE_DONE;
    is $position, length($text) - 20;
    is ref $response, 'Protocol::HTTP::Response';
    is $response->code, 404;
    is $response->message, 'Nope';
    is $response->body, 'abc';
    is $response->cookie('a')->{path}, '/';
    ok $response->cookie('a')->{http_only};
    is $p->context_request, undef, 'gone after the response';
    is_deeply [$p->eof], [undef, STATE_HEADERS], 'eof with nothing going on';

    $p->set_context_request($request);
    my $buffer = "HTTP/1.1 200 OK\r\n\r\nall of ";
    ($response, $state) = $p->parse_shift($buffer);
    is $buffer, '';
    is $state, STATE_BODY;
    $p->parse('this');
    my @end = $p->eof;
    is scalar @end, 2;
    is $end[1], STATE_DONE, 'eof ends a body without length';
    is $end[0]->body, 'all of this';
    is_deeply [$p->parse_shift($buffer)], [];
    ok !eval { $p->parse_shift('const'); 1 };

    $p->set_context_request($request);
    $p->parse("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nab");
    my ($cut, $where, $none, $error) = $p->eof;
    is $where, STATE_ERROR;
    is $none, undef;
    is $error, Protocol::HTTP::Error::unexpected_eof();
    is $cut->body, 'ab';

    $p->reset;
    $p->set_context_request($request);
    (undef, $where, $none, $error) = $p->eof;
    is $error, Protocol::HTTP::Error::unexpected_eof(), 'eof before the first byte';
    $p->reset;
    is $p->context_request, undef, 'reset forgets the request';

    $p->set_context_request(Protocol::HTTP::Request->new({method => 3}));
    (undef, $state) = $p->parse("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
    is $state, STATE_DONE, 'HEAD has no body';
    ok +Protocol::HTTP::ResponseParser->CLONE_SKIP;
};

subtest 'error constants' => sub {
    my @names = qw(lexical_error multiple_content_length headers_too_large body_too_large unexpected_body unexpected_eof
        unexpected_continue unsupported_transfer_encoding unsupported_compression uncompression_failure
        corrupted_cookie_jar invalid_content_length ambiguous_length);
    for my $i (0 .. $#names) {
        my $code = $E->can($names[$i])->();
        is $code->value, $i + 1, $names[$i];
        is $code->category->name, 'protocol-http';
        ok length $code->message;
    }
    is +Protocol::HTTP::error_category()->name, 'protocol-http';
    eval q{package With::Errors; use Protocol::HTTP::Error; ::ok(lexical_error(), 'imported by itself'); 1} or fail $@;
    eval q{package With::One; use Protocol::HTTP::Error 'unexpected_eof'; ::ok(unexpected_eof() && !With::One->can('lexical_error'), 'by name'); 1}
        or fail $@;
};

done_testing;
