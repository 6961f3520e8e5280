# Our client against echo servers of other implementations: t/90-peers/echo_server.*. What t/90-peers/client_to_*.t share.
package UETest::PeerServers;
use 5.016;
use strict;
use warnings;
use utf8;
use Exporter 'import';
use JSON::PP;
use Test::More;
use UETest qw(certificate run_until run_until_empty seconds temp_dir);
use UETest::Child;
use UETest::Peer;
use UniEvent::WebSocket;

our @EXPORT = qw(test_client);

my $json = JSON::PP->new->canonical->allow_nonref;

# Payloads that tell: sizes around the borders of lengths and of windows, repeating themselves far back and hardly at all.
sub payloads {
    srand 7;
    my $noise = join '', map { chr int rand 256 } 1 .. 40_000;
    return ([1, ''], [2, ''], [1, 'x'], [2, "\0" x 125], [2, 'y' x 126], [1, 'ab' x 600], [2, substr($noise, 0, 700) x 100], [2, $noise x 2],
        [2, 'z' x 65_535], [2, "\xff" x 65_536], [1, Encode::encode_utf8('grüße 漢字 🙂 ' x 3000)], [2, substr($noise, 0, 30_000) x 4]);
}

# test_client($command, \%kinds): $command starts the servers; kinds is [[name, configuration, wanted], ...], where wanted is a
# hash with some of the effective settings that the client must have agreed to, or undef for no compression.
sub test_client {
    my ($command, @kinds) = @_;
    require Encode;
    my $dir = temp_dir();
    my ($cert, $key) = certificate($dir);
    my $trusting = UniEvent::SslContext->new({ca => $cert, verify => 'peer'});
    for my $tls (0, 1) {
        my $server = UETest::Child->spawn([@$command, $tls ? ($cert, $key) : ('-', '-'), $json->encode([map { $_->[1] } @kinds])],
            talk => 1, bound => seconds(60));
        my $ports = $server->read_line // die 'no servers: ' . $server->errors;
        my @ports = @{ $json->decode($ports) };
        for my $i (0 .. $#kinds) {
            subtest $kinds[$i][0] . ($tls ? ', TLS' : '') => sub { converse($ports[$i], $kinds[$i][2], $tls && $trusting) };
        }
    }
}

sub converse {
    my ($port, $wanted, $ssl_ctx) = @_;
    my $loop = UE::Loop->new;
    my $client = UE::WebSocket::Client->new({deflate => {compression_threshold => 0, default_compress_binary => 1}}, $loop);
    my ($response, @got, @closed, @errors, $peer_said);
    $client->connect_callback(sub { $response = $_[1] });
    $client->message_callback(sub { push @got, [$_[1]->opcode, $_[1]->payload // '', $_[1]->deflated] });
    $client->error_callback(sub { push @errors, "$_[1]" });
    $client->peer_close_callback(sub { $peer_said = $_[1] && $_[1]->close_code . ' ' . $_[1]->close_message });
    $client->close_callback(sub { push @closed, "$_[1] $_[2]" });
    $client->connect({uri => ($ssl_ctx ? 'wss' : 'ws') . "://localhost:$port/path", ws_protocol => 'chat.v0, chat.v2', timeout => seconds(20),
        ($ssl_ctx ? (ssl_ctx => $ssl_ctx) : ()), addr_hints => {family => UniEvent::AF_INET()}});
    run_until($loop, sub { $response }, 30);
    ok $response && !$response->error, 'connected' or return diag $response && $response->error;
    is $response->ws_protocol, 'chat.v2', 'the subprotocol that the server has chosen';
    my ($deflate) = grep { $_->[0] eq 'permessage-deflate' } @{ $response->ws_extensions // [] };
    is_deeply $deflate && {map { $_ => $deflate->[1]{$_} } keys %{ $wanted // {} }}, $wanted, 'what was agreed' or diag explain $deflate;

    my @sent = payloads();
    $client->send(opcode => $_->[0], payload => $_->[1]) for @sent;
    run_until($loop, sub { @got == @sent || @errors || @closed }, 60);
    is_deeply [map { length $_->[1] } @got], [map { length $_->[1] } @sent], 'as many bytes as were sent';
    is scalar(grep { $got[$_][0] == $sent[$_][0] && $got[$_][1] eq $sent[$_][1] } 0 .. $#got), scalar(@sent), 'every message comes back as it went';
    ok !!$wanted == !!(grep { $_->[2] } @got), $wanted ? 'compressed' : 'not compressed';

    $client->send_text('close 4321 grund');
    run_until($loop, sub { @closed }, 30);
    is $peer_said, '4321 grund', 'what the server closes with';
    is "@closed", '4321 grund', 'and this end';
    is "@errors", '', 'no errors';
    ok run_until_empty($loop), 'the loop ends';
}

1;
