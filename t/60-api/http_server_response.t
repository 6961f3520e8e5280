# UniEvent::HTTP::ServerResponse: complete at once, or by chunks.
use strict;
use warnings;
use lib 't/lib';
use Scalar::Util qw(refaddr);
use Test::More;
use UETest qw(run_until);
use UETest::Http;
use UniEvent::HTTP;

my $class = 'UniEvent::HTTP::ServerResponse';
sub dies(&) { my ($code) = @_; return eval { $code->(); 1 } ? 'lives' : $@ }

subtest 'construction' => sub {
    my $r = $class->new({code => 404, message => 'Lost', headers => {A => 1}, body => 'b', cookies => {c => {value => 1}}, http_version => 11});
    isa_ok $r, 'Protocol::HTTP::Response';
    is $r->code, 404;
    is $r->message, 'Lost';
    is $r->header('a'), 1;
    is $r->body, 'b';
    is $r->cookie('c')->{value}, 1;
    is $r->http_version, 11;
    is ref $class->new, $class;
    like dies { $class->new('x') }, qr/UniEvent::HTTP::ServerResponse->new: settings: expected a hash reference, got 'x'/;
    ok !$r->completed;
    ok $class->CLONE_SKIP;
    { package My::Response; our @ISA = 'UniEvent::HTTP::ServerResponse'; }
    is ref My::Response->new({code => 200}), 'My::Response';
    is dies { $class->new->send_chunk('x'); $class->new->send_final_chunk('x') }, 'lives', 'nothing happens without a request';
    eval q{package Importing; use UniEvent::HTTP::ServerResponse; ::ok(!Importing->can('COOKIE_SAMESITE_LAX'), 'imports nothing'); 1} or die $@;
};

# Runs one exchange: what $answer does with the request; everything that comes up to the end of the connection.
sub exchange {
    my ($answer, @more) = @_;
    my $server = new_server(request => $answer);
    my $client = client($server);
    $client->write(join "\r\n", 'GET / HTTP/1.1', 'Connection: close', @more, '', '');
    my $all = $client->read_all;
    $server->stop;
    my ($head, $body) = split /\r\n\r\n/, $all // '', 2;
    return ($head, $body);
}

subtest 'whole' => sub {
    my $response = My::Response->new({code => 200, body => 'all'});
    my $same;
    my ($head, $body) = exchange(sub { my ($r) = @_; $r->respond($response); ok $response->completed; $same = $r->response });
    is $body, 'all';
    like $head, qr/^Content-Length: 3\r?$/m;
    is refaddr($same), refaddr($response);
    is ref $same, 'My::Response';
    like dies { $response->send_chunk('x') }, qr/can't send chunk: response has already been completed/;
    like dies { $response->send_final_chunk }, qr/can't send chunk: response has already been completed/;
};

subtest 'chunked with a body is complete' => sub {
    my ($head, $body) = exchange(sub { $_[0]->respond({chunked => 1, body => 'stuff'}); ok $_[0]->response->completed });
    like $head, qr/^Transfer-Encoding: chunked\r?$/m;
    unlike $head, qr/^Content-Length/m;
    is $body, "5\r\nstuff\r\n0\r\n\r\n";
};

subtest 'chunks at once and later' => sub {
    my $response;
    my ($head, $body) = exchange(sub {
        my ($r) = @_;
        $response = $class->new({chunked => 1, headers => {Own => 'x'}});
        $r->respond($response);
        ok !$response->completed;
        $response->send_chunk('1 ');
        $response->send_chunk('');
        $response->send_chunk('2');
        $response->send_final_chunk('end');
        ok $response->completed;
    });
    like $head, qr/^Own: x\r?$/m;
    is $body, "2\r\n1 \r\n1\r\n2\r\n3\r\nend\r\n0\r\n\r\n";
    like dies { $response->send_chunk('x') }, qr/already been completed/;

    my $server;
    $server = new_server(request => sub {
        my ($request) = @_;
        $request->respond({chunked => 1});
        my $res = $request->response;
        my $loop = $server->loop;
        $loop->delay(sub { $res->send_chunk('1 '); $loop->delay(sub { $res->send_chunk('2'); $loop->delay(sub { $res->send_final_chunk }) }) });
    });
    my $client = client($server);
    $client->write("GET / HTTP/1.1\r\n\r\n");
    is $client->read_head->{headers}{'transfer-encoding'}, 'chunked';
    is $client->read_until(qr/0\r\n\r\n/), "2\r\n1 \r\n1\r\n2\r\n0\r\n\r\n", 'over several turns';
    $client->write("GET / HTTP/1.1\r\n\r\n");
    is $client->read_head->{code}, 200, 'the connection goes on';
    $server->stop;
    undef $server;
};

subtest 'chunks wait for their turn' => sub {
    my @requests;
    my $server = new_server(request => sub { push @requests, shift });
    my $client = client($server);
    $client->write("GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n");
    ok run_until($server->loop, sub { @requests == 2 });
    $requests[1]->respond({chunked => 1});
    my $second = $requests[1]->response;
    $second->send_chunk('a');
    $second->send_final_chunk('b');
    $requests[0]->redirect('/first');
    is $client->read_response->{code}, 302;
    is $client->read_head->{code}, 200;
    is $client->read_until(qr/0\r\n\r\n/), "1\r\na\r\n1\r\nb\r\n0\r\n\r\n";
    $server->stop;
};

subtest 'the client has left' => sub {
    my ($request, $dropped);
    my $server = new_server(request => sub { $request = shift; $request->drop_callback(sub { $dropped = $_[1] }); $request->respond({chunked => 1}) });
    my $client = client($server);
    $client->write("GET / HTTP/1.1\r\n\r\n");
    is $client->read_head->{code}, 200;
    $client->close;
    ok run_until($server->loop, sub { $dropped });
    is $dropped, XS::STL::errc::connection_reset;
    my $response = $request->response;
    undef $request;
    is dies { $response->send_chunk('x'); $response->send_final_chunk('y') }, 'lives', 'chunks go nowhere';
    $server->stop;
};

subtest 'compressed' => sub {
    require IO::Uncompress::Gunzip;
    my ($head, $body) = exchange(sub { $_[0]->respond({compress => 1, body => 'z' x 1000}) }, 'Accept-Encoding: gzip');
    like $head, qr/^Content-Encoding: gzip\r?$/m;
    IO::Uncompress::Gunzip::gunzip(\$body => \my $plain);
    is $plain, 'z' x 1000;
    ($head, $body) = exchange(sub { $_[0]->respond({compress => 1, body => 'z' x 1000}) });
    unlike $head, qr/Content-Encoding/;
    is $body, 'z' x 1000, 'plain for who does not accept it';
};

done_testing;
