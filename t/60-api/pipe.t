# UniEvent::Pipe: Unix-domain servers and clients, adopted descriptors, the two ends of a pipe.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use Socket ();
use UETest qw(run_until run_until_empty temp_dir);
use UniEvent;
use UniEvent::Pipe;

my $loop = UniEvent::Loop->new;
my $dir = temp_dir();
my $path = "$dir/s";

subtest 'new' => sub {
    my $p = UniEvent::Pipe->new($loop);
    is(ref $p, 'UniEvent::Pipe', 'class');
    isa_ok($p, 'UniEvent::Stream');
    is($p->type, 'pipe', 'type');
    is_deeply([$p->sockname], ['', undef], 'sockname');
    is_deeply([$p->peername], ['', undef], 'peername');
    is_deeply([$p->sockaddr], [undef, undef], 'sockaddr');
    ok(UniEvent::Pipe->new->loop->is_default, 'default loop');
    is_deeply([MODE_NOT_CONNECTED, MODE_READABLE, MODE_WRITABLE], [0, 1, 2], 'constants');
};

subtest 'server and client' => sub {
    my ($server, $client) = map { UniEvent::Pipe->new($loop) } 1 .. 2;
    is_deeply([$server->bind($path)], [!!1, undef], 'bind');
    ok(-S $path, 'the socket file');
    my ($peer, @connected);
    ok(scalar($server->listen(sub { $peer = $_[1] })), 'listen');
    my $request = $client->connect($path, sub { push @connected, @_ });
    is(ref $request, 'UniEvent::Request::Connect', 'request');
    ok(run_until($loop, sub { $peer && @connected }), 'connect');
    is_deeply([@connected[0, 1]], [$client, undef], 'no error');
    is($connected[2], $request, 'the very request');
    @connected = ();
    is(ref $peer, 'UniEvent::Pipe', 'class of the accepted one');
    is($server->sockname, $path, 'sockname of the server');
    is($server->peername, '', 'it has no peer');
    is($client->sockname, '', 'a client has no name');
    is($client->peername, $path, 'its peer has');
    is(ref(scalar $client->peeraddr), 'Net::SockAddr::Unix', 'peeraddr');
    is($client->peeraddr->path, $path, 'its path');
    is($server->sockaddr->path, $path, 'sockaddr');
    my $in = '';
    $peer->read_callback(sub { $in .= $_[1]; $_[0]->write('yes') if $in eq 'really?' });
    my $answer = '';
    $client->read_callback(sub { $answer .= $_[1] });
    $client->write('really?');
    ok(run_until($loop, sub { $answer eq 'yes' }), 'talk');
    ok(scalar($server->chmod(MODE_READABLE | MODE_WRITABLE)), 'chmod');
    is((stat $path)[2] & 0666, 0666, 'for everyone');
    my $second = UniEvent::Pipe->new($loop);
    my ($ok, $error) = $second->bind($path);
    ok(!$ok, 'in use');
    is($error, UniEvent::SystemError::address_in_use(), 'address_in_use');
    $_->clear for $client, $peer, $second;
    undef $peer;
    $server->reset;
    ok(!-e $path, 'reset removes the file');
    $server->bind($path);
    $server->listen;
    undef $server;
    ok(!-e $path, 'so does the end of the stream');
};

subtest 'errors' => sub {
    my $p = UniEvent::Pipe->new($loop);
    my $error;
    $p->connect("$dir/nobody", sub { $error = $_[1] });
    is($error, undef, 'not at once');
    run_until($loop, sub { $error });
    is($error, UniEvent::SystemError::no_such_file_or_directory(), 'missing path');
    is_deeply([UniEvent::Pipe->new($loop)->bind("$dir/no/such/folder")], [!!0, UniEvent::SystemError::permission_denied()], 'missing folder');
    my $bound = UniEvent::Pipe->new($loop);
    $bound->bind("$dir/b");
    is_deeply([$bound->bind("$dir/c")], [!!0, UniEvent::SystemError::invalid_argument()], 'bound already');
    ok(!eval { $p->connect('/x', 'y'); 1 }, 'a callback is code');
    ok(!eval { $p->connect; 1 }, 'a path is needed');
    my ($ok) = UniEvent::Pipe->new($loop)->bind('x' x 200);
    ok(!$ok, 'a path too long is not cut');
    $_->clear for $p, $bound;
};

