# A payload's scalar serves the next message only if the program has not kept, changed or referred to it.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest;
use UniEvent;
use Protocol::WebSocket::Fast;
use Scalar::Util 'dualvar';

my $client = Protocol::WebSocket::Fast::ClientParser->new;
my $server = Protocol::WebSocket::Fast::ServerParser->new;
my $accept = $server->accept($client->connect_request({uri => 'ws://localhost/'})) or die 'no request';
$client->connect($server->accept_response);

sub messages { map { $server->get_messages($client->send_message(payload => $_)) } @_ }

my ($first, $second, $third) = messages('one', 'two', 'three');

is join(',', $first->payload, $second->payload, $third->payload), 'one,two,three', 'three in one statement';

my @kept = map { \$_->payload } $first, $second, $third;
is_deeply [map { $$_ } @kept], ['one', 'two', 'three'], 'references to them';

my $alias = sub { \$_[0] }->($first->payload);
$second->payload;
is $$alias, 'one', 'an alias that outlives the call';

for ($first->payload) { $_ .= ' changed'; is $_, 'one changed', 'a copy that may be changed' }
is $first->payload, 'one', '... and is not the payload';
is $second->payload, 'two', '... nor that of the next';

for ($first->payload) { utf8::upgrade($_ .= "\xe9") }
ok !utf8::is_utf8($second->payload), 'bytes after a scalar that was upgraded';

for ($first->payload) { $_ = dualvar 5, 'five' }
is $second->payload . ($second->payload | ''), 'twotwo', 'a string after a scalar that got a number';

is $first->payload =~ /n/g && pos($_) // 'none', 'none', 'matched';
my @tail = $second->payload =~ /\G(.)/g;
is "@tail", 't w o', 'no match position is left over';

for ($third->payload) { bless \$_, 'Somewhere' }
is ref(\$first->payload), 'SCALAR', 'no blessing is left over';

my $big = join '', map { chr 65 + $_ % 26 } 1 .. 20_000;
my ($large) = messages($big);
is $large->payload, $big, 'a large one';
is $first->payload, 'one', '... and a small one after it';

sub place { unpack 'J', pack 'p', $_[0] }
my ($copy, $another) = ($large->payload, $large->payload);
SKIP: {
    skip 'this perl copies at once', 2 if $] < 5.020;
    is place($copy), place($another), 'copies of a large payload share one buffer';
    is place($_), place($copy), '... passed on, too' for map { my $passed = $_; $passed } $copy;
}
substr $copy, 0, 1, '#';
isnt place($copy), place($another), '... until one is changed';
is $another . $large->payload, $big x 2, '... and then only that one is';

UETest::nothing_left($client, $server, $accept, $first, $second, $third, $large);
done_testing;
