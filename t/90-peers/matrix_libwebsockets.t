# libwebsockets, an independent implementation in C, in the matrix of transports, compression settings, sizes and kinds of messages: as a client of our server, as a server for our client.
use strict;
use warnings;
use lib 't/lib';
use Config;
use Test::More;
use UETest qw(run_peer temp_dir);
use UETest::Matrix;
use UETest::Peer;

my $dir = temp_dir();
my ($probe) = run_peer([qw(pkg-config --exists libwebsockets)]);
plan skip_all => "no libwebsockets with its headers on this machine ('./run peers' installs it)" if ($probe // 1) ne 0;
my (undef, $flags) = run_peer([qw(pkg-config --cflags --libs libwebsockets openssl)]);
my ($status, undef, $errors) = run_peer([split(' ', $Config{cc}), '-O1', '-o', "$dir/matrix_lws", UETest::Peer::script('matrix_lws.c'), split ' ', $flags]);
is $status, 0, 'the peer compiles' or diag $errors;

# Its server does not confirm windows that a client asks for, and then uses its own; our client is prepared for those.
UETest::Matrix::passes('libwebsockets', ["$dir/matrix_lws"], answers => {window9 => qr/\Apermessage-deflate/});
done_testing;
