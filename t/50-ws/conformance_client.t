# Conformance over sockets: the tables of frames, text, close frames and compressed messages, said to an echo client of ours.
use strict;
use warnings;
use lib 't/lib';
use UETest::Conformance qw(totals);
use UETest::Conformance::Deflate;
use UETest::Conformance::Frames;
use UETest::Conformance::Sockets;
use UETest::Conformance::Text;

UETest::Conformance::Sockets->new('client')->passes(UETest::Conformance::Frames::all(), UETest::Conformance::Text::all(), UETest::Conformance::Deflate::all());
totals('over sockets');
