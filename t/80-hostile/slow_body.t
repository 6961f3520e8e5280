# A request body that comes a byte at a time holds one connection and the memory of its bytes, nothing else: others are served,
# what is announced is not reserved, and max_body_size answers 413 or 400 before the body has come.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Hostile;

my $server = target(config => {max_body_size => 50_000_000, idle_timeout => 2});
my $before = report($server, 'mark');
my @slow = map { attacker($server) } 1 .. 50;
$_->write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 49999999\r\n\r\n") for @slow;
for my $round (1 .. 20) { $_->write('b') for @slow }
my $chunked = attacker($server);
$chunked->write("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n2faf07f\r\nabc");
my $prompt = attacker($server);
$prompt->write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
is(($prompt->read_response // {})->{body}, "3\n", 'another request is answered meanwhile');
my $after = report($server);
SKIP: {
    skip 'no memory figures here', 1 if sanitized() || !$after->{peak};
    my $more = $after->{peak} - $before->{rss};
    note "51 bodies of 50 MB announced: $more KiB more";
    cmp_ok $more, '<', 20_000, 'what was announced was not reserved';
}
cmp_ok $after->{cpu} - $before->{cpu}, '<', 2, 'nor is there much work';

my $large = attacker($server);
$large->write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 50000001\r\n\r\n");
my $answer = $large->read_response // {};
like $answer->{code}, qr/\A4/, 'a body that is announced larger than allowed is refused before it comes';
$_->reset_hard for @slow, $chunked;
$_->close for $prompt, $large;
survives($server);
done_testing;
