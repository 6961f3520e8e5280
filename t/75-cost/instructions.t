# Instructions and allocations per message do not grow. Counted under callgrind as the difference of two runs, so that the time of
# day and the load of the machine do not matter. Compiler and perl do, hence the room above what was measured with gcc 12
# and perl 5.36 on x86-64.
use strict;
use warnings;
use lib 't/lib', 'bench/lib';
use Config;
use Test::More;
use UETest qw(root_dir skip_without);

skip_without($_) for qw(valgrind make openssl);
plan skip_all => 'a sanitized build does not run under valgrind' if ($ENV{LD_PRELOAD} // '') =~ /asan/;
plan skip_all => "counted on x86-64 only, this is $Config{archname}" if $Config{archname} !~ /x86_64/;
my $flags = do { local (@ARGV, $/) = root_dir() . '/build/flags'; -r $ARGV[0] ? <> : '' };
plan skip_all => 'the build is not optimised with -O2' if $flags !~ /-O2/ || $flags =~ /-fsanitize/;
require Bench::Cost;
my $cost = eval { Bench::Cost->new } // do { diag $@; plan skip_all => 'the load generator does not build here; its headers may be missing' };

# case: what was measured, in instructions of the engine with what it calls, in instructions of everything, and allocations.
# Between perl and the binding work may move, so these two are only seen in the sum.
my %measured = (
    echo64    => [1580, 4240, 0],
    echo64x16 => [605, 3180, 0],
    parser16  => [1010, 1880, 2.9],
);
my $room = 1.15;
for my $case (sort keys %measured) {
    my ($engine, $all, $allocations) = @{$measured{$case}};
    my $each = $cost->instructions($case, 2000);
    cmp_ok $each->{framing} + $each->{engine} + $each->{'kernel-facing'}, '<=', $engine * $room, "$case: instructions of the engine";
    SKIP: {
        skip "perl itself was counted with 5.36, this is $^V", 1 if $] < 5.036 || $] >= 5.037;
        cmp_ok $each->{total}, '<=', $all * $room, "$case: instructions in all";
    }
    cmp_ok $each->{allocations}, '<=', $allocations + 0.1, "$case: allocations";
    cmp_ok $each->{framing}, '>', 0, "$case: they were counted";
    note "$case: ", join ', ', map { sprintf '%s %.0f', $_, $each->{$_} } sort keys %$each;
}

done_testing;
