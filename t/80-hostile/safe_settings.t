# safe => 1: what it sets is what SECURITY.md shows in ten lines, each of them is in force, and keys that are given win.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(root_dir run_until);
use UETest::Hostile;
use UETest::Tree;
use UETest::WsPeer;
use UniEvent::WebSocket;

my $safe = UE::WebSocket::Server->safe_settings;
my $shown = shown();
sub shown { return UETest::Tree::text(root_dir() . '/SECURITY.md') =~ /^(    my %safe = \(\n.*?^    \);\n)/ms ? "$1" : '' }
ok $shown, 'SECURITY.md shows the settings';
my %shown = eval "$shown; %safe";
is $@, '', 'as Perl';
my @lines = split /\n/, $shown;
is @lines - 2, 10, 'in ten lines';
for my $key (sort keys %shown) {
    next if $key eq 'deflate';
    cmp_ok $safe->{$key}, '==', $shown{$key}, "$key is the one of safe => 1";
}
is $safe->{deflate}{$_}, $shown{deflate}{$_}, "deflate: $_" for sort keys %{$shown{deflate}};

# What differs from the defaults is shown.
for my $key (sort keys %$safe) {
    my $default = default_of($key) // next;
    $default /= 1000 if $key =~ /timeout/;
    ok exists $shown{$key}, "$key is shown, for its default is $default" if $safe->{$key} != $default;
}
my $http = UE::HTTP::Server->safe_settings;
is_deeply $http, {map { $_ => $safe->{$_} } keys %$http}, 'the HTTP server has its part of them';

my $loop = UE::Loop->new;
sub server { return UE::WebSocket::Server->new({locations => [{host => '127.0.0.1', port => 0}], @_}, $loop) }
sub close_code {
    my ($server, $act) = @_;
    $server->run;
    my $peer = UETest::WsPeer->new($server, on_open => $act);
    run_until($loop, sub { $peer->eof || $peer->payloads });
    my $close = $peer->close_message;
    $server->stop;
    return $close ? $close->close_code : 'none';
}
sub echo { my ($server) = @_; $server->connection_callback(sub { $_[1]->message_callback(sub { $_[0]->send_text('fine') }) }); return $server }

is close_code(echo(server(safe => 1)), sub { $_[0]->send_binary('x' x 1_048_577) }), 1009, 'max_message_size is in force';
is close_code(echo(server(safe => 1)), sub { $_[0]->send_text("\xff\xff") }), 1007, 'check_utf8 is in force';
is close_code(echo(server(safe => 1, check_utf8 => 0)), sub { $_[0]->send_text("\xff\xff") }), 'none', 'a key that is given wins';
is close_code(echo(server(safe => 1, max_message_size => 0)), sub { $_[0]->send_binary('x' x 1_048_577) }), 'none', 'also 0';
is close_code(echo(server(safe => 0)), sub { $_[0]->send_binary('x' x 1_048_577) }), 'none', 'safe => 0 is nothing';
is close_code(server(safe => 1), sub { $_[0]->send_text('x') for 1 .. 3; $_[0]->send_close(1000) }), 1000, 'a proper client notices nothing';

subtest max_buffered => sub {
    for my $case ([[safe => 1], 1008], [[safe => 1, max_buffered => 0], 'open']) {
        my ($config, $wanted) = @$case;
        my $server = server(@$config);
        my $code = 'open';
        $server->disconnection_callback(sub { $code = $_[2] });
        $server->connection_callback(sub { my $c = $_[1]; $c->send(payload => 'x' x 500_000) for 1 .. 20 });
        $server->run;
        my $peer = UE::Tcp->new($loop);
        $peer->read_stop;
        $peer->connect_addr(scalar $server->sockaddr);
        $peer->write(Protocol::WebSocket::Fast::ClientParser->new->connect_request({uri => 'ws://localhost/'}));
        run_until($loop, sub { $server->connections_count || $code ne 'open' });
        is $code, $wanted, "@$config";
        $peer->reset;
        $server->stop;
    }
};

subtest compression => sub {
    for my $case ([[safe => 1], qr/client_no_context_takeover/], [[safe => 1, deflate => {}], qr/^permessage-deflate(?!.*no_context_takeover)/], [[safe => 1, deflate => undef], qr/^none$/]) {
        my ($config, $wanted) = @$case;
        my $server = server(@$config);
        $server->run;
        my $peer = UETest::WsPeer->new($server, deflate => {});
        run_until($loop, sub { $peer->opened });
        like $peer->response->header('Sec-WebSocket-Extensions') // 'none', $wanted, 'as configured';
        $server->stop;
    }
};

subtest HTTP => sub {
    my $server = target(config => {safe => 1});
    my $ask = sub {
        my ($bytes) = @_;
        my $client = attacker($server);
        $client->write($bytes);
        my $head = $client->read_response // {};
        $client->close;
        return $head->{code};
    };
    is $ask->("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), 200, 'a proper request';
    is $ask->("GET / HTTP/1.1\r\n\r\n"), 400, 'require_host is in force';
    like $ask->("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n"), qr/\A4/, 'max_body_size is in force';
    my $client = attacker($server);
    $client->write("GET / HTTP/1.1\r\nHost: x\r\n\r\n" x 1001);
    my $answers = () = ($client->read_all // '') =~ m{^HTTP/1\.1 200}mg;
    is $answers, 1000, 'max_keepalive_requests is in force';
    $client->close;
    survives($server);
};

done_testing;
