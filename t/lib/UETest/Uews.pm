# bin/uews for tests: run to its end, as a server, and on a terminal.
package UETest::Uews;
use 5.016;
use strict;
use warnings;
use Exporter 'import';
use File::Spec;
use Test::More;
use UETest qw(program_of root_dir seconds);
use UETest::Child;

our @EXPORT_OK = qw(uews uews_server uews_on_terminal);

sub script { return File::Spec->catfile(root_dir(), 'bin', 'uews') }
sub include { return map { '-I' . File::Spec->rel2abs($_) } grep { !ref } @INC }

# (exit code, output, errors); stdin is a text.
sub uews {
    my ($input, @args) = @_;
    my $child = UETest::Child->spawn([$^X, include(), script(), @args], bound => seconds(30), perl => 1, talk => 1);
    $child->tell($input) if length $input;
    close delete $child->{in};
    my $status = $child->wait_end;
    return ($status, $child->{seen}, $child->errors);
}

# uews serve on a free port; see UETest::Child.
sub uews_server { return UETest::Child->start_perl([script(), 'serve', '--port', 0, @_], bound => seconds(30)) }

# A child whose terminal is written by ->tell and read by ->read_until; skips the rest of the test without python3.
sub uews_on_terminal {
    my (@args) = @_;
    my $python = program_of('python3') // plan skip_all => 'no python3, whose pty module makes a terminal';
    return UETest::Child->spawn([$python, File::Spec->catfile(root_dir(), qw(t lib UETest on_terminal.py)), $^X, include(), script(), @args],
        bound => seconds(30), perl => 1, talk => 1);
}

1;
