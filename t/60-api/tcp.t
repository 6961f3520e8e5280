# UniEvent::Tcp: binding, connecting by name, address and parameters, adopting sockets, options, pairs.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use Socket ();
use UETest qw(run_until run_until_empty);
use Net::SockAddr;
use UniEvent;

my $loop = UniEvent::Loop->new;
my $invalid = UniEvent::SystemError::invalid_argument();

sub server {
    my ($accepted) = @_;
    my $s = UniEvent::Tcp->new($loop);
    $s->bind_addr(SOCKADDR_LOOPBACK);
    $s->listen(sub { push @$accepted, $_[1] });
    return $s;
}

subtest 'new' => sub {
    my $t = UniEvent::Tcp->new($loop);
    is(ref $t, 'UniEvent::Tcp', 'class');
    isa_ok($t, 'UniEvent::Stream');
    is($t->type, 'tcp', 'type');
    is($t->loop, $loop, 'loop');
    ok(UniEvent::Tcp->new->loop->is_default, 'default loop');
    ok(UniEvent::Tcp->new(undef, AF_INET6)->loop->is_default, 'with a domain');
    is(UniEvent::Tcp::IPV6ONLY(), 1, 'IPV6ONLY');
    ok(!UniEvent::Tcp->can('import') || !eval 'package T; use UniEvent::Tcp; defined &IPV6ONLY', 'not exported');
};

