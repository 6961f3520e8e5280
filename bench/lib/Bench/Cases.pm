# The cases: what the load does, and which figure is looked at.
package Bench::Cases;
use 5.016;
use strict;
use warnings;

# A figure: the field of the load generator's result, its unit, and whether the median over rounds or the least counts.
my %figures = (
    cost  => {field => 'server_us_per_message', unit => 'us CPU'},
    bytes => {field => 'rss_bytes_per_conn', unit => 'bytes'},
    start => {field => 'start_mb', unit => 'MB'},
    p99   => {field => 'p99_us', unit => 'us p99'},
);
sub figure { return $figures{$_[0]{figure} // 'cost'} }

sub _echo { my ($size, $connections, @more) = @_; return load => ['--size', $size, '--connections', $connections, @more] }
my @deflate = ('--deflate');
my @idle = (job => 'echo', figure => 'bytes', idle => 1);
sub _idle { return load => ['--mode', 'idle', '--touch', @_] }

# job: which server; env: for the server; load: for the generator; raw: a server without a protocol can take part.
my @cases = (
    {name => 'echo64', raw => 1, _echo(64, 100), about => '64 B text, 100 connections, 1 in flight'},
    {name => 'echo64x16', raw => 1, _echo(64, 100, '--inflight', 16), about => '64 B text, 100 connections, 16 in flight'},
    {name => 'echo64c1000', raw => 1, _echo(64, 1000), about => '64 B text, 1000 connections, 1 in flight'},
    {name => 'echo16k', raw => 1, env => {BINARY => 1}, _echo(16384, 50, qw(--inflight 4 --binary)),
        about => '16 KiB binary, 50 connections, 4 in flight'},
    {name => 'echo1m', raw => 1, env => {BINARY => 1}, _echo(1 << 20, 4, '--binary'), about => '1 MiB binary, 4 connections'},
    {name => 'tls64', env => {TLS => 1}, _echo(64, 100, '--tls'), about => 'echo64 over TLS'},
    {name => 'tls16k', env => {TLS => 1, BINARY => 1}, _echo(16384, 50, qw(--inflight 4 --binary --tls)), about => 'echo16k over TLS'},
    {name => 'deflate1k', env => {COMPRESS_FROM => 0}, _echo(1024, 100, qw(--inflight 4 --no-takeover), @deflate),
        about => '1 KiB text compressed without context takeover, 100 connections, 4 in flight'},
    {name => 'deflate1kctx', env => {COMPRESS_FROM => 0}, _echo(1024, 100, qw(--inflight 4), @deflate), about => 'the same with context takeover'},
    {name => 'broadcast', job => 'broadcast', load => [qw(--size 64 --connections 100 --inflight 8 --mode broadcast --path /broadcast)],
        about => '64 B text to 100 connections, per delivery'},
    {name => 'connect', load => [qw(--connections 50 --mode connect)], about => 'connect, handshake, close handshake'},
    {name => 'http', job => 'http', load => [qw(--connections 100 --mode http)], about => 'keep-alive GET, 13 bytes of body'},
    {name => 'latency', raw => 1, figure => 'p99', half_load => 1, _echo(64, 100, '--inflight', 4),
        about => '64 B text, 100 connections, at half the rate that raw libuv reaches'},
    (map { {name => "scale$_", raw => 1, _echo(64, $_, '--rate', 20_000), many => $_ > 1000,
        about => "64 B text, $_ connections, together 20,000 messages a second"} } 10, 100, 1000, 10_000),
    {name => 'start', figure => 'start', job => 'echo', load => [qw(--mode idle --connections 1 --touch)], about => 'memory of the process before the first connection'},
    {name => 'idle', @idle, _idle(), about => 'memory per connection: one echo each, one callback for all'},
    {name => 'idleclosure', @idle, job => 'idle', _idle(), about => 'the same with a closure per connection'},
    {name => 'idledeflate', @idle, env => {COMPRESS_FROM => 1024}, _idle(@deflate, '--plain'), about => 'the same, compression negotiated and never used'},
    {name => 'idlectx', @idle, rest => 10, env => {COMPRESS_FROM => 0}, _idle(@deflate, '--size', 1024),
        about => 'the same, compression with context takeover used once, then idle for 10 s'},
);

sub all { return @cases }

sub get {
    my ($name) = @_;
    my ($case) = grep { $_->{name} eq $name } @cases;
    return $case // die "no case is called $name; there are: @{[map { $_->{name} } @cases]}\n";
}

# Whether the server can take part.
sub suits {
    my ($case, $server) = @_;
    return 0 if !$server->{can}{$case->{job} // 'echo'};
    return 1 if ($case->{figure} // '') eq 'start' && !$server->{raw};
    return $server->{raw} ? $case->{raw} : 1;
}

1;
