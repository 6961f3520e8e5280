# UniEvent::HTTP::Server: construction, settings, running and stopping, events, locations.
use strict;
use warnings;
use lib 't/lib';
use IO::Socket::INET;
use IO::Socket::UNIX;
use Scalar::Util qw(refaddr weaken);
use Test::More;
use UETest qw(run_until run_until_empty temp_dir raw_client certificate);
use UETest::Http;
use UniEvent::HTTP;

my $class = 'UniEvent::HTTP::Server';
my $local = {locations => [{host => '127.0.0.1'}]};
sub dies(&) { my ($code) = @_; return eval { $code->(); 1 } ? 'lives' : $@ }

subtest 'safe_settings' => sub {
    my $safe = UniEvent::HTTP::Server->safe_settings;
    is $safe->{max_body_size}, 1_048_576, 'a limit';
    is $safe->{idle_timeout}, 60, 'a time in seconds';
    ok !exists $safe->{max_message_size}, 'nothing of WebSocket';
};

subtest 'construction' => sub {
    my $loop = UE::Loop->new;
    is ref $class->new, $class;
    is refaddr($class->new->loop), refaddr(UE::Loop->default), 'default loop';
    is refaddr($class->new($loop)->loop), refaddr($loop);
    is refaddr($class->new($local)->loop), refaddr(UE::Loop->default);
    is refaddr($class->new($local, $loop)->loop), refaddr($loop);
    is refaddr($class->new(undef)->loop), refaddr(UE::Loop->default);
    is refaddr(UE::HTTP::Server->new($local, undef)->loop), refaddr(UE::Loop->default);
    like dies { $class->new($local, 'x') }, qr/UniEvent::HTTP::Server->new: loop: expected an object of class UniEvent::Loop/;
    like dies { $class->new('x') }, qr/UniEvent::HTTP::Server->new: settings: expected a hash reference, got 'x'/;
    ok $class->CLONE_SKIP;

    { package My::Server; our @ISA = 'UniEvent::HTTP::Server';
      sub new { my $self = shift->SUPER::new(@_); XS::Framework::obj2hv($self); $self->{mine} = 7; $self } }
    my $sub = My::Server->new($local, $loop);
    is ref $sub, 'My::Server';
    is $sub->{mine}, 7;
    my $ran = 0;
    $sub->run_callback(sub { $ran++ });
    $sub->run;
    is $ran, 1;
    is refaddr($sub->loop), refaddr($loop), 'a subclass with data works';
    $sub->stop;
};

subtest 'wrong settings' => sub {
    my %wrong = (
        "locations[1]: port: expected an integer from 0 to 65535, got 'http'" => [{host => 'a'}, {host => 'b', port => 'http'}],
        "locations[0]: port: expected an integer from 0 to 65535, got '65536'" => [{host => 'a', port => 65536}],
        "locations[0]: expected a hash reference, got 'x'"                     => ['x'],
        "locations[0]: backlog: expected an integer"                           => [{host => 'a', backlog => -1}],
        "locations[0]: domain: expected AF_INET or AF_INET6, got '1000'"       => [{host => 'a', domain => 1000}],
        "locations[0]: ssl_ctx: "                                              => [{host => 'a', ssl_ctx => 'none'}],
        "locations[0]: sock: expected an open socket or its descriptor"        => [{sock => 'no'}],
        "neither host nor path nor socket defined in one of the locations"     => [{host => '127.0.0.1'}, {port => 80}],
        "no locations to listen supplied"                                      => [],
        "locations: expected an array reference, got 'x'"                      => 'x',
    );
    for my $text (sort keys %wrong) {
        like dies { $class->new({locations => $wrong{$text}}) }, qr/\AUniEvent::HTTP::Server->new: .*\Q$text\E/, $text;
    }
    like dies { $class->new({}) }, qr/no locations to listen supplied/;
    for my $key (qw(idle_timeout max_headers_size max_body_size max_keepalive_requests handshake_timeout max_pending)) {
        like dies { $class->new({%$local, $key => 'x'}) }, qr/->new: $key: expected .*, got 'x'/, $key;
        like dies { $class->new({%$local, $key => -1}) }, qr/->new: $key: expected .*, got '-1'/;
    }
    my $server = $class->new($local, UE::Loop->new);
    like dies { $server->configure({locations => [{}]}) }, qr/UniEvent::HTTP::Server::configure: .*neither/, 'configure';
    $server->run;
    ok scalar(@{$server->listeners}), 'the earlier settings are in force';
    $server->stop;
};

