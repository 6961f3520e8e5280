# The machine: building what is measured with, processors to pin to, descriptors, a certificate.
package Bench::Machine;
use 5.016;
use strict;
use warnings;
use Config;
use Fcntl qw(LOCK_EX);
use File::Spec;
use UETest qw(program_of root_dir);

# Builds the load generator and raw libuv into build/bench; returns the folder. Dies with the reason.
sub build {
    my $root = root_dir();
    local $ENV{LD_PRELOAD};    # a sanitizer's library is for perl, not for compilers
    delete $ENV{LD_PRELOAD};
    # One at a time: a program that is being linked cannot be run by who comes second.
    mkdir "$root/build";
    open my $lock, '>', "$root/build/bench.lock" or die "bench: $root/build/bench.lock: $!\n";
    flock $lock, LOCK_EX or die "bench: $root/build/bench.lock: $!\n";
    my $output = `make -s -j2 -C '$root/bench' 2>&1`;
    die "bench: the load generator does not build:\n$output" if $?;
    print $output if length $output && -t STDOUT;
    return File::Spec->catdir($root, qw(build bench));
}

# Runs this program again with as many descriptors as the system permits; idle cases need 10,000 and some.
sub raise_descriptors {
    my (@arguments) = @_;
    return if $ENV{UE_BENCH_LIMIT_RAISED};
    local $ENV{UE_BENCH_LIMIT_RAISED} = 1;
    my @include = map { '-I' . File::Spec->rel2abs($_) } grep { !ref } @INC;
    exec 'sh', '-c', 'ulimit -n "$(ulimit -Hn)" 2>/dev/null; exec "$@"', 'sh', $^X, @include, $0, @arguments or die "cannot run sh: $!\n";
}

sub descriptors {
    chomp(my $limit = `sh -c 'ulimit -n'`);
    return $limit =~ /\D/ ? 1e9 : $limit;
}

# Words in front of a command that keep it on one processor; none where that cannot be done.
sub pinned_to {
    my ($processor) = @_;
    state $taskset = program_of('taskset') && `taskset -c 1 true 2>&1; echo \$?` =~ /^0$/m;
    return $taskset ? ('taskset', '-c', $processor) : ();
}

# Makes a certificate in the folder; returns what the servers need to know in their environment.
sub certificate {
    my ($dir) = @_;
    my %env = (CERT => "$dir/bench.crt", KEY => "$dir/bench.key");
    my $said = `openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -out '$env{CERT}' -keyout '$env{KEY}' 2>&1`;
    die "bench: openssl made no certificate: $said\n" if $?;
    return %env;
}

sub memory_mb {
    my ($pid) = @_;
    open my $in, '<', "/proc/$pid/status" or return 0;
    return (map { /^VmRSS:\s*(\d+)/ ? $1 / 1024 : () } <$in>)[0] // 0;
}

1;
