# UniEvent::Stream: states, the request queue, reading, writing, what requests and callbacks get.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(run_until run_until_empty seconds);
use Net::SockAddr;
use UniEvent;

my $loop = UniEvent::Loop->new;
my ($canceled, $not_connected) = map { UniEvent::SystemError->can($_)->() } qw(operation_canceled not_connected);

# A listening server and its address; accepted streams go into @$accepted.
sub server {
    my ($accepted, %more) = @_;
    my $s = ($more{class} // 'UniEvent::Tcp')->new($loop);
    $s->bind_addr(SOCKADDR_LOOPBACK);
    $s->listen(sub { push @$accepted, $_[1] });
    return $s;
}

sub connected_pair {
    my @pair = UniEvent::Tcp::pair($loop);
    return @pair;
}

subtest 'a fresh stream' => sub {
    my $s = UniEvent::Tcp->new($loop);
    ok(!$s->$_, $_) for qw(readable writable listening connecting established connected shutting_down is_shut_down is_secure active);
    ok($s->wantread, 'wants to read');
    is($s->write_queue_size, 0, 'write_queue_size');
    is_deeply([$s->sockaddr], [undef, undef], 'sockaddr: none and no error');
    is_deeply([$s->peeraddr], [undef, undef], 'peeraddr');
    my $bad = UniEvent::SystemError::bad_file_descriptor();
    is_deeply([$s->recv_buffer_size], [undef, $bad], 'recv_buffer_size');
    is_deeply([$s->send_buffer_size(1000)], [!!0, $bad], 'send_buffer_size');
    ok(!UniEvent::Stream->can('new'), 'the class is abstract');
};

subtest 'connect, accept, talk, finish' => sub {
    my (@accepted, @got);
    my $server = server(\@accepted);
    ok($server->listening && $server->active, 'listening');
    my $addr = $server->sockaddr;
    my $client = UniEvent::Tcp->new($loop);
    my $request = $client->connect_addr($addr, sub { push @got, ['connect', @_] });
    is(ref $request, 'UniEvent::Request::Connect', 'the request');
    isa_ok($request, 'UniEvent::Request');
    is($request->timeout_timer, undef, 'no time-out');
    ok($client->connecting, 'connecting');
    is(@got, 0, 'no callback from inside');
    ok(run_until($loop, sub { @got && @accepted }), 'both sides know');
    is_deeply([$got[0][1], $got[0][2]], [$client, undef], 'stream and no error');
    is($got[0][3], $request, 'the very request');
    @got = ();
    my $peer = $accepted[0];
    is(ref $peer, 'UniEvent::Tcp', 'class of the accepted one');
    is($peer->loop, $loop, 'its loop');
    for ($client, $peer) {
        ok($_->connected && $_->established && $_->readable && $_->writable && $_->active, 'connected');
        ok(!$_->connecting && !$_->listening, 'and nothing else');
    }
    ok($client->peeraddr == $addr, 'peeraddr');
    ok($peer->peeraddr == $client->sockaddr, 'the other way');
    cmp_ok(scalar($client->recv_buffer_size), '>', 0, 'recv_buffer_size');
    ok(scalar($client->send_buffer_size(16384)), 'set');
    cmp_ok(scalar($client->send_buffer_size), '>=', 16384, 'get');
    ok(!eval { $client->send_buffer_size(-1); 1 }, 'nonsense');

    my ($in, $eof) = ('', 0);
    $peer->read_callback(sub { is(@_, 3, 'read: three arguments') unless length $in; $in .= $_[1] });
    $peer->eof_callback(sub { $eof++; is_deeply(\@_, [$peer], 'eof: the stream') });
    my @written;
    $client->write_callback(sub { push @written, [event => @_] });
    my $w = $client->write('abc', sub { push @written, [own => @_] });
    is(ref $w, 'UniEvent::Request::Write', 'write request');
    is($client->write_queue_size, 0, 'a small write leaves at once');
    is(@written, 0, 'told later');
    $client->write(['d', '', 'ef']);
    is_deeply([$client->write('')], [], 'empty: nothing');
    is_deeply([$client->write([])], [], 'empty list: nothing');
    ok(run_until($loop, sub { @written == 3 && $in eq 'abcdef' }), 'arrives');
    is_deeply([map { $_->[0] } @written], [qw(own event event)], 'own callback first');
    is($written[0][3], $w, 'the very request that was returned');
    is($written[1][3], $w, 'in the event, too');
    is($written[0][2], undef, 'no error');

    my @shut;
    my $s = $client->shutdown(sub { push @shut, @_ });
    is(ref $s, 'UniEvent::Request::Shutdown', 'shutdown request');
    ok(run_until($loop, sub { @shut && $eof }), 'the peer sees the end');
    is($shut[2], $s, 'the very request');
    ok($client->is_shut_down && !$client->writable && $client->readable, 'one direction');
    ok($client->connected && $peer->connected, 'still connected');
    my $back = '';
    $client->read_callback(sub { $back .= $_[1] });
    $peer->write('answer');
    $peer->disconnect;
    my $end = 0;
    $client->eof_callback(sub { $end++ });
    ok(run_until($loop, sub { $end }), 'the other direction');
    is($back, 'answer', 'still worked');
    ok(!$client->connected, 'closed both ways');
    is($eof, 1, 'eof once');
    @accepted = @written = @shut = ();
    $client->clear;
    $server->reset;
    ok(!$server->listening, 'reset');
    is_deeply([$server->sockaddr], [undef, undef], 'no address any more');
    $_->clear for $peer, $server;
};

subtest 'bytes' => sub {
    my ($a, $b) = connected_pair();
    my $in = '';
    $b->read_callback(sub { ok(!utf8::is_utf8($_[1]), 'a byte string') if !length $in; $in .= $_[1] });
    my $wide = "\x{442}\x{435}";
    $a->write("\0\xff");
    $a->write($wide);
    $a->write([$wide, 'z']);
    my $utf8 = $wide;
    utf8::encode($utf8);
    ok(run_until($loop, sub { length $in >= 11 }), 'arrive');
    is($in, "\0\xff$utf8${utf8}z", 'characters go out as UTF-8');
    ok(!eval { $a->write; 1 }, 'data is required');
    ok(!eval { $a->write('x', 'y'); 1 }, 'a callback is code');
    my $large = 'x' x 3_000_000;
    $in = '';
    my $done = 0;
    $a->write($large, sub { $done = !$_[1] });
    cmp_ok($a->write_queue_size, '>', 0, 'a large one does not leave at once');
    ok(run_until($loop, sub { $done && length $in == length $large }), 'but leaves');
    is($a->write_queue_size, 0, 'entirely');
    is($in, $large, 'in order');
    $_->clear for $a, $b;
};

subtest 'queue' => sub {
    my @accepted;
    my $server = server(\@accepted);
    my $addr = $server->sockaddr;
    my @order;
    my $c = UniEvent::Tcp->new($loop);
    $c->run_in_order(sub { push @order, 'idle'; is($_[0], $c, 'gets the stream') });
    is_deeply(\@order, ['idle'], 'run_in_order on an idle stream: at once');
    $c->connect_addr($addr, sub { push @order, 'connect' });
    $c->write('one', sub { push @order, 'write 1' });
    $c->run_in_order(sub { push @order, 'in order' });
    $c->write('two', sub { push @order, 'write 2' });
    is($c->write_queue_size, 6, 'bytes behind a connect count');
    $c->shutdown(sub { push @order, 'shutdown' });
    ok(run_until($loop, sub { $order[-1] eq 'shutdown' }), 'done');
    is_deeply(\@order, ['idle', 'connect', 'write 1', 'in order', 'write 2', 'shutdown'], 'in order');
    $c->clear;

    @order = ();
    $c->connect_addr($addr, sub { push @order, 'connect ' . ($_[1] == $canceled) });
    $c->write('x', sub { push @order, 'write ' . ($_[1] == $canceled) });
    $c->run_in_order(sub { push @order, 'never' });
    $c->shutdown(sub { push @order, 'shutdown ' . ($_[1] == $canceled) });
    $c->reset;
    is_deeply(\@order, ['connect 1', 'write 1', 'shutdown 1'], 'reset cancels all before it returns');
    is($c->write_queue_size, 0, 'nothing is queued');
    ok(!$c->connecting && !$c->active, 'initial state');

    @order = ();
    $c->write('x', sub { push @order, $_[1] });
    $c->shutdown(sub { push @order, $_[1] });
    is(@order, 0, 'later');
    run_until($loop, sub { @order == 2 });
    is_deeply(\@order, [$not_connected, $not_connected], 'not connected');

    # The only queued request is the connect: disconnect cancels it.
    @order = ();
    $c->connect_addr($addr, sub { push @order, $_[1] });
    $c->disconnect;
    is_deeply(\@order, [$canceled], 'disconnect during connect');

    @order = ();
    $c->connect_addr($addr, sub { push @order, 1 });
    $c->write('x');
    $c->disconnect;
    $c->connect_addr($addr, sub { push @order, $_[1] // 2 });
    ok(run_until($loop, sub { @order == 2 }), 'connect, write, disconnect, connect again');
    is_deeply(\@order, [1, 2], 'both succeed');

    @order = ();
    $c->write('x') for 1 .. 10_000;
    $c->shutdown(sub { push @order, 'end' });
    ok(run_until($loop, sub { @order }), 'ten thousand writes');
    @accepted = ();
    $_->clear for $c, $server;
};

subtest 'requests made in callbacks' => sub {
    my @accepted;
    my $server = server(\@accepted);
    my $addr = $server->sockaddr;
    my $closed = server([]);
    my $nobody = $closed->sockaddr;
    $closed->reset;
    my @got;
    my $c = UniEvent::Tcp->new($loop);
    my $in = '';
    $c->connect_addr($nobody, sub {
        my ($stream, $error) = @_;
        push @got, "$error";
        $stream->write('lost?', sub { push @got, $_[1] ? "$_[1]" : 'written' });
        $stream->connect_addr($addr, sub { push @got, $_[1] // 'connected' });
    });
    $c->write('behind', sub { push @got, "behind $_[1]" });
    ok(run_until($loop, sub { @got == 4 }), 'all told');
    my $refused = UniEvent::SystemError::connection_refused();
    is_deeply(\@got, ["$refused", "behind $canceled", "$not_connected", 'connected'], 'the failed one first, then the rest, then the new ones');
    $c->clear;

    @got = ();
    $c->connect_addr($nobody, sub { $_[0]->reset; $_[0]->connect_addr($addr, sub { push @got, $_[1] // 'connected' }) });
    ok(run_until($loop, sub { @got }), 'reset and connect again');
    is_deeply(\@got, ['connected'], 'works');
    @accepted = ();
    $_->clear for $c, $server;
};

subtest 'time-outs' => sub {
    my ($a, $b) = connected_pair();
    $b->read_stop;
    my @got;
    my $big = 'x' x 10_000_000;
    $a->write($big, sub { push @got, 'write ' . ($_[1] // '') });
    $a->shutdown(0.02, sub { push @got, 'shutdown ' . ($_[1] // '') });
    $a->run_in_order(sub { push @got, 'later' });
    ok(run_until($loop, sub { @got == 3 }), 'shutdown behind a blocked write');
    my $late = UniEvent::SystemError::timed_out();
    is_deeply(\@got, ["write $canceled", "shutdown $late", 'later'], 'the write is cancelled, the queue goes on');
    ok($a->is_shut_down, 'is_shut_down');
    ok(!eval { $a->shutdown('soon'); 1 }, 'a time is a number');
    $_->clear for $a, $b;
};

subtest 'reading: wish, stop, start' => sub {
    my ($a, $b) = connected_pair();
    my $in = '';
    $b->read_callback(sub { $in .= $_[1] });
    is_deeply([$b->read_stop], [], 'read_stop returns nothing');
    ok(!$b->wantread, 'wantread');
    $a->write('waiting');
    my $t = UniEvent::timer_once(0.02, sub { }, $loop);
    run_until($loop, sub { !$t->active });
    is($in, '', 'nothing is read');
    is_deeply([$b->read_start], [!!1, undef], 'read_start reports by context');
    ok(run_until($loop, sub { $in eq 'waiting' }), 'read now');
    my $fresh = UniEvent::Tcp->new($loop);
    $fresh->read_stop;
    ok(!$fresh->wantread, 'on a fresh one it is a wish');
    ok(scalar($fresh->read_start) && $fresh->wantread, 'to be taken back');
    $_->clear for $a, $b;
};

subtest 'who holds whom' => sub {
    our $live = 0;
    {
        package Counted;
        our @ISA = 'UniEvent::Tcp';
        sub new { my $self = shift->SUPER::new(@_); XS::Framework::obj2hv($self); $self->{mark} = 17; $main::live++; $self }
        sub DESTROY { $main::live-- }
    }
    my @accepted;
    my $server = server(\@accepted);
    my $addr = $server->sockaddr;
    my @got;
    Counted->new($loop)->connect_addr($addr, sub { push @got, ref $_[0], $_[0]{mark} });
    is($live, 1, 'the queue holds the stream');
    ok(run_until($loop, sub { @got }), 'until its callback');
    is($got[0], 'Counted', 'which gets the very object');
    is($got[1], 17, 'with its data');
    is($live, 0, 'and then it goes');
    run_until($loop, sub { @accepted });
    @accepted = ();

    # A dropped client delivers what it was told to.
    my $in = '';
    $server->connection_callback(sub { push @accepted, $_[1]; $_[1]->read_callback(sub { $in .= $_[1] }) });
    { my $c = UniEvent::Tcp->new($loop); $c->connect_addr($addr); $c->write('last words'); $c->disconnect }
    ok(run_until($loop, sub { $in eq 'last words' }), 'the data arrive');
    @accepted = ();
    $server->clear;

    my $eof = 0;
    my $careless = server([]);
    $careless->connection_callback(sub { });
    my $c = UniEvent::Tcp->new($loop);
    $c->eof_callback(sub { $eof++ });
    $c->connect_addr($careless->sockaddr);
    ok(run_until($loop, sub { $eof }), 'an accepted stream nobody keeps is closed');
    $_->clear for $c, $careless;
};

subtest 'connection_factory' => sub {
    {
        package Made;
        our @ISA = 'UniEvent::Tcp';
        sub new { my $self = shift->SUPER::new(@_); XS::Framework::obj2hv($self); $self->{factory} = 'mine'; $self }
    }
    my @accepted;
    my $server = server(\@accepted);
    my $addr = $server->sockaddr;
    my ($asked, @own);
    is_deeply([$server->connection_factory(sub { $asked = $_[0]; my $m = Made->new($_[0]->loop); $m->connection_callback(sub { push @own, [@_] }); $m })], [], 'set');
    my $c = UniEvent::Tcp->new($loop);
    $c->connect_addr($addr);
    ok(run_until($loop, sub { @accepted }), 'accepted');
    is($asked, $server, 'asked with the server');
    is(ref $accepted[0], 'Made', 'its class');
    is($accepted[0]{factory}, 'mine', 'its data');
    is_deeply($own[0], [$server, $accepted[0], undef], 'told itself, too');
    $_->clear for @accepted, $c;
    (@accepted, @own) = ();
    undef $asked;

    for my $bad (sub { }, sub { 'text' }, sub { UniEvent::Pipe->new($loop) }, sub { $server }, sub { UniEvent::Tcp->new }) {
        $server->connection_factory($bad);
        $c->connect_addr($addr);
        ok(!eval { run_until($loop, sub { @accepted }, 2); 1 }, 'not a fresh stream of the kind and loop');
        like($@, qr/connection_factory/, 'said so');
        $c->reset;
    }
    $server->connection_factory(sub { die "no stream\n" });
    $c->connect_addr($addr);
    ok(!eval { run_until($loop, sub { @accepted }, 2); 1 }, 'a factory that dies');
    is($@, "no stream\n", 'unchanged');
    $c->reset;
    ok(!eval { $server->connection_factory('x'); 1 }, 'code');
    $server->connection_factory(undef);
    $c->connect_addr($addr);
    ok(run_until($loop, sub { @accepted }), 'without one');
    is(ref $accepted[0], 'UniEvent::Tcp', 'the plain class');
    @accepted = ();
    $_->clear for $c, $server;
};

subtest 'listener object' => sub {
    our @calls;
    {
        package StreamListener;
        sub new { bless {name => $_[1]}, $_[0] }
        for my $name (qw(establish connection connect read write shutdown eof)) {
            no strict 'refs';
            *{"on_$name"} = sub { my ($self, $h, @rest) = @_; push @main::calls, "$self->{name} $name" };
        }
    }
    my @accepted;
    my $server = UniEvent::Tcp->new($loop);
    $server->event_listener(StreamListener->new('server'));
    $server->bind_addr(SOCKADDR_LOOPBACK);
    $server->listen(sub { push @accepted, $_[1]; $_[1]->event_listener(StreamListener->new('peer')) });
    my $c = UniEvent::Tcp->new($loop);
    $c->event_listener(StreamListener->new('client'));
    $c->connect_addr($server->sockaddr);
    $c->write('data');
    $c->shutdown;
    ok(run_until($loop, sub { grep { $_ eq 'peer eof' } @calls }), 'talked');
    my %seen = map { $_ => 1 } @calls;
    ok($seen{$_}, $_) for 'server establish', 'server connection', 'client establish', 'client connect', 'client write',
        'client shutdown', 'peer read', 'peer eof';
    my %at = map { $calls[$_] => $_ } reverse 0 .. $#calls;
    cmp_ok($at{'server establish'}, '<', $at{'server connection'}, 'established before connected');
    cmp_ok($at{'client establish'}, '<', $at{'client connect'}, 'on both sides');
    $_->clear for @accepted, $c, $server;
};

subtest 'by context' => sub {
    my $s = UniEvent::Tcp->new($loop);
    my ($ok, $error) = $s->bind_addr(Net::SockAddr::Inet4->new('192.0.2.77', 0));
    ok(!$ok, 'false');
    ok($error & UniEvent::Error::bind_error(), 'bind_error');
    is(ref $error->next, 'XS::ErrorCode', 'with its reason');
    ok(!eval { $s->bind_addr(Net::SockAddr::Inet4->new('192.0.2.77', 0)); 1 }, 'void');
    is(ref $@, 'XS::ErrorCode', 'throws it');
    my @accepted;
    my $server = server(\@accepted);
    my $second = UniEvent::Tcp->new($loop);
    $second->bind_addr(scalar $server->sockaddr);
    my $n = 0;
    ($ok, $error) = $second->listen(sub { $n++ });
    ok(!$ok && $error & UniEvent::Error::listen_error(), 'listen_error');
    ok($error & UniEvent::SystemError::address_in_use(), 'address_in_use');
    ok(!$second->connection_event->has_listeners, 'its callback was not taken');
    $_->clear for $s, $server, $second;
};

# Of each event: the callback of the request comes first, then those of the dispatcher in order, then the listener; all get
# the same. NAME_callback takes the place of all of the dispatcher.
subtest 'the events, in both forms' => sub {
    { package Heard; sub new { bless {}, shift }
      for my $event (qw(connect read write shutdown eof)) { no strict 'refs'; *{"on_$event"} = sub { $_[0]{said}->("listener $event", @_[1 .. $#_]) } } }
    my (@accepted, @heard);
    my $server = server(\@accepted);
    my $client = UniEvent::Tcp->new($loop);
    my $listener = Heard->new;
    $listener->{said} = my $say = sub { my ($who, @args) = @_; push @heard, [$who, map { defined ? ref || $_ : 'undef' } @args] };
    $client->event_listener($listener);
    for my $event (qw(connect read write shutdown eof)) {
        my ($dispatcher, $callback) = map { "${event}_$_" } qw(event callback);
        $client->$dispatcher->add(sub { $say->('lost', @_) });
        is_deeply([$client->$callback(sub { $say->("first $event", @_) })], [], "${event}_callback returns nothing");
        $client->$dispatcher->add(sub { $say->("second $event", @_) });
    }
    $client->connect_addr(scalar($server->sockaddr), sub { $say->('own connect', @_) });
    $client->write('hello', sub { $say->('own write', @_) });
    ok(run_until($loop, sub { @accepted }), 'accepted');
    $accepted[0]->write('welcome');
    $accepted[0]->eof_callback(sub { $_[0]->shutdown });
    ok(run_until($loop, sub { grep { $_->[0] eq 'listener read' } @heard }), 'read');
    $client->shutdown(sub { $say->('own shutdown', @_) });
    ok(run_until($loop, sub { grep { $_->[0] eq 'listener eof' } @heard }), 'eof');
    my ($t, $r) = ('UniEvent::Tcp', 'UniEvent::Request');
    my %args = (connect => [$t, 'undef', "${r}::Connect"], write => [$t, 'undef', "${r}::Write"], read => [$t, 'welcome', 'undef'],
        shutdown => [$t, 'undef', "${r}::Shutdown"], eof => [$t]);
    is_deeply(\@heard, [map { my $event = $_; map { ["$_ $event", @{ $args{$event} }] } $event =~ /^(?:read|eof)$/ ? () : 'own', qw(first second listener) }
        qw(connect write read shutdown eof)], 'who hears what in which order') or diag explain \@heard;
    for my $event (qw(connect read write shutdown eof)) {
        my ($dispatcher, $callback) = map { "${event}_$_" } qw(event callback);
        $client->$callback(undef);
        ok(!$client->$dispatcher->has_listeners, "${event}_callback(undef)");
        ok(!eval { $client->$callback; 1 } && !eval { $client->$callback('text'); 1 }, "${event}_callback: wrong arguments");
    }
    $_->clear for $server, $client, @accepted;
};

ok(run_until_empty($loop), 'the loop ends');
$loop->run_nowait;
is_deeply($loop->handles, [], 'nothing is left');
ok(!$loop->alive, 'and the loop is empty');
done_testing;
