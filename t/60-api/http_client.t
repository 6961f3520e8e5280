# UniEvent::HTTP::Client, Request, Response, RedirectContext: sending requests, redirects, chunks, errors.
use strict;
use warnings;
use lib 't/lib';
use Scalar::Util qw(refaddr weaken);
use Test::More;
use UETest qw(run_until run_until_empty temp_dir certificate);
use UETest::Http;
use UniEvent::HTTP;

sub dies(&) { my ($code) = @_; return eval { $code->(); 1 } ? 'lives' : $@ }

# A server that answers by the path, and remembers its requests.
my @served;
my %answer = (
    '/echo'  => sub { my ($r) = @_; $r->respond({body => $r->method_str . ' ' . ($r->body // ''), headers => {Got => join ',', sort keys %{$r->headers}}}) },
    '/close' => sub { $_[0]->respond({body => 'last', headers => {Connection => 'close'}}) },
    '/to'    => sub { my ($r) = @_; $r->respond({code => $r->uri->param('code'), headers => {Location => $r->uri->param('at')}}) },
    '/again' => sub { my ($r) = @_; my $n = $r->uri->param('n'); $r->respond($n ? {code => 302, headers => {Location => '/again?n=' . ($n - 1)}} : {body => 'there'}) },
    '/drop'  => sub { $_[0]->drop },
    '/never' => sub { },
    '/gzip'  => sub { $_[0]->respond({body => 'z' x 1000, compress => 1}) },
    '/chunks' => sub { my ($r) = @_; $r->respond({chunked => 1}); my $res = $r->response; $res->send_chunk('one ');
        UniEvent::Loop::delay($_[1], sub { $res->send_final_chunk('two') }) },
    '/cookie' => sub { $_[0]->respond({cookies => {c => {value => 'v'}}}) },
);
sub start {
    my ($loop, %option) = @_;
    my $server = new_server(loop => $loop, %option, request => sub {
        my ($r) = @_;
        push @served, $r;
        ($answer{$r->uri->path} || sub { $_[0]->respond({code => 404}) })->($r, $loop);
    });
    return ($server, 'http://' . $server->sockaddr);
}

# Runs a request on a client; (response, error, request).
sub perform {
    my ($client, $params) = @_;
    my @got;
    my $request = ref $params eq 'HASH' ? UniEvent::HTTP::Request->new($params) : $params;
    $request->response_event->add(sub { @got = @_ });
    $client->request($request);
    run_until($client->loop, sub { @got }) or die 'no response';
    $request->response_event->remove_all;
    return @got[1, 2, 0];
}

my $loop = UE::Loop->new;
my ($server, $base) = start($loop);

subtest 'request objects' => sub {
    my $r = UniEvent::HTTP::Request->new;
    isa_ok $r, 'Protocol::HTTP::Request';
    my %default = (timeout => 20, connect_timeout => 0, follow_redirect => 1, redirection_limit => 20);
    is $r->$_, $default{$_}, $_ for sort keys %default;
    ok !$r->tcp_nodelay;
    is $r->$_, undef, $_ for qw(ssl_ctx proxy response_factory);
    is $r->tcp_hints->{family}, 0;
    is_deeply [$r->timeout(1.5)], [undef];
    is $r->timeout, 1.5;
    $r->connect_timeout(0.25);
    is $r->connect_timeout, 0.25;
    $r->follow_redirect(0);
    ok !$r->follow_redirect;
    $r->tcp_nodelay(1);
    ok $r->tcp_nodelay;
    $r->redirection_limit(3);
    is $r->redirection_limit, 3;
    $r->tcp_hints({family => UniEvent::AF_INET6()});
    is $r->tcp_hints->{family}, UniEvent::AF_INET6();
    $r->proxy('socks5://host:1080');
    is $r->proxy->host, 'host';
    $r->proxy(undef);
    is $r->proxy, undef;
    my $context = UniEvent::SslContext->new({});
    $r->ssl_ctx($context);
    is refaddr($r->ssl_ctx), refaddr($context);
    $r->ssl_ctx(undef);
    is $r->ssl_ctx, undef;
    my $factory = sub { };
    $r->response_factory($factory);
    is $r->response_factory, $factory;
    $r->response_factory(undef);
    is $r->response_factory, undef;
    ok !$r->transfer_completed;
    like dies { $r->timeout('x') }, qr/UniEvent::HTTP::Request::timeout: expected a number of seconds/;
    like dies { UniEvent::HTTP::Request->new({timeout => 'x'}) }, qr/UniEvent::HTTP::Request->new: timeout: expected .*, got 'x'/;
    like dies { UniEvent::HTTP::Request->new({response_callback => 'x'}) }, qr/response_callback: expected a code reference, got 'x'/;
    like dies { $r->response_factory('x') }, qr/response_factory: expected a code reference/;
    like dies { $r->send_chunk('x') }, qr/can't send chunk: request is not active/;
    like dies { $r->send_final_chunk }, qr/can't send chunk/;
    is dies { $r->cancel }, 'lives', 'nothing to cancel';
    for my $event (qw(response partial redirect continue)) {
        my ($callback, $dispatcher) = ("${event}_callback", "${event}_event");
        $r->$callback(sub { });
        ok $r->$dispatcher->has_listeners, $event;
        $r->$callback(undef);
        ok !$r->$dispatcher->has_listeners;
        ok +UniEvent::HTTP::Request->new({$callback => sub { }})->$dispatcher->has_listeners, "$callback as a parameter";
    }
    ok $_->CLONE_SKIP, $_ for map { "UniEvent::HTTP::$_" } qw(Request Response RedirectContext Client Pool);
    is ref UniEvent::HTTP::Response->new({code => 1 + 199}), 'UniEvent::HTTP::Response';
    ok !UniEvent::HTTP::Response->new->is_done;
};

subtest 'one after the other' => sub {
    my $client = UniEvent::HTTP::Client->new($loop);
    isa_ok $client, 'UniEvent::Tcp';
    @served = ();
    my ($response, $error, $request) = perform($client, {uri => "$base/echo", method => 4, body => 'hello'});
    is $error, undef;
    is ref $response, 'UniEvent::HTTP::Response';
    ok $response->is_done;
    is $response->code, 200;
    is $response->body, 'POST hello';
    is $response->header('got'), 'accept-encoding,content-length,host';
    ok $request->transfer_completed;
    my $port = $served[-1] && $client->sockaddr->port;
    is scalar(($response) = perform($client, $request)) && $response->body, 'POST hello', 'the same request again';
    is scalar($client->sockaddr)->port, $port, 'on the same connection';
    ($response) = perform($client, {uri => "$base/close"});
    is $response->body, 'last';
    ($response) = perform($client, {uri => "$base/echo"});
    is $response->body, 'GET ', 'connects anew';
    ($response) = perform($client, {uri => "$base/cookie"});
    is $response->cookie('c')->{value}, 'v';
    ($response) = perform($client, {uri => "$base/gzip"});
    is $response->body, 'z' x 1000, 'unpacked';
    ok $client->uncompress_response;
    is_deeply [$client->uncompress_response(0)], [undef];
    ($response) = perform($client, {uri => "$base/gzip", headers => {'Accept-Encoding' => 'gzip'}});
    is $response->header('content-encoding'), 'gzip';
    cmp_ok length $response->body, '<', 1000, 'left as it came';
};

subtest 'misuse' => sub {
    my $client = UniEvent::HTTP::Client->new($loop);
    like dies { $client->request(undef) }, qr/expected an object of class UniEvent::HTTP::Request or a hash reference/;
    like dies { $client->request('x') }, qr/expected an object/;
    like dies { $client->request({}) }, qr/request must have uri/;
    like dies { $client->request({uri => '/'}) }, qr/uri must have host/;
    like dies { $client->request({uri => 'http://h', proxy => 'ftp://h'}) }, qr/client supports only socks5 protocol for proxy/;
    my $done;
    my $request = UniEvent::HTTP::Request->new({uri => "$base/echo", response_callback => sub { $done++ }});
    $client->request($request);
    like dies { $client->request({uri => "$base/echo"}) }, qr/client supports only one request at a time/;
    like dies { UniEvent::HTTP::Client->new($loop)->request($request) }, qr/request is already in progress/;
    ok run_until($loop, sub { $done });
    like dies { UniEvent::HTTP::Client->new('x') }, qr/expected an object of class UniEvent::Loop/;
};

subtest 'lifetime and identity' => sub {
    my ($done, %seen);
    my $client = UniEvent::HTTP::Client->new($loop);
    weaken(my $weak = $client);
    $client->request({uri => "$base/chunks", partial_callback => sub { $seen{refaddr $_[1]} = $_[1] },
        response_callback => sub { $seen{refaddr $_[1]} = $_[1]; $done = $_[1] }});
    undef $client;
    ok $weak, 'lives while it is busy';
    ok run_until($loop, sub { $done });
    is $done->body, 'one two';
    is keys %seen, 1, 'one response object for all callbacks';
    undef $done; %seen = ();
    ok run_until($loop, sub { !$weak }), 'and no longer';

    { package My::Res; our @ISA = 'UniEvent::HTTP::Response';
      package My::Client; our @ISA = 'UniEvent::HTTP::Client'; package My::Req; our @ISA = 'UniEvent::HTTP::Request'; }
    my $mine = My::Client->new($loop);
    is ref $mine, 'My::Client';
    my $asked;
    my ($response, $error, $request) = perform($mine, My::Req->new({uri => "$base/echo", response_factory => sub { $asked = shift; My::Res->new }}));
    is ref $response, 'My::Res', 'made by the factory';
    is ref $request, 'My::Req';
    is refaddr($asked), refaddr($request);
    my $bad = UniEvent::HTTP::Request->new({uri => "$base/echo", response_factory => sub { 'no response' }});
    my $ended;
    $bad->response_callback(sub { $ended = 1 });
    my $died = '';
    $died .= dies { $mine->request($bad) };
    for (1 .. 200) { last if $ended; $died .= dies { $loop->run_once } }
    like $died, qr/response_factory: expected a new object of class UniEvent::HTTP::Response/;
    undef $asked;
};

subtest 'redirects' => sub {
    my $client = UniEvent::HTTP::Client->new($loop);
    my @hops;
    my ($response, $error, $request) = perform($client, {uri => "$base/to?code=302&at=/echo", method => 4, body => 'b',
        headers => {Authorization => 'secret', Keep => 1}, cookies => {a => 1},
        redirect_callback => sub { my ($req, $res, $context) = @_; push @hops, [$res->code, $context, $req->uri . ''] }});
    is $error, undef;
    is $response->body, 'POST b', 'method and body are kept';
    is $response->header('got'), 'accept-encoding,content-length,host,keep';
    is scalar @hops, 1;
    is $hops[0][0], 302;
    is $hops[0][2], "$base/echo";
    my $context = $hops[0][1];
    is ref $context, 'UniEvent::HTTP::RedirectContext';
    is $context->uri . '', "$base/to?code=302&at=/echo";
    is $context->ssl_ctx, undef;
    is_deeply $context->cookies, {a => 1};
    is $context->removed_headers->{authorization}, 'secret';

    ($response) = perform($client, {uri => "$base/to?code=303&at=/echo", method => 4, body => 'b'});
    is $response->body, 'GET ', '303 turns into GET';
    ($response, $error) = perform($client, {uri => "$base/to?code=302&at=/echo", follow_redirect => 0});
    is $error, undef;
    is $response->code, 302, 'not followed';
    ($response, $error) = perform($client, {uri => "$base/again?n=3", redirection_limit => 3});
    is $response->body, 'there';
    ($response, $error) = perform($client, {uri => "$base/again?n=3", redirection_limit => 2});
    is $error, UniEvent::HTTP::Error::redirection_limit();
    ($response, $error) = perform($client, {uri => "$base/again?n=1", redirection_limit => 0});
    is $error, UniEvent::HTTP::Error::unexpected_redirect();
    ($response, $error) = perform($client, {uri => "$base/again?n=1", redirect_callback => sub { $_[0]->cancel }});
    ok $error & XS::STL::errc::operation_canceled, 'cancelled in the callback';
};

subtest 'chunked upload' => sub {
    my $client = UniEvent::HTTP::Client->new($loop);
    my $got;
    my $request = UniEvent::HTTP::Request->new({uri => "$base/echo", method => 4, chunked => 1, response_callback => sub { $got = $_[1] }});
    $client->request($request);
    ok !$request->transfer_completed;
    $request->send_chunk('a');
    $loop->run_nowait;
    $request->send_chunk('b');
    $request->send_final_chunk('c');
    ok run_until($loop, sub { $got });
    is $got->body, 'POST abc';
};

subtest 'errors' => sub {
    my $client = UniEvent::HTTP::Client->new($loop);
    my ($response, $error) = perform($client, {uri => "$base/drop"});
    is $error, Protocol::HTTP::Error::unexpected_eof();
    is ref $response, 'UniEvent::HTTP::Response', 'always an object';
    ok !$response->is_done;
    ($response, $error) = perform($client, {uri => "$base/never", timeout => 0.05});
    is $error, XS::STL::errc::timed_out();
    my $gone = new_server(loop => $loop);
    my $port = $gone->sockaddr->port;
    $gone->stop;
    ($response, $error) = perform($client, {uri => "http://127.0.0.1:$port/"});
    is $error, UniEvent::HTTP::Error::connect_error();
    ok $error & XS::STL::errc::connection_refused();

    my @got;
    my $request = UniEvent::HTTP::Request->new({uri => "$base/never", response_callback => sub { @got = @_ }});
    $client->request($request);
    $client->cancel;
    ok $got[2] & XS::STL::errc::operation_canceled, 'client->cancel';
    ok $got[1], 'with a response';
    $client->request($request);
    $request->cancel(XS::ErrorCode->new(XS::STL::errc::io_error));
    ok $got[2] & XS::STL::errc::io_error, 'request->cancel with an error';
    $server->stop_listening;
    $server->start_listening;
    $base = 'http://' . $server->sockaddr;
};

subtest 'TLS' => sub {
    my $dir = temp_dir();
    my ($cert, $key) = certificate($dir);
    my ($secure) = start($loop, location => {ssl_ctx => UniEvent::SslContext->new({cert => $cert, key => $key})});
    my $uri = 'https://localhost:' . $secure->sockaddr->port . '/echo';
    my $client = UniEvent::HTTP::Client->new($loop);
    my ($response, $error) = perform($client, {uri => $uri, ssl_ctx => UniEvent::SslContext->new({ca => $cert, verify => 'peer', server => 0}),
        tcp_hints => {family => UniEvent::AF_INET()}});
    is $error, undef;
    is $response && $response->body, 'GET ';
    ($response, $error) = perform($client, {uri => $uri});
    is $error, UniEvent::HTTP::Error::connect_error(), 'an unknown certificate is refused';
    $secure->stop;
};

$server->stop;
@served = ();
ok run_until_empty($loop), 'nothing holds the loop';

done_testing;
