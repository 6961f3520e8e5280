# UniEvent::HTTP::ServerRequest: receiving (whole and partial), answering, dropping, upgrading.
use strict;
use warnings;
use lib 't/lib';
use Scalar::Util qw(refaddr weaken);
use Test::More;
use UETest qw(run_until run_until_empty);
use UETest::Http;
use UniEvent::HTTP;

sub dies(&) { my ($code) = @_; return eval { $code->(); 1 } ? 'lives' : $@ }

# A server that remembers its last request and what happened to each.
sub recorder {
    my (%option) = @_;
    my $seen = {events => []};
    my $note = sub { my ($name) = @_; return sub { push @{$seen->{events}}, [$name, $_[1]]; $seen->{request} = $_[0] } };
    my $partial = delete $option{partial};
    my $route = delete $option{route};
    my $server = new_server(
        route => sub {
            my ($request) = @_;
            $note->('route')->($request);
            $request->enable_partial if $partial;
            for my $event (qw(receive drop finish)) { my $method = "${event}_callback"; $request->$method($note->($event)) }
            $request->partial_callback(sub {
                my ($r, $error) = @_;
                push @{$seen->{bodies}}, $r->body // '';
                $note->($r->is_done ? 'done' : 'partial')->($r, $error);
                $partial->($r, $error) if ref $partial;
            });
            $route->($request) if $route;
        },
        request => $note->('request'), error => $note->('error'), %option);
    return ($server, $seen);
}
sub names { join ' ', map $_->[0], @{$_[0]{events}} }
sub last_error { $_[0]{events}[-1][1] }
sub wait_for { my ($server, $seen, $name) = @_; return run_until($server->loop, sub { grep { $_->[0] eq $name } @{$seen->{events}} }) }

subtest 'what was received' => sub {
    my ($server, $seen) = recorder();
    my $client = client($server);
    $client->write("POST /path?x=y HTTP/1.1\r\nHost: epta.ru\r\nContent-length: 8\r\nCookie: a=1; b=2\r\n\r\nepta tjj");
    ok wait_for($server, $seen, 'request');
    my $r = $seen->{request};
    isa_ok $r, 'Protocol::HTTP::Request';
    is ref $r, 'UniEvent::HTTP::ServerRequest';
    is $r->method_str, 'POST';
    is $r->uri->path, '/path';
    is $r->uri->param('x'), 'y';
    is $r->header('host'), 'epta.ru';
    is $r->headers->{'content-length'}, 8;
    is $r->header('content-lengTH'), 8;
    is $r->body, 'epta tjj';
    is $r->cookie('b'), 2;
    is $r->http_version, 11;
    ok !$r->chunked;
    ok $r->is_done;
    ok !$r->is_secure;
    is $r->response, undef;
    is $r->sockaddr . '', $server->sockaddr . '';
    is $r->peeraddr->port, $client->socket->sockport;
    is names($seen), 'route receive request', 'order of events';
    $r->respond({code => 200});
    is $client->read_response->{code}, 200;
    is names($seen), 'route receive request finish';
    is $r->sockaddr, undef, 'no addresses when it is over';
    is $r->peeraddr, undef;
    ok !UniEvent::HTTP::ServerRequest->can('new') || dies { UniEvent::HTTP::ServerRequest->new->drop } ne 'lives', 'users make none';
    ok +UniEvent::HTTP::ServerRequest->CLONE_SKIP;

    $client->write("POST / HTTP/1.1\r\nTrAnsfeR-EncoDing: ChUnKeD\r\n\r\n9\r\n123456789\r\n7\r\nabcdefg\r\n0\r\n\r\n");
    ok run_until($server->loop, sub { refaddr $seen->{request} != refaddr $r && $seen->{request}->is_done });
    is $seen->{request}->body, '123456789abcdefg', 'chunked';
    ok $seen->{request}->chunked;
    $server->stop;
};

