# One measurement: a server of its own, a load, the figures.
package Bench::Measure;
use 5.016;
use strict;
use warnings;
use Bench::Machine;
use JSON::PP ();
use UETest qw(run_peer seconds);
use UETest::Child;

# Starts a server; returns the child, its port in {port}. `before` are words in front of the command, as of valgrind.
sub start {
    my ($server, $job, $env, @before) = @_;
    my $child = UETest::Child->spawn([Bench::Machine::pinned_to(0), @before, @{$server->{can}{$job}}],
        env => {PORT => 0, %{$server->{env} // {}}, %$env}, bound => seconds(60),
        perl => $server->{name} eq 'unievent');    # a sanitizer's library is for our module
    my $line = $child->read_line // '';
    die "$server->{name} did not start: $line\n" . $child->errors if $line !~ m{^listening on https?://[^/]+:(\d+)/};
    $child->{port} = $1;
    return $child;
}

# Runs the load generator: a hash of its figures, or {failed => why}, or {declined => why}.
sub load {
    my ($program, $child, @options) = @_;
    my ($status, $output, $errors) = run_peer([Bench::Machine::pinned_to(1), $program, '--json', '--port', $child->{port},
        '--server-pid', $child->pid, @options], bound => 180);
    if (($status // '') eq '0') {
        my $figures = eval { JSON::PP::decode_json($output) };
        return $figures // {failed => "no JSON: $output"};
    }
    $errors =~ s/\s+/ /g;
    return {(($status // '') eq '3' ? 'declined' : 'failed') => $errors};
}

# What one round of a case says of a server. The options are for the load generator.
sub round {
    my ($program, $case, $server, $env, @options) = @_;
    my $child = eval { start($server, $case->{job} // 'echo', {%$env, %{$case->{env} // {}}}) } or return {failed => $@ =~ s/\s+/ /gr};
    my $start_mb = Bench::Machine::memory_mb($child->pid);
    my $result = load($program, $child, @{$case->{load}}, $server->{raw} ? ('--mode', 'raw') : (), @options);
    $result->{start_mb} = $start_mb;
    $child->kill_now;
    return $result;
}

1;
