package UniEvent::WebSocket::Tool;
# What bin/uews does: reads the command line and runs one of its commands. Internal; the manual is that of uews.
use 5.016;
use strict;
use warnings;
use Getopt::Long ();
use Pod::Usage ();
use Time::HiRes ();

our $VERSION = '2.0.0';

# What a command ends with.
use constant {OK => 0, FAILED => 1, USAGE => 2, BADLY_CLOSED => 3};

my %class = map { lc() => "UniEvent::WebSocket::Tool::$_" } qw(Serve Connect Bench);

# Runs a command line; returns the exit code.
sub run {
    my (undef, @args) = @_;
    my $command = @args ? shift @args : '';
    return help(0) if $command =~ /\A(?:--help|-h|help)\z/;
    if ($command eq '--version') { print "uews $VERSION\n"; return OK }
    my $class = $class{$command}
        // return complain(length $command ? "there is no command '$command'" : 'a command is missing: serve, connect or bench');
    eval "require $class; 1" or die $@;

    my %option;
    my $problem = '';
    {
        local $SIG{__WARN__} = sub { $problem ||= $_[0] };
        my $parser = Getopt::Long::Parser->new(config => [qw(no_ignore_case no_auto_abbrev)]);
        $parser->getoptionsfromarray(\@args, \%option, 'help|h', $class->options);
    }
    return help(1) if $option{help};
    $problem =~ s/\s+\z//;
    return complain("$command: " . lcfirst $problem) if length $problem;
    my ($code, $complaint) = $class->run(\%option, @args);
    return defined $complaint ? complain("$command: $complaint") : $code;
}

# To be returned by commands whose command line makes no sense.
sub wrong { return (USAGE, $_[0]) }

# Something went wrong that is not the command line's fault.
sub failed {
    my ($message) = @_;
    $message =~ s/ at \S+ line \d+\.?\s*\z//;
    print STDERR "uews: $message\n";
    return FAILED;
}

sub complain {
    my ($message) = @_;
    print STDERR "uews: $message\nTry 'uews --help'.\n";
    return USAGE;
}

sub help {
    Pod::Usage::pod2usage(-input => $0, -output => \*STDOUT, -exitval => 'NOEXIT', -verbose => 99,
        -sections => ['SYNOPSIS', 'OPTIONS/.*', 'EXIT CODES']);
    return OK;
}

# An address to connect to, or undef and why it is none.
sub websocket_uri {
    my ($text) = @_;
    return (undef, 'the address is missing, for example ws://localhost:8080/') if !defined $text;
    $text = "ws://$text" if $text !~ m{\A[a-z+]+://}i;
    $text =~ s{\Ahttp(s?)://}{ws$1://}i;
    my $uri = eval { URI::XS->new($text) };
    return (undef, "'$text' is no address of a WebSocket server; expected ws://host:port/path or wss://...")
        if !$uri || $uri->scheme !~ /\Awss?\z/ || !length $uri->host;
    return $text;
}

# The TLS context for connecting: verifying unless told otherwise.
sub tls_context {
    my ($option) = @_;
    return UniEvent::SslContext->new({verify => $option->{insecure} ? 'none' : 'peer',
        (defined $option->{ca} ? (ca => $option->{ca}) : ()), server => 0});
}

# Whole numbers of the command line: the complaint, or nothing.
sub out_of_range {
    my ($option, %range) = @_;
    for my $name (sort keys %range) {
        my ($least, $most) = @{$range{$name}};
        my $value = $option->{$name} // next;
        return "--$name is $value; expected $least to $most" if $value < $least || $value > $most;
    }
    return;
}

# The causes of an error, the deepest last, for people.
sub reason {
    my ($error) = @_;
    my @texts;
    for (my $e = $error; $e; $e = $e->can('next') ? $e->next : undef) { push @texts, $e->message }
    return join ': ', @texts;
}

# The time of day, to the millisecond.
sub clock {
    my $now = Time::HiRes::time();
    my ($s, $m, $h) = localtime $now;
    return sprintf '%02d:%02d:%02d.%03d', $h, $m, $s, 1000 * ($now - int $now);
}

# Bytes that a terminal may show: what could be a command to it is written out.
sub printable {
    my ($bytes) = @_;
    $bytes =~ s/(\xc2[\x80-\x9f]|[\x00-\x08\x0a-\x1f\x7f])/join '', map { sprintf '\\x%02x', ord } split m{}, $1/ge;
    return $bytes;
}

# Calls the sub when the user wants to go: SIGINT and SIGTERM. The guard is to be kept.
sub on_interrupt {
    my ($sub) = @_;
    return [map { UniEvent::signal($_, $sub) } UniEvent::Signal::SIGINT(), UniEvent::Signal::SIGTERM()];
}

1;