subtest 'respond' => sub {
    my ($server, $seen) = recorder();
    my $client = client($server);
    my $ask = sub {
        $seen->{events} = [];
        $client->write("GET / HTTP/1.1\r\n\r\n");
        wait_for($server, $seen, 'request') or die 'no request';
        return $seen->{request};
    };
    my $r = $ask->();
    like dies { $r->respond(undef) }, qr/respond: expected an object of class UniEvent::HTTP::ServerResponse or a hash/;
    like dies { $r->respond('text') }, qr/expected an object/;
    like dies { $r->respond([]) }, qr/expected an object/;
    like dies { $r->respond(Protocol::HTTP::Response->new) }, qr/expected an object/;
    like dies { $r->respond({code => 'x'}) }, qr/respond: code: expected an integer from 0 to 999, got 'x'/;
    my $response = UE::HTTP::ServerResponse->new({code => 201, body => 'made'});
    $r->respond($response);
    is refaddr($r->response), refaddr($response), 'the same object';
    my $got = $client->read_response;
    is "$got->{code} $got->{message} $got->{body}", '201 Created made', 'still answerable after misuse';
    is dies { $r->respond({code => 500}) }, 'lives', 'ignored once it is over';

    $ask->()->respond({});
    is $client->read_response->{code}, 200, 'default code';
    $r = $ask->();
    $r->respond({chunked => 1});
    like dies { $r->respond({code => 200}) }, qr/double response for request given/;
    $r->response->send_final_chunk('x');
    is $client->read_head->{code}, 200;
    $client->read_until(qr/0\r\n\r\n/);

    $ask->()->redirect('/else?where');
    $got = $client->read_response;
    is $got->{code}, 302;
    is $got->{headers}{location}, '/else?where';
    is $got->{headers}{'content-length'}, 0;
    $ask->()->redirect(URI::XS->new('http://a.b/c'));
    is $client->read_response->{headers}{location}, 'http://a.b/c', 'a uri object';
    $r = $ask->();
    like dies { $r->redirect(undef) }, qr/expected a uri/;
    ok dies { $r->redirect("a\r\nSet-Cookie: x=y") } ne 'lives', 'no headers through a redirection';
    $r->respond({code => 204, headers => {Date => 'today'}});
    is $client->read_response->{headers}{date}, 'today', 'an own date';
    $server->stop;
};

subtest 'later, and out of order' => sub {
    my @requests;
    my $server = new_server(request => sub { push @requests, shift });
    my $client = client($server);
    $client->write(join '', map "GET /$_ HTTP/1.1\r\n\r\n", qw(a b c));
    ok run_until($server->loop, sub { @requests == 3 });
    for my $i (2, 0, 1) { $requests[$i]->respond({body => $requests[$i]->uri->path}) }
    is $client->read_response->{body}, $_ for qw(/a /b /c);
    @requests = ();
    $client->write("GET /x HTTP/1.1\r\n\r\n");
    ok run_until($server->loop, sub { @requests });
    $server->loop->delay(sub { (shift @requests)->respond({body => 'delayed'}) });
    is $client->read_response->{body}, 'delayed';
    $server->stop;
};

subtest 'one object, own data' => sub {
    my ($server, $seen) = recorder(partial => 1, route => sub { my ($r) = @_; XS::Framework::obj2hv($r); $r->{counter} = 0; bless $r, 'My::Got' });
    { package My::Got; our @ISA = 'UniEvent::HTTP::ServerRequest'; sub count { ++$_[0]{counter} } }
    my $client = client($server);
    $client->write("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n");
    for my $byte (1 .. 3) {
        run_until($server->loop, sub { @{$seen->{bodies} || []} == $byte });
        is ref $seen->{request}, 'My::Got';
        is $seen->{request}->count, $byte;
        delete $seen->{request};
        $client->write($byte);
    }
    ok wait_for($server, $seen, 'done');
    is $seen->{request}->count, 4, 'survives while only the engine holds the request';
    $seen->{request}->respond({});
    is $client->read_response->{code}, 200;
    $server->stop;
};

