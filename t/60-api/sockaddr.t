# Net::SockAddr: values made from text, raw bytes and packed structures; read back the same way; compared by content.
use strict;
use warnings;
use Test::More;
use Socket ();
use UniEvent;
use Net::SockAddr;

subtest 'new: by family, undef stays undef' => sub {
    is(Net::SockAddr->new(undef), undef, 'undef');
    my $packed = Socket::pack_sockaddr_in(1234, Socket::inet_aton('192.168.1.1'));
    my $sa = Net::SockAddr->new($packed);
    is(ref $sa, 'Net::SockAddr::Inet4', 'class');
    isa_ok($sa, 'Net::SockAddr');
    ok($sa->is_inet4, 'is_inet4');
    ok(!$sa->is_inet6 && !$sa->is_unix, 'and nothing else');
    is($sa->family, AF_INET, 'family');
    is($sa->port, 1234, 'port');
    is($sa->ip, '192.168.1.1', 'ip');
    is($sa->addr, Socket::inet_aton('192.168.1.1'), 'addr');
    is($sa->get, $packed, 'get gives the structure back');
    my $copy = Net::SockAddr->new($sa);
    ok($copy == $sa, 'a copy is equal');
    is($copy->ip . $copy->port, '192.168.1.11234', 'and has the same parts');

    my $packed6 = Socket::pack_sockaddr_in6(1234, Socket::inet_pton(AF_INET6, 'fe80::7'), 456, 789);
    my $sa6 = Net::SockAddr->new($packed6);
    is(ref $sa6, 'Net::SockAddr::Inet6', 'class of six');
    is($sa6->family, AF_INET6, 'family of six');
    is(join('|', $sa6->ip, $sa6->port, $sa6->scope_id), 'fe80::7|1234|456', 'parts of six');
    ok($sa6->flowinfo, 'flow information');
    is($sa6->get, $packed6, 'structure of six');

    my $packed_un = Socket::pack_sockaddr_un('/run/some.sock');
    my $un = Net::SockAddr->new($packed_un);
    is(ref $un, 'Net::SockAddr::Unix', 'class of a path');
    is($un->path, '/run/some.sock', 'path');
    is($un->family, AF_UNIX, 'family of a path');
};

subtest 'new: what is no address' => sub {
    my $four = Socket::pack_sockaddr_in(1, "\x7f\0\0\1");
    my $six = Socket::pack_sockaddr_in6(1, Socket::IN6ADDR_LOOPBACK());
    for (['empty', ''], ['one byte', 'x'], ['cut', substr $four, 0, 15], ['cut six', substr $six, 0, 20],
        ['family 99', pack('S', 99) . "\0" x 30], ['a reference', []], ['another object', UniEvent::Loop->new]) {
        my ($name, $value) = @$_;
        ok(!eval { Net::SockAddr->new($value); 1 }, $name);
        like($@, qr/invalid sockaddr/, "$name: said so");
    }
};

