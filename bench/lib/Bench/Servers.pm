# The servers that are measured: what each can do and how it is started. All take their orders from the environment and print
# where they listen, see "Servers" in bench/README.md.
package Bench::Servers;
use 5.016;
use strict;
use warnings;
use File::Spec;
use UETest qw(program_of root_dir run_peer);

sub script { return File::Spec->catfile(root_dir(), qw(bench servers), @_) }

# This perl with these libraries.
sub perl { return ($^X, (map { '-I' . File::Spec->rel2abs($_) } grep { !ref } @INC), @_) }

# The first of these programs that runs the test line well.
sub first_that_runs {
    my ($arguments, @programs) = @_;
    for my $program (grep { defined } map { program_of($_) } @programs) {
        my ($status) = run_peer([$program, @$arguments]);
        return $program if ($status // 1) eq '0';
    }
    return;
}

# Each: name, what it is, `can` (kind of job => command), `without` (cases it is not made for), and why it is absent.
my %made = (
    unievent => sub {
        return {what => 'this distribution, from Perl', can => {map { ($_ => [perl(script("$_.pl"))]) } qw(echo idle broadcast http)}};
    },
    libuv => sub {
        my $program = File::Spec->catfile(root_dir(), qw(build bench raw_libuv));
        return {what => 'the same bytes on libuv, no protocol', raw => 1, can => {echo => [$program]}};
    },
    node => sub {
        local $ENV{NODE_PATH} = node_path();
        my $http = program_of('node', 'nodejs') // return {absent => 'no node on this machine'};
        my $ws = first_that_runs(['-e', 'require("ws")'], 'node', 'nodejs');
        my %can = (http => [$http, script('node_http.js')]);
        @can{qw(echo idle broadcast)} = ([$ws, script('node_ws.js')]) x 3 if $ws;
        return {what => 'node with its http server and ws', env => {NODE_PATH => node_path()}, can => \%can,
            $ws ? () : (partly => "node has no ws module ('./run peers' installs it)")};
    },
    mojolicious => sub {
        my $perl = first_that_runs(['-e', 'use Mojolicious 9'], $^X, 'perl')
            // return {absent => 'no Mojolicious (libmojolicious-perl)'};
        return {what => 'Mojolicious', can => {map { ($_ => [$perl, script('mojolicious.pl')]) } qw(echo idle broadcast http)}};
    },
    python => sub {
        my $python = first_that_runs(['-c', 'import websockets'], '/usr/bin/python3', 'python3')
            // return {absent => 'no websockets module for python3 (python3-websockets)'};
        return {what => 'websockets on asyncio', can => {map { ($_ => [$python, script('python_websockets.py')]) } qw(echo idle broadcast)}};
    },
);

sub names { return qw(unievent libuv node mojolicious python) }

sub node_path { return join ':', File::Spec->catdir(root_dir(), qw(build peers node_modules)), $ENV{NODE_PATH} // () }

# The server with this name; dies if there is none of it. `absent` in the result says why it cannot run here.
sub get {
    my ($name) = @_;
    my $make = $made{$name} // die "no server is called $name; there are: @{[names()]}\n";
    return {name => $name, %{$make->()}};
}

1;
