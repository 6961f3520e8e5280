# What bench/ measures with works: the load generator builds, every server of ours answers it and every reply is right, and the
# command prints its table. Servers of others are tried if they are there.
use strict;
use warnings;
use lib 't/lib', 'bench/lib';
use Bench::Cases;
use Bench::Machine;
use Bench::Measure;
use Bench::Report;
use Bench::Servers;
use Test::More;
use UETest qw(root_dir run_peer skip_without temp_dir);

plan skip_all => 'the load generator is for Linux' if $^O ne 'linux';
skip_without('openssl');
skip_without('make');
my $folder = eval { Bench::Machine::build() } // do { diag $@; plan skip_all => 'the load generator does not build here; its headers may be missing' };
my $program = "$folder/load";
my $dir = temp_dir();
my %env = Bench::Machine::certificate($dir);

# As many messages as asked for, all of them compared by the generator, which fails on the first difference.
sub answers {
    my ($server, $case, $messages, @options) = @_;
    my $result = Bench::Measure::round($program, Bench::Cases::get($case), $server, \%env, '--messages', $messages, @options);
    my $name = "$server->{name}: $case";
    is $result->{failed} // $result->{declined} // '', '', "$name: no complaint" or return;
    is $result->{messages}, $case eq 'broadcast' ? 100 * $messages : $messages, "$name: every message came back right";
    cmp_ok $result->{server_us_per_message}, '>', 0, "$name: the server's CPU time is known";
    return $result;
}

my $ours = Bench::Servers::get('unievent');
answers($ours, $_, 1000) for qw(echo64 echo64x16 tls64 http connect);
answers($ours, $_, 200) for qw(echo16k tls16k deflate1k deflate1kctx broadcast);
answers($ours, 'echo1m', 8);
answers(Bench::Servers::get('libuv'), 'echo64', 1000);

for my $case (qw(idle idleclosure idledeflate idlectx)) {
    my $result = Bench::Measure::round($program, Bench::Cases::get($case), $ours, \%env, qw(--connections 20 --seconds 0.01));
    is $result->{failed} // '', '', "$case: no complaint";
    cmp_ok $result->{rss_mb} // 0, '>', 0, "$case: the server's memory is known";
}

my %case_of = (node => [qw(echo64 http broadcast)], mojolicious => [qw(echo64)], python => [qw(echo64)]);
for my $name (sort keys %case_of) {
    my $server = Bench::Servers::get($name);
    SKIP: {
        skip "$name: " . ($server->{absent} // $server->{partly}), 1 if $server->{absent} // $server->{partly};
        answers($server, $_, 100) for @{$case_of{$name}};
    }
}

subtest 'the generator sees what is wrong' => sub {
    my $http = Bench::Measure::start($ours, 'http', \%env);
    my $result = Bench::Measure::load($program, $http, qw(--messages 10));
    like $result->{failed}, qr/upgrade refused/, 'no WebSocket there';
    my $echo = Bench::Measure::start($ours, 'echo', \%env);
    like Bench::Measure::load($program, $echo, qw(--messages 10 --binary))->{failed}, qr/type 2 came back as type 1/, 'another type';
    like Bench::Measure::load($program, $echo, qw(--mode raw --messages 10 --connections 1))->{failed}, qr/came back/, 'other bytes';
};

subtest 'bench/run' => sub {
    my ($status, $output, $errors) = run_peer([$^X, (map { "-I$_" } grep { !ref } @INC), root_dir() . '/bench/run',
        '--quick', '--servers', 'unievent,libuv', '--results', "$dir/results", 'echo64'], perl => 1);
    is $status, 0, 'ends well' or diag $errors;
    like $output, qr/^\| echo64 +\| unievent +\|.*\| [\d.]+ x libuv .*\| <= [\d.]+ x libuv \| (?:yes|NO) /m, 'a line of ours with ratio, target and verdict';
    like $output, qr/^\| echo64 +\| libuv +\|/m, 'a line of the other';
    my ($again, $same) = run_peer([$^X, (map { "-I$_" } grep { !ref } @INC), root_dir() . '/bench/run', '--report', "$dir/results"], perl => 1);
    is index($output, $same), 0, 'the same table from the results';
};

done_testing;