subtest 'run, listen, stop' => sub {
    my @events;
    my $loop = UE::Loop->new;
    my $server = $class->new($loop);
    like dies { $server->run }, qr/no locations to listen supplied/, 'not configured';
    ok !$server->running;
    $server->configure($local);
    $server->run_callback(sub { push @events, 'run' . @_ });
    $server->stop_callback(sub { push @events, 'stop' . @_ });
    is_deeply $server->listeners, [];
    my ($none, $error) = $server->sockaddr;
    is $none, undef;
    is $error, XS::STL::errc::not_connected, 'no address without a listener';
    is dies { my $address = $server->sockaddr }, XS::STL::errc::not_connected, 'dies in scalar context';

    $server->run;
    is_deeply \@events, ['run0'], 'synchronously, without arguments';
    ok $server->running && !$server->stopping;
    is scalar(my @address = $server->sockaddr), 2;
    isa_ok $address[0], 'Net::SockAddr';
    is $address[0]->ip, '127.0.0.1';
    my $listener = $server->listeners->[0];
    is ref $listener, 'UniEvent::Tcp';
    is $listener->sockaddr->port, $address[0]->port;
    is refaddr($server->listeners->[0]), refaddr($listener), 'the same object';
    like dies { $server->run }, qr/server is already running/;
    like dies { $server->start_listening }, qr/server is already listening/;

    $server->stop_listening;
    is_deeply $server->listeners, [];
    ok $server->running, 'still running';
    $server->start_listening;
    is scalar @{$server->listeners}, 1;

    $server->stop;
    is_deeply \@events, [qw(run0 stop0)];
    ok !$server->running;
    $server->stop;
    $server->graceful_stop;
    is @events, 2, 'no second stop';
    $server->run;
    is $events[-1], 'run0', 'runs again';
    $server->graceful_stop;
    is $events[-1], 'stop0', 'nobody connected: at once';
    ok run_until_empty($loop), 'a stopped server does not hold the loop';
};

subtest 'listen errors' => sub {
    my $busy = IO::Socket::INET->new(Listen => 1, LocalAddr => '127.0.0.1') or die;
    my $server = $class->new({locations => [{host => '127.0.0.1', port => $busy->sockport, reuse_port => 0}]}, UE::Loop->new);
    my $error = dies { $server->run };
    ok ref $error && $error & XS::STL::errc::address_in_use, 'the error object' or diag $error;
    ok !$server->running;
    $server->configure($local);
    $server->run;
    ok $server->running, 'usable afterwards';
    $server->stop;
};

subtest 'requests' => sub {
    my %seen;
    my $server = new_server(
        route   => sub { my ($request) = @_; push @{$seen{route}}, $request; is scalar @_, 1 },
        request => sub { my ($request) = @_; push @{$seen{request}}, $request;
            $request->respond({code => 200, headers => {A => 'b'}, body => 'hello ' . $request->uri->path}) },
    );
    my $got = get($server, '/world');
    is $got->{code}, 200;
    is $got->{body}, 'hello /world';
    is $got->{headers}{a}, 'b';
    like $got->{headers}{date}, qr/\A\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT\z/;
    is ref $seen{route}[0], 'UniEvent::HTTP::ServerRequest';
    is refaddr($seen{route}[0]), refaddr($seen{request}[0]), 'one object for one request';
    get($server, '/again');
    is @{$seen{request}}, 2;

    my @order;
    $server->request_event->prepend(sub { push @order, 'before' });
    $server->request_event->add(sub { push @order, 'after' });
    get($server, '/third');
    is_deeply \@order, [qw(before after)], 'several listeners';
    ok $server->request_event->has_listeners;
    $server->request_event->remove_all;
    $server->request_callback(sub { $_[0]->respond({code => 204}) });
    is get($server, '/x')->{code}, 204, 'callback replaces';
    $server->request_callback(undef);
    ok !$server->request_event->has_listeners;
    $server->stop;
};

