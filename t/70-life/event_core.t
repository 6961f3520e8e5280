# Anything may be done in any callback. A table: every action in every event, as callback, listener method and event
# listener, on plain and secure streams. Each cell must call back, end the loop in bounded time and leave nothing. With an
# argument only the events that it matches.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(run_until_empty temp_dir certificate seconds);
use Net::SockAddr;
use UniEvent;
use UniEvent::Signal;

my ($cert, $key) = certificate(my $dir = temp_dir());
my $ctx = UniEvent::SslContext->new({cert => $cert, key => $key});
my ($loop, $called, $action, %env);

# What happens in the callback, to the handle it belongs to ($env{h}).
my %action = (
    nothing => sub { },
    die     => sub { die "from the callback\n" },
    die_object => sub { die bless {}, 'Thrown' },
    stop    => sub { $loop->stop },
    drop    => sub { delete $env{h} },
    drop_all => sub { %env = () },
    clear   => sub { $env{h}->clear },
    reset   => sub { $env{h}->reset },
    close   => sub { my $h = $env{h}; $h->can('disconnect') ? $h->disconnect : $h->stop },
    reset_peer => sub { $_->reset for grep { $_->isa('UniEvent::Stream') } values %env },
    clear_all => sub { $_->clear for values %env },
    clear_and_drop => sub { $_->clear for values %env; %env = () },
    reset_and_die => sub { $env{h}->reset; die "from the callback\n" },
    drop_and_die => sub { %env = (); die "from the callback\n" },
    run     => sub { eval { $loop->run; 1 } and die "a running loop ran\n" },
    run_other => sub { my $other = UniEvent::Loop->new; my $t = UniEvent::timer_once(0, sub { }, $other); $other->run },
    write_more => sub { my $h = $env{h}; $h->isa('UniEvent::Stream') and !$h->listening and $h->write('more') },
    stop_reading => sub { my $h = $env{h}; $h->isa('UniEvent::Stream') and $h->read_stop },
);

sub acted { $called++ == 0 and $action->() }

# How the action is attached to the event.
{
    package Acting;
    sub new { bless {}, shift }
    for my $event (qw(timer signal prepare check idle connection connect read write shutdown eof)) {
        no strict 'refs';
        *{"on_$event"} = sub { main::acted() };
    }
}
my %way = (
    callback => sub { my ($h, $event) = @_; my $set = $event ? "${event}_callback" : 'callback'; $h->$set(sub { acted() }) },
    chain    => sub { my ($h, $event) = @_; my $get = $event ? "${event}_event" : 'event';
        $h->$get->add_event_listener(sub { my $next = shift; acted(); $next->(@_) }); $h->$get->add(sub { }) },
    listener => sub { Acting->can("on_" . ($_[1] || $_[0]->type)) or die; $_[0]->event_listener(Acting->new) },
);

my $secure;
sub stream { my $s = UniEvent::Tcp->new($loop); return $s }

# Two connected streams: h and peer.
sub connected {
    my ($attach, $event, $after) = @_;
    my $server = $env{server} = stream();
    $server->use_ssl($ctx) if $secure;
    $server->bind_addr(SOCKADDR_LOOPBACK);
    my $h = $env{h} = stream();
    $h->use_ssl if $secure;
    $server->listen(sub { $env{peer} = $_[1] if $env{server}; $_[0]->reset; $after->($_[1]) if $after });
    $attach->($h, $event);
    $h->connect_addr(scalar $server->sockaddr);
}

