# What the tests of t/80-hostile share: the server under attack, a look into it from outside, and proof of its health.
package UETest::Hostile;
use 5.016;
use strict;
use warnings;
use Exporter 'import';
use File::Spec;
use JSON::PP ();
use Test::More;
use Time::HiRes ();
use UETest qw(raw_client root_dir seconds);
use UETest::Child;
use UETest::RawTls;
use UETest::Tree;

our @EXPORT = qw(target attacker tls_attacker default_of report settled survives sanitized percentile in_child);

# Starts t/80-hostile/target.pl. Options: config => {...}, tls => [certificate, key], ulimit => '-n 64'.
sub target {
    my (%option) = @_;
    my $ulimit = delete $option{ulimit};
    my $path = File::Spec->catfile(root_dir(), qw(t 80-hostile target.pl));
    my $server = UETest::Child->start_perl([$path, JSON::PP->new->utf8->encode(\%option)], bound => seconds(30), ulimit => $ulimit);
    $server->{tls} = !!$option{tls};
    return $server;
}

# A connection to it: attacker($server) is plain TCP, attacker($server, '/echo', @headers) has done the handshake.
sub attacker {
    my ($server, $path, @headers) = @_;
    return with_handshake(raw_client(port => $server->port, bound => seconds(20)), $path, @headers);
}

# The same over TLS.
sub tls_attacker {
    my ($server, $path, @headers) = @_;
    return with_handshake(UETest::RawTls->new(port => $server->port, bound => seconds(20)), $path, @headers);
}

sub with_handshake {
    my ($client, $path, @headers) = @_;
    return $client if !defined $path;
    my $head = $client->handshake($path, @headers);
    die "no handshake at $path: " . ($head ? $head->{raw} : $client->ended || 'no answer') . "\n" if !$head || !$head->{accepted};
    return $client;
}

# What the server says about itself. The connection that asks is made once and kept, so it counts in `connections` and `fds`.
sub report {
    my ($server, $word) = @_;
    my $asker = $server->{asker} //= $server->{tls} ? tls_attacker($server, '/report') : attacker($server, '/report');
    $asker->send_text($word // 'report') or die "the server does not take a question\n";
    my $frame = $asker->next_frame or die 'the server does not answer: ' . ($asker->ended || 'in time') . "\n" . $server->errors;
    return JSON::PP->new->utf8->decode($frame->{payload});
}

# Asks until the condition holds for the report ($_[0], also in $_); returns the last report, or undef if it never holds.
sub settled {
    my ($server, $condition) = @_;
    my $until = Time::HiRes::time() + seconds(20);
    while (Time::HiRes::time() < $until) {
        my $report = report($server);
        local $_ = $report;
        return $report if $condition->($report);
        select undef, undef, undef, 0.02;    # nothing tells from outside that the server has changed
    }
    return;
}

# Ends a test: the server still answers a newcomer, lets everything go, ends well when asked to and leaves no object.
sub survives {
    my ($server) = @_;
    my $polite = eval { $server->{tls} ? tls_attacker($server, '/echo') : attacker($server, '/echo') };
    ok $polite, 'a newcomer is let in' or diag $@;
    if ($polite) {
        $polite->send_text('still there?');
        is(($polite->next_frame // {})->{payload}, 'still there?', 'and answered');
        $polite->send_close(1000);
        is(($polite->next_close // {})->{code}, 1000, 'and said goodbye to');
        $polite->close;
    }
    ok settled($server, sub { $_->{connections} == 1 }), 'no connection is left' or diag explain report($server);
    delete($server->{asker})->close if $server->{asker};
    kill TERM => $server->pid;
    my $said = $server->read_until(qr/left: -?\d+\n/);
    is $said, "left: 0\n", 'no engine object is left';
    is $server->wait_end, 0, 'it ends well';
    is $server->errors, '', 'without a complaint';
    return;
}

# The number that a setting or constant has in the sources unless somebody sets it.
sub default_of {
    my ($name) = @_;
    for my $file (grep { m{\Asrc/.*\.h\z} } UETest::Tree::files()) {
        return eval($1 =~ s/'//gr) if UETest::Tree::text($file) =~ /\b\Q$name\E = ([\d'* ]+);/;
    }
    return;
}

# Under a sanitizer, memory and speed are not what they are.
sub sanitized { return ($ENV{LD_PRELOAD} // '') =~ /asan/ }

# The value below which a share (0..1) of the numbers lies.
sub percentile {
    my ($share, @numbers) = @_;
    @numbers = sort { $a <=> $b } @numbers;
    return $numbers[@numbers * $share < @numbers ? @numbers * $share : -1];
}

# Runs code in a child process that ends with it; returns the pid. The code never returns to the test.
sub in_child {
    my ($code) = @_;
    my $pid = fork // die "fork: $!\n";
    return $pid if $pid;
    my $done = eval { $code->(); 1 };
    print STDERR $@ if !$done;
    require POSIX;
    POSIX::_exit($done ? 0 : 1);
}

1;