subtest 'bind' => sub {
    my $t = UniEvent::Tcp->new($loop);
    is_deeply([$t->bind('127.0.0.1', 0)], [!!1, undef], 'address, port 0');
    my $sa = $t->sockaddr;
    is($sa->ip, '127.0.0.1', 'ip');
    cmp_ok($sa->port, '>', 0, 'a free port');
    my ($ok, $error) = $t->bind('127.0.0.1', 0);
    ok(!$ok, 'twice');
    ok($error & UniEvent::Error::bind_error() && $error & $invalid, 'bind_error over invalid_argument');
    $t->reset;
    ok(scalar($t->bind('127.0.0.1', 0)), 'after reset');
    for (['*', 0, undef, '0.0.0.0'], ['localhost', 0, {family => AF_INET}, '127.0.0.1'],
        ['127.0.0.1', 0, UniEvent::Resolver::hints(AF_INET, SOCK_STREAM), '127.0.0.1']) {
        my ($host, $port, $hints, $ip) = @$_;
        my $b = UniEvent::Tcp->new($loop);
        ok(scalar($b->bind($host, $port, $hints)), "bind $host");
        is($b->sockaddr->ip, $ip, $ip);
    }
    ($ok, $error) = UniEvent::Tcp->new($loop)->bind('no-such-host.invalid', 0);
    ok(!$ok && !($error & UniEvent::Error::bind_error()), 'a name that does not resolve: an error of the resolver');
    for my $port (-1, 65536, 'http', undef) {
        ok(!eval { UniEvent::Tcp->new($loop)->bind('127.0.0.1', $port); 1 }, 'port ' . ($port // 'undef'));
    }
    my $b = UniEvent::Tcp->new($loop);
    ok(!eval { $b->bind_addr(undef); 1 }, 'bind_addr undef');
    ok(!eval { $b->bind_addr('rubbish'); 1 }, 'bind_addr rubbish');
    ok(scalar($b->bind_addr(Socket::pack_sockaddr_in(0, Socket::INADDR_LOOPBACK()))), 'a packed address');
    is($b->sockaddr->ip, '127.0.0.1', 'is the same');
    my $l = UniEvent::Tcp->new($loop);
    ok(scalar($l->listen), 'listening without bind');
    cmp_ok($l->sockaddr->port, '>', 0, 'any port');
    ok(scalar($l->listen(5)), 'a backlog');
    $_->clear for $t, $b, $l;
};

subtest 'ipv6' => sub {
    my $six = UniEvent::Tcp->new($loop, AF_INET6);
    my ($ok) = $six->bind('::1', 0, undef, UniEvent::Tcp::IPV6ONLY());
    plan skip_all => 'no IPv6 here' if !$ok;
    my $got;
    $six->listen(sub { $got = $_[1] });
    is(ref(my $sa = $six->sockaddr), 'Net::SockAddr::Inet6', 'class');
    my $c = UniEvent::Tcp->new($loop);
    $c->connect_addr($sa);
    ok(run_until($loop, sub { $got }), 'connects');
    is($got->peeraddr->ip, '::1', 'peer');
    my $any = UniEvent::Tcp->new($loop);
    ok(scalar($any->bind('*', 0, {family => AF_INET6})), '* with hints');
    is($any->sockaddr->ip, '::', 'any');
    $_->clear for $six, $c, $got, $any;
    undef $got;
};

subtest 'connect' => sub {
    my @accepted;
    my $server = server(\@accepted);
    my $port = $server->sockaddr->port;
    my $sa = $server->sockaddr;
    my @done;
    my $cb = sub { push @done, $_[1] // 'ok' };
    my %form = (
        'host, port' => sub { $_[0]->connect_callback($cb); $_[0]->connect('127.0.0.1', $port) },
        'host, port, callback' => sub { $_[0]->connect('127.0.0.1', $port, $cb) },
        'host, port, timeout, callback' => sub { $_[0]->connect('127.0.0.1', $port, 5, $cb) },
        'host, port, undef, callback' => sub { $_[0]->connect('127.0.0.1', $port, undef, $cb) },
        'a name' => sub { $_[0]->connect({host => 'localhost', port => $port, hints => {family => AF_INET}, callback => $cb}) },
        'parameters' => sub { $_[0]->connect({host => '127.0.0.1', port => $port, timeout => 5, use_cache => 0, callback => $cb, other => 1}) },
        'addr in parameters' => sub { $_[0]->connect({addr => $sa, host => 'no-such-host.invalid', port => 1, callback => $cb}) },
        'packed addr in parameters' => sub { $_[0]->connect({addr => $sa->get, callback => $cb}) },
        'connect_addr, callback' => sub { $_[0]->connect_addr($sa, $cb) },
        'connect_addr, timeout, callback' => sub { $_[0]->connect_addr($sa, 5, $cb) },
        'connect_addr packed' => sub { $_[0]->connect_addr($sa->get, $cb) },
    );
    for my $name (sort keys %form) {
        my $c = UniEvent::Tcp->new($loop);
        (@done, @accepted) = ();
        is(ref(scalar $form{$name}->($c)), 'UniEvent::Request::Connect', "$name: request");
        run_until($loop, sub { @done && @accepted });
        is_deeply(\@done, ['ok'], $name);
        $c->clear;
    }
    @accepted = ();
    my $c = UniEvent::Tcp->new($loop);
    my $timed = $c->connect_addr($sa, 7, sub { });
    is(ref $timed->timeout_timer, 'UniEvent::Timer', 'timeout_timer');
    my %bad = (
        'no port' => [sub { $c->connect('127.0.0.1') }, qr/port required/],
        'undef port' => [sub { $c->connect('127.0.0.1', undef) }, qr/port required/],
        'no port in parameters' => [sub { $c->connect({host => 'x'}) }, qr/port required/],
        'no host' => [sub { $c->connect({port => 1}) }, qr/host/],
        'bad port' => [sub { $c->connect('127.0.0.1', 70000) }, qr/70000/],
        'bad addr' => [sub { $c->connect({addr => 'x'}) }, qr/addr/],
        'bad timeout' => [sub { $c->connect('127.0.0.1', 1, 'soon') }, qr/soon/],
        'bad callback' => [sub { $c->connect('127.0.0.1', 1, 1, 'x') }, qr/code reference/],
        'bad callback in parameters' => [sub { $c->connect({addr => $sa, callback => 'x'}) }, qr/callback/],
        'bad hints' => [sub { $c->connect({addr => $sa, hints => 'x'}) }, qr/hints/],
        'bad address' => [sub { $c->connect_addr('x') }, qr/invalid sockaddr/],
        'no address' => [sub { $c->connect_addr(undef) }, qr/sockaddr|address/],
    );
    for my $name (sort keys %bad) {
        ok(!eval { $bad{$name}[0]->(); 1 }, $name);
        like($@, $bad{$name}[1], "$name: said so");
    }
    $_->clear for $c, $server;
};

subtest 'connect errors' => sub {
    my $closed = server([]);
    my $nobody = $closed->sockaddr;
    $closed->reset;
    my $c = UniEvent::Tcp->new($loop);
    my $error;
    $c->connect_addr($nobody, sub { $error = $_[1] });
    run_until($loop, sub { $error });
    is($error, UniEvent::SystemError::connection_refused(), 'refused');
    is(ref $error, 'XS::ErrorCode', 'class');
    undef $error;
    $c->connect('no-such-host.invalid', 80, 5, sub { $error = $_[1] });
    run_until($loop, sub { $error });
    is($error, UniEvent::Error::resolve_error(), 'resolve_error');
    ok($error->next, 'with its reason');
    undef $error;
    # A listener whose queue is full answers nobody.
    my $full = server([]);
    my $sa = $full->sockaddr;
    $full->reset;
    socket my $raw, Socket::AF_INET(), Socket::SOCK_STREAM(), 0 or die;
    bind $raw, Socket::pack_sockaddr_in(0, Socket::INADDR_LOOPBACK()) or die;
    listen $raw, 0 or die;
    my @fill = map { my $f = UniEvent::Tcp->new($loop); $f->connect_addr(getsockname $raw); $f } 1 .. 3;
    my $t = UniEvent::timer_once(0.05, sub { }, $loop);
    run_until($loop, sub { !$t->active });
    $c->connect_addr(getsockname($raw), 0.05, sub { $error = $_[1] });
    run_until($loop, sub { $error });
    is($error, UniEvent::SystemError::timed_out(), 'timed out');
    ok(!$c->connecting, 'and done with');
    $_->clear for $c, @fill;
};

subtest 'open' => sub {
    socketpair my $left, my $right, Socket::AF_UNIX(), Socket::SOCK_STREAM(), 0 or die;
    socket my $listener, Socket::AF_INET(), Socket::SOCK_STREAM(), 0 or die;
    bind $listener, Socket::pack_sockaddr_in(0, Socket::INADDR_LOOPBACK()) or die;
    listen $listener, 5 or die;
    socket my $client, Socket::AF_INET(), Socket::SOCK_STREAM(), 0 or die;
    connect $client, getsockname $listener or die;
    accept my $peer, $listener or die;

    my ($a, $b) = map { UniEvent::Tcp->new($loop) } 1 .. 2;
    my $in = '';
    $b->read_callback(sub { $in .= $_[1] });
    ok(scalar($a->open($client)), 'a handle');
    ok(scalar($b->open(fileno $peer)), 'a descriptor');
    ok($a->connected && $a->readable && $a->writable, 'connected at once');
    close $_ for $client, $peer;
    $a->write('over a duplicate');
    ok(run_until($loop, sub { $in eq 'over a duplicate' }), 'the original may be closed');
    my $l = UniEvent::Tcp->new($loop);
    my $got;
    ok(scalar($l->open($listener)), 'a bound socket');
    ok(scalar($l->listen(sub { $got = $_[1] })), 'may listen');
    my $c = UniEvent::Tcp->new($loop);
    $c->connect_addr($l->sockaddr);
    ok(run_until($loop, sub { $got }), 'and accepts');
    my $fresh = UniEvent::Tcp->new($loop);
    ok(!eval { $fresh->open(undef); 1 }, 'undef');
    ok(!eval { $fresh->open('text'); 1 }, 'text');
    my ($ok, $error) = $fresh->open(99999);
    ok(!$ok && $error == UniEvent::SystemError::bad_file_descriptor(), 'no descriptor');
    open my $file, '<', $0 or die;
    ok(!scalar($fresh->open($file)), 'a file is no socket');
    $_->clear for $a, $b, $l, $c, $got;
    undef $got;
};

subtest 'options' => sub {
    my $t = UniEvent::Tcp->new($loop);
    is_deeply([$t->set_nodelay(1)], [!!1, undef], 'nodelay before there is a socket');
    ok(scalar($t->set_keepalive(1, 60)), 'keepalive');
    ok(scalar($t->set_simultaneous_accepts(1)), 'simultaneous_accepts');
    my ($a, $b) = UniEvent::Tcp::pair($loop);
    my @accepted;
    my $server = server(\@accepted);
    $t->connect_addr($server->sockaddr);
    ok(run_until($loop, sub { @accepted }), 'connected with them');
    ok(scalar($_->set_nodelay(0)) && scalar($_->set_keepalive(0)) && scalar($_->set_keepalive(1, 30)), 'set later') for @accepted;
    like($t->dump, qr/^local:127\.0\.0\.1:\d+ peer:127\.0\.0\.1:\d+ connected:yes$/, 'dump');
    like(UniEvent::Tcp->new($loop)->dump, qr/connected:no/, 'dump of a fresh one');
    $_->clear for $t, $a, $b, @accepted, $server;
};

subtest 'pair' => sub {
    { package PairTcp; our @ISA = 'UniEvent::Tcp'; }
    my ($mine, $plain) = (PairTcp->new($loop), UniEvent::Tcp->new($loop));
    my @pairs = ([UniEvent::Tcp::pair($loop)], [UniEvent::Tcp::pair({loop => $loop, type => SOCK_STREAM, protocol => PF_UNSPEC})],
        [UniEvent::Tcp::pair({handle1 => $mine, handle2 => $plain})]);
    for (@pairs) {
        my ($a, $b) = @$_;
        ok($a->connected && $b->connected, 'connected');
        is($a->loop, $loop, 'loop');
        my ($x, $y) = ('', '');
        $a->read_callback(sub { $x .= $_[1] });
        $b->read_callback(sub { $y .= $_[1] });
        $a->write('there');
        $b->write('back');
        ok(run_until($loop, sub { $x eq 'back' && $y eq 'there' }), 'both ways');
    }
    is($pairs[2][0], $mine, 'given ones are used');
    is($pairs[2][1], $plain, 'both');
    ok(UniEvent::Tcp::pair()->loop->is_default, 'default loop');
    ok(!eval { UniEvent::Tcp::pair({handle1 => $loop}); 1 }, 'not a stream');
    like($@, qr/handle1/, 'said so');
    ok(!eval { UniEvent::Tcp::pair({loop => $loop, handle1 => $mine}); 1 }, 'one in use');
    is(ref $@, 'UniEvent::Error', 'is an UniEvent::Error');
    $_->clear for map { @$_ } @pairs;
};

ok(run_until_empty($loop), 'the loop ends');
is_deeply($loop->handles, [], 'nothing is left');
done_testing;
