# The echo server under valgrind: no memory error, and nothing of ours is definitely lost at the end. And the tables of t/70-life,
# without TLS (VALGRIND_ALL=1: with it): anything done in any callback touches no memory that has gone.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(raw_client root_dir run_peer seconds skip_without temp_dir);
use UETest::Child;

my $valgrind = skip_without('valgrind');
plan skip_all => 'a sanitized build does not run under valgrind' if ($ENV{LD_PRELOAD} // '') =~ /asan/;

my $dir = temp_dir();
my $log = "$dir/valgrind.log";
my @include = map { '-I' . File::Spec->rel2abs($_) } grep { !ref } @INC;
my $server = UETest::Child->spawn([$valgrind, qw(--leak-check=full --show-leak-kinds=definite --num-callers=30 --error-exitcode=0),
    "--log-file=$log", $^X, @include, root_dir() . '/eg/echo.pl', '--port', 0], bound => seconds(180), env => {PERL_DESTRUCT_LEVEL => 2});
my ($port) = ($server->read_line // '') =~ m{:(\d+)/};
BAIL_OUT('the server did not start: ' . $server->errors) if !$port;

for my $round (1 .. 20) {
    my $client = raw_client(port => $port, bound => seconds(60));
    my @deflate = $round % 2 ? ('Sec-WebSocket-Extensions' => 'permessage-deflate') : ();
    ok $client->handshake('/', @deflate)->{accepted}, "connection $round";
    for my $size (0, 1, 126, 70_000) {
        $client->send_frame(opcode => 2, payload => 'x' x $size);
        is length(($client->next_frame // {})->{payload} // 'none at all'), $size, "echo of $size bytes";
    }
    $client->send_frame(opcode => 9, payload => 'ping');
    is $client->next_frame->{opcode}, 10, 'pong';
    if ($round % 4 == 0) { $client->reset_hard }
    elsif ($round % 4 == 1) { $client->send_frame(opcode => 3); $client->read_all }
    else { $client->send_close(1000); $client->read_all }
}
my $refused = raw_client(port => $port, bound => seconds(60));
$refused->write("GET / HTTP/1.1\r\nbroken\r\n\r\n");
like $refused->read_all // '', qr{\AHTTP/1\.1 400 }, 'a malformed request is refused';
my $left_open = raw_client(port => $port, bound => seconds(60));
$left_open->handshake('/');

is $server->stop, 0, 'the server ends well when asked to';

# What valgrind says, complaint by complaint.
sub complaints { my ($file) = @_; open my $in, '<', $file or die "no log of valgrind: $!\n"; return split /^==\d+== $/m, do { local $/; <$in> } }
sub memory_errors { return grep { /Invalid (?:read|write|free)|uninitialised|Mismatched free/ } @_ }

my @reports = complaints($log);
my @errors = memory_errors(@reports);
my @ours = grep { /definitely lost in loss record/ && /UniEvent\.so|\bue::/ } @reports;
is scalar @errors, 0, 'no memory error' or diag @errors;
is scalar @ours, 0, 'nothing of ours is lost' or diag @ours;
my ($lost) = grep { /definitely lost:/ } split /\n/, join '', @reports;
note $lost if $lost;

my %rows = (event_core => '^(?!.*TLS)', websocket => '^(?!.*TLS)', http => '.', http_client => '.');
for my $table (sort keys %rows) {
    my $table_log = "$dir/$table.log";
    my ($status, $said, $complaint) = run_peer([$valgrind, "--log-file=$table_log", $^X, @include, "-Mlib=" . root_dir() . '/t/lib',
        root_dir() . "/t/70-life/$table.t", $ENV{VALGRIND_ALL} ? '.' : $rows{$table}], bound => 900, env => {PERL_TEST_TIME_OUT_FACTOR => 20});
    is $status, 0, "the table of $table.t holds" or diag grep { /not ok|^#/ } split /^/, $said . $complaint;
    my @wrong = memory_errors(complaints($table_log));
    is scalar @wrong, 0, "$table.t: no memory error" or diag @wrong;
}

done_testing;
