# perl -d:UETrace script: appends the names of all subs of this distribution that the script has called to the file that
# UE_TRACE names. Made for xt/api_table.pl.
package Devel::UETrace;
use strict;
use warnings;

my %called;

package DB;
our $sub;
sub DB { }

# What the debugger's hook calls instead of every sub; the real one must see the same arguments and context.
sub sub {
    no strict 'refs';
    $called{$sub} = 1 if !ref $sub;
    if (wantarray) { return &$sub }
    if (defined wantarray) { my $result = &$sub; return $result }
    &$sub;
    return;
}

END {
    if (open my $out, '>>', $ENV{UE_TRACE} // die 'UE_TRACE names no file') {
        print {$out} map { "$_\n" } grep { /\A(?:UniEvent|Net::SockAddr|URI::XS|Protocol|XS)\b/ } sort keys %called;
    }
}

1;
