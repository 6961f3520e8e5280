# The websockets module of python3 in the matrix of transports, compression settings, sizes and kinds of messages: as a client of our server, as a server for our client.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Matrix;
use UETest::Peer;

UETest::Matrix::passes('python websockets', [UETest::Peer::python_with_websockets(), UETest::Peer::script('matrix.py')]);
done_testing;
