# The manuals and pages are spelled as aspell and xt/spelling.words know it.
use strict;
use warnings;
use lib 't/lib';
use Pod::Text ();
use Test::More;
use UETest qw(root_dir skip_without temp_dir);
use UETest::Tree;

my $aspell = skip_without('aspell');
chdir root_dir();
my %known = map { $_ => 1 } split ' ', UETest::Tree::text('xt/spelling.words');
my %unused = %known;
my $dir = temp_dir();

for my $file (grep { /\.pod\z|\.md\z|\Abin\/uews\z|\AChanges\z/ } UETest::Tree::files()) {
    my $text = UETest::Tree::text($file);
    if ($file =~ /\.md\z|\AChanges\z/) { $text =~ s/^```.*?^```$//msg; $text =~ s/`[^`]*`//g; $text =~ s/^### Every file.*|^ {4}.*$//mg }
    else {
        $text =~ s/^[ \t]+\S.*$//mg;                                              # examples
        $text =~ s/^=(?:for|encoding|head2|item).*$//mg;                            # names of methods
        1 while $text =~ s/[CFLX]<(?:<+ .*? >+>|[^<>]*>)//sg;                       # code and links
        $text =~ s/[A-Z]<<*|>//g;
    }
    $text =~ s/\S*[:_\/\$@%\\<>{}\[\]=#]\S*//g;                                   # paths, code, addresses
    open my $out, '>', "$dir/text" or die $!;
    print {$out} $text;
    close $out;
    my %wrong = map { $_ => 1 } grep { length > 2 } split /\n/, `$aspell list --lang=en --encoding=utf-8 --ignore=2 < $dir/text`;
    delete $unused{$_} for keys %wrong;
    is join(' ', sort grep { !$known{$_} } keys %wrong), '', $file;
}
is join(' ', sort keys %unused), '', 'xt/spelling.words has no word that nobody writes';
done_testing;
