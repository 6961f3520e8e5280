# TLS: UniEvent::SslContext, what use_ssl takes, secure streams, errors on both sides.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(run_until run_until_empty temp_dir certificate seconds);
use Net::SockAddr;
use UniEvent;

my $loop = UniEvent::Loop->new;
my $dir = temp_dir();
my ($cert, $key) = certificate($dir);
my ($other_cert, $other_key) = certificate($dir, name => 'other');
my ($locked_cert, $locked_key) = certificate($dir, name => 'locked', passphrase => 'sesame');
sub text_of { open my $in, '<', $_[0] or die "$_[0]: $!"; local $/; return scalar <$in> }

subtest 'contexts' => sub {
    my $ctx = UniEvent::SslContext->new({cert => $cert, key => $key});
    is(ref $ctx, 'UniEvent::SslContext', 'from files');
    ok($ctx->can_serve, 'can serve');
    ok($ctx->native, 'native');
    ok(UniEvent::SslContext->new({cert => text_of($cert), key => text_of($key)})->can_serve, 'from text');
    ok(UniEvent::SslContext->new({cert => text_of($cert) . text_of($key)})->can_serve, 'both in one');
    ok(UniEvent::SslContext->new({cert => $locked_cert, key => $locked_key, passphrase => 'sesame'})->can_serve, 'with a passphrase');
    my $client = UniEvent::SslContext->new({ca => $cert, verify => 'peer', min_version => '1.3', session_tickets => 0});
    ok(!$client->can_serve, 'for connecting');
    ok(UniEvent::SslContext->new, 'no settings');
    { package MyContext; our @ISA = 'UniEvent::SslContext'; }
    is(ref MyContext->new({}), 'MyContext', 'subclass');
    my %bad = (
        'missing file' => [{cert => "$dir/none.crt", key => $key}, qr/cert: \Q$dir\E\/none\.crt/],
        'no certificate' => [{cert => $key, key => $key}, qr/cert: \Q$key\E/],
        'no key' => [{cert => $cert}, qr/key: \Q$cert\E/],
        'wrong key' => [{cert => $cert, key => $other_key}, qr/key: \Q$other_key\E.*belong/],
        'wrong passphrase' => [{cert => $locked_cert, key => $locked_key, passphrase => 'x'}, qr/key: \Q$locked_key\E/],
        'no passphrase' => [{cert => $locked_cert, key => $locked_key}, qr/key: \Q$locked_key\E/],
        'missing ca' => [{ca => "$dir/none.ca", verify => 'peer'}, qr/ca: \Q$dir\E\/none\.ca/],
        'verify' => [{verify => 'maybe'}, qr/verify: expected none, peer or required, got 'maybe'/],
        'min_version' => [{min_version => '9'}, qr/min_version: 9/],
        'a list' => [[], qr/hash reference/],
        'text' => ['x', qr/hash reference/],
        'a reference as file' => [{cert => []}, qr/cert: expected a string/],
    );
    for my $name (sort keys %bad) {
        ok(!eval { UniEvent::SslContext->new($bad{$name}[0]); 1 }, $name);
        like($@, qr/UniEvent::SslContext->new/, "$name: place");
        like($@, $bad{$name}[1], "$name: key and value");
        unlike($@, qr/PRIVATE KEY/, "$name: no secrets");
    }
};

my $server_ctx = UniEvent::SslContext->new({cert => $cert, key => $key});

sub secure_server {
    my ($accepted, $ctx) = @_;
    my $s = UniEvent::Tcp->new($loop);
    $s->use_ssl($ctx);
    $s->bind_addr(SOCKADDR_LOOPBACK);
    $s->listen(sub { push @$accepted, [@_]; my $c = $_[1]; $c->read_callback(sub { $_[0]->write("<$_[1]>") if defined $_[1] }) if $c });
    return $s;
}

sub talk {
    my ($addr, $ctx) = @_;
    my $c = UniEvent::Tcp->new($loop);
    $c->use_ssl(@$ctx);
    my ($error, $in, $done) = (undef, '');
    $c->read_callback(sub { $in .= $_[1] if defined $_[1] });
    $c->connect_addr($addr, 5, sub { $error = $_[1]; $done = 1 });
    $c->write('hello');
    run_until($loop, sub { $in eq '<hello>' || $done && $error });
    my $secure = $c->is_secure;
    $c->clear;
    return $error || ($in eq '<hello>' && $secure ? 'good' : "bad: $in");
}

