# Every method a manual describes is shown in use in that manual, and what is shown compiles.
use strict;
use warnings;
use lib 't/lib';
use File::Find ();
use Test::More;
use UETest qw(root_dir);

chdir root_dir() or die $!;
my @manuals;
File::Find::find({no_chdir => 1, wanted => sub {
    return if !/\.(?:pod|pm)\z/ || m{/WebSocket/(?:Tutorial|Cookbook|FAQ|Migration|Deployment|Errors|Conformance|Performance|Tool)\b};
    open my $in, '<', $_ or die "$_: $!\n";
    my $text = do { local $/; <$in> };
    push @manuals, [$_, $text] if $text =~ /^=head1 NAME/m;
}}, 'lib');
cmp_ok scalar @manuals, '>', 40, 'manuals were found';

for my $manual (sort { $a->[0] cmp $b->[0] } @manuals) {
    my ($file, $text) = @$manual;
    $text =~ s/^__END__\n//m;
    my $shown = join "\n", $text =~ /^([ \t]+\S.*)$/mg;
    my @missing;
    while ($text =~ /^=(?:head[23]|item)\s+([^\n]+)\n(.*?)(?=^=(?:head|item|over|back|cut)|\z)/msg) {
        my ($heading, $section) = ($1, $2);
        my @names = grep { /^[a-z_]\w*\z/ } map { s/\(.*//r } split /\s*,\s*/, $heading;
        push @missing, grep { $section !~ /^[ \t]+\S/m && $shown !~ /\b\Q$_\E\b/ } @names;
    }
    is "@missing", '', "$file: every method is shown";

    # Blocks of code in the sections of methods; the synopsis is run by t/60-api/manuals.t.
    my @broken;
    $text =~ s/^=head1 SYNOPSIS\n.*?(?=^=head1)//ms;
    my @blocks = map { s/\s+\z//r } grep { /^[ \t]+\S/ } split /\n(?=\S)|(?<=\n)\n(?=\S)/, $text;
    for my $block (grep { /[\$;]/ } @blocks) {
        local $SIG{__WARN__} = sub { };
        no strict;
        push @broken, "$@in:\n$block" if !defined eval "package Shown; sub { $block\n; 1 }";
    }
    is join("\n", @broken), '', "$file: what is shown compiles";
}

done_testing;