subtest 'inet4' => sub {
    my $sa = Net::SockAddr::Inet4->new('192.168.1.1', 80);
    is("$sa", '192.168.1.1:80', 'text');
    is($sa->port, 80, 'port');
    ok($sa eq '192.168.1.1:80', 'eq compares the text');
    for my $bad ('192.168.1', 'localhost', '', '::1', '1.2.3.4.5', '1.2.3.400', "1.2.3.4\0") {
        ok(!eval { Net::SockAddr::Inet4->new($bad, 80); 1 }, "refused: '" . ($bad =~ s/\0/\\0/r) . "'");
    }
    for my $bad (-1, 65536, 'http', undef, 1.5) {
        ok(!eval { Net::SockAddr::Inet4->new('1.2.3.4', $bad); 1 }, 'port ' . ($bad // 'undef'));
    }
    my $addr = Socket::inet_aton('10.0.0.7');
    my $function = Net::SockAddr::Inet4::from_addr($addr, 81);
    my $method = Net::SockAddr::Inet4->from_addr($addr, 81);
    is("$function", '10.0.0.7:81', 'from_addr as a function');
    ok($function == $method, 'and as a method');
    ok(!eval { Net::SockAddr::Inet4::from_addr('abc', 1); 1 }, 'three bytes');
    like($@, qr/invalid ip4 addr/, 'said so');
};

subtest 'inet6' => sub {
    my $sa = Net::SockAddr::Inet6->new('12:34:56:78:90:ab:cd:ef', 80, 10, 20);
    is("$sa", '[12:34:56:78:90:ab:cd:ef%10]:80', 'text with scope');
    is($sa->scope_id, 10, 'scope');
    is($sa->flowinfo, 20, 'flow');
    is(Net::SockAddr::Inet6->new('::1', 8080), '[::1]:8080', 'text without scope');
    is(Net::SockAddr::Inet6->new('0:0:0:0:0:0:0:1', 1)->ip, '::1', 'canonical');
    is(Net::SockAddr::Inet6->new('fe80::1%lo', 1)->scope_id, 1, 'an interface name is its index') if -e '/sys/class/net/lo';
    is(Net::SockAddr::Inet6->new('fe80::1%nosuchif', 1, 7)->scope_id, 0, 'an unknown one is 0');
    for my $bad ('1.2.3.4', 'zz::', '', '::1::', 'localhost') {
        ok(!eval { Net::SockAddr::Inet6->new($bad, 80); 1 }, "refused: '$bad'");
    }
    my $raw = Socket::inet_pton(AF_INET6, 'fe80::9');
    my $function = Net::SockAddr::Inet6::from_addr($raw, 82, 30, 40);
    is(join('|', $function->ip, $function->port, $function->scope_id, $function->flowinfo), 'fe80::9|82|30|40', 'from_addr');
    ok($function == Net::SockAddr::Inet6->from_addr($raw, 82, 30, 40), 'as a method');
    is($function->addr, $raw, 'addr');
    ok(!eval { Net::SockAddr::Inet6::from_addr('abcd', 1); 1 }, 'four bytes');
    like($@, qr/invalid ip6 addr/, 'said so');
};

subtest 'unix' => sub {
    my $sa = Net::SockAddr::Unix->new('/run/x');
    is("$sa", '/run/x', 'text');
    is($sa->path, '/run/x', 'path');
    my $again = Net::SockAddr->new($sa->get);
    is(ref $again, 'Net::SockAddr::Unix', 'class after a round trip');
    is($again->path, '/run/x', 'path after a round trip');
    is($again->get, $sa->get, 'bytes after a round trip');
    is(length Net::SockAddr::Unix->new('p' x 107)->path, 107, 'the longest path');
    ok(!eval { Net::SockAddr::Unix->new('p' x 108); 1 }, 'one more');
    ok(!eval { Net::SockAddr::Unix->new('p' x 4000); 1 }, 'many more');
    ok(!$sa->can('ip') && !$sa->can('port'), 'no methods of the others');
};

subtest 'comparison' => sub {
    my @sa = map { Net::SockAddr::Inet4->new(@$_) } ['1.1.1.1', 1], ['1.1.1.1', 1], ['1.1.1.1', 2], ['1.1.1.2', 1];
    ok($sa[0] == $sa[1], 'equal');
    ok(!($sa[0] != $sa[1]), 'hence not unequal');
    ok($sa[0] != $sa[2], 'port');
    ok($sa[0] != $sa[3], 'address');
    ok($sa[0] == $sa[1]->get, 'a packed string');
    ok($sa[0]->get == $sa[1], 'on the left');
    my $six = Net::SockAddr::Inet6->new('::1', 1);
    ok($sa[0] != $six, 'family');
    ok($six == Net::SockAddr::Inet6->new('::1', 1), 'six');
    ok($six != Net::SockAddr::Inet6->new('::1', 1, 5), 'scope');
    ok($six != Net::SockAddr::Inet6->new('::1', 1, 0, 5), 'flow');
    { no warnings; ok(!($six == undef), 'undef'); ok($six != undef, 'undef is different'); }
    ok(!($six == 'rubbish'), 'rubbish');
};

subtest 'constants' => sub {
    is(INADDR_ANY, "\0\0\0\0", 'INADDR_ANY');
    is(INADDR_LOOPBACK, "\x7f\0\0\1", 'INADDR_LOOPBACK');
    is(INADDR_BROADCAST, "\xff" x 4, 'INADDR_BROADCAST');
    is(INADDR_NONE, "\xff" x 4, 'INADDR_NONE');
    is(IN6ADDR_ANY, "\0" x 16, 'IN6ADDR_ANY');
    is(IN6ADDR_LOOPBACK, "\0" x 15 . "\1", 'IN6ADDR_LOOPBACK');
    is(SOCKADDR_ANY, '0.0.0.0:0', 'SOCKADDR_ANY');
    is(SOCKADDR_LOOPBACK, '127.0.0.1:0', 'SOCKADDR_LOOPBACK');
    is(SOCKADDR6_ANY, '[::]:0', 'SOCKADDR6_ANY');
    is(SOCKADDR6_LOOPBACK, '[::1]:0', 'SOCKADDR6_LOOPBACK');
    is(AF_UNSPEC, 0, 'AF_UNSPEC');
    is(AF_UNIX, Socket::AF_UNIX(), 'AF_UNIX');
};

subtest 'import rules' => sub {
    ok(eval 'package Nothing; use Net::SockAddr (); !defined &SOCKADDR_ANY', 'nothing') or diag $@;
    ok(eval 'package One; use Net::SockAddr "AF_UNIX"; defined &AF_UNIX && !defined &AF_INET', 'one') or diag $@;
    ok(eval 'package Const; use Net::SockAddr ":const"; defined &AF_UNIX && defined &SOCKADDR_ANY', 'all') or diag $@;
    ok(!eval 'package Unknown; use Net::SockAddr "NO_SUCH"; 1', 'unknown');
    like($@, qr/NO_SUCH/, 'is named');
    ok(!eval 'package Clash; sub AF_UNIX { 77 } use Net::SockAddr; 1', 'collision');
};

subtest 'a value cannot be changed, a corrupted one is refused' => sub {
    my $sa = Net::SockAddr::Inet4->new('1.2.3.4', 5);
    ok(!eval { $$sa = 'x'; 1 }, 'read only');
    my $fake = bless \(my $x = 'abc'), 'Net::SockAddr::Inet4';
    ok(!eval { $fake->ip; 1 }, 'fake object');
    ok(!eval { Net::SockAddr::Inet4->ip; 1 }, 'class instead of an object');
};

done_testing;
