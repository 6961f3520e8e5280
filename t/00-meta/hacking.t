# HACKING.md says one line about every file, and about no file that does not exist.
#
# Its lists: a heading names a folder, `### src/base/`; an entry begins with names in backquotes, ` * `error.{h,cc}` what it is`.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Tree;

my ($folder, %named) = ('');
for my $line (split /\n/, UETest::Tree::text('HACKING.md')) {
    if ($line =~ /\A#+ (.*)/) { $folder = $1 =~ m{\A`?([\w.\-/]*/)`?} ? ($1 eq './' ? '' : $1) : undef; next }
    next if !defined $folder || $line !~ /\A \* (`[^`]+`(?:,? `[^`]+`)*) +(\S.*)/;
    my ($names, $says) = ($1, $2);
    for my $name ($names =~ /`([^`]+)`/g) {
        my @all = $name =~ /\A(.*)\{([^}]*)\}(.*)\z/ ? map { "$1$_$3" } split /,/, $2 : $name;
        $named{"$folder$_"} = $says for @all;
    }
}

my %there = map { $_ => 1 } UETest::Tree::files();
is join("\n", grep { !$named{$_} } sort keys %there), '', 'every file is named';
is join("\n", grep { !$there{$_} && !-e } sort keys %named), '', 'what is named is there';

done_testing;
