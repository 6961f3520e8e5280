# Mojolicious: echo on /, everybody on /broadcast, 13 bytes for a GET.
use Mojolicious::Lite -signatures;
use Mojo::Server::Daemon;

my %room;

websocket '/' => sub ($c) {
    $c->inactivity_timeout(300);
    $c->tx->max_websocket_size(16 << 20);
    $c->tx->with_compression if defined $ENV{COMPRESS_FROM};
    $c->on(text => sub ($c, $bytes) { $c->send({text => $bytes}) });
    $c->on(binary => sub ($c, $bytes) { $c->send({binary => $bytes}) });
};

websocket '/broadcast' => sub ($c) {
    $c->inactivity_timeout(300);
    my $id = "$c";
    $room{$id} = $c->tx;
    $c->on(text => sub ($c, $bytes) { $_->send({text => $bytes}) for values %room });
    $c->on(finish => sub { delete $room{$id} });
};

get '/' => {text => 'Hello, world!'};

app->log->level('fatal');
my $tls = $ENV{TLS} ? "?cert=$ENV{CERT}&key=$ENV{KEY}" : '';
my $scheme = $tls ? 'https' : 'http';
my $port = $ENV{PORT} || 0;
my $daemon = Mojo::Server::Daemon->new(app => app, silent => 1, listen => ["$scheme://127.0.0.1" . ($port ? ":$port" : ':0') . $tls]);
$daemon->max_clients(20_000)->max_requests(1_000_000_000)->backlog(4096)->inactivity_timeout(300)->start;
$| = 1;
print "listening on $scheme://127.0.0.1:", $daemon->ports->[0], "/\n";
Mojo::IOLoop->start;
