# Nothing in the tree depends on the machine it was written on; lines end properly; the engine does not print, abort or exit;
# the binding does not depend on perl's threads.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Tree;

my $home = join '|', map { quotemeta } '/work' . '/', '/ho' . 'me/', '/ro' . 'ot/', '/tmp' . '/', '/Us' . 'ers/';
my (@paths, @ends, @voices, @threads);
for my $file (UETest::Tree::hand_written()) {
    my $text = UETest::Tree::text($file);
    my $number = 0;
    for my $line (split /\n/, $text) {
        ++$number;
        push @paths, "$file:$number" if $line =~ m{(?:^|[\s"'=(:])(?:$home)};
        push @ends, "$file:$number" if $line =~ /[ \t\r]\z/;
    }
    push @ends, "$file: no newline at the end" if length $text && $text !~ /\n\z/;
    if ($file =~ m{\Axs/}) {
        # Without threads aTHX is nothing, and what was an argument in parentheses declares a function.
        push @threads, "$file: $1" while $text =~ /^[ ]+((?!return\b)\w[\w:<>]*[ ]+\w+\(aTHX\);)/gm;
    }
    next if $file !~ m{\Asrc/};
    $text =~ s{//[^\n]*}{}g;
    push @voices, "$file: $1" while $text =~ /(?<![\w.>:] )(?<![\w.>])\b((?:f|v)?printf|std::cout|std::cerr|puts|(?:std::|::)abort|(?:std::|::)_?exit|_?exit|assert)\s*[(<]/g;
}
is join("\n", @paths), '', 'no path of a particular machine';
is join("\n", @ends), '', 'no blanks at line ends';
is join("\n", @voices), '', 'the engine does not print, abort or exit';
is join("\n", @threads), '', 'no object that a perl without threads would take for a function';

done_testing;
