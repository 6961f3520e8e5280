# The short way of the methods that are called per message gives what perl's own way gives: whatever becomes of a class, of its
# methods, or of what a call is made on, at the same place of the program.
use strict;
use warnings;
use lib 't/lib';
use Config;
use Test::More;
use UETest;
use Protocol::WebSocket::Fast;
use UniEvent::WebSocket;

my $client = Protocol::WebSocket::Fast::ClientParser->new;
my $server = Protocol::WebSocket::Fast::ServerParser->new;
my $accept = $server->accept($client->connect_request({uri => 'ws://localhost/'})) or die 'no request';
$client->connect($server->accept_response);
sub message { my @all = $server->get_messages($client->send_message(payload => $_[0])); return $all[0] }

# One place for all: it has been shortened after its first call.
sub payload { return $_[0]->payload }

{ package Other;      sub new { bless {}, $_[0] } sub payload { 'the other class' } }
{ package Derived;    our @ISA = 'Protocol::WebSocket::Fast::Message'; }
{ package Overriding; our @ISA = 'Protocol::WebSocket::Fast::Message'; sub payload { 'over ' . $_[0]->SUPER::payload } }
{ package Late;       our @ISA = 'Protocol::WebSocket::Fast::Message'; }
{ package Tied;       sub TIESCALAR { bless [$_[1]] } sub FETCH { $_[0][0] } }

my $one = message('one');
is payload($one), 'one', "time $_" for 1 .. 3;
is payload(message('two')), 'two', 'another message';
is payload(Other->new), 'the other class', 'another class';
is payload('Other'), 'the other class', 'a class by its name';
is payload($one), 'one', 'and back';
tie my $tied, 'Tied', $one;
is payload($tied), 'one', 'a tied scalar';
my $derived = bless message('three'), 'Derived';
is payload($derived), 'three', 'a derived class' for 1, 2;
is payload(bless message('four'), 'Overriding'), 'over four', 'one that overrides' for 1, 2;
is payload($one), 'one', 'the base class again';

# Methods change.
my $late = bless message('five'), 'Late';
is payload($late), 'five', 'before it has a method of its own' for 1, 2;
{ no strict 'refs'; *{'Late::payload'} = sub { 'own' } }
is payload($late), 'own', 'a method that came later';
{ no strict 'refs'; no warnings 'redefine'; *{'Late::payload'} = sub { 'newer' } }
is payload($late), 'newer', 'another in its place';
delete $Late::{payload};
is payload($late), 'five', 'gone again';
@Late::ISA = 'Other';
is payload($late), 'the other class', 'other parents';
@Late::ISA = 'Protocol::WebSocket::Fast::Message';
is payload($late), 'five', 'and the old ones';
{
    no warnings 'redefine';
    local *Protocol::WebSocket::Fast::Message::payload = sub { 'wrapped' };
    is payload($one), 'wrapped', 'a localized method of the base class' for 1, 2;
    is payload($late), 'wrapped', '... seen by those that inherit it';
}
is payload($one), 'one', 'and back' for 1, 2;
is payload($late), 'five', '... for them, too';

# Code that has gone leaves its place to other code.
my $unconnected = UniEvent::WebSocket::Client->new;
my %arguments = (send => [payload => 'x'], send_text => ['x'], send_message => ['x']);
my @wrong;
for my $round (1 .. 60) {
    my $name = (sort keys %arguments)[$round % 3];
    my $code = eval "sub { \$unconnected->$name(\@_) }" or die $@;
    eval { $code->(@{ $arguments{$name} }) for 1 .. 3; 1 } or push @wrong, "$name: $@";
}
is "@wrong", '', 'code made anew again and again, in the same memory';

# What is wrong stays wrong.
my $bad = sub { my $what = shift; eval { payload($what); 1 } ? 'lived' : $@ };
like $bad->(undef), qr/^Can't call method "payload" on an undefined value/, 'undef';
like $bad->([]), qr/^Can't call method "payload" on unblessed reference/, 'no object';
like $bad->('No::Such'), qr/^Can't locate object method "payload" via package "No::Such"/, 'no class';
like $bad->(bless {}, 'Plain'), qr/^Can't locate object method "payload" via package "Plain"/, 'a class without it';
like $bad->(bless {}, 'Derived'), qr/expected an object of class Protocol::WebSocket::Fast::Message/, 'not one of ours';
is payload($one), 'one', 'and right what is right';

# Contexts and arguments.
for (1, 2) {
    my @list = $one->payload;
    is_deeply \@list, ['one'], 'a list';
    my ($count, $empty) = (scalar(() = $one->payload), message('')->payload);
    is $count, 1, '... of one';
    is $empty, undef, 'a scalar';
    $one->payload;
    is join('', 'a', $one->payload, 'b'), 'aoneb', 'among others';
    is "$_", 'one', 'as the value of a loop' for $one->payload;
    ok !eval { $one->payload(1); 1 }, 'too many arguments';
    like $@, qr/Usage: .*payload\(\)/, '... are told';
    is sub { $_[0] .= '!'; $_[0] }->($one->payload), 'one!', 'an argument that is changed';
    is $one->payload, 'one', '... is a copy';
}
sub last_value { $one->payload }
is scalar(last_value()), 'one', 'the value of a sub' for 1, 2;
is_deeply [map { $_->payload } $one, message('six'), Other->new], ['one', 'six', 'the other class'], 'in a map';
is join(',', map { my $m = message($_); my $name = 'payload'; $m->$name } 1 .. 3), '1,2,3', 'by a name';
is Protocol::WebSocket::Fast::Message::payload($one), 'one', 'as a function' for 1, 2;
is &Protocol::WebSocket::Fast::Message::payload($one), 'one', 'as one with &' for 1, 2;
is sub { goto &Protocol::WebSocket::Fast::Message::payload }->($one), 'one', 'by goto' for 1, 2;
is $one->can('payload')->($one), 'one', 'by can' for 1, 2;

SKIP: {
    skip 'this perl has no threads', 2 if !$Config{useithreads};
    require threads;
    is(threads->create(sub { my $other = Other->new; payload($other) . payload(Other->new) })->join, 'the other class' x 2, 'in a thread');
    is payload($one), 'one', '... and beside it';
}

{
    my $dir = UETest::temp_dir();
    my $file = "$dir/debugged.pl";
    open my $out, '>', $file or die "$file: $!\n";
    print {$out} <<'PROGRAM';
        use Protocol::WebSocket::Fast;
        my $c = Protocol::WebSocket::Fast::ClientParser->new;
        my $s = Protocol::WebSocket::Fast::ServerParser->new;
        $s->accept($c->connect_request({uri => 'ws://localhost/'}));
        $c->connect($s->accept_response);
        print $_->payload, "\n" for map { $s->get_messages($c->send_message(payload => $_)) } 1 .. 3;
        package DB;
        my %seen;
        sub DB { } sub sub { no strict; $seen{$DB::sub}++; &$DB::sub }
        END { print "calls: $seen{'Protocol::WebSocket::Fast::Message::payload'}\n" }
PROGRAM
    close $out;
    local $ENV{PERL5DB} = 'BEGIN { package DB; sub DB { } }';
    my ($status, $text, $errors) = UETest::run_peer([$^X, (map { "-I$_" } grep { !ref } @INC), '-d', $file], perl => 1);
    is $text, "1\n2\n3\ncalls: 3\n", 'a debugger sees every call' or diag $errors;
}

untie $tied;
undef $tied;
UETest::nothing_left($client, $server, $accept, $one, $derived, $late, $unconnected);
done_testing;
