# Every link of the manuals leads somewhere: to a manual of ours and to a heading that is in it, or to a module that is named here.
# And what renders them has nothing to say.
use strict;
use warnings;
use lib 't/lib';
use Pod::Checker ();
use Pod::Man ();
use Pod::Text ();
use Test::More;
use UETest::Tree;

# Manuals that come from elsewhere: perl's own, and modules that are compared with or worked with.
my %elsewhere = map { $_ => 1 } qw(perlipc perl Encode Socket IO::Socket::INET IO::Socket::SSL JSON::PP Net::SSLeay Devel::NYTProf
    AnyEvent::WebSocket::Server Net::WebSocket::Server Mojolicious Time::HiRes POSIX Carp Scalar::Util ExtUtils::MakeMaker Storable Time::Piece);

my (%headings, %links);
for my $file (grep { m{\A(?:lib|bin)/} } UETest::Tree::files()) {
    my $text = UETest::Tree::text($file);
    next if $text !~ /^=(?:pod|head1)\b/m;
    my $name = $file =~ m{\Alib/(.+)\.(?:pod|pm)\z} ? $1 =~ s{/}{::}gr : $file =~ s{.*/}{}r;
    my $checker = Pod::Checker->new(-quiet => 1);
    open my $sink, '>', \my $said;
    $checker->parse_from_file($file, $sink);
    $headings{$name} = {map { plain($_) => 1 } $checker->node, $text =~ /^=(?:head\d|item) +(.+)/mg};
    $links{$name} = [map { my ($line, $to) = ref eq 'ARRAY' ? @$_ : ($_->line, $_); [$line, $to->type, $to->page // '', $to->node // ''] } $checker->hyperlinks];
    for my $renderer (qw(Pod::Man Pod::Text)) {
        my $parser = $renderer->new(errors => 'die', ($renderer eq 'Pod::Man' ? (release => 1, date => 1) : ()));
        $parser->output_string(\my $shown);
        ok eval { $parser->parse_file($file); length $shown > 200 }, "$file by $renderer" or diag $@;
    }
}

# A heading as a link names it: without formatting codes.
sub plain { my ($text) = @_; 1 while $text =~ s{[A-Z](?:<<+ (.*?) >>+|<([^<>]*)>)}{$1 // $2}e; return $text =~ s/\s+\z//r }

my $count = 0;
for my $from (sort keys %links) {
    my @dead;
    for (@{$links{$from}}) {
        my ($line, $type, $page, $node) = @$_;
        next if $type eq 'url' || $elsewhere{$page};
        ++$count;
        if ($page ne '' && !$headings{$page}) { push @dead, "line $line: no manual $page"; next }
        next if $node eq '';
        push @dead, "line $line: no heading '$node' in " . ($page || $from) if !$headings{$page || $from}{plain($node)};
    }
    is join("\n", @dead), '', "links of $from";
}
cmp_ok $count, '>', 100, 'links were looked at';
done_testing;
