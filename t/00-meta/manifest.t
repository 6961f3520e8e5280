# MANIFEST names what exists, and in a checkout everything that git knows and MANIFEST.SKIP does not exclude.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use ExtUtils::Manifest ();
use UETest qw(root_dir);
use UETest::Tree;

chdir root_dir();
my %listed = %{ExtUtils::Manifest::maniread()};
is join("\n", grep { !-f && $_ ne 'META.json' && $_ ne 'META.yml' } sort keys %listed), '', 'what MANIFEST names is there';

SKIP: {
    my @tracked = UETest::Tree::tracked() or skip 'not a checkout', 1;
    is join("\n", grep { !exists $listed{$_} } @tracked), '', "what belongs to the tree is in MANIFEST ('make manifest' updates it)";
}
done_testing;
