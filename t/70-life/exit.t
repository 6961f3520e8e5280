# A program may end at any time: by falling off its end with live handles, by exit or an uncaught die in any callback,
# in a thread or a forked child. Its status is its own, and nothing crashes on the way out.
use strict;
use warnings;
use lib 't/lib';
use Config;
use Test::More;
use Cwd ();
use UETest qw(run_peer temp_dir);

my $dir = temp_dir();
my @inc = map { ref $_ ? () : ('-I' . Cwd::abs_path($_)) } grep { -d } @INC;
my @perl = (map({ ('env', "$_=$ENV{$_}") } grep { defined $ENV{$_} } qw(LD_PRELOAD ASAN_OPTIONS)), $^X, @inc);

my $frame = <<'FRAME';
use strict; use warnings; use UniEvent; use Net::SockAddr;
{ package Noisy; sub new { bless [], shift } sub DESTROY { print "gone\n" } sub on_timer { main::act() } sub on_read { } }
{ package MyTcp; our @ISA = 'UniEvent::Tcp'; sub new { my $s = shift->SUPER::new(@_); XS::Framework::obj2hv($s); $s->{n} = Noisy->new; $s } sub DESTROY { print "my tcp\n" } }
our $loop = UniEvent::Loop->default;
our ($server, $client, @kept);
sub streams {
    $server = MyTcp->new($loop); $client = MyTcp->new($loop);
    $server->bind_addr(SOCKADDR_LOOPBACK);
    $server->connection_factory(sub { MyTcp->new($_[0]->loop) });
    $server->listen(sub { push @kept, $_[1]; $_[1]->write('hello') });
    $client->connect_addr(scalar $server->sockaddr);
}
$SIG{ALRM} = sub { print "late\n"; exit 99 }; alarm 60;
FRAME

my %way = (
    'timer'    => 'my $t = UE::timer(0.001, sub { act() }); $loop->run;',
    'listener' => 'my $t = UniEvent::Timer->new; $t->event_listener(Noisy->new); $t->once(0); $loop->run;',
    'chain'    => 'my $t = UniEvent::Timer->new; $t->event->add_event_listener(sub { my $n = shift; $n->(@_) }); $t->event->add(sub { act() }); $t->once(0); $loop->run;',
    'call_now' => 'my $t = UE::timer(1, sub { act() }); $t->call_now;',
    'delay'    => '$loop->delay(sub { act() }); $loop->run;',
    'idle'     => 'my $i = UE::idle(sub { act() }); $loop->run;',
    'signal'   => 'my $s = UE::signal(10, sub { act() }); kill 10 => $$; $loop->run;',
    'read'     => 'streams(); $client->read_callback(sub { act() }); $loop->run;',
    'connection' => 'streams(); $server->connection_callback(sub { act() }); $loop->run;',
    'factory'  => 'streams(); $server->connection_factory(sub { act() }); $loop->run;',
    'write'    => 'streams(); $client->write("x", sub { act() }); $loop->run;',
    'cancel'   => 'streams(); $client->write("x", sub { act() }); $client->reset;',
    'in order' => 'streams(); $client->run_in_order(sub { act() }); $loop->run;',
    'resolve'  => '$loop->resolver->resolve("127.0.0.1", sub { act() }); $loop->run;',
    'nested'   => 'my $o = UniEvent::Loop->new; my $i = UE::timer_once(0, sub { act() }, $o); my $t = UE::timer_once(0, sub { $o->run }); $loop->run;',
    'own loop' => '$loop = UniEvent::Loop->new; streams(); $client->read_callback(sub { act() }); $loop->run;',
    'destroy'  => '{ package Last; our @ISA = "UniEvent::Timer"; our $acted; sub DESTROY { main::act() if !$acted++ } } { my $t = Last->new; }',
);

sub run_script {
    my ($text) = @_;
    my $script = "$dir/script.pl";
    open my $out, '>', $script or die;
    print {$out} $frame, $text;
    close $out;
    return run_peer([@perl, $script], bound => 30);
}

for my $name (sort keys %way) {
    my ($status, $said, $complaint) = run_script("sub act { exit 7 }\n$way{$name}\nprint qq(not reached\\n);");
    is($status, 7, "exit in $name: status") or diag "$status: $complaint";
    unlike($said, qr/not reached|late/, "exit in $name: at once");
    is($complaint, '', "exit in $name: quietly");
    next if $name eq 'destroy';    # perl makes a warning of it
    ($status, $said, $complaint) = run_script("sub act { die qq(uncaught\\n) }\n$way{$name}\nprint qq(not reached\\n);");
    cmp_ok($status, '>', 0, "die in $name: status") or diag $said;
    is($complaint, "uncaught\n", "die in $name: the message, once");
}

my %end = (
    'live handles' => 'streams(); our @t = (UE::timer(1, sub { }), UE::signal(10, sub { }), UE::idle(sub { })); $loop->run_once for 1 .. 5;',
    'a loop of its own' => 'our $l = UniEvent::Loop->new; our $t = UE::timer(1, sub { }, $l); $l->run_nowait;',
    'circles' => 'streams(); my $t = UE::timer(1, sub { }); $t->callback(sub { [$t, $client] }); my $l = UniEvent::Loop->new; my $u = UE::timer(1, sub { }, $l); $u->callback(sub { [$u, $l] }); $l->delay(sub { $l });',
    'queued work' => 'streams(); $client->write("x" x 1_000_000, sub { print "called\n" }); $loop->run_nowait;',
    'pending look-ups' => 'my $r = $loop->resolver; $r->resolve("localhost", sub { print "called\n" }) for 1 .. 10;',
    'proxies and tokens' => 'our $e = UE::timer(1, sub { })->event; our $g = $loop->delay(sub { }); our $err = UE::SystemError::timed_out();',
    'a listener' => 'our $t = UE::Timer->new; $t->event_listener($t); our $u = UE::Timer->new; $u->event_listener(Noisy->new);',
    'a handle used while perl ends' => 'our $t = UE::timer(1, sub { }); { package AtEnd; sub DESTROY { $_[0]{t}->stop if $_[0]{t}; } } our $x = bless {t => $t}, "AtEnd"; our $y = bless {}, "AtEnd"; $y->{t} = $t; $y->{self} = $y;',
    'END' => 'streams(); END { $client->reset if $client; $loop->run_nowait; print "end\n" }',
    'POSIX::_exit' => 'use POSIX (); streams(); my $t = UE::timer_once(0, sub { POSIX::_exit(0) }); $loop->run;',
);
$end{'threads'} = 'use threads; streams(); threads->create(sub { my $l = UniEvent::Loop->default; our $t = UE::timer(1, sub { }); $l->run_nowait })->join for 1 .. 3;
    threads->create(sub { our $l = UniEvent::Loop->new; our $t = UE::timer_once(0, sub { threads->exit }, $l); $l->run })->join;' if $Config{useithreads};
for my $name (sort keys %end) {
    my ($status, $said, $complaint) = run_script($end{$name} . "\nprint qq(last line\\n);");
    is($status, 0, "end with $name: status") or diag $complaint;
    is($complaint, '', "end with $name: quietly");
    unlike($said, qr/last line.*called|late/s, "end with $name: no callbacks");
}

done_testing;
