# Our echo server for the matrix of peers: matrix_echo.pl off|on|no-takeover|window9 [CERTIFICATE KEY]; prints its address, ends with SIGTERM.
use strict;
use warnings;
use UniEvent::Signal;
use UniEvent::WebSocket;

my ($setting, $cert, $key) = @ARGV;
my %deflate = (compression_threshold => 0, default_compress_binary => 1);
@deflate{qw(server_no_context_takeover client_no_context_takeover)} = (1, 1) if $setting eq 'no-takeover';
@deflate{qw(server_max_window_bits client_max_window_bits)} = (9, 9) if $setting eq 'window9';
my %location = (host => '127.0.0.1', port => 0);
$location{ssl_ctx} = UniEvent::SslContext->new({cert => $cert, key => $key}) if defined $cert;
my $server = UE::WebSocket::Server->new({locations => [\%location], check_utf8 => 1,
    deflate => $setting eq 'off' ? undef : \%deflate});
$server->connection_callback(sub {
    $_[1]->message_callback(sub { $_[0]->send(opcode => $_[1]->opcode, payload => $_[1]->payload // '') });
    $_[1]->error_callback(sub { print STDERR "error: $_[1]\n" });
});
# A page for browsers, which do not let every page connect everywhere.
$server->http->request_callback(sub {
    $_[0]->respond({code => 200, headers => {'Content-Type' => 'text/html'}, body => '<title>matrix</title><body>'}) if !$_[0]->header('Upgrade');
});
$server->run;
my $signal;
$signal = UE::signal(UniEvent::Signal::SIGTERM(), sub { $server->stop; undef $signal });
$| = 1;
printf "listening on http%s://127.0.0.1:%d/\n", defined $cert ? 's' : '', $server->sockaddr->port;
UE::Loop->default->run;
