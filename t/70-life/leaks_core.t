# Nothing that a program does with the event core leaves engine objects or Perl scalars behind, however often it is done.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(temp_dir certificate);
use Net::SockAddr;
use UniEvent;
use UniEvent::Signal;

my $dir = temp_dir();
my ($cert, $key) = certificate($dir);
my $ctx = UniEvent::SslContext->new({cert => $cert, key => $key});
my $loop = UniEvent::Loop->new;
my $resolver = UniEvent::Resolver->new($loop);
{ package Sub; our @ISA = 'UniEvent::Tcp'; sub new { my $s = shift->SUPER::new(@_); XS::Framework::obj2hv($s); $s->{x} = [1]; $s } sub DESTROY { } }
{ package Observer; sub new { bless [], shift } sub on_timer { } sub on_read { } sub on_connect { } }

sub conversation {
    my ($server, $client) = @_;
    my @kept;
    $server->bind_addr(SOCKADDR_LOOPBACK);
    $server->listen(sub { push @kept, $_[1]; $_[1]->read_callback(sub { $_[0]->write($_[1]); }); $_[1]->eof_callback(sub { @kept = (); }) });
    $client->connect_addr(scalar($server->sockaddr), 5, sub { });
    $client->write('x', sub { });
    $client->read_callback(sub { $_[0]->shutdown(sub { }) });
    $client->eof_callback(sub { $_[0]->reset; $server->reset });
    $client->event_listener(Observer->new);
    $loop->run;
}

