# Who may include whom. Each layer sees only what stands before it; every outside library is seen in one place.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Tree;

my @layers = qw(base codec net http ws);
my %may = (
    base  => [qw(base)],
    codec => [qw(base codec)],
    net   => [qw(base net)],
    http  => [qw(base codec net http)],
    ws    => [qw(base codec net http ws)],
    glue  => [qw(base codec net http ws xs/glue)],
);

# Outside headers that may be seen by one file only, or by one layer only.
my %one_file = ('llhttp' => qr{\Asrc/codec/}, 'zlib' => qr{\Asrc/codec/}, 'openssl (settings)' => qr{\Asrc/net/ssl_context\.cc\z}, 'openssl (filter)' => qr{\Asrc/net/tls\.cc\z},
    'openssl (base)' => qr{\Asrc/base/digest\.cc\z}, 'perl' => qr{\Axs/glue/});
# Constants and calls of the operating system that are not worth a wrapper: who may see which header.
my %system_header = ('src/base/digest.cc' => qr/\A(?:unistd|pthread)\.h\z/, 'src/base/pages.cc' => qr/\Asys\/mman\.h\z/,
    'src/http/config.h' => qr/\Asys\/socket\.h\z/);
my %seen_in;

my @problems;
for my $file (grep { m{\A(?:src|xs/glue)/.*\.(?:h|cc)\z} } UETest::Tree::files()) {
    my ($layer) = $file =~ m{\Asrc/(\w+)/} ? $1 : 'glue';
    if (!$may{$layer}) { push @problems, "$file: no layer is called $layer"; next }
    my $text = UETest::Tree::text($file);
    push @problems, "$file: no #pragma once" if $file =~ /\.h\z/ && $text !~ /^#pragma once$/m;

    while ($text =~ /^\s*#\s*include\s+([<"])([^>"]+)[>"]/mg) {
        my ($kind, $header) = ($1, $2);
        if ($kind eq '"') {
            if ($header =~ /\A(?:EXTERN|perl|XSUB)\.h\z/) { $seen_in{perl}{$file} = 1; next }
            my ($from) = $header =~ m{\A(xs/glue|\w+)/};
            push @problems, "$file: \"$header\" is not written from the root of the sources" if !$from;
            push @problems, "$file ($layer) may not include \"$header\"" if $from && !grep { $_ eq $from } @{$may{$layer}};
            push @problems, "$file: \"$header\" does not exist" if $from && !-f ($from eq 'xs/glue' ? $header : "src/$header");
        } elsif ($header =~ m{\Allhttp}) { $seen_in{llhttp}{$file} = 1 }
        elsif ($header eq 'zlib.h') { $seen_in{zlib}{$file} = 1 }
        elsif ($header =~ m{\Aopenssl/}) { $seen_in{'openssl (' . ($layer eq 'base' ? 'base' : $file =~ /context/ ? 'settings' : 'filter') . ')'}{$file} = 1 }
        elsif ($header =~ m{\Auv(?:/|\.h)}) { push @problems, "$file: uv.h belongs to src/net" if $layer ne 'net' }
        # Headers of the operating system have a dot in their name, those of C++ have none.
        elsif ($system_header{$file} && $header =~ $system_header{$file}) { }
        elsif ($header =~ /\./) { push @problems, "$file ($layer): <$header> belongs to src/net or xs/glue" if $layer !~ /\A(?:net|glue)\z/ }
    }
}
for my $library (sort keys %seen_in) {
    my @files = sort keys %{$seen_in{$library}};
    push @problems, "$library is seen by more than one file: @files" if @files > 1;
    push @problems, "$library is seen by $_" for grep { $_ !~ $one_file{$library} } @files;
}
is join("\n", @problems), '', 'the include table holds';

my @fragments = grep { m{\Axs/[^/]+\.xsi\z} } UETest::Tree::files();
my @wrong = grep { UETest::Tree::text($_) =~ /^\s*#\s*include/m } @fragments;
is "@wrong", '', 'fragments of xs/ include nothing themselves';
my %included = map { $_ => 1 } UETest::Tree::text('xs/UniEvent.xs') =~ /^INCLUDE:\s*(\S+)/mg;
my @forgotten = grep { !$included{m{([^/]+)\z} ? $1 : ''} && UETest::Tree::text($_) !~ /^## included by/m } @fragments;
is "@forgotten", '', 'every fragment is included by xs/UniEvent.xs';

done_testing;
