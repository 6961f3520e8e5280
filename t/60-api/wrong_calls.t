# Whatever a method is given that it cannot use, what it dies with names the method; for what people get wrong, the argument,
# the value and what was expected as well.
use strict;
use warnings;
use lib 't/lib';
use B ();
use Test::More;
use UETest qw(root_dir temp_dir);
use UETest::Api;
use UETest::WrongCalls qw(objects junk);
use UniEvent::SslContext;
use UniEvent::WebSocket;

my $bound = UETest::Api::bound();
my $dir = temp_dir();    # some junk names files and sockets
chdir $dir or die "$dir: $!";
my $object = objects();

sub death {
    my ($code) = @_;
    local $SIG{__WARN__} = sub { };
    return eval { $code->(); 1 } ? undef : "$@";
}

# Every method of every class, with nothing, with too much, and with junk in each place.
for my $class (sort keys %$bound) {
    my (%unnamed, $deaths);
    for my $name (sort @{ $bound->{$class} }) {
        my $sub = $class->can($name);
        my $gv = B::svref_2object($sub)->GV;
        my $home = $gv->STASH->NAME;
        my $method = B::svref_2object($sub)->XSUB ? quotemeta($home) . '(?:::|->)' . quotemeta($gv->NAME) : '[A-Z]\w*(?:::\w+)*(?:::|->)\w+';
        my @selves = B::svref_2object($sub)->XSUB ? ($object->{$class}, $class, 'x') : $name eq 'new' ? $class : $object->{$class} // $class;
        for my $self (grep { defined } @selves) {
            for my $arguments ([], [(1) x 20], map({ [$_] } junk()), map({ my $j = $_; map { [$j, $_] } junk() } junk())) {
                next if !@$arguments && UETest::WrongCalls::waits($class, $name);
                my $message = death(sub { $sub->($self, @$arguments) });
                $self->event_listener(undef) if $name eq 'event_listener' && ref $self;
                next if !defined $message;
                ++$deaths;
                $unnamed{$name} //= $message if $message !~ /\A(?:Usage: )?$method(?:\(|: )/;
            }
        }
    }
    is join('', map { "$_: $unnamed{$_}" } sort keys %unnamed), '', "$class: all messages name the method";
}

# By class: a call, and of what it dies with the method, the argument, the value and what was expected. Three kinds of mistakes:
# something missing, something of the wrong type, something out of range.
$object = objects();
my $row = UETest::WrongCalls::rows();
for my $class (sort keys %$row) {
    subtest $class => sub {
        for (@{ $row->{$class} }) {
            my ($what, $code, $method, @parts) = @$_;
            my $message = death(sub { $code->($object->{$class}) }) // 'no message: it lives';
            like $message, qr/\A(?:Usage: )?\Q$method\E(?:\(|: )/, "$what: the method";
            like $message, qr/\Q$_\E/, "$what: $_" for @parts;
            unlike $message, qr/ at \S*blib/, "$what: the place is the caller's" if $method ne 'URI::XS::ws->new';
        }
    };
}
my @without = sort grep { !$row->{$_} && grep { !/^[A-Z_0-9]+$/ } @{ $bound->{$_} } } keys %$bound;
is join(' ', @without), join(' ', sort @{ UETest::WrongCalls::without_arguments() }), 'and every class has its rows, but for those that take nothing';
chdir root_dir();
done_testing;
