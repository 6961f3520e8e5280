# Functions and constants of package UniEvent, its second name, backends, import.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use Socket ();
use UniEvent;

subtest 'names' => sub {
    is(\&UE::timer, \&UniEvent::timer, 'one package under two names');
    ok(UE::Tcp->isa('UniEvent::Stream'), 'classes too');
    is(ref UE::Timer->new, 'UniEvent::Timer', 'objects say the long one');
    eval 'package UniEvent::Made::Later; sub yes { 1 } 1' or die;
    ok(UE::Made::Later->yes, 'also what comes later');
    for (qw(Loop Handle Timer Signal Idle Prepare Check Stream Tcp Pipe Resolver Resolver::Request Request Error
        SystemError Backend Backend::UV SslContext)) {
        ok(eval "require UniEvent::$_; 1", "UniEvent::$_ can be loaded") or diag $@;
    }
    for (qw(UE Net::SockAddr XS::ErrorCode XS::STL::ErrorCode XS::Framework)) {
        ok(eval "require $_; 1", "$_ can be loaded") or diag $@;
    }
    my $lib = join ' ', map { "-I$_" } @INC;
    for (qw(UE UniEvent::Tcp UniEvent::Signal UniEvent::Error XS::ErrorCode Net::SockAddr UniEvent::Backend::UV XS::Framework)) {
        is(`$^X $lib -e 'use $_; print ref UniEvent::Timer->new' 2>&1`, 'UniEvent::Timer', "$_ alone loads everything");
    }
};

subtest 'constants' => sub {
    is(AF_INET, Socket::AF_INET(), 'AF_INET');
    is(AF_INET6, Socket::AF_INET6(), 'AF_INET6');
    is(AF_UNSPEC, Socket::AF_UNSPEC(), 'AF_UNSPEC');
    is(PF_INET, Socket::PF_INET(), 'PF_INET');
    is(PF_INET6, Socket::PF_INET6(), 'PF_INET6');
    is(PF_UNSPEC, Socket::PF_UNSPEC(), 'PF_UNSPEC');
    is(SOCK_STREAM, Socket::SOCK_STREAM(), 'SOCK_STREAM');
    is(SOCK_DGRAM, Socket::SOCK_DGRAM(), 'SOCK_DGRAM');
    is(INET_ADDRSTRLEN, 16, 'INET_ADDRSTRLEN');
    cmp_ok(INET6_ADDRSTRLEN, '>=', 46, 'INET6_ADDRSTRLEN');
    is(UE::AF_INET, AF_INET, 'UE::');
    ok(eval 'package N; use UniEvent (); !defined &AF_INET', 'no import');
    ok(eval 'package F; use UniEvent qw(timer AF_INET); defined &timer && defined &AF_INET && !defined &AF_INET6', 'by name');
    ok(!eval 'package U; use UniEvent qw(nothing_like_this); 1', 'unknown');
    ok(!eval 'package C; sub AF_INET { 1 } use UniEvent; 1', 'collision');
};

subtest 'the machine' => sub {
    chomp(my $name = `hostname 2>/dev/null` || '');
    my $host = UniEvent::hostname();
    ok(length $host, 'hostname');
    is($host, $name, 'the one the system knows') if length $name;
    is_deeply([UniEvent::hostname()], [$host, undef], 'in list context');
    my $u = UniEvent::uname();
    is(scalar(grep { length $u->{$_} } qw(sysname release version machine)), 4, 'uname');
    cmp_ok(UniEvent::get_rss(), '>', 1_000_000, 'get_rss');
    cmp_ok(UniEvent::get_total_memory(), '>', UniEvent::get_free_memory(), 'memory');
    is(scalar(my @one = UniEvent::get_free_memory()), 1, 'plain');
    my $interfaces = UniEvent::interface_info();
    my ($lo) = grep { $_->{is_internal} } @$interfaces;
    SKIP: {
        skip 'no loopback interface', 3 unless $lo;
        isa_ok($lo->{address}, 'Net::SockAddr');
        isa_ok($lo->{netmask}, 'Net::SockAddr');
        is(length $lo->{phys_addr}, 6, 'phys_addr');
    }
    my $cpus = UniEvent::cpu_info();
    is(ref $cpus, 'ARRAY', 'cpu_info');
    is_deeply([sort keys %{ $cpus->[0]{cpu_times} }], [qw(idle irq nice sys user)], 'times') if @$cpus;
    my $r = UniEvent::get_rusage();
    is(keys %$r, 16, 'get_rusage');
    cmp_ok($r->{maxrss}, '>', 0, 'maxrss');
    cmp_ok($r->{utime} + $r->{stime}, '>', 0, 'time');
};

subtest 'random' => sub {
    my $a = UniEvent::get_random(32);
    is(length $a, 32, 'as long as wanted');
    isnt($a, scalar UniEvent::get_random(32), 'and not always the same');
    is(UniEvent::get_random(0), '', 'none');
    my @got;
    my $loop = UniEvent::Loop->new;
    my $request = UniEvent::get_random(8, sub { @got = @_ }, $loop);
    isa_ok($request, 'UniEvent::Request::Random');
    isa_ok($request, 'UniEvent::Work');
    is(@got, 0, 'not at once');
    ok($request->active, 'under way');
    $loop->run;
    is(length $got[0], 8, 'later');
    is($got[1], undef, 'no error');
    is($got[2], $request, 'the request');
    ok(!$request->active, 'done');
    my $cancelled = UniEvent::get_random(8, sub { @got = @_ }, $loop);
    $cancelled->cancel;
    $loop->run;
    is($got[1], UniEvent::SystemError::operation_canceled, 'cancelled');
};

subtest 'guess_type' => sub {
    open my $file, '<', $0 or die;
    is(UniEvent::guess_type($file), 'fs', 'file');
    is(UniEvent::guess_type(fileno $file), 'fs', 'descriptor');
    pipe my $r, my $w or die;
    is(UniEvent::guess_type($r), 'pipe', 'pipe');
    socket my $tcp, Socket::AF_INET(), Socket::SOCK_STREAM(), 0 or die;
    is(UniEvent::guess_type($tcp), 'tcp', 'tcp');
    socket my $udp, Socket::AF_INET(), Socket::SOCK_DGRAM(), 0 or die;
    is(UniEvent::guess_type($udp), 'udp', 'udp');
    is(UniEvent::guess_type(12345), 'unknown', 'unknown');
    ok(!eval { UniEvent::guess_type(undef); 1 }, 'undef');
    ok(!eval { UniEvent::guess_type('no handle'); 1 }, 'text');
};

subtest 'backend' => sub {
    my $b = UniEvent::default_backend();
    is(ref $b, 'UniEvent::Backend', 'class');
    is($b->name, 'uv', 'name');
    is($b, UniEvent::Backend::UV(), 'the only one');
    ok(!eval { UniEvent::set_default_backend(undef); 1 }, 'undef');
    is(ref $@, 'UniEvent::Error', 'an object');
    my $lib = join ' ', map { "-I$_" } @INC;
    is(`$^X $lib -MUniEvent -e 'UE::set_default_backend(UE::Backend::UV()); print "ok"' 2>&1`, 'ok', 'early');
    UniEvent::Loop->default;
    ok(!eval { UniEvent::set_default_backend($b); 1 }, 'too late');
    is(ref $@, 'UniEvent::Error', 'an object');
};

done_testing;
