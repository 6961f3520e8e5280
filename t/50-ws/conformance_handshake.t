# Conformance over sockets: the tables of requests, said to a server of ours, and of responses, said to a client of ours, whole and octet by octet.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(run_until_empty);
use UETest::Conformance qw(totals);
use UETest::Conformance::Handshake;
use UETest::Conformance::Sockets;

my $server = UETest::Conformance::Sockets->new('server');
for (UETest::Conformance::Handshake::requests()) {
    my ($section, $name, $head, $code, %fields) = @$_;
    # What asks for no upgrade to WebSocket is a plain request, which a server without handlers for those refuses as such.
    $code = 426 if $code == 400 && ($head !~ /^Upgrade:.*websocket/mi || $head !~ /^Connection:(?:.*,)?[ \t]*upgrade[ \t]*(?:,|\r$)/mi);
    my @wrong;
    for my $slowly (0, 1) {
        my ($got, $headers, $connections) = $server->answer_to($head, $slowly);
        push @wrong, "$got, $connections connections, " . join ', ', map {"$_: $headers->{$_}"} sort keys %$headers
            if $got ne $code || $connections != ($code == 101) || grep { defined $fields{$_} ? ($headers->{$_} // '') !~ $fields{$_} : exists $headers->{$_} } keys %fields;
    }
    ok(!@wrong, "server: $section: $name") && UETest::Conformance::count('server');
    diag $_ for @wrong;
}

my $client = UETest::Conformance::Sockets->new('client');
for (UETest::Conformance::Handshake::responses()) {
    my ($section, $name, $line, $pairs, $want) = @$_;
    my $head = UETest::Conformance::Handshake::response($line, @$pairs);
    my @wrong;
    for my $slowly (0, 1) {
        my ($got, $connected) = $client->verdict_on($head, $slowly);
        my $error = $want ne '1' && Protocol::WebSocket::Fast::Error->can($want)->();
        push @wrong, $got if $error ? !ref $got || !$got->contains($error) || $connected : $got ne '1' || !$connected;
    }
    ok(!@wrong, "client: $section: $name") && UETest::Conformance::count('client');
    diag $_ for @wrong;
}

ok run_until_empty($_->{loop}), 'nothing is left in the loop' for $server, $client;
totals('handshakes over sockets');
