# The manuals speak the truth: every SYNOPSIS runs as it stands, without warnings and in bounded time, and so does every
# example that is a program of its own (a verbatim block that begins with "use").
#
# What an example needs and a reader would not want to see stands beside it in the pod, where formatters skip it:
#   =for test <code>           put in place, in a line or a block of its own
#   =for output <text>         the example prints exactly this; /.../ is a pattern
# It runs in a folder of its own, with server.crt, server.key and authority.crt.
use strict;
use warnings;
use lib 't/lib';
use File::Spec;
use Test::More;
use UETest qw(certificate root_dir seconds temp_dir);
use UETest::Api;
use UETest::Child;
use UETest::Tree;

my $dir = temp_dir();
{
    certificate($dir, name => 'server');
    open my $in, '<', "$dir/server.crt" or die $!;
    open my $out, '>', "$dir/authority.crt" or die $!;
    print {$out} <$in>;
}

# The examples of a manual: [name, line, code, wanted output].
sub examples {
    my ($file) = @_;
    my (@examples, $heading, $example, $kept);
    my $number = 0;
    my $end = sub { push @examples, $example if $example; undef $example };
    for my $line (split /\n/, UETest::Tree::text($file)) {
        $number++;
        if ($line =~ /^=head\d (.*)/) { $end->(); $heading = $1 }
        elsif ($line =~ /^=for (test|output) ?(.*)/ && $example) { $kept = $1 eq 'test' ? 'code' : 'output'; add($example, $kept, $2) }
        elsif ($kept && $line =~ /\S/) { add($example, $kept, $line) }
        elsif ($line =~ /^    / && !$example && $line =~ /^    use (?:UE|UniEvent|Protocol|URI|Net|XS)\b/) {
            $example = {name => $heading, line => $number, code => "$line\n"};
        }
        elsif ($example && $line =~ /^(?:    .*)?$/) { $example->{code} .= "$line\n"; undef $kept }
        elsif ($example) { $heading eq 'SYNOPSIS' ? ($example->{code} .= "\n") : $end->(); undef $kept }
        undef $kept if $line !~ /\S/;
    }
    $end->();
    return @examples;
}

sub add { my ($example, $key, $text) = @_; $example->{$key} .= "$text\n" if length $text; return }

my @include = map { '-I' . File::Spec->rel2abs($_) } grep { !ref } @INC;
# The guides have whole servers for examples: t/60-api/guides.t runs and talks to them.
for my $file (grep { /\.pod$/ && !m{/WebSocket/(?:Tutorial|Cookbook|Deployment|Migration|FAQ|Errors)\.pod$} } UETest::Tree::files()) {
    my $class = $file =~ s{^lib/|\.pod$}{}gr =~ s{/}{::}gr;
    my @examples = examples($file);
    ok((grep { $_->{name} eq 'SYNOPSIS' } @examples), "$class: there is a SYNOPSIS") if UETest::Api::listed()->{$class};
    for my $example (@examples) {
        my $name = "$class: $example->{name}" . ($example->{name} eq 'SYNOPSIS' ? '' : " (line $example->{line})");
        my $script = File::Spec->catfile("$dir", 'example.pl');
        open my $out, '>', $script or die "$script: $!\n";
        print {$out} "use strict; use warnings;\n# line $example->{line} \"$file\"\n$example->{code}";
        close $out or die "$script: $!\n";
        my ($status, $said, $complaint) = UETest::Child->run([$^X, @include, $script], perl => 1, dir => "$dir", bound => seconds(20));
        is $status, 0, "$name: runs" or diag $complaint;
        is $complaint, '', "$name: without warnings";
        my $wanted = $example->{output} // next;
        $wanted =~ m{\A/(.*)/\n\z}s ? like($said, qr/\A(?:$1)\z/, "$name: what it says") : is($said, $wanted, "$name: what it says");
    }
}

done_testing;
