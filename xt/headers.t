# Every header of the engine and of the glue compiles alone.
use strict;
use warnings;
use lib 't/lib';
use Config;
use Test::More;
use UETest qw(root_dir run_peer temp_dir);
use UETest::Tree;

chdir root_dir();
plan skip_all => "no Makefile ('perl Makefile.PL' writes it)" if !-f 'Makefile';
my ($cxx, $flags) = map { my $name = $_; (map { /^\Q$name\E = (.*)/ ? $1 : () } split /\n/, UETest::Tree::text('Makefile'))[0] } qw(UE_CXX UE_INCLUDE);
my $dir = temp_dir();
for my $header (grep { m{\A(?:src|xs/glue)/.*\.h\z} } UETest::Tree::files()) {
    open my $out, '>', "$dir/one.cc" or die $!;
    print {$out} "#include \"$header\"\n#include \"$header\"\n";
    close $out;
    my ($status, undef, $errors) = run_peer([split(' ', "$cxx -std=c++17 -fsyntax-only -Wall -Wextra -Werror $flags"), '-isystem', "$Config{archlibexp}/CORE", "$dir/one.cc"]);
    is $status, 0, $header or diag $errors;
}
done_testing;
