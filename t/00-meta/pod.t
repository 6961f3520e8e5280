# The manuals are free of errors and warnings, and every class that has a module of its own has a manual.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use Pod::Checker ();
use UETest::Tree;

for my $file (grep { m{\A(?:lib|bin)/} } UETest::Tree::files()) {
    my $text = UETest::Tree::text($file);
    next if $text !~ /^=(?:pod|head1)\b/m;
    my $checker = Pod::Checker->new(-warnings => 1, -quiet => 1);
    open my $sink, '>', \my $said;
    $checker->parse_from_file($file, $sink);
    is $checker->num_errors + $checker->num_warnings, 0, $file or diag $said;
}
ok -f 'lib/UniEvent/WebSocket.pod', 'there is a manual';
done_testing;