subtest 'what use_ssl takes' => sub {
    my $pointer = $server_ctx->native;
    my $blessed = bless \(my $copy = $pointer), 'Some::Ctx';
    for (['an object', $server_ctx], ['an integer', $pointer], ['digits', "$pointer"], ['a blessed integer', $blessed]) {
        my ($name, $value) = @$_;
        my @accepted;
        my $server = secure_server(\@accepted, $value);
        ok($server->is_secure, "$name: is_secure");
        is(talk(scalar $server->sockaddr, []), 'good', "$name: works");
        is($accepted[0][2], undef, 'no error on the server');
        ok($accepted[0][1]->is_secure, 'its stream is secure');
        $_->clear for $server, map { $_->[1] } @accepted;
    }
    my $t = UniEvent::Tcp->new($loop);
    for my $bad ('text', 0, 1, 4097, -1, {}, [], $loop, \$pointer) {
        ok(!eval { $t->use_ssl($bad); 1 }, "refused: $bad");
        like($@, qr/use_ssl/, 'said so');
    }
    $t->use_ssl(undef);
    ok($t->is_secure, 'undef: the default for connecting');
    $t->no_ssl;
    ok(!$t->is_secure, 'no_ssl');
    $t->use_ssl;
    $t->reset;
    ok($t->is_secure, 'survives reset');
    $t->clear;
    ok(!$t->is_secure, 'not clear');
    SKIP: {
        skip 'no Net::SSLeay', 1 unless eval { require Net::SSLeay; 1 };
        Net::SSLeay::initialize();
        my $ctx = Net::SSLeay::CTX_new();
        Net::SSLeay::set_cert_and_key($ctx, $cert, $key);
        my @accepted;
        my $server = secure_server(\@accepted, $ctx);
        Net::SSLeay::CTX_free($ctx);
        is(talk(scalar $server->sockaddr, []), 'good', 'a context of Net::SSLeay, freed by its owner');
        $_->clear for $server, map { $_->[1] } @accepted;
    }
};

