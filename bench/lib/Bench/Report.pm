# The tables: medians over the rounds, ratios within each round, and what the targets say of them.
package Bench::Report;
use 5.016;
use strict;
use warnings;
use Bench::Cases;
use Bench::Servers;

sub median {
    my @sorted = sort { $a <=> $b } @_;
    return @sorted % 2 ? $sorted[@sorted / 2] : ($sorted[@sorted / 2 - 1] + $sorted[@sorted / 2]) / 2;
}

sub short {
    my ($value) = @_;
    return !defined $value ? '' : $value >= 1e6 ? sprintf '%.2fM', $value / 1e6 : $value >= 1e4 ? sprintf '%.1fk', $value / 1e3
        : sprintf $value >= 100 ? '%.0f' : $value >= 10 ? '%.1f' : $value >= 0.095 || !$value ? '%.2f' : '%.3f', $value;
}

sub spread { return @_ > 1 ? short($_[0]) . ' - ' . short($_[-1]) : '' }

# targets.txt as case => {kind, most or least, value, against}
sub targets {
    my ($file) = @_;
    my %targets;
    open my $in, '<', $file or die "$file: $!\n";
    while (<$in>) {
        next if /^\s*(?:#|$)/;
        my ($kind, $case, $sign, $value, $against) = /^(cost|rate|p99|figure)\s+(\w+)\s+(<=|>=)\s+([\d.]+)(?:\s+x\s+(\w+))?\s*$/
            or die "$file line $.: not understood\n";
        Bench::Cases::get($case);
        $targets{$case} = {kind => $kind, sign => $sign, value => $value, against => $against};
    }
    return \%targets;
}

# The figure of a case by round, for a server that was measured.
sub by_round {
    my ($results, $case, $server) = @_;
    my $field = Bench::Cases::figure($case)->{field};
    return map { $_->{round} => $_->{$field} } grep { $_->{case} eq $case->{name} && $_->{server} eq $server && defined $_->{$field} } @$results;
}

# Ratios round by round, sorted: figure divided by the other's, or for a rate the other way round.
sub ratios {
    my ($kind, $mine, $theirs) = @_;
    my @rounds = grep { $mine->{$_} && $theirs->{$_} } sort keys %$mine;
    return sort { $a <=> $b } map { $kind eq 'rate' ? $theirs->{$_} / $mine->{$_} : $mine->{$_} / $theirs->{$_} } @rounds;
}

# What a case is compared with: [name, figures by round]. A server, or the first server in another case.
sub base_of {
    my ($results, $case, $target, $servers) = @_;
    my $against = $target->{against};
    for my $name ($against // (), qw(libuv node)) {
        my %there = by_round($results, $case, $name);
        return [$name, \%there] if %there;
        my ($other) = grep { $_->{name} eq $name } Bench::Cases::all();
        my %mine = $other ? by_round($results, $other, $servers->[0]) : ();
        return [$name, \%mine] if %mine;
    }
    return;
}

sub verdict {
    my ($target, $value) = @_;
    return 'not measured' if !defined $value;
    return ($target->{sign} eq '<=' ? $value <= $target->{value} : $value >= $target->{value}) ? 'yes' : 'NO';
}

sub target_text { return $_[0] ? "$_[0]{sign} $_[0]{value}" . ($_[0]{against} ? " x $_[0]{against}" : '') : '' }

# One line: a server in a case.
sub row {
    my ($results, $case, $server, $target, $base, $ours) = @_;
    my $name = $case->{name};
    my @runs = grep { $_->{case} eq $name && $_->{server} eq $server } @$results;
    my %mine = by_round($results, $case, $server);
    my @said = grep { defined } map { $_->{failed} // $_->{declined} } @runs;
    return [$name, $server, %mine ? () : $said[0] // 'nothing'] if !%mine;

    my $kind = $target ? $target->{kind} : $base && $base->[0] eq 'libuv' ? 'cost' : 'rate';
    my @values = sort { $a <=> $b } values %mine;
    my @ratios = $base && $kind ne 'figure' ? ratios($kind, \%mine, $base->[1]) : ();
    my $middle = sub { my ($field) = @_; my @v = grep { defined } map { $_->{$field} } @runs; return @v ? median(@v) : undef };
    my $calls = defined $middle->('reads_per_message') ? $middle->('reads_per_message') + $middle->('writes_per_message') : undef;
    my $compared = @ratios ? sprintf '%s x %s', short(median(@ratios)), $base->[0] . ($kind eq 'rate' ? ' rate' : '') : '';
    my @judged = $ours && $target ? (target_text($target), verdict($target, $kind eq 'figure' ? median(@values) : @ratios ? median(@ratios) : undef)) : ('', '');
    return [$name, $server, short(median(@values)) . ' ' . Bench::Cases::figure($case)->{unit}, spread(@values), $compared, spread(@ratios), @judged,
        map { short($_) } $middle->('per_s'), $middle->('p99_us'), $calls, $middle->('server_cpu'), $middle->('other_cpu'),
        $middle->('reply_bytes')];
}

# The table as Markdown that is readable as it is.
sub table {
    my ($results, $targets) = @_;
    my @servers = grep { my $name = $_; grep { $_->{server} eq $name } @$results } Bench::Servers::names();
    my @rows = (['case', 'server', 'each', 'min - max', 'ratio', 'min - max', 'target', 'reached', 'per s', 'p99 us', 'r+w calls', 'CPU', 'others', 'reply B']);
    for my $case (Bench::Cases::all()) {
        my @here = grep { my $server = $_; grep { $_->{case} eq $case->{name} && $_->{server} eq $server } @$results } @servers;
        my $base = base_of($results, $case, $targets->{$case->{name}}, \@servers);
        push @rows, map { row($results, $case, $_, $targets->{$case->{name}}, $base, $_ eq 'unievent') } @here;
    }
    my @width;
    for my $row (grep { @$_ > 3 } @rows) { for (0 .. $#$row) { $width[$_] = length $row->[$_] if length $row->[$_] > ($width[$_] // 0) } }
    my @lines = map { my $row = $_; join ' | ', map { sprintf "%-$width[$_]s", $row->[$_] } 0 .. $#$row } @rows;
    splice @lines, 1, 0, join '-|-', map { '-' x $_ } @width;
    return join '', map { "| $_ |\n" } @lines;
}

1;
