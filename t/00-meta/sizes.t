# No hand-written file is longer than 500 lines (but for the list of all files in HACKING.md); the usual one is short.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Tree;

my %lines = map { my $text = UETest::Tree::text($_); ($_ => $text =~ tr/\n//) } grep { $_ ne 'HACKING.md' } UETest::Tree::hand_written();
is join(', ', map { "$_: $lines{$_}" } grep { $lines{$_} > 500 } sort keys %lines), '', 'no file has more than 500 lines';
my @sources = sort { $lines{$a} <=> $lines{$b} } grep { m{\A(?:src|xs)/} } keys %lines;
note sprintf 'sources: %d files, median %d lines, longest %s with %d', scalar @sources, $lines{$sources[@sources / 2]}, $sources[-1], $lines{$sources[-1]};
cmp_ok $lines{$sources[@sources / 2]}, '<=', 150, 'the median source file is short';

done_testing;
