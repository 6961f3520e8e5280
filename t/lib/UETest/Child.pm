# Children of tests: servers that print their address, peers that run to an end. None survives the test.
package UETest::Child;
use 5.016;
use strict;
use warnings;
use Fcntl qw(F_SETFD FD_CLOEXEC);
use File::Spec;
use IO::Handle;
use File::Temp ();
use POSIX ();
use Time::HiRes ();

my %alive;
END { local $?; kill KILL => keys %alive if %alive; waitpid $_, 0 for keys %alive }

# Starts a program with its standard output on a pipe; errors go to a file. Its input is a file (stdin => name), nothing,
# or with talk => 1 a pipe for ->tell.
sub spawn {
    my ($class, $command, %option) = @_;
    pipe my $reader, my $writer or die "pipe: $!\n";
    my $errors = File::Temp->new(TEMPLATE => 'uetesterrXXXXXXXX', TMPDIR => 1);
    my $input = $option{stdin} // File::Spec->devnull;
    my ($input_reader, $input_writer);
    if ($option{talk}) { pipe $input_reader, $input_writer or die "pipe: $!\n" }
    my $pid = fork // die "fork: $!\n";
    if (!$pid) {
        %alive = ();
        delete $ENV{LD_PRELOAD} if !$option{perl};
        $ENV{$_} = $option{env}{$_} for keys %{$option{env} || {}};
        $input_reader ? open(STDIN, '<&', $input_reader) : open(STDIN, '<', $input) or POSIX::_exit(126);
        open STDOUT, '>&', $writer or POSIX::_exit(126);
        open STDERR, '>&', $errors or POSIX::_exit(126);
        chdir $option{dir} if $option{dir};
        no warnings 'exec';
        exec {$command->[0]} @$command;
        print STDERR "cannot run $command->[0]: $!\n";
        POSIX::_exit(127);
    }
    close $writer;
    fcntl $reader, F_SETFD, FD_CLOEXEC;
    $alive{$pid} = 1;
    if ($input_writer) {
        close $input_reader;
        fcntl $input_writer, F_SETFD, FD_CLOEXEC;
        $input_writer->autoflush(1);
    }
    return bless {pid => $pid, out => $reader, in => $input_writer, errors => $errors, seen => '', bound => $option{bound} // 20, owner => $$}, $class;
}

# A perl with the same library folders as this one, that prints the address of its server. ulimit => '-n 64' puts it under limits.
sub start_perl {
    my ($class, $args, %option) = @_;
    my @include = map { '-I' . File::Spec->rel2abs($_) } grep { !ref } @INC;
    my @command = ($^X, @include, @{$option{perl_args} || []}, @$args);
    @command = ('/bin/sh', '-c', "ulimit $option{ulimit} && exec \"\$@\"", 'sh', @command) if $option{ulimit};
    my $self = $class->spawn(\@command, %option, perl => 1);
    my $line = $self->read_line;
    die "$args->[0] printed no address: " . ($line // 'nothing') . "\n" . $self->errors . "\n"
        if ($line // '') !~ m{(https?)://([^/]+):(\d+)/};
    @$self{qw(line http port)} = ($line, "$1://$2:$3", $3);
    ($self->{ws} = $self->{http}) =~ s/^http/ws/;
    return $self;
}

sub pid { return $_[0]{pid} }
sub port { return $_[0]{port} }
sub line { return $_[0]{line} }
sub http { return $_[0]{http} . ($_[1] // '/') }
sub ws { return $_[0]{ws} . ($_[1] // '/') }

sub errors {
    my ($self) = @_;
    open my $in, '<', $self->{errors}->filename or return '';
    local $/;
    return <$in> // '';
}

# Reads more of its output; false at the end or when the bound is over.
sub _read_more {
    my ($self, $until) = @_;
    my $left = $until - Time::HiRes::time();
    vec(my $ready = '', fileno $self->{out}, 1) = 1;
    return 0 if $left <= 0 || select($ready, undef, undef, $left) < 1;
    my $got = sysread $self->{out}, $self->{seen}, 65536, length $self->{seen};
    $self->{ended} = 1 if defined $got && !$got;
    return $got;
}

# The next line it prints, without the newline; undef if there is none in time.
sub read_line {
    my ($self) = @_;
    my $until = Time::HiRes::time() + $self->{bound};
    while (1) {
        return $1 if $self->{seen} =~ s/\A(.*?)\r?\n//;
        $self->_read_more($until) or return;
    }
}

# Everything it printed so far and has not been taken, after waiting until that matches; undef if it never does.
sub read_until {
    my ($self, $pattern) = @_;
    my $until = Time::HiRes::time() + $self->{bound};
    while (1) {
        return substr $self->{seen}, 0, $+[0], '' if $self->{seen} =~ /$pattern/;
        $self->_read_more($until) or return;
    }
}

# Writes to its standard input.
sub tell {
    my ($self, $bytes) = @_;
    local $SIG{PIPE} = 'IGNORE';
    return print {$self->{in}} $bytes;
}

# Waits for its end and returns the exit status ("signal N" if one killed it), or undef when it does not end in time.
sub wait_end {
    my ($self) = @_;
    return $self->{status} if exists $self->{status};
    my $until = Time::HiRes::time() + $self->{bound};
    while (!$self->{ended}) { $self->_read_more($until) or last }
    my $done;
    while (($done = waitpid $self->{pid}, POSIX::WNOHANG()) == 0 && Time::HiRes::time() < $until) {
        select undef, undef, undef, 0.01;    # its output is closed already: it is about to go
    }
    if (!$done) { $self->kill_now; return }
    delete $alive{$self->{pid}};
    return $self->{status} = $? & 127 ? 'signal ' . ($? & 127) : $? >> 8;
}

# Asks it to end (SIGTERM, or the one given) and waits.
sub stop {
    my ($self, $signal) = @_;
    return $self->{status} if exists $self->{status};
    kill $signal // 'TERM', $self->{pid};
    return $self->wait_end;
}

sub kill_now {
    my ($self) = @_;
    return if exists $self->{status};
    kill KILL => $self->{pid};
    waitpid $self->{pid}, 0;
    delete $alive{$self->{pid}};
    $self->{status} = undef;
    return;
}

# Runs a program to its end: (status, output, errors).
sub run {
    my ($class, $command, %option) = @_;
    my $self = $class->spawn($command, %option);
    my $status = $self->wait_end;
    return ($status, $self->{seen}, $self->errors);
}

sub DESTROY {
    my ($self) = @_;
    local ($?, $!, $@);
    $self->kill_now if $$ == $self->{owner};
    return;
}

1;
