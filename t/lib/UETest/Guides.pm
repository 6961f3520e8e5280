# The examples of the guides (Tutorial, Cookbook, Deployment, Migration, FAQ), taken out of their POD.
#
# `=for example KIND NAME` says what the block after it is: a program, a file, commands, output, or code for another module
# (other). A block without it is a fragment of Perl.
package UETest::Guides;
use 5.016;
use strict;
use warnings;
use Exporter 'import';
use File::Spec;
use UETest qw(root_dir);
use UETest::Child;

our @EXPORT_OK = qw(guide_examples guide_program guide_file start_guide_program);

# All examples in their order: {guide, kind, name, text, line}. The text is what perldoc shows, blanks in front included.
sub guide_examples {
    my @examples;
    for my $file (map { File::Spec->catfile(root_dir(), qw(lib UniEvent WebSocket), "$_.pod") } qw(Tutorial Cookbook Deployment Migration FAQ)) {
        open my $in, '<', $file or die "$file: $!\n";
        my ($guide) = $file =~ m{(\w+)\.pod\z};
        my ($number, $open, $kind, $name) = (0, undef, 'fragment', '');
        while (my $line = <$in>) {
            ++$number;
            if ($line =~ /\A=for example (\w+) ?(.*)/) { ($kind, $name, $open) = ($1, $2, undef) }
            elsif ($line =~ /\A[ \t]+\S/) {
                push @examples, $open = {guide => $guide, kind => $kind, name => $name, text => '', line => $number, file => $file} if !$open;
                $open->{text} .= $line;
            } elsif ($line =~ /\S/) { ($open, $kind, $name) = (undef, 'fragment', '') }
            elsif ($open) { $open->{text} .= $line }
        }
    }
    $_->{text} =~ s/\n+\z/\n/ for @examples;
    return @examples;
}

# A named example of a kind.
sub guide_example {
    my ($kind, $name) = @_;
    my ($found) = grep { $_->{kind} eq $kind && $_->{name} eq $name } guide_examples();
    return $found->{text} // die "no $kind $name in the guides\n";
}

# Writes a program of the guides into a folder as it is shown; returns the file.
sub guide_program { return write_to($_[0], $_[1], guide_example('program', $_[1])) }

# A file of the guides, without the blanks that make it verbatim.
sub guide_file { return guide_example('file', $_[0]) =~ s/^    //mgr }

sub write_to {
    my ($dir, $name, $text) = @_;
    my $file = File::Spec->catfile("$dir", $name);
    open my $out, '>', $file or die "$file: $!\n";
    print {$out} $text;
    close $out or die "$file: $!\n";
    return $file;
}

# Runs a program of the guides on a free port; see UETest::Child.
sub start_guide_program {
    my ($dir, $name, @args) = @_;
    return UETest::Child->start_perl([guide_program($dir, $name), 0, @args], bound => UETest::seconds(20));
}

1;