subtest 'a closure in each event' => sub {
    my $server = $class->new(UE::Loop->new);
    for my $event (qw(run route request error stop)) {
        my ($callback, $dispatcher) = ("${event}_callback", "${event}_event");
        ok !$server->$dispatcher->has_listeners;
        $server->$callback(sub { });
        ok $server->$dispatcher->has_listeners, $event;
        like dies { $server->$callback('x') }, qr/expected a code reference/;
        $server->$callback(undef);
        ok !$server->$dispatcher->has_listeners;
    }
};

subtest 'errors' => sub {
    my @errors;
    my $server = new_server(max_headers_size => 33, max_body_size => 9, error => sub { push @errors, [@_] },
        request => sub { $_[0]->respond({code => 200}) });
    my $try = sub {
        my $client = client($server);
        $client->write($_[0]);
        my $response = $client->read_response;
        return $response;
    };
    is $try->("GET / HTTP/1.1\r\nHeader: value\r\n\r\n")->{code}, 200, 'head of exactly the limit';
    my $bad = $try->("GET / HTTP/1.1\r\nHeader: valu12\r\n\r\n");
    is $bad->{code}, 400;
    is $bad->{headers}{connection}, 'close';
    like $bad->{body}, qr/<title>400 Bad Request<.*UniEvent-HTTP/s;
    is scalar @errors, 1;
    is ref $errors[0][0], 'UniEvent::HTTP::ServerRequest';
    is $errors[0][1], Protocol::HTTP::Error::headers_too_large;

    $server->configure({%$local, max_body_size => 9});
    is $try->("POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\n123456789")->{code}, 200;
    is $try->("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n1234567890")->{code}, 400;
    is $errors[-1][1], Protocol::HTTP::Error::body_too_large;

    $server->error_callback(sub { my ($request, $error) = @_; $request->respond({code => 404, body => 'own'}) });
    my $client = client($server);
    $client->write("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\njunk\r\n");
    my $own = $client->read_response;
    is $own->{code}, 404, "the callback's own response";
    is $own->{body}, 'own';
    ok closes($client), 'and the end of the connection';
    $server->stop;
};

subtest 'keep-alive and its limits' => sub {
    my $server = new_server(max_keepalive_requests => 3, request => sub { $_[0]->respond({code => 200, headers => {Connection => 'keep-alive'}}) });
    my $client = client($server);
    for my $n (1 .. 3) {
        $client->write("GET /$n HTTP/1.1\r\n\r\n");
        is $client->read_response->{headers}{connection}, $n == 3 ? 'close' : 'keep-alive', "response $n";
    }
    ok closes($client);
    $server->stop;

    my $idle = new_server(idle_timeout => 0.05, request => sub { $_[0]->respond({code => 200}) });
    ok closes(client($idle)), 'idle before the first request';
    my $second = client($idle);
    $second->write("GET / HTTP/1.1\r\n\r\n");
    is $second->read_response->{code}, 200;
    ok closes($second), 'idle after a response';
    $idle->stop;
    ok new_server(idle_timeout => 0)->running, 'never idle';
};

