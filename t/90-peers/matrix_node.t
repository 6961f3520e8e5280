# The ws module of node in the matrix of transports, compression settings, sizes and kinds of messages: as a client of our server, as a server for our client.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Matrix;
use UETest::Peer;

UETest::Matrix::passes('node ws', [UETest::Peer::node_with_ws(), UETest::Peer::script('matrix.js')]);
done_testing;