my %deed = (
    'timers' => sub { my $t = UE::timer_once(0, sub { }, $loop); $loop->run; my $u = UniEvent::Timer->new($loop); $u->start(1, sub { }); $u->pause; $u->resume; $u->again },
    'listeners' => sub { my $t = UniEvent::Timer->new($loop); $t->event_listener(Observer->new); $t->call_now; my $o = Observer->new; $t->event_listener($o, 1); $t->call_now; $t->event_listener($t); $t->event_listener },
    'ticks and signals' => sub { my @h = (UE::idle(sub { $_[0]->stop }, $loop), UE::prepare(sub { $_[0]->stop }, $loop), UE::check(sub { $_[0]->stop }, $loop), UE::signal_once(SIGUSR1, sub { }, $loop)); kill USR1 => $$; $loop->run },
    'exceptions' => sub { my $t = UE::timer_once(0, sub { die {a => [1]} }, $loop); eval { $loop->run }; eval { $t->call_now }; eval { UE::timer('x') }; eval { $t->start(-1) }; eval { UniEvent::Tcp->new($loop)->connect('x') };
        eval { UniEvent::Tcp->new($loop)->use_ssl('x') }; eval { $t->event->call }; eval { UniEvent::SslContext->new({cert => 'none'}) }; eval { $t->event_listener('x') }; $@ = '' },
    'dispatchers' => sub { my $t = UniEvent::Timer->new($loop); my $e = $t->event; my $cb = sub { }; $e->$_($cb) for qw(add prepend); $e->add_event_listener(sub { my $n = shift; $n->(@_) }); $e->add_weak($t, do { my $c = $t; sub { $c } }); $t->call_now; $e->call($t); $e->remove($cb); $e->remove_all },
    'delays' => sub { $loop->delay(sub { }); my $g = $loop->delay(sub { }); $loop->cancel_delay($g); { my $h = $loop->delay(sub { }) } my $r = $loop->delay(sub { }); $loop->run; eval { $loop->delay(sub { die 1 }); $loop->run }; $@ = '' },
    'loops' => sub { my $l = UniEvent::Loop->new; my $t = UE::timer_once(0, sub { }, $l); $l->run; $l->resolver; my $f = $l->fork_event; $l->handles; UniEvent::Loop->default; $l->delay(sub { }) },
    'errors' => sub { my $e = XS::ErrorCode->new(UE::SystemError::timed_out, XS::ErrorCode->new(UE::Error::ssl_error)); my $x = $e & UE::Error::ssl_error; my @x = ($e->next, $e->code, $e->category, "$e", $e == $x); my $u = UniEvent::Error->new($e); $u->clone },
    'addresses' => sub { my $s = Net::SockAddr::Inet6->new('::1', 1); my $x = Net::SockAddr->new($s->get); my @x = ("$x", $x == $s, $x->ip, $x->addr, $x->port); eval { Net::SockAddr->new('bad') }; Net::SockAddr::Inet4::from_addr('abcd', 5); $@ = '' },
    'functions' => sub { my @x = (scalar UE::uname(), scalar UE::interface_info(), scalar UE::cpu_info(), scalar UE::get_rusage(), UE::hostname(), UE::get_random(10)); my $r = UE::get_random(3, sub { }, $loop); $loop->run; UE::get_random(3, sub { }, $loop)->cancel; $loop->run },
    'tcp' => sub { conversation(UniEvent::Tcp->new($loop), UniEvent::Tcp->new($loop)) },
    'subclasses' => sub { my $s = Sub->new($loop); $s->connection_factory(sub { Sub->new($_[0]->loop) }); conversation($s, Sub->new($loop)) },
    'tls' => sub { my ($s, $c) = map { UniEvent::Tcp->new($loop) } 1 .. 2; $s->use_ssl($ctx->native); $c->use_ssl; conversation($s, $c) },
    'contexts' => sub { UniEvent::SslContext->new({cert => $cert, key => $key}) },
    'failing connects' => sub { my $s = UniEvent::Tcp->new($loop); $s->bind_addr(SOCKADDR_LOOPBACK); $s->listen; my $a = $s->sockaddr; $s->reset; my $c = Sub->new($loop); $c->connect_addr($a, 1, sub { $_[0]->connect({addr => $a, timeout => 1, callback => sub { }}) }); $c->write('x', sub { }); undef $c; $loop->run },
    'cancelled queues' => sub { my $c = Sub->new($loop); $c->connect_addr(SOCKADDR_LOOPBACK, sub { }); $c->write('x', sub { }); $c->run_in_order(sub { }); $c->shutdown(sub { }); $c->reset; $loop->run },
    'errors by context' => sub { my $t = UniEvent::Tcp->new($loop); $t->bind_addr(Net::SockAddr::Inet4->new('192.0.2.1', 0)) or 1; my ($ok, $e) = $t->recv_buffer_size; eval { $t->recv_buffer_size; 1 }; $@ = '' },
    'pairs' => sub { my ($a, $b) = UniEvent::Tcp::pair($loop); $a->write(['x', 'y']); $b->read_callback(sub { $_[0]->reset }); $a->eof_callback(sub { $_[0]->reset }); $loop->run; my @p = UniEvent::Pipe::pair($loop); $_->reset for @p; $loop->run },
    'pipes' => sub { my ($s, $c) = map { UniEvent::Pipe->new($loop) } 1 .. 2; my $p; $s->bind("$dir/p"); $s->listen(sub { $p = $_[1]; $_[0]->reset }); $c->connect("$dir/p", sub { $_[0]->peeraddr; $_[0]->reset }); $loop->run; $p->reset if $p; $loop->run },
    'resolver' => sub { $resolver->resolve('127.0.0.1', sub { }); my $r = $resolver->resolve({node => '127.0.0.1', hints => {family => 2}, on_resolve => sub { die 1 }}); eval { $loop->run }; $resolver->resolve('localhost', sub { })->cancel; $resolver->resolve('::1', sub { }); $resolver->reset; $loop->run; $@ = '' },
);

# So often that a scalar per turn stands out from the caches that fill up in the beginning.
my $times = 40;
for my $name (sort keys %deed) {
    $deed{$name}->() for 1 .. 8;
    $loop->run_nowait for 1 .. 2;
    my ($objects, $scalars) = (UniEvent::_live_objects(), UniEvent::_live_scalars());
    $deed{$name}->() for 1 .. $times;
    $loop->run_nowait for 1 .. 2;
    my ($more_objects, $more_scalars) = (UniEvent::_live_objects() - $objects, UniEvent::_live_scalars() - $scalars);
    is($more_objects, 0, "$name: engine objects");
    cmp_ok($more_scalars, '<', $times / 2, "$name: scalars ($more_scalars more after $times times)");
}

is_deeply($loop->handles, [], 'no handles');
UETest::nothing_left($ctx, $resolver, $loop);
done_testing;
