# The table of UniEvent::WebSocket::Conformance is true: its files exist, each of its sections has cases, and no section that has cases is missing.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(root_dir);
use UETest::Conformance::Deflate;
use UETest::Conformance::Frames;
use UETest::Conformance::Handshake;
use UETest::Conformance::Text;
use UETest::Tree;

chdir root_dir();
my (%files, %listed);
for (split /\n/, UETest::Tree::text('lib/UniEvent/WebSocket/Conformance.pod')) {
    my @named = m{(t/[\w/-]+\.t)}g;
    $files{$_} = 1 for @named;
    $listed{$1} = \@named if /\A    (RFC \d{4} [\d.]+) /;
}
is join(' ', grep { !-f } sort keys %files), '', 'every file that is named exists';
cmp_ok scalar(keys %listed), '>', 30, 'the table is there';

# Where the cases of a section come from, and which files run them.
my %cases;
my $from = sub { my ($file, @sections) = @_; $cases{$_}{$file}++ for @sections };
for (['frames', UETest::Conformance::Frames::all()], ['text', UETest::Conformance::Text::all()], ['deflate', UETest::Conformance::Deflate::all()]) {
    my ($name, @cases) = @$_;
    $from->("t/20-codec/conformance_$name.t", map { $_->{section} } @cases);
    $from->("t/50-ws/conformance_$_.t", map { $_->{section} } @cases) for qw(server client);
}
$from->('t/20-codec/conformance_handshake.t', map { $_->[0] } UETest::Conformance::Handshake::requests(), UETest::Conformance::Handshake::responses(),
    UETest::Conformance::Handshake::offers(), UETest::Conformance::Handshake::answers());
my $sending = 't/20-codec/conformance_sending.t';
$from->($sending, UETest::Tree::text($sending) =~ /'(RFC \d{4} [\d.]+)'/g);

is join(', ', grep { !$listed{$_} } sort keys %cases), '', 'every section that has cases is listed';
my @untrue = map { my $section = $_; map {"$section in $_"} grep { m{/conformance_} && !$cases{$section}{$_} } @{$listed{$section}} } sort keys %listed;
is join(', ', @untrue), '', 'every section has cases in the conformance files it names';
is join(', ', grep { !@{$listed{$_}} } sort keys %listed), '', 'every section has a test';

done_testing;
