# openssl s_client verifies our certificate, speaks TLS 1.2 and 1.3 with us, and gets a frame back; TLS 1.1 is refused.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(certificate seconds skip_without start_example temp_dir);

my $openssl = skip_without('openssl');
my $dir = temp_dir();
my ($cert, $key) = certificate($dir);
my $server = start_example('tls.pl', '--cert', $cert, '--key', $key);

sub client {
    my (@more) = @_;
    return UETest::Child->spawn([$openssl, 's_client', '-connect', '127.0.0.1:' . $server->port, '-servername', 'localhost',
        '-CAfile', $cert, '-verify_return_error', '-quiet', '-no_ign_eof', @more], talk => 1, bound => seconds(20));
}

for my $version (qw(-tls1_2 -tls1_3)) {
    my $client = client($version);
    $client->tell(UETest::Raw->handshake_bytes('/'));
    like $client->read_until(qr/\r\n\r\n/) // $client->errors, qr{\AHTTP/1\.1 101 .*s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=}s, "$version: the handshake";
    $client->tell(UETest::Raw->frame_bytes(opcode => 1, payload => 'through TLS'));
    is $client->read_until(qr/TLS/) // $client->errors, "\x81\x0bthrough TLS", "$version: the echo";
    $client->tell(UETest::Raw->frame_bytes(opcode => 8, payload => pack 'n', 1000));
    is $client->read_until(qr/\x88\x02\x03\xe8/) // $client->errors, "\x88\x02\x03\xe8", "$version: the answer to the close frame";
    isnt $client->wait_end, undef, "$version: and the end of the connection";
}

my $old = client('-tls1_1', '-cipher', 'DEFAULT:@SECLEVEL=0');
$old->tell(UETest::Raw->handshake_bytes('/'));
isnt $old->wait_end // 'killed', 0, 'TLS 1.1 is refused';
like $old->errors, qr/alert|unsupported|version|no protocols/i, 'with an alert';

is $server->stop, 0, 'the server ends well when asked to';
is $server->errors, '', 'and had nothing to complain about';
done_testing;