subtest 'verification' => sub {
    my @accepted;
    my $server = secure_server(\@accepted, $server_ctx);
    my $addr = $server->sockaddr;
    my $trusting = UniEvent::SslContext->new({ca => $cert, verify => 'peer'});
    my $doubting = UniEvent::SslContext->new({ca => $other_cert, verify => 'peer'});
    is(talk($addr, [$trusting]), 'good', 'the right authority');
    my $error = talk($addr, [$doubting]);
    ok(ref $error && $error & UniEvent::Error::ssl_error(), 'the wrong one: ssl_error');
    is($error->next->category, UniEvent::Error::openssl_category(), 'with the reason');
    $_->clear for $server, map { $_->[1] // () } @accepted;
    @accepted = ();

    my $strict = secure_server(\@accepted, UniEvent::SslContext->new({cert => $cert, key => $key, ca => $other_cert, verify => 'required'}));
    my $known = UniEvent::SslContext->new({cert => $other_cert, key => $other_key, server => 0});
    is(talk(scalar $strict->sockaddr, [$known]), 'good', 'a client with its certificate');
    @accepted = ();
    my $c = UniEvent::Tcp->new($loop);
    $c->use_ssl;
    my $ended = 0;
    $c->$_(sub { $ended = 1 }) for qw(eof_callback);
    $c->read_callback(sub { $ended = 1 if $_[2] });
    $c->connect_addr(scalar($strict->sockaddr), sub { $ended = 1 if $_[1] });
    ok(run_until($loop, sub { @accepted && $ended }), 'one without');
    ok($accepted[0][2] & UniEvent::Error::ssl_error(), 'ssl_error on the server');
    is(ref $accepted[0][1], 'UniEvent::Tcp', 'the stream is there');
    ok(!$accepted[0][1]->connected, 'but not connected');
    $_->clear for $strict, $c, map { $_->[1] // () } @accepted;
};

subtest 'plain meets secure' => sub {
    my @accepted;
    my $server = secure_server(\@accepted, $server_ctx);
    my $c = UniEvent::Tcp->new($loop);
    $c->connect_addr(scalar $server->sockaddr);
    $c->write("GET / HTTP/1.0\r\n\r\n");
    ok(run_until($loop, sub { @accepted }), 'plain client');
    ok($accepted[0][2] & UniEvent::Error::ssl_error(), 'an error on the secure side');
    $_->clear for $c, $server;
    @accepted = ();

    my $plain = UniEvent::Tcp->new($loop);
    $plain->bind_addr(SOCKADDR_LOOPBACK);
    $plain->listen(sub { push @accepted, $_[1]; $_[1]->write("plainly not TLS\n") });
    my $error;
    $c->use_ssl;
    $c->connect_addr(scalar($plain->sockaddr), sub { $error = $_[1] });
    ok(run_until($loop, sub { $error }), 'plain server');
    ok($error & UniEvent::Error::ssl_error(), 'an error on the secure side');
    $_->clear for $c, $plain, @accepted;
    @accepted = ();

    undef $error;
    my $silent = UniEvent::Tcp->new($loop);
    $silent->bind_addr(SOCKADDR_LOOPBACK);
    $silent->listen(sub { push @accepted, $_[1] });
    $c->use_ssl;
    $c->connect_addr(scalar($silent->sockaddr), 0.05, sub { $error = $_[1] });
    ok(run_until($loop, sub { $error }), 'silent server');
    is($error, UniEvent::SystemError::timed_out(), 'the time-out covers the handshake, unwrapped');
    undef $error;
    $c->connect_addr(scalar($silent->sockaddr), sub { $error = $_[1] });
    run_until($loop, sub { @accepted == 2 });
    $accepted[1]->reset;
    ok(run_until($loop, sub { $error }), 'closed during the handshake');
    ok($error & UniEvent::Error::ssl_error() && $error & UniEvent::SystemError::connection_aborted(), 'connection_aborted');
    $_->clear for $c, $silent, @accepted;
};

subtest 'misuse' => sub {
    my $s = UniEvent::Tcp->new($loop);
    $s->bind_addr(SOCKADDR_LOOPBACK);
    $s->use_ssl;
    my @result = eval { $s->listen };
    is(ref $@, 'UniEvent::Error', 'listening without a certificate throws in any context');
    like($@, qr/certificate/, 'saying why');
    $s->use_ssl($server_ctx);
    ok(scalar($s->listen), 'a second use_ssl replaces');
    my $c = UniEvent::Tcp->new($loop);
    my ($up, $peer);
    $s->connection_callback(sub { $peer = $_[1] });
    $c->connect_addr(scalar($s->sockaddr), sub { $up = 1 });
    for my $method (qw(use_ssl no_ssl)) {
        $method eq 'no_ssl' ? ok(eval { $c->$method; 1 }, 'no_ssl without TLS is nothing')
                            : ok(!eval { $c->$method; 1 }, 'use_ssl while connecting');
    }
    run_until($loop, sub { $up });
    ok(!eval { $c->use_ssl; 1 }, 'use_ssl when connected');
    is(ref $@, 'UniEvent::Error', 'UniEvent::Error');
    like($@, qr/when active/, 'saying why');
    $_->clear for $s, $c;
};

subtest 'large data, end of stream, server gone' => sub {
    my ($peer, $in, $eof, $c_eof) = (undef, '', 0, 0);
    my $s = UniEvent::Tcp->new($loop);
    $s->use_ssl($server_ctx);
    $s->bind_addr(SOCKADDR_LOOPBACK);
    $s->listen(sub { $peer = $_[1]; $peer->read_callback(sub { isnt($_[1], '', 'no empty reads') if $_[1] eq ''; $in .= $_[1] });
        $peer->eof_callback(sub { $eof++; $_[0]->write('bye'); $_[0]->shutdown }) });
    my $c = UniEvent::Tcp->new($loop);
    $c->use_ssl;
    my $back = '';
    $c->read_callback(sub { $back .= $_[1] });
    $c->eof_callback(sub { $c_eof++ });
    $c->connect_addr(scalar $s->sockaddr);
    my $data = join '', map { chr(($_ * 7) % 256) } 1 .. 100_000;
    $c->write($data) for 1 .. 10;
    $c->shutdown;
    ok(run_until($loop, sub { $c_eof && $eof }, 20), 'both ends');
    is(length $in, 1_000_000, 'all of it');
    ok($in eq $data x 10, 'unchanged');
    is($back, 'bye', 'the answer after the end of the other direction');
    $_->clear for $peer, $c;
    undef $peer;
    my $told = 0;
    $s->connection_callback(sub { $told++ });
    my $silent = UniEvent::Tcp->new($loop);
    $silent->connect_addr(scalar $s->sockaddr);
    my $t = UniEvent::timer_once(0.05, sub { undef $s }, $loop);
    my $gone = 0;
    $silent->eof_callback(sub { $gone = 1 });
    ok(run_until($loop, sub { $gone }), 'server dropped during a handshake');
    is($told, 0, 'without a callback');
    $silent->clear;
};

subtest 'one context both ways' => sub {
    # A certificate that is its own authority: shown by either side, demanded by the server, checked with its name by the client.
    my $ctx = UniEvent::SslContext->new({cert => $cert, key => $key, ca => $cert, verify => 'required'});
    for my $host ('localhost', '127.0.0.2') {
        my @accepted;
        my $server = UniEvent::Tcp->new($loop);
        $server->use_ssl($ctx);
        $server->bind($host, 0);
        $server->listen(sub { push @accepted, $_[2] // 'fine' });
        my $client = UniEvent::Tcp->new($loop);
        $client->use_ssl($ctx);
        my $outcome;
        $client->connect($host, scalar($server->sockaddr)->port, sub { $outcome = $_[1] // 'fine' });
        run_until($loop, sub { defined $outcome && ($host ne 'localhost' || @accepted) });
        $host eq 'localhost' ? is("$outcome @accepted", 'fine fine', 'serves and connects') : ok(ref $outcome && $outcome & UniEvent::Error::ssl_error(), 'the name is checked');
        $_->clear for $server, $client;
    }
};

ok(run_until_empty($loop), 'the loop ends');
is_deeply($loop->handles, [], 'nothing is left');
done_testing;
