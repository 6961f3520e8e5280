# Conformance to RFC 6455 sections 5.1 to 5.5 and 10.4: framing, masking, fragments, control frames, limits; both roles of the parser.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Conformance qw(codec_passes totals);
use UETest::Conformance::Frames;

codec_passes(UETest::Conformance::Frames::all());
totals('RFC 6455 frames');
