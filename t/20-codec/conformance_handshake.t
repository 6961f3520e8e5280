# Conformance to RFC 6455 section 4 and RFC 7692 section 7.1: opening handshakes and negotiation, both roles of the parser, whole and octet by octet.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Conformance qw(established request_head totals);
use UETest::Conformance::Handshake;
use UETest::Raw;

my %error = map { my $name = $_; my $code = Protocol::WebSocket::Fast::Error->can($name) or die "no error $name\n"; ($code->()->value => $name) } qw(unsupported_version response_code_101
    connection_mustbe_upgrade upgrade_mustbe_websocket sec_accept_missing deflate_negotiation_failed subprotocol_mismatch extension_mismatch);

sub fed { my ($feed, $bytes) = @_; my $got; for (split //, $bytes) { $got = $feed->($_) and last } return $got }
sub case { my ($role, $section, $name, $good) = @_; ok($good, "$role: $section: $name") && UETest::Conformance::count($role); return }

for (UETest::Conformance::Handshake::requests()) {
    my ($section, $name, $head, $code, %fields) = @$_;
    my @wrong;
    for my $way ('whole', 'octet by octet') {
        my $parser = Protocol::WebSocket::Fast::ServerParser->new;
        my $request = $way eq 'whole' ? $parser->accept($head) : fed(sub { $parser->accept($_[0]) }, $head);
        my $answer = !$request ? '' : $request->error ? $parser->accept_error : $parser->accept_response;
        my %got = map { /\A([^:]+): *(.*)\z/ ? (lc $1 => $2) : () } split /\r\n/, $answer;
        push @wrong, "$way: $answer" if $answer !~ /\AHTTP\/1.1 $code /
            || grep { defined $fields{$_} ? ($got{$_} // '') !~ $fields{$_} : exists $got{$_} } keys %fields;
        push @wrong, "$way: established" if !!$parser->established ne ($code == 101);
    }
    case('server', $section, $name, !@wrong);
    diag $_ for @wrong;
}

for (UETest::Conformance::Handshake::responses()) {
    my ($section, $name, $line, $pairs, $want) = @$_;
    my $head = UETest::Conformance::Handshake::response($line, @$pairs);
    my @wrong;
    for my $way ('whole', 'octet by octet') {
        my $parser = Protocol::WebSocket::Fast::ClientParser->new;
        $parser->connect_request({uri => 'ws://localhost/', ws_key => $UETest::Raw::KEY, ws_protocol => 'chat, superchat'});
        my $response = $way eq 'whole' ? $parser->connect($head) : fed(sub { $parser->connect($_[0]) }, $head);
        my $got = !$response ? 'nothing' : $response->error ? $error{$response->error->value} // $response->error : 1;
        push @wrong, "$way: $got" if $got ne $want || !!$parser->established ne ($want eq '1');
    }
    case('client', $section, $name, !@wrong);
    diag $_ for @wrong;
}

sub effective {
    my ($parser) = @_;
    my $c = $parser->effective_deflate_config // return 'none';
    return join ' ', @$c{qw(server_max_window_bits client_max_window_bits)}, map { $c->{"${_}_no_context_takeover"} ? 0 : 1 } qw(server client);
}

for (UETest::Conformance::Handshake::offers()) {
    my ($section, $name, $offer, $answer, $terms) = @$_;
    my @wrong;
    # One field, and one field for each offer.
    for my $value ($offer, [split /, (?=[a-z])/, $offer]) {
        my $parser = Protocol::WebSocket::Fast::ServerParser->new;
        $parser->accept(request_head($value));
        my ($got) = $parser->accept_response =~ /^Sec-WebSocket-Extensions: (.*?)\r$/m;
        push @wrong, ($got // 'no answer') . ', ' . effective($parser) if ($got // '') ne ($answer // '') || effective($parser) ne ($terms ? "@$terms" : 'none') || !$parser->established;
    }
    case('server', $section, $name, !@wrong);
    diag $_ for @wrong;
}

for (UETest::Conformance::Handshake::answers()) {
    my ($section, $name, $config, $answer, $terms) = @$_;
    my $parser = eval { established('client', {deflate => $config}, $answer) };
    my $got = $parser ? effective($parser) : $@ =~ /deflate parameters/ ? 'refused' : $@;
    case('client', $section, $name, $got eq ($terms ? "@$terms" : 'refused')) ;
    diag $got if $got ne ($terms ? "@$terms" : 'refused');
}

totals('handshakes');
