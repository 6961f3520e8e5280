# Counts, not times: what a message costs our server in instructions, allocations and system calls. The same on any machine with
# the same compiler and perl, however busy it is.
package Bench::Cost;
use 5.016;
use strict;
use warnings;
use Bench::Callgrind;
use Bench::Cases;
use Bench::Machine;
use Bench::Measure;
use Bench::Servers;
use UETest qw(root_dir temp_dir);

# Few connections, so that all are served in every turn of the loop whatever runs beside.
our $CONNECTIONS = 20;

sub new {
    my ($class) = @_;
    my $dir = temp_dir();
    return bless {dir => $dir, env => {Bench::Machine::certificate($dir)}, program => Bench::Machine::build() . '/load',
        server => Bench::Servers::get('unievent')}, $class;
}

# Per message, from a run with so many and one with twice as many: see Bench::Callgrind. `parserN` is the parser alone with
# N messages per call, everything else a case.
sub instructions {
    my ($self, $name, $messages) = @_;
    my ($few, $many) = map {
        $name =~ /\Aparser(\d+)\z/
            ? Bench::Callgrind::perl_profile($self->{dir}, Bench::Servers::perl(root_dir() . '/bench/parser.pl', $_, $1))
            : Bench::Callgrind::server_profile($self->{dir}, $self->{program}, Bench::Cases::get($name), $self->{server}, $self->{env},
                '--connections', $CONNECTIONS, '--messages', $_)
    } $messages, 2 * $messages;
    return Bench::Callgrind::per_message($few, $many, $messages);
}

# Calls of the read and write families per message, as the system has counted them.
sub reads_and_writes {
    my ($self, $name, $messages, @options) = @_;
    my $result = Bench::Measure::round($self->{program}, Bench::Cases::get($name), $self->{server}, $self->{env},
        '--connections', $CONNECTIONS, '--messages', $messages, @options);
    die "$name: ", $result->{failed} // $result->{declined}, "\n" if !$result->{messages};
    return @$result{qw(reads_per_message writes_per_message)};
}

1;
