# Conformance to RFC 6455 sections 5.5.1, 5.6, 7.4 and 8.1: text that is UTF-8 and text that is not, close frames; both roles of the parser.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Conformance qw(codec_passes totals);
use UETest::Conformance::Text;

codec_passes(UETest::Conformance::Text::all());
totals('RFC 6455 text and close');
