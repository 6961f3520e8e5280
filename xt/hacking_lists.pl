#!/usr/bin/env perl
# Writes the file lists at the end of HACKING.md anew: what is said there stays, files without a line get the first sentence of
# their first comment, lines of files that are gone go. Run from the root, then look at what changed: perl xt/hacking_lists.pl
use strict;
use warnings;
use lib 't/lib';
use UETest::Tree;

my ($folder, %said) = ('');
for my $line (split /\n/, -f 'HACKING.md' ? UETest::Tree::text('HACKING.md') : '') {
    if ($line =~ /\A#+ (.*)/) { $folder = $1 =~ m{\A`?([\w.\-/]*/)`?} ? ($1 eq './' ? '' : $1) : undef; next }
    next if !defined $folder || $line !~ /\A \* `([^`]+)` +(\S.*)/;
    my ($name, $says) = ($1, $2);
    $said{$folder . $_} = $says for $name =~ /\A(.*)\{([^}]*)\}(.*)\z/ ? map { "$1$_$3" } split /,/, $2 : $name;
}

sub first_sentence {
    my ($file) = @_;
    my $text = UETest::Tree::text($file);
    return $text =~ /^=head1 NAME\s+\S+ - (.+)/m ? $1 : '?' if $file =~ /\.pod\z/;
    if ($file =~ /\.xsi\z/) {
        my %seen;
        return 'methods of ' . join ', ', grep { !$seen{$_}++ } $text =~ /^MODULE\s*=\s*\S+\s+PACKAGE\s*=\s*(\S+)/mg;
    }
    if ($text =~ /cpp_suite\('(\w+)'\)/) {
        my $suite = $1;
        my ($from) = grep { UETest::Tree::text($_) =~ /^TEST\(\Q$suite\E\)/m } glob 't/cpp/*.cc';
        return "suite of `$from`: " . first_sentence($from) if $from;
    }
    $text =~ s/\A#!.*\n//;
    my @comment;
    for my $line (split /\n/, $text) {
        if ($line =~ m{\A(?://|#)\s?(?!include|pragma|define|!)(.*)}) { push @comment, $1; next }
        last if @comment;
    }
    return $file =~ /\.pm\z/ && $text =~ /^package (\S+?)[; ]/m ? "the package $1" : '?' if !@comment;
    my ($sentence) = "@comment" =~ /\A(.+?)(?:\.(?:\s|\z)|\z)/;
    return length $sentence > 150 ? $sentence =~ s/[:;(].*//r : $sentence;
}

my $out = '';
my %files;
for my $file (UETest::Tree::files()) {
    my ($in, $name) = $file =~ m{\A(.*/)?([^/]+)\z};
    push @{$files{$in // './'}}, $name;
}
for my $in (sort keys %files) {
    $out .= "### $in\n\n";
    my %stem;
    for my $name (sort @{$files{$in}}) {
        my ($stem, $ending) = $name =~ /\A(.+)\.(h|cc|pm|pod)\z/ ? ($1, $2) : ($name, '');
        push @{$stem{$stem}}, $ending;
    }
    for my $stem (sort keys %stem) {
        my @endings = sort { $b cmp $a } @{$stem{$stem}};
        my @names = map { length ? "$stem.$_" : $stem } @endings;
        my $shown = @names > 1 ? "$stem.{" . join(',', sort { ($a ne 'h') <=> ($b ne 'h') || $a cmp $b } @endings) . '}' : $names[0];
        my $prefix = $in eq './' ? '' : $in;
        my ($first) = map { $said{$prefix . $_} // () } @names;
        my ($source) = ((grep { /\.(?:h|pod)\z/ } @names), @names);
        $out .= " * `$shown` " . ($first // first_sentence($prefix . $source)) . "\n";
    }
    $out .= "\n";
}

my $text = UETest::Tree::text('HACKING.md');
$text =~ s/^### .*//ms;
$out =~ s/\n+\z/\n/;
open my $file, '>', 'HACKING.md' or die "HACKING.md: $!\n";
print {$file} $text, $out;
close $file or die "HACKING.md: $!\n";
