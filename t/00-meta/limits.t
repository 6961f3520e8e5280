# The limits of SECURITY.md have the values the sources have.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(root_dir);
use UETest::Tree;

chdir root_dir();
my $rows = 0;
for (split /\n/, UETest::Tree::text('SECURITY.md')) {
    my ($limit, $value, $file, $constant) = /\A\| ([^|]+) \| (\d+)[^|]* \| `(src[^`]+)`(?: as `(\w+)`)? \|/ or next;
    ++$rows;
    my $name = $constant // ($limit =~ /`(\w+)`/)[0];
    my ($code) = -f $file ? UETest::Tree::text($file) =~ /\b\Q$name\E\s*=\s*([\d\s*'u]+);/i : ();
    my $is = ($code // '') =~ /\A[\d\s*'u]+\z/i ? eval($code =~ s/['u]//gir) : undef;
    is $is, $value, "$limit in $file";
}
cmp_ok $rows, '>', 15, 'the table is there';
done_testing;