my %event = (
    timer   => sub { ($env{h} = UniEvent::Timer->new($loop))->once(0); $_[0]->($env{h}, '') },
    repeating_timer => sub { ($env{h} = UniEvent::Timer->new($loop))->start(0.001); $_[0]->($env{h}, '') },
    signal  => sub { ($env{h} = UniEvent::Signal->new($loop))->once(SIGUSR1); $_[0]->($env{h}, ''); kill USR1 => $$ },
    prepare => sub { ($env{h} = UniEvent::Prepare->new($loop))->start; $_[0]->($env{h}, ''); $env{t} = UniEvent::idle(sub { }, $loop) },
    check   => sub { ($env{h} = UniEvent::Check->new($loop))->start; $_[0]->($env{h}, ''); $env{t} = UniEvent::idle(sub { }, $loop) },
    idle    => sub { ($env{h} = UniEvent::Idle->new($loop))->start; $_[0]->($env{h}, '') },
    connect => sub { connected($_[0], 'connect') },
    failed_connect => sub {
        my $gone = stream(); $gone->bind_addr(SOCKADDR_LOOPBACK); $gone->listen; my $sa = $gone->sockaddr; $gone->reset;
        my $h = $env{h} = stream(); $h->use_ssl if $secure; $_[0]->($h, 'connect'); $h->connect_addr($sa); $h->write('behind'); $h->shutdown;
    },
    connection => sub {
        my $h = $env{h} = stream(); $h->use_ssl($ctx) if $secure; $h->bind_addr(SOCKADDR_LOOPBACK); $_[0]->($h, 'connection'); $h->listen;
        my $c = $env{client} = stream(); $c->use_ssl if $secure; $c->connect_addr(scalar $h->sockaddr);
    },
    read => sub { connected($_[0], 'read', sub { $_[0]->write('data') for 1 .. 3; $_[0]->shutdown }) },
    eof  => sub { connected($_[0], 'eof', sub { $_[0]->shutdown }) },
    write => sub { connected($_[0], 'write'); $env{h}->write('data') for 1 .. 3; $env{h}->write('x' x 300_000); $env{h}->shutdown },
    shutdown => sub { connected($_[0], 'shutdown'); $env{h}->write('data'); $env{h}->shutdown; $env{h}->write('late') },
    cancelled_write => sub { connected($_[0], 'write'); $env{h}->write('x'); $env{h}->write('y'); $env{r} = UniEvent::timer_once(0, sub { $env{h}->reset if $env{h} }, $loop) },
);

sub tidy {
    my @left = values %env;
    %env = ();
    $_->clear for @left;
}

for my $tls (0, 1) {
    $secure = $tls;
    for my $event (sort keys %event) {
        next if $tls && $event =~ /^(timer|repeating_timer|signal|prepare|check|idle)$/;
        my $row = $event . ($tls ? ' with TLS' : '');
        next if @ARGV && $row !~ /$ARGV[0]/;
        subtest $row => sub {
            for my $way (sort keys %way) {
                for my $name (sort keys %action) {
                    my $what = "$name in a $way";
                    $loop = UniEvent::Loop->new;
                    ($called, $action) = (0, $action{$name});
                    %env = ();
                    my ($died, $error, $late) = (0);
                    my $watchdog = UniEvent::timer_once(seconds(10), sub { $late = 1; $_[0]->loop->stop }, $loop);
                    $watchdog->weak(1);
                    # Repeating things are ended, and connections left alone, some turns after the callback.
                    my $turns = 0;
                    my $end = UniEvent::timer(0.001, sub { tidy() if $called && ++$turns > 3 }, $loop);
                    $end->weak(1);
                    eval { $event{$event}->($way{$way}); 1 } or do { $died = 1; $error = $@ };
                    for (1 .. 20) {
                        eval { $loop->run; 1 } or do { $died++; $error = $@ };
                        last if !$loop->alive || $late;
                    }
                    my $good = $called && !$late && $died == ($name =~ /die/ ? 1 : 0);
                    $good &&= $name eq 'die_object' ? ref $error eq 'Thrown' : $error eq "from the callback\n" if $died;
                    ok($good, $what) or diag "called $called, late " . ($late // 0) . ", died $died: " . ($error // '');
                    tidy();
                    $_->clear for $watchdog, $end;
                    undef $_ for $watchdog, $end;
                    $loop->run_nowait for 1 .. 2;
                    is_deeply($loop->handles, [], "$what: nothing is left") or last;
                }
            }
        };
    }
}

UETest::nothing_left($ctx, $loop, $secure);
done_testing;
