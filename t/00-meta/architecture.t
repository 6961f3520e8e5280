# ARCHITECTURE.md names files that exist, and its picture shows what its text says.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(root_dir);
use UETest::Tree;

chdir root_dir();
my $page = UETest::Tree::text('ARCHITECTURE.md');
my @named = $page =~ m{-> +((?:net|ws|codec|http|xs)/[\w/.]+)}g;
cmp_ok scalar @named, '>', 8, 'the paths name files';
for my $name (@named) {
    my $place = $name =~ m{\Axs/} ? $name : "src/$name";
    ok -e $place || -e "$place.cc" || -d $place, "$name exists";
}
is UETest::Tree::text('doc/data-paths.svg'), scalar `$^X xt/data_paths.pl --print`, "the picture is that of the text ('perl xt/data_paths.pl' draws it)";
done_testing;
