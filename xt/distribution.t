# From the archive alone: make dist, unpack, build, install into an empty prefix, use with nothing but PERL5LIB set, install again,
# remove again; and what META.json says.
use strict;
use warnings;
use Config ();
use lib 't/lib';
use ExtUtils::Packlist ();
use File::Copy qw(copy);
use File::Find ();
use File::Path qw(make_path);
use JSON::PP ();
use Test::More;
use UETest qw(program_of root_dir seconds temp_dir);
use UETest::Child;
use UETest::Tree;

program_of('make') // plan skip_all => 'no make on this machine';
my $dir = temp_dir();
delete @ENV{qw(PERL5LIB PERL_MM_OPT PERL_MB_OPT PERL5OPT)};

sub works {
    my ($name, $in, @command) = @_;
    my ($status, $output, $errors) = UETest::Child->run(\@command, perl => 1, dir => $in, bound => seconds(1800));
    is $status, 0, $name or do { diag $output, $errors; done_testing; exit 1 };
    return $output . $errors;
}

# ---- the archive ----
for my $file (UETest::Tree::files()) {
    make_path("$dir/tree/" . ($file =~ s{/?[^/]+\z}{}r));
    copy($file, "$dir/tree/$file") or die "$file: $!";
    chmod 0755, "$dir/tree/$file" if -x $file;
}
unlink "$dir/tree/MANIFEST";    # make manifest only adds
works('perl Makefile.PL', "$dir/tree", $^X, 'Makefile.PL');
works('make manifest', "$dir/tree", 'make', 'manifest');
works('make dist', "$dir/tree", 'make', 'dist');
my ($archive) = glob "$dir/tree/*.tar.gz";
ok $archive, 'there is an archive' or do { done_testing; exit 1 };
my ($name) = $archive =~ m{([^/]+)\.tar\.gz\z};
works('tar xzf', "$dir", 'tar', 'xzf', $archive);
my $unpacked = "$dir/$name";
my @leftovers = grep { m{\.o\z|\.so\z|/blib/|/build/} } split /\n/, works('its content', "$dir", 'tar', 'tzf', $archive);
is "@leftovers", '', 'nothing that was built is in it';

# ---- what it says about itself ----
my $meta = JSON::PP->new->utf8->decode(UETest::Tree::text("$unpacked/META.json"));
is_deeply $meta->{license}, ['perl_5'], 'META.json: licence';
ok length $meta->{$_}, "META.json: $_" for qw(abstract name version);
ok @{$meta->{author}}, 'META.json: author';
ok $meta->{resources}{license}, 'META.json: resources';
is $meta->{provides}{"UniEvent::$_"}{file}, 'lib/UniEvent/' . (s{::}{/}gr) . '.pm', "META.json: provides UniEvent::$_" for qw(WebSocket WebSocket::Server Loop);
eval { require Module::CoreList };
SKIP: {
    skip 'no Module::CoreList on this machine', 1 if !$Module::CoreList::VERSION;
    my %wanted = map { %{$meta->{prereqs}{$_}{requires} || {}} } keys %{$meta->{prereqs}};
    is join(' ', grep { $_ ne 'perl' && !Module::CoreList->first_release($_) } sort keys %wanted), '', 'META.json: nothing is required that perl does not have';
}

# ---- build and install ----
my $prefix = "$dir/prefix";
works('perl Makefile.PL INSTALL_BASE', $unpacked, $^X, 'Makefile.PL', "INSTALL_BASE=$prefix");
works('make', $unpacked, 'make', '-j2');
works('make install', $unpacked, 'make', 'install');

sub installed {
    my %size;
    File::Find::find({no_chdir => 1, wanted => sub { $size{$_} = -s if -f && !/perllocal\.pod\z/ }}, $prefix);
    return \%size;
}
my $first = installed();
ok((grep { m{/bin/uews\z} } keys %$first), 'the command is installed');
ok((grep { m{/man3/UniEvent::WebSocket::Tutorial} } keys %$first), 'the manuals are installed') if grep { m{/man3/} } keys %$first;

{
    local $ENV{PERL5LIB} = "$prefix/lib/perl5";
    my $out = works('a program with only PERL5LIB set', "$dir", $^X, '-e', 'use UniEvent::WebSocket; my $s = UE::WebSocket::Server->new({locations => [{host => "127.0.0.1", port => 0}]});'
        . ' $s->run; print $INC{"UniEvent/WebSocket.pm"}, " ", $s->sockaddr->port, "\n"; $s->stop');
    like $out, qr{\A\Q$prefix\E/lib/perl5/.* [1-9]\d*\n\z}, 'finds what was installed';
    like works('the command', "$dir", "$prefix/bin/uews", '--version'), qr/\Auews \Q@{[$meta->{version} =~ s{\Av}{}r]}\E\n\z/, 'says its version';
}

works('make install again', $unpacked, 'make', 'install');
is_deeply installed(), $first, 'installing twice changes nothing';
my ($leftover) = grep { m{/UniEvent/Timer\.pm\z} } keys %$first;
chmod 0644, $leftover;
open my $old, '>', $leftover or die $!;
print {$old} "package UniEvent::Timer; our \$VERSION = '1.0'; 1;\n";
close $old;
works('make install over an older version', $unpacked, 'make', 'install');
is_deeply installed(), $first, 'replaces it';

# ---- and away ----
my ($packlist) = grep { m{/\.packlist\z} } keys %$first;
my @listed = grep { -e } keys %{ExtUtils::Packlist->new($packlist)};
is_deeply [sort @listed], [sort grep { $_ ne $packlist } keys %$first], 'the .packlist names every file that was installed';
unlink @listed, $packlist;
is_deeply installed(), {}, 'and without those nothing is left';

# ---- by a CPAN client ----
SKIP: {
    my $cpanm = program_of('cpanm') // skip 'no cpanm on this machine (Debian: cpanminus)', 3;
    local $ENV{PERL_CPANM_HOME} = "$dir/cpanm";
    my $said = works('cpanm', "$dir", $cpanm, '--notest', '--local-lib-contained', "$dir/local", '--mirror-only', '--mirror', "file://$dir/none", $archive);
    like $said, qr/^Successfully installed UniEvent-WebSocket-\S+\n.*^1 distribution installed/ms, 'installs it and nothing else';
    local $ENV{PERL5LIB} = "$dir/local/lib/perl5";
    my $out = works('a program that uses it', "$dir", $^X, '-e', 'use UniEvent::WebSocket 1.0; print $INC{"UniEvent/WebSocket.pm"}');
    is $out, "$dir/local/lib/perl5/$Config::Config{archname}/UniEvent/WebSocket.pm", '... finds it there';
}
done_testing;