subtest 'stop with requests' => sub {
    my @events;
    my $request;
    my $server = new_server(request => sub { $request = shift; $request->drop_callback(sub { push @events, ['drop', $_[1]] }) },
        stop => sub { push @events, ['stop'] });
    my $client = client($server);
    $client->write("GET / HTTP/1.1\r\n\r\n");
    ok run_until($server->loop, sub { $request });
    $server->stop;
    is_deeply [map $_->[0], @events], [qw(drop stop)];
    is $events[0][1], UniEvent::HTTP::Error::server_stopping();
    ok closes($client);
    ok run_until_empty($server->loop);
};

subtest 'graceful stop' => sub {
    my ($request, $stopped, $dropped);
    my $server = new_server(request => sub { $request = shift; $request->drop_callback(sub { $dropped++ }) }, stop => sub { $stopped++ });
    my ($client, $idle) = (client($server), client($server));
    $client->write("GET / HTTP/1.1\r\n\r\n");
    ok run_until($server->loop, sub { $request });
    my $port = $server->sockaddr->port;
    $server->graceful_stop;
    ok !$server->running && $server->stopping;
    is_deeply $server->listeners, [];
    ok closes($idle), 'who has no request is sent away';
    ok !$stopped;
    $request->respond({code => 200, headers => {Connection => 'keep-alive'}});
    my $response = $client->read_response;
    is $response->{code}, 200;
    is $response->{headers}{connection}, 'close';
    ok closes($client);
    ok run_until($server->loop, sub { $stopped });
    ok !$server->stopping && !$dropped;
    ok run_until_empty($server->loop);
    is $stopped, 1;
};

subtest 'configure on a running server' => sub {
    my $server = new_server(request => sub { $_[0]->respond({code => 200}) });
    my $old = client($server);
    my $port = $server->sockaddr->port;
    $old->write("GET / HTTP/1.1\r\n\r\n");
    is $old->read_response->{code}, 200;
    $server->configure({locations => [{host => '127.0.0.1'}, {host => '127.0.0.1'}], max_body_size => 1});
    is scalar @{$server->listeners}, 2;
    ok $server->running;
    is get($server, '/')->{code}, 200, 'the new place';
    $old->write("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab");
    is $old->read_response->{code}, 200, 'an old connection keeps its limits';
    my $new = client($server);
    $new->write("POST / HTTP/1.1\r\nContent-Length: 2\r\n\r\nab");
    is $new->read_response->{code}, 400;
    like dies { $server->configure({locations => [{host => 'x', port => 'y'}]}) }, qr/configure: locations\[0\]: port/;
    is get($server, '/')->{code}, 200, 'unchanged after a wrong configuration';
    $server->stop;
};