subtest 'open' => sub {
    pipe my $r, my $w or die;
    my ($reader, $writer) = map { UniEvent::Pipe->new($loop) } 1 .. 2;
    ok(scalar($reader->open($r, MODE_READABLE)), 'reading end');
    ok(scalar($writer->open(fileno $w, MODE_WRITABLE)), 'writing end');
    ok($reader->readable && !$reader->writable, 'readable only');
    ok($writer->writable && !$writer->readable, 'writable only');
    close $_ for $r, $w;
    my ($in, $eof, $error) = ('', 0);
    $reader->read_callback(sub { $in .= $_[1] });
    $reader->eof_callback(sub { $eof++ });
    $writer->write('through');
    ok(run_until($loop, sub { $in eq 'through' }), 'the originals may be closed');
    $reader->write('back', sub { $error = $_[1] });
    run_until($loop, sub { $error });
    is($error, UniEvent::SystemError::not_connected(), 'nothing goes the other way');
    $writer->reset;
    ok(run_until($loop, sub { $eof }), 'eof');
    my $p = UniEvent::Pipe->new($loop);
    ok(!eval { $p->open(undef, 1); 1 }, 'undef');
    ok(!scalar($p->open(99999, 3)), 'no descriptor');
    socketpair my $a, my $b, Socket::AF_UNIX(), Socket::SOCK_STREAM(), 0 or die;
    ok(scalar($p->open($a, MODE_READABLE | MODE_WRITABLE)), 'a socket both ways');
    my $answer = '';
    $p->read_callback(sub { $answer .= $_[1] });
    syswrite $b, 'hello';
    ok(run_until($loop, sub { $answer eq 'hello' }), 'reads');
    $_->clear for $reader, $writer, $p;
};

subtest 'pair' => sub {
    { package PairPipe; our @ISA = 'UniEvent::Pipe'; }
    my ($mine, $other) = map { PairPipe->new($loop) } 1 .. 2;
    my @pairs = ([UniEvent::Pipe::pair($loop)], [UniEvent::Pipe::pair($mine, undef)], [UniEvent::Pipe::pair(undef, $other)]);
    for (@pairs) {
        my ($reader, $writer) = @$_;
        my $in = '';
        $reader->read_callback(sub { $in .= $_[1] });
        $writer->write('word');
        ok(run_until($loop, sub { $in eq 'word' }), 'reader gets what writer sends');
        is($_->loop, $loop, 'loop') for $reader, $writer;
    }
    is($pairs[1][0], $mine, 'a given reader');
    is($pairs[2][1], $other, 'a given writer');
    ok(!eval { UniEvent::Pipe::pair(UniEvent::Pipe->new($loop, 1), undef); 1 }, 'not with ipc');
    ok(!eval { UniEvent::Pipe::pair($loop, $loop); 1 }, 'not loops');
    $_->clear for map { @$_ } @pairs;
};

is_deeply([UniEvent::Pipe->new($loop)->pending_instances(4)], [], 'pending_instances does nothing here');

subtest 'factory' => sub {
    my $server = UniEvent::Pipe->new($loop);
    $server->bind($path);
    my $peer;
    $server->connection_factory(sub { PairPipe->new($_[0]->loop) });
    $server->listen(sub { $peer = $_[1] });
    my $c = UniEvent::Pipe->new($loop);
    $c->connect($path);
    ok(run_until($loop, sub { $peer }), 'accepted');
    is(ref $peer, 'PairPipe', 'its class');
    $_->clear for $server, $c, $peer;
    undef $peer;
};

ok(run_until_empty($loop), 'the loop ends');
is_deeply($loop->handles, [], 'nothing is left');
done_testing;
