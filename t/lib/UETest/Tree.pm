# The files of the distribution, for tests that look at the sources.
package UETest::Tree;
use 5.016;
use strict;
use warnings;
use Cwd ();
use ExtUtils::Manifest ();
use UETest qw(program_of root_dir);

# Every file that belongs to the tree, sorted: what git knows of a checkout, else what MANIFEST says but for what `make dist` has
# added to it.
sub files {
    chdir root_dir() or die 'no root: ' . $!;
    my @known = tracked();
    @known = grep { !/\AMETA\.(?:json|yml)\z/ } keys %{ExtUtils::Manifest::maniread()} if !@known;
    return grep { -f } sort @known;
}

# What git knows and has not been deleted, without what MANIFEST.SKIP names; nothing outside of a checkout.
sub tracked {
    chdir root_dir() or die 'no root: ' . $!;
    return () if !-e '.git' || !program_of('git');
    my $skip = ExtUtils::Manifest::maniskip();
    my @files = split /\n/, `git -c safe.directory='*' ls-files 2>/dev/null`;
    return grep { -f && !$skip->($_) } @files;
}

sub text {
    my ($file) = @_;
    open my $in, '<', $file or die "$file: $!\n";
    local $/;
    return <$in> // '';
}

# Files somebody wrote and somebody reads: not the licence, the generated list, recorded bytes.
sub hand_written { return grep { !/\A(?:LICENSE|MANIFEST|MANIFEST\.SKIP)\z/ && !/\.(?:pem|bin|png|svg)\z/ && !m{\Afuzz/corpus/} } files() }

1;
