# Other implementations: where they are, and turning the lines they print into results.
package UETest::Peer;
use 5.016;
use strict;
use warnings;
use File::Spec;
use Test::More;
use UETest qw(program_of root_dir run_peer);

# node with the ws module (installed for node, in NODE_PATH, or by './run peers'), or skips.
sub node_with_ws {
    my $node = program_of('node', 'nodejs') // plan skip_all => 'no node on this machine';
    $ENV{NODE_PATH} = join ':', File::Spec->catdir(root_dir(), qw(build peers node_modules)), $ENV{NODE_PATH} // ();
    my ($status) = run_peer([$node, '-e', 'require("ws")']);
    plan skip_all => "node has no ws module ('./run peers' installs it)" if ($status // 1) ne 0;
    return $node;
}

# A python3 that has websockets, or skips.
sub python_with_websockets {
    for my $python (grep { defined } program_of('/usr/bin/python3'), program_of('python3')) {
        my ($status) = run_peer([$python, '-c', 'import websockets, ssl, asyncio; websockets.connect']);
        return $python if ($status // 1) eq 0;
    }
    plan skip_all => "no python3 with the websockets module on this machine";
}

# Runs a client that prints 'ok - name' lines and 'done'; each line becomes a result of this test.
sub passes_on {
    my ($command, $name) = @_;
    my ($status, $output, $errors) = run_peer($command, bound => 180);
    my $done;
    for my $line (split /\n/, $output) {
        if ($line =~ /\A(not )?ok - (.*)/) { ok !$1, "$name: $2" }
        elsif ($line eq 'done') { $done = 1 }
        else { diag "$name: $line" }
    }
    ok $done, "$name: came to its end" or diag 'status ', $status // 'killed after the time was over', "\n", $errors;
    return;
}

# A file of t/90-peers.
sub script { return File::Spec->catfile(root_dir(), qw(t 90-peers), @_) }

1;
