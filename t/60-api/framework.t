# XS::Framework: room for data in objects of the engine, whatever class they are of.
use strict;
use warnings;
use lib 't/lib';
use Scalar::Util qw(reftype blessed);
use Test::More;
use UniEvent::WebSocket;

my $loop = UniEvent::Loop->new;
my %make = (
    'UniEvent::Loop'              => sub { UniEvent::Loop->new },
    'UniEvent::Timer'             => sub { UniEvent::Timer->new($loop) },
    'UniEvent::Tcp'               => sub { UniEvent::Tcp->new($loop) },
    'UniEvent::HTTP::Server'      => sub { UniEvent::HTTP::Server->new($loop) },
    'UniEvent::HTTP::ServerResponse' => sub { UniEvent::HTTP::ServerResponse->new },
    'UniEvent::HTTP::Request'     => sub { UniEvent::HTTP::Request->new({uri => 'http://a/'}) },
    'UniEvent::WebSocket::Server' => sub { UniEvent::WebSocket::Server->new({}, $loop) },
    'UniEvent::WebSocket::Client' => sub { UniEvent::WebSocket::Client->new({}, $loop) },
    'Protocol::WebSocket::Fast::ServerParser' => sub { Protocol::WebSocket::Fast::ServerParser->new },
    'URI::XS'                     => sub { URI::XS->new('http://a/') },
);

for my $class (sort keys %make) {
    my $object = $make{$class}->();
    is reftype($object), 'SCALAR', "$class: a reference to a scalar";
    is $$object, undef, "$class: which is undef";
    my $address = "@{[Scalar::Util::refaddr($object)]}";
    is_deeply [XS::Framework::obj2hv($object)], [], "$class: obj2hv returns nothing";
    is_deeply [blessed($object), reftype($object), Scalar::Util::refaddr($object)], [$class, 'HASH', $address], "$class: the same object, a hash";
    $object->{key} = [1];
    XS::Framework::obj2hv($object);
    is_deeply $object->{key}, [1], "$class: a second time changes nothing";
    ok !eval { XS::Framework::obj2av($object); 1 }, "$class: not a hash and an array";

    my $list = $make{$class}->();
    is_deeply [XS::Framework::obj2av($list)], [], "$class: obj2av returns nothing";
    push @$list, 'a', 'b';
    XS::Framework::obj2av($list);
    is "@$list", 'a b', "$class: an array";
    ok !eval { XS::Framework::obj2hv($list); 1 }, "$class: not an array and a hash";
}

for my $function (qw(obj2hv obj2av)) {
    my $code = XS::Framework->can($function);
    ok !eval { $code->('text'); 1 }, "$function: no reference";
    ok !eval { $code->(undef); 1 }, "$function: undef";
    ok !eval { $code->(\'value'); 1 }, "$function: holds a value";
}

done_testing;