subtest 'partial' => sub {
    my ($server, $seen) = recorder(partial => sub { my ($r) = @_; $r->respond({body => 'thanks'}) if $r->is_done });
    my $client = client($server);
    $client->write("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\n");
    for my $n (1 .. 3) {
        ok run_until($server->loop, sub { @{$seen->{bodies} || []} == $n });
        $client->write($n);
    }
    is $client->read_response->{body}, 'thanks';
    is_deeply $seen->{bodies}, ['', 1, 12, 123];
    is names($seen), 'route partial partial partial done finish', 'neither receive nor request';

    $seen->{bodies} = [];
    $client->write("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc");
    is $client->read_response->{code}, 200;
    is_deeply $seen->{bodies}, ['abc'], 'all in one read is one call';

    my ($eater, $eaten) = recorder(partial => sub { my ($r) = @_; $r->body(''); $r->respond({}) if $r->is_done });
    $client = client($eater);
    $client->write("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\n");
    for my $n (1, 2) { run_until($eater->loop, sub { @{$eaten->{bodies} || []} == $n }); $client->write($n) }
    is $client->read_response->{code}, 200;
    is_deeply $eaten->{bodies}, ['', 1, 2], 'a consumed body starts over';
    $_->stop for $server, $eater;
};

subtest 'early responses' => sub {
    my ($server, $seen) = recorder(partial => 1, route => sub { $_[0]->respond({code => 302, body => 'early'}) });
    my $client = client($server);
    $client->write("POST / HTTP/1.1\r\nContent-Length: 4\r\n\r\n");
    is $client->read_response->{body}, 'early', 'before the body has come';
    $client->write('1234');
    ok wait_for($server, $seen, 'finish');
    is $seen->{bodies}[-1], '1234', 'which is still delivered';
    $client->write("POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    is $client->read_response->{code}, 302, 'the connection goes on';
    $server->stop;
};

subtest 'the client leaves' => sub {
    my $reset = XS::STL::errc::connection_reset;
    my ($server, $seen) = recorder();
    my $client = client($server);
    $client->write("GET / HTTP/1.1\r\n\r\n");
    wait_for($server, $seen, 'request');
    $client->close;
    ok wait_for($server, $seen, 'drop');
    is names($seen), 'route receive request finish drop';
    is last_error($seen), $reset;
    is dies { $seen->{request}->respond({}); $seen->{request}->drop; $seen->{request}->redirect('/') }, 'lives', 'harmless afterwards';

    $seen->{events} = [];
    $client = client($server);
    $client->write("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n12");
    wait_for($server, $seen, 'route');
    $client->close;
    ok wait_for($server, $seen, 'error');
    is names($seen), 'route finish error';
    is last_error($seen), $reset;

    my ($partial, $parts) = recorder(partial => 1);
    $client = client($partial);
    $client->write("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n12");
    wait_for($partial, $parts, 'partial');
    $client->close;
    ok run_until($partial->loop, sub { last_error($parts) });
    is last_error($parts), $reset, 'partial is told';
    unlike names($parts), qr/error|drop/, 'nobody else';
    $_->stop for $server, $partial;
};

subtest 'junk in partial mode' => sub {
    my ($server, $seen) = recorder(partial => 1);
    my $client = client($server);
    $client->write("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n");
    wait_for($server, $seen, 'partial');
    $client->write("not a chunk\r\n");
    is $client->read_response->{code}, 400;
    ok wait_for($server, $seen, 'done'), 'is_done is true for a failed request';
    ok grep({ $_->[1] && $_->[1] == Protocol::HTTP::Error::lexical_error() } @{$seen->{events}});
    $server->stop;
};

subtest 'drop' => sub {
    my ($server, $seen) = recorder();
    my $client = client($server);
    $client->write("GET / HTTP/1.1\r\n\r\n");
    wait_for($server, $seen, 'request');
    $seen->{request}->drop;
    is names($seen), 'route receive request finish drop';
    is last_error($seen), XS::STL::errc::operation_canceled;
    ok closes($client), 'not a byte';

    $client = client($server);
    $seen->{events} = [];
    $client->write("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
    wait_for($server, $seen, 'request');
    $seen->{request}->respond({body => 'x'});
    $seen->{request}->drop;
    is $client->read_response->{body}, 'x', 'ignored after a complete response';
    unlike names($seen), qr/drop/;
    $server->stop;
};

subtest '100-continue' => sub {
    my ($server, $seen) = recorder(partial => 1, route => sub { $_[0]->send_continue; $_[0]->send_continue });
    my $client = client($server);
    $client->write("POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\n");
    is $client->read_head->{raw}, "HTTP/1.1 100 Continue\r\n\r\n" for 1, 2;
    $client->write('x');
    ok wait_for($server, $seen, 'done');
    $seen->{request}->respond({chunked => 1});
    my $r = $seen->{request};
    like dies { $r->send_continue }, qr/100-continue can only be sent before response/;
    $r->response->send_final_chunk;
    is $client->read_head->{code}, 200;
    $client->read_until(qr/0\r\n\r\n/);
    $seen->{events} = [];
    $client->write("POST / HTTP/1.1\r\nContent-Length: 0\r\n\r\n");
    ok wait_for($server, $seen, 'done');
    $seen->{request}->respond({code => 204});
    is $client->read_head->{code}, 204, 'nothing if it was not asked for';
    $server->stop;
};

subtest 'upgrade' => sub {
    my $stream;
    my ($server, $seen) = recorder(request => sub { ($stream) = $_[0]->upgrade });
    my $client = client($server);
    $client->write("GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: my\r\n\r\n");
    ok wait_for($server, $seen, 'finish');
    isa_ok $stream, 'UniEvent::Tcp';
    my $got = '';
    $stream->read_callback(sub { my ($s, $bytes, $error) = @_; $got .= $bytes; $s->write('echo ' . $bytes) });
    $client->write('hello');
    is $client->read_bytes(10), 'echo hello', 'data in both directions';
    is names($seen), 'route receive finish';
    $server->stop;
    $client->write('more');
    is $client->read_bytes(9), 'echo more', 'the server has nothing to do with it any more';

    undef $stream;
    my $text = '';
    my $early = new_server(request => sub {
        $stream = $_[0]->upgrade;
        $stream->read_callback(sub { $text .= $_[1] });
    });
    $client = client($early);
    $client->write("GET / HTTP/1.1\r\nConnection: keep-alive, Upgrade\r\nUpgrade: my\r\n\r\nfirst ");
    ok run_until($early->loop, sub { $text eq 'first ' }), 'what came with the request is not lost';
    $client->write('second');
    ok run_until($early->loop, sub { $text eq 'first second' }), 'and comes first';
    $stream->reset;
    $early->stop;

    my ($result, $error);
    my $plain = new_server(request => sub {
        my ($r) = @_;
        ($result, $error) = $r->upgrade;
        is dies { my $s = $r->upgrade }, UniEvent::HTTP::Error::upgrade_wrong_request(), 'dies in scalar context';
        $r->respond({code => 426});
    });
    is get($plain, '/')->{code}, 426, 'still answerable';
    is $result, undef;
    is $error, UniEvent::HTTP::Error::upgrade_wrong_request();
    my $gone;
    $plain->request_callback(sub { $gone = shift });
    $client = client($plain);
    $client->write("GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: my\r\n\r\n");
    run_until($plain->loop, sub { $gone });
    $client->close;
    run_until($plain->loop, sub { !$gone->sockaddr });
    is +($gone->upgrade)[1], XS::STL::errc::connection_aborted, 'detached';
    $plain->stop;

    my @errors;
    my $piped = new_server(error => sub { push @errors, $_[1] }, request => sub { $gone = shift });
    $client = client($piped);
    undef $gone;
    $client->write("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: my\r\n\r\n");
    ok run_until($piped->loop, sub { @errors });
    is $errors[0], UniEvent::HTTP::Error::upgrade_in_pipeline();
    $gone->respond({});
    is $client->read_response->{code}, $_ for 200, 400;
    $piped->stop;
};

subtest 'events of a request' => sub {
    my $order = '';
    my $server = new_server(route => sub {
        my ($r) = @_;
        for my $event (qw(receive partial drop finish)) {
            my ($callback, $dispatcher) = ("${event}_callback", "${event}_event");
            $r->$callback(sub { });
            ok $r->$dispatcher->has_listeners, $event;
            $r->$callback(undef);
            ok !$r->$dispatcher->has_listeners;
        }
        $r->receive_event->add(sub { is scalar(@_), 1; $order .= 1 });
        $r->receive_event->prepend(sub { $order .= 0 });
    }, request => sub { $order .= 2; $_[0]->respond({}) });
    is get($server, '/')->{code}, 200;
    is $order, '012';
    $server->stop;
};

done_testing;
