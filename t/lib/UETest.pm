# What the tests share: waiting without sleeping, running the C++ suites, children, certificates, peers.
#
# Every wait is bounded; PERL_TEST_TIME_OUT_FACTOR stretches the bounds on slow machines and under sanitizers.
package UETest;
use 5.016;
use strict;
use warnings;
use Cwd ();
use Exporter 'import';
use File::Spec;
use File::Temp ();
use Test::More;
use UETest::Child;
use UETest::Raw;

our @EXPORT_OK = qw(cpp_suite seconds run_until run_until_empty start_example run_peer raw_client certificate program_of
    skip_without root_dir temp_dir nothing_left);

# A bound in seconds, scaled.
sub seconds {
    my ($bound) = @_;
    my $factor = $ENV{PERL_TEST_TIME_OUT_FACTOR} || 1;
    $factor *= 4 if ($ENV{LD_PRELOAD} // '') =~ /asan/;
    return $bound * $factor;
}

# The root of the tree: t/lib/UETest.pm is two folders below it.
sub root_dir {
    my (undef, $dir) = File::Spec->splitpath(File::Spec->rel2abs(__FILE__));
    return Cwd::abs_path(File::Spec->catdir($dir, File::Spec->updir, File::Spec->updir));
}

sub temp_dir { return File::Temp->newdir('uetestXXXXXXXX', TMPDIR => 1) }

# Passes the TAP of one suite of the C++ unit test program through. Skips if nobody built the program.
sub cpp_suite {
    my ($name) = @_;
    my $unit = File::Spec->catfile(root_dir(), qw(t cpp unit));
    plan skip_all => "t/cpp/unit is not built ('make t/cpp/unit' builds it)" if !-x $unit;
    # A sanitized program brings its own sanitizer, which can look for leaks because no perl is in the process.
    delete $ENV{ASAN_OPTIONS} if ($ENV{LD_PRELOAD} // '') =~ /asan/;
    delete $ENV{LD_PRELOAD};
    chdir root_dir();
    exec {$unit} $unit, $name or die "cannot run $unit: $!\n";
}

# Runs the loop until the condition holds, at most so many (scaled) seconds; returns whether it holds.
sub run_until {
    my ($loop, $condition, $bound) = @_;
    my $late = 0;
    my $timer = UniEvent::timer_once(seconds($bound // 10), sub { $late = 1 }, $loop);
    $loop->run_once until $condition->() || $late;
    $timer->stop;
    return !!$condition->();
}

# Runs the loop until nothing keeps it alive; false if something still does after so many seconds.
sub run_until_empty {
    my ($loop, $bound) = @_;
    my $late = 0;
    my $timer = UniEvent::timer_once(seconds($bound // 10), sub { $late = 1; $loop->stop }, $loop);
    $timer->weak(1);
    $loop->run;
    return !$late;
}

# The given loops and the default one run empty.
sub loops_end_empty {
    for my $loop (UniEvent::Loop->default, grep { ref && ref eq 'UniEvent::Loop' } @_) {
        ok run_until_empty($loop), 'a loop comes to its end';
        is_deeply [map { ref } @{ $loop->handles }], [], 'no handle is left in it';
    }
    return;
}

# The end of a test of lifetimes. Given are the variables that still hold something: loops among it, and the default one, run
# empty; the variables are cleared; and then no object of the engine lives but those that last: the default loop with its
# resolver, and what a TLS client is made from that is given nothing.
sub nothing_left {
    loops_end_empty(@_);
    UniEvent::Loop->default->resolver;
    UniEvent::Tcp->new->use_ssl;
    undef $_ for @_;
    is UniEvent::_live_objects() - 3, 0, 'no object of the engine is left';
    return;
}

# Starts a script of eg/ and reads the address it prints. See UETest::Child.
sub start_example {
    my ($script, @args) = @_;
    my $path = File::Spec->catfile(root_dir(), 'eg', $script);
    return UETest::Child->start_perl([$path, '--port', 0, @args], bound => seconds(20));
}

# Runs another program to its end: (exit status, output, errors). Its status is undef if it had to be killed.
sub run_peer {
    my ($command, %option) = @_;
    return UETest::Child->run($command, %option, bound => seconds($option{bound} // 60));
}

# A WebSocket client that can misbehave. See UETest::Raw.
sub raw_client { return UETest::Raw->new(bound => seconds(10), @_) }

# The full name of a program in PATH, or undef. Several names: the first that is there.
sub program_of {
    for my $name (@_) {
        return $name if File::Spec->file_name_is_absolute($name) && -x $name;
        for my $dir (File::Spec->path) {
            my $file = File::Spec->catfile($dir, $name);
            return $file if -f $file && -x _;
        }
    }
    return;
}

# Skips the whole file with the reason when a program is missing; else returns its full name.
sub skip_without {
    my (@names) = @_;
    my $found = program_of(@names);
    plan skip_all => "no $names[0] on this machine" if !$found;
    return $found;
}

# A new self-signed certificate for localhost, made by the openssl command: (certificate file, key file).
# The files live as long as the folder object. Further arguments go to openssl, e.g. -days 1.
sub certificate {
    my ($dir, %option) = @_;
    my $openssl = skip_without('openssl');
    my $name = $option{name} // 'localhost';
    my ($cert, $key, $config) = map { File::Spec->catfile("$dir", "$name.$_") } qw(crt key cnf);
    open my $out, '>', $config or die "cannot write $config: $!\n";
    print {$out} <<"CONFIG";
[req]
distinguished_name = who
x509_extensions = usage
prompt = no
[who]
CN = $name
[usage]
subjectAltName = DNS:$name, DNS:localhost, IP:127.0.0.1, IP:::1
basicConstraints = critical, CA:TRUE
CONFIG
    close $out or die "cannot write $config: $!\n";
    my @encrypt = defined $option{passphrase} ? ('-passout', "pass:$option{passphrase}") : ('-nodes');
    my ($status, undef, $said) = run_peer([$openssl, qw(req -x509 -newkey rsa:2048 -days 2 -sha256), '-config', $config,
        @encrypt, '-keyout', $key, '-out', $cert]);
    plan skip_all => "openssl made no certificate: $said" if !defined $status || $status != 0;
    return ($cert, $key);
}

1;
