# A parser uses a message's object again only when nobody can tell.
use strict;
use warnings;
use Test::More;
use Protocol::WebSocket::Fast;
use Scalar::Util qw(refaddr weaken);
use UniEvent;
use XS::Framework;

my $client = Protocol::WebSocket::Fast::ClientParser->new;
my $server = Protocol::WebSocket::Fast::ServerParser->new;
$server->accept($client->connect_request({uri => 'ws://localhost/'})) or die 'no request';
$client->connect($server->accept_response);
sub messages { $server->get_messages(join '', map { $client->send_message(payload => $_) } @_) }
sub message { (messages(@_))[0] }

my %kept = map { my $text = "number $_"; my $message = message($text); $_ % 3 ? () : ($text => $message) } 1 .. 100;
is_deeply [map { $_->payload } @kept{sort keys %kept}], [sort keys %kept], 'every third of a hundred, kept';

my @all = messages(map { "of many $_" } 1 .. 100);
is_deeply [map { $_->payload } @all], [map { "of many $_" } 1 .. 100], 'a hundred at once';
my %address = map { refaddr($_) => 1 } @all, values %kept;
is scalar(keys %address), 133, 'all of them different objects';

@all = ();
my %seen;
++$seen{refaddr(message("unseen $_"))} for 1 .. 200;
cmp_ok scalar(keys %seen), '<=', 16, 'two hundred that nobody keeps are a few objects';

my $message = message('held weakly');
weaken(my $weak = $message);
is $weak->payload, 'held weakly', 'a weak reference';
undef $message;
messages("another $_") for 1 .. 20;
isnt $weak && $weak->payload, 'held weakly', '... is no claim';

{
    package My::Message;
    our @ISA = 'Protocol::WebSocket::Fast::Message';
    our $gone = 0;
    sub DESTROY { ++$gone }
}
bless message('of another class'), 'My::Message' for 1 .. 40;
is ref(message('plain')), 'Protocol::WebSocket::Fast::Message', 'a class that was given does not stick';
undef $server;
is $My::Message::gone, 40, '... and each of those objects ends once';

undef $client;
is(UniEvent::_live_objects(), keys %kept, 'the parsers have gone, what is kept has not');
%kept = ();
is(UniEvent::_live_objects(), 0, 'nothing is left');

done_testing;
