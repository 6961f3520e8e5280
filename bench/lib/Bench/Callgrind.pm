# Counting instructions and allocations under callgrind, by the part of the program that they serve.
package Bench::Callgrind;
use 5.016;
use strict;
use warnings;
use Bench::Measure;
use UETest qw(program_of run_peer);

# What runs below a system call boundary is not counted by valgrind: `kernel-facing` is what leads there.
our @GROUPS = ('kernel-facing', 'framing', 'engine', 'binding', 'perl', 'TLS', 'deflate', 'other');

sub valgrind { return program_of('valgrind') }

# A function's group; undef for libraries that work for whoever calls them (malloc, memcpy, write ...).
sub group_of {
    my ($object, $function, $file) = @_;
    if ($object =~ m{/UniEvent\.so\z}) {
        return 'binding' if $file =~ m{(?:\A|/)xs/|UniEvent\.cc\z} || $function =~ /\b(?:ue::glue|interpreter\*|sv\*|hv\*)|\AXS_/;
        return 'framing' if $file =~ m{/?src/codec/} || $function =~ /\bue::codec::/;
        return 'engine';
    }
    return 'kernel-facing' if $object =~ m{/libuv\b};
    return 'perl' if $object =~ m{/perl[\d.]*\z|/libperl\.so[^/]*\z|/auto/};
    return 'TLS' if $object =~ m{/lib(?:ssl|crypto)\b};
    return 'deflate' if $object =~ m{/libz\b};
    return;
}

# Reads callgrind's file: {total, allocations, group => instructions}. Calls into libraries that work for anybody count for the
# group of the caller, with everything below them.
sub read_profile {
    my ($file) = @_;
    my %profile = (total => 0, allocations => 0, map { $_ => 0 } @GROUPS);
    my (%name, $object, $function, $in, $callee_object, $callee, $calls, %group);
    my $named = sub {
        my ($kind, $text) = @_;
        my ($id, $name) = $text =~ /\A\((\d+)\)(?: (.*))?\z/ or return $text;
        $name{$kind}{$id} = $name if defined $name;
        return $name{$kind}{$id} // '';
    };
    open my $lines, '<', $file or die "$file: $!\n";
    while (my $line = <$lines>) {
        chomp $line;
        if ($line =~ /\Aob=(.*)/) { $object = $named->(ob => $1) }
        elsif ($line =~ /\Afl=(.*)/) { $in = $named->(fl => $1) }
        elsif ($line =~ /\Afn=(.*)/) { $function = $named->(fn => $1) }
        elsif ($line =~ /\A(?:fi|fe|cfi|cfl)=(.*)/) { $named->(fl => $1) }
        elsif ($line =~ /\Acob=(.*)/) { $callee_object = $named->(ob => $1) }
        elsif ($line =~ /\Acfn=(.*)/) { $callee = $named->(fn => $1) }
        elsif ($line =~ /\Acalls=(\d+)/) { $calls = $1 }
        elsif ($line =~ /\A(?:[+-]?\d+|\*) (\d+)\z/) {
            my $cost = $1;
            my $group = $group{$object}{$function}{$in} //= group_of($object, $function, $in) // '';
            if (!defined $calls) {
                $profile{total} += $cost;
                $profile{$group} += $cost if $group;
                next;
            }
            my $target = $callee_object // $object;
            my $helper = !defined group_of($target, $callee, '');
            $profile{allocations} += $calls if $helper && $callee =~ /\A(?:malloc|calloc|realloc)(?:'\d+)?\z/;
            $profile{$group} += $cost if $group && $helper && $callee !~ /libc_start/;
            undef $_ for $calls, $callee_object, $callee;
        }
    }
    $profile{other} = $profile{total};
    $profile{other} -= $profile{$_} for grep { $_ ne 'other' } @GROUPS;
    return \%profile;
}

sub _tool { return (valgrind(), '--tool=callgrind', "--callgrind-out-file=$_[0]") }

# A server under callgrind while so many messages come. The file goes into the folder.
sub server_profile {
    my ($dir, $program, $case, $server, $env, @options) = @_;
    my $file = "$dir/callgrind.out";
    my $child = Bench::Measure::start($server, $case->{job} // 'echo', {PERL_HASH_SEED => 0, %$env, %{$case->{env} // {}}}, _tool($file));
    my $result = Bench::Measure::load($program, $child, @{$case->{load}}, @options);
    die "$case->{name}: ", $result->{failed} // $result->{declined}, "\n" if !$result->{messages};
    $child->stop;
    return read_profile($file);
}

# A perl program under callgrind.
sub perl_profile {
    my ($dir, @command) = @_;
    my $file = "$dir/callgrind.out";
    local $ENV{PERL_HASH_SEED} = 0;
    my ($status, undef, $errors) = run_peer([_tool($file), @command], bound => 120);
    die "@command: $errors\n" if ($status // 1) ne '0';
    return read_profile($file);
}

# What one of the `more` messages of the second profile costs: starting and ending cancel out.
sub per_message {
    my ($few, $many, $more) = @_;
    return {map { $_ => ($many->{$_} - $few->{$_}) / $more } keys %$many};
}

1;
