# Conformance to RFC 7692 sections 6 to 8: compressed messages in every form, windows and contexts; both roles of the parser.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Conformance qw(codec_passes totals);
use UETest::Conformance::Deflate;

codec_passes(UETest::Conformance::Deflate::all());
totals('RFC 7692 messages');