subtest 'locations' => sub {
    my $dir = temp_dir();
    my $answer = sub { $_[0]->respond({code => 200, body => 'from ' . ($_[0]->sockaddr // 'nowhere')}) };
    my $ask = sub { my ($client) = @_; $client->write("GET / HTTP/1.1\r\nConnection: close\r\n\r\n"); $client->read_response };

    my $path = "$dir/http.sock";
    my $unix = new_server(locations => [{path => $path}], request => $answer);
    is ref $unix->listeners->[0], 'UniEvent::Pipe';
    is $unix->sockaddr->path, $path;
    my $got = $ask->(raw_client(path => $path, loop => $unix->loop));
    is $got->{code}, 200, 'path';
    like $got->{body}, qr/\Q$path\E/;
    $unix->stop;
    ok !-e $path, 'the file goes with the listener';

    my $bound = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Proto => 'tcp', Type => SOCK_STREAM) or die $@;
    my $port = $bound->sockport;
    my $given = new_server(locations => [{sock => $bound}], request => $answer);
    is $given->sockaddr->port, $port, 'a handle';
    is $ask->(client($given))->{code}, 200;
    undef $bound;
    is $ask->(client($given))->{code}, 200, "closing perl's handle does no harm";
    $given->stop;

    require POSIX;
    my $other = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Proto => 'tcp', Type => SOCK_STREAM) or die $@;
    my $fd = POSIX::dup(fileno $other);
    my $by_number = new_server(locations => [{sock => $fd}], request => $answer);
    is $ask->(client($by_number))->{code}, 200, 'a descriptor';
    $by_number->stop;

    my $upath = "$dir/bound.sock";
    socket my $usock, PF_UNIX, SOCK_STREAM, 0 or die $!;
    bind $usock, pack_sockaddr_un($upath) or die $!;
    my $by_unix = new_server(locations => [{sock => $usock}], request => $answer);
    is $ask->(raw_client(path => $upath, loop => $by_unix->loop))->{code}, 200, 'a bound unix socket';
    $by_unix->stop;

    my $several = new_server(locations => [{host => '127.0.0.1', tcp_nodelay => 1, backlog => 0}, {path => $path}], tcp_nodelay => 1, request => $answer);
    is scalar @{$several->listeners}, 2;
    is $ask->(raw_client(path => $path, loop => $several->loop))->{code}, 200;
    is $ask->(client($several))->{code}, 200, 'several at once';
    $several->stop;

  SKIP: {
        my $six = eval { new_server(locations => [{host => '::1', domain => UniEvent::AF_INET6()}], request => $answer) } or skip 'no IPv6 here', 1;
        is $ask->(raw_client(host => '::1', port => $six->sockaddr->port, loop => $six->loop, socket6($six)))->{code}, 200, 'IPv6';
        $six->stop;
    }
};

sub socket6 {
    my ($server) = @_;
    require IO::Socket::IP;
    return (socket => IO::Socket::IP->new(PeerHost => '::1', PeerPort => scalar($server->sockaddr)->port));
}

subtest 'TLS' => sub {
    my $dir = temp_dir();
    my ($cert, $key) = certificate($dir);
    my $secure;
    my $server = new_server(location => {ssl_ctx => UniEvent::SslContext->new({cert => $cert, key => $key})},
        request => sub { $secure = $_[0]->is_secure; $_[0]->respond({code => 200, body => 'sealed'}) });
    my $got = '';
    my $client = UE::Tcp->new($server->loop);
    $client->use_ssl;
    $client->connect_addr($server->sockaddr);
    $client->write("GET / HTTP/1.1\r\nConnection: close\r\n\r\n");
    $client->read_callback(sub { $got .= $_[1] // '' });
    my $over;
    $client->eof_callback(sub { $over = 1 });
    ok run_until($server->loop, sub { $over }), 'answered and closed';
    like $got, qr/\AHTTP\/1.1 200 OK\r\n.*sealed\z/s;
    ok $secure, 'is_secure';
    $server->stop;
};

subtest 'lifetime' => sub {
    my $loop = UE::Loop->new;
    my $server = new_server(loop => $loop);
    my $client = client($server);
    weaken(my $weak = $server);
    my $port = $server->sockaddr->port;
    undef $server;
    is $weak, undef, 'goes with the last reference';
    ok closes($client), 'and its connections with it';
    ok !IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port), 'nobody listens';
    ok run_until_empty($loop);

    my $request;
    $server = new_server(loop => $loop, request => sub { $request = shift });
    $client = client($server);
    $client->write("GET / HTTP/1.1\r\n\r\n");
    ok run_until($loop, sub { $request });
    weaken($weak = $server);
    undef $server;
    ok $weak, 'an unanswered request keeps its server';
    $request->respond({code => 200});
    is $client->read_response->{code}, 200;
    undef $request;
    ok run_until($loop, sub { !$weak }), 'and lets it go';
    ok run_until_empty($loop);
};

subtest 'an exception in a callback leaves through run' => sub {
    my $server = new_server(request => sub { die "oops\n" });
    my $client = client($server);
    $client->write("GET / HTTP/1.1\r\n\r\n");
    my $guard = UE::Timer->once(10, sub { $server->loop->stop }, $server->loop);
    is dies { $server->loop->run }, "oops\n";
    $server->run_callback(sub { die "from run\n" });
    $server->stop;
    is dies { $server->run }, "from run\n", 'or through the method that fired the event';
    $server->stop;
};

done_testing;
