# Every module loads, each alone in a fresh perl and without a warning; all versions are the same.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(root_dir);
use UETest::Child;
use UETest::Tree;

my @modules = map { m{\Alib/(.*)\.pm\z} ? $1 =~ s{/}{::}gr : () } UETest::Tree::files();
my @include = map { '-I' . File::Spec->rel2abs($_) } grep { !ref } @INC;
my %version;
for my $module (@modules) {
    my $script = "use strict; use warnings; use $module (); print \$${module}::VERSION // '';";
    my ($status, $version, $errors) = UETest::Child->run([$^X, '-w', @include, '-e', $script], perl => 1);
    is $status, 0, "use $module" or diag $errors;
    is $errors, '', "use $module: no warning";
    push @{$version{$version}}, $module if length($version // '');
}

my ($wanted) = UETest::Tree::text('lib/UniEvent/WebSocket.pm') =~ /^our \$VERSION = '([\d.]+)';$/m;
like $wanted, qr/\A\d+\.\d+\.\d+\z/, "the version is $wanted";
is join(', ', map { "$_: @{$version{$_}}" } grep { $_ ne $wanted } sort keys %version), '', 'no module has another one';
like UETest::Tree::text('Changes'), qr/^\Q$wanted\E\b/m, 'Changes knows it';

done_testing;
