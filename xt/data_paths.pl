#!/usr/bin/env perl
# Draws doc/data-paths.svg from the two data paths in ARCHITECTURE.md. Run from the root: perl xt/data_paths.pl
# With --print it only prints the picture; t/00-meta/architecture.t compares it with the file.
use strict;
use warnings;
use lib 't/lib';
use UETest::Tree;

my $page = UETest::Tree::text('ARCHITECTURE.md');
my ($section) = $page =~ /^## The two data paths\n(.*?)^## /ms or die "ARCHITECTURE.md: no data paths\n";
my @paths;
while ($section =~ /^(Bytes in|Perl send)(.*):\n\n((?:    .*\n)+)/mg) {
    my ($title, $steps) = ("$1$2", $3);
    my @steps;
    for my $line (split /\n/, $steps) {
        if ($line =~ /\A    (?:  -> )?(your sub|\S+)(?: +(\S.*))?\z/ && $line !~ /\A {20}/) { push @steps, [$1, defined $2 ? $2 : ()] }
        else { $line =~ /\S.*/ and push @{$steps[-1]}, $& }
    }
    push @paths, [$title, @steps];
}
@paths == 2 or die "ARCHITECTURE.md: there should be two paths\n";

my %colour = (kernel => '#5b6472', 'your sub' => '#8a4f9e', '$connection->send' => '#8a4f9e', net => '#2f6f9f', codec => '#3a7d44', ws => '#b0632a', xs => '#96722c', 'Event' => '#b0632a');
sub colour { my ($name) = @_; my ($key) = $name =~ m{\A(kernel|your sub|\$connection->send|Event|\w+)}; return $colour{$key} // '#5b6472' }
sub escaped { return $_[0] =~ s/&/&amp;/gr =~ s/</&lt;/gr =~ s/>/&gt;/gr }

my ($column, $left, $top, $line, $gap) = (760, 20, 62, 17, 20);
my ($svg, $height) = ('', 0);
for my $index (0 .. 1) {
    my ($title, @steps) = @{$paths[$index]};
    my $x = $left + $index * $column;
    $svg .= qq(<text x="$x" y="34" class="title">@{[escaped($title)]}</text>\n);
    my $y = $top;
    for my $number (0 .. $#steps) {
        my ($name, @says) = @{$steps[$number]};
        my @rows = map { wrapped($_, 66) } join ' ', @says;
        my $tall = 30 > 14 + $line * @rows ? 30 : 14 + $line * @rows;
        my $middle = $y + $tall / 2;
        $svg .= sprintf qq(<rect x="%d" y="%d" width="230" height="%d" rx="6" fill="%s"/>\n), $x, $y, $tall, colour($name);
        $svg .= sprintf qq(<text x="%d" y="%d" class="name">%s</text>\n), $x + 115, $middle + 5, escaped($name);
        my $row = $middle + 5 - $line * (@rows - 1) / 2;
        for (@rows) { $svg .= sprintf qq(<text x="%d" y="%d" class="says">%s</text>\n), $x + 246, $row, escaped($_); $row += $line }
        if ($number < $#steps) {
            my ($from, $to) = ($y + $tall, $y + $tall + $gap);
            $svg .= sprintf qq(<path d="M%d %d V%d" class="arrow"/>\n), $x + 115, $from, $to - 2;
        }
        $y += $tall + $gap;
    }
    $height = $y if $y > $height;
}

sub wrapped {
    my ($text, $width) = @_;
    my @rows = ('');
    for my $word (split ' ', $text) {
        push @rows, '' if length($rows[-1]) && length("$rows[-1] $word") > $width;
        $rows[-1] .= length $rows[-1] ? " $word" : $word;
    }
    return @rows;
}

my $width = $left + 2 * $column;
my $picture = <<"SVG";
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 $width $height" width="$width" height="$height">
<title>The two data paths</title>
<defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="#5b6472"/></marker></defs>
<style>
text { font-family: 'DejaVu Sans', Verdana, sans-serif; font-size: 12.5px; fill: #1d2733 }
.title { font-size: 18px; font-weight: bold }
.name { fill: #fff; text-anchor: middle; font-weight: bold }
.arrow { stroke: #5b6472; stroke-width: 1.6; fill: none; marker-end: url(#tip) }
</style>
<rect width="100%" height="100%" fill="#fbfcfd"/>
${svg}</svg>
SVG
if (@ARGV && $ARGV[0] eq '--print') { print $picture; exit }
open my $out, '>', 'doc/data-paths.svg' or die "doc/data-paths.svg: $!\n";
print {$out} $picture;
close $out or die "doc/data-paths.svg: $!\n";
