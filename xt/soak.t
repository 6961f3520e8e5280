# Connect, talk, close and abort at random, at full speed, for SOAK_SECONDS (default: ten minutes): at the end memory is where it
# was after the warm-up, descriptors are those of the beginning, and no engine object is left. Prints the figures.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use Time::HiRes qw(time);
use UETest qw(certificate temp_dir);
use UETest::Hostile;
use UniEvent::WebSocket;

my $seconds = $ENV{SOAK_SECONDS} || 600;
my $seed = $ENV{SOAK_SEED} || time ^ $$;
my $at_once = $ENV{SOAK_CONNECTIONS} || 50;
srand $seed;
note "seed $seed, $seconds seconds, $at_once connections at once";

my $dir = temp_dir();
my @tls = certificate($dir);
my %count = map { $_ => 0 } qw(connections refused messages echoes pings requests closed aborted garbage);

# The clients live in this process, which must not grow either.
my $loop = UE::Loop->default;
my $trust = UE::SslContext->new({ca => $tls[0], verify => 'none'});
my @servers = (target(config => {max_message_size => 5_000_000}), target(tls => \@tls, config => {max_message_size => 5_000_000}));
my %live;
my $done = 0;

sub memory {
    open my $in, '<', '/proc/self/status' or return 0;
    return (map { /^VmRSS:\s*(\d+)/ ? $1 : () } <$in>)[0];
}
sub descriptors { opendir my $dir, '/proc/self/fd' or return 0; return scalar grep { !/^\./ } readdir $dir }

my @texts = map { join '', map { chr 97 + rand 26 } 1 .. $_ } 0, 1, 10, 125, 126, 1000, 5000;
my $large = join '', @texts;
$large x= 1 + 300_000 / length $large;
sub payload { return rand() < 0.01 ? substr $large, 0, int rand length $large : $texts[rand @texts] }

# One connection: some messages, each answered before or while the next is sent, and an end of its own.
sub begin {
    return if $done;
    my $server = $servers[rand @servers];
    return web($server) if rand() < 0.1;
    my $client = UE::WebSocket::Client->new({deflate => rand() < 0.3 ? {client_no_context_takeover => int rand 2} : undef}, $loop);
    $live{$client} = $client;
    my $left = int rand 30;
    my @waiting;
    my $next = sub {
        my ($client) = @_;
        while ($left > 0 && @waiting < 4) {
            --$left;
            if (rand() < 0.05) { ++$count{pings}; $client->send_ping('p') }
            my $payload = payload();
            push @waiting, $payload;
            ++$count{messages};
            $client->send(payload => $payload, opcode => 2, deflate => rand() < 0.5, cb => sub { });
        }
        return if @waiting;
        my $end = rand;
        if ($end < 0.6) { ++$count{closed}; $client->close(1000) }
        elsif ($end < 0.8) { ++$count{aborted}; $client->stream->reset }
        elsif ($end < 0.9) { ++$count{garbage}; $client->stream->write("\xff\xff\xff\xff") }
        else { ++$count{closed}; $client->close(3000 + int rand 100, 'so long') }
    };
    $client->connect_callback(sub {
        my ($client, $response) = @_;
        if ($response->error) { ++$count{refused}; diag $response->error if !$done; return over($client) }
        ++$count{connections};
        $next->($client);
    });
    $client->message_callback(sub {
        my ($client, $message) = @_;
        my $wanted = shift @waiting;
        die "a wrong echo\n" if !defined $wanted || $wanted ne ($message->payload // '');
        ++$count{echoes};
        if (rand() < 0.01) { ++$count{aborted}; return $client->stream->reset }    # in the middle of it
        $next->($client);
    });
    $client->close_callback(sub { over($_[0]) });
    $client->connect({uri => $server->ws('/echo'), $server->{tls} ? (ssl_ctx => $trust) : ()});
    return;
}

# A plain request now and then, and connections that end before they have begun.
sub web {
    my ($server) = @_;
    my $stream = UE::Tcp->new($loop);
    $live{$stream} = $stream;
    $stream->use_ssl($trust) if $server->{tls};
    my $end = sub { my ($stream) = @_; delete $live{$stream} or return; $stream->clear; begin() };
    $stream->connect_callback(sub { my ($stream, $error) = @_; $error ? $end->($stream) : ++$count{connections} });
    $stream->read_callback(sub { my ($stream, $bytes, $error) = @_; ++$count{requests} if ($bytes // '') =~ m{^HTTP/1.1 200}; $end->($stream) });
    $stream->eof_callback($end);
    $stream->connect('127.0.0.1', $server->port);
    my $kind = rand;
    if ($kind < 0.6) { $stream->write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello") }
    elsif ($kind < 0.8) { $stream->write("GET / HT"); $stream->shutdown }
    else { $stream->write("nonsense\r\n\r\n") }
    return;
}

sub over {
    my ($client) = @_;
    delete $live{$client};
    $client->close;
    $client->$_(undef) for qw(connect_callback message_callback close_callback);
    begin();
    return;
}

sub figures { return {time => time, memory => memory(), fds => descriptors(), servers => [map { report($_) } @servers], count => {%count}} }

my $wait = UE::Timer->new($loop);
my @look;
sub run_for { my ($time) = @_; $wait->callback(sub { $loop->stop }); $wait->once($time); $loop->run; return }

report($_) for @servers;
{
    # A loop keeps a spare descriptor from its first stream on.
    my @pair = UE::Tcp::pair($loop);
    $_->clear for @pair;
    UETest::run_until_empty($loop);
}
my $before = {fds => descriptors(), servers => [map { report($_) } @servers]};
my $objects = UniEvent::_live_objects();
begin() for 1 .. $at_once;
my $warm = $seconds * 0.2;
run_for($warm);
push @look, figures();
while (@look < 5) { run_for(($seconds - $warm) / 4); push @look, figures() }
$done = 1;
$wait->callback(sub { $loop->stop });
$wait->once(UETest::seconds(20));
$loop->run_once while %live && $wait->active;
is scalar(keys %live), 0, 'all clients have come to their end';
%live = ();
# Streams on their way out are read to their end for two seconds at most.
my $until = time + UETest::seconds(10);
run_for(0.05) while descriptors() > $before->{fds} && time < $until;
$wait->clear;

my $end = figures();
for my $number (0 .. $#servers) {
    my $name = $servers[$number]{tls} ? 'TLS server' : 'plain server';
    my @reports = map { $_->{servers}[$number] } @look;
    my $after = settled($servers[$number], sub { $_->{connections} == 1 && $_->{fds} <= $before->{servers}[$number]{fds} });
    ok $after, "$name: connections and descriptors are those of the beginning" or diag explain report($servers[$number]);
    $after //= report($servers[$number]);
    is $after->{objects}, $before->{servers}[$number]{objects}, "$name: so are the engine's objects";
    note sprintf '%s: %d messages, RSS %s KiB after the warm-up, %s, %d KiB at the end; descriptors %d at the start, %d at the end', $name, $after->{messages},
        $reports[0]{rss}, join(', ', map { $_->{rss} } @reports[1 .. $#reports]), $after->{rss}, $before->{servers}[$number]{fds}, $after->{fds};
    SKIP: {
        skip 'no memory figures here', 1 if sanitized() || !$after->{rss};
        cmp_ok $reports[-1]{rss}, '<', 1.1 * $reports[0]{rss} + 4096, "$name: memory is flat";
    }
}
note sprintf 'clients: RSS %d KiB after the warm-up, %d KiB at the end; descriptors %d at the start, %d at the end', $look[0]{memory}, $end->{memory}, $before->{fds}, $end->{fds};
SKIP: {
    skip 'no memory figures here', 1 if sanitized() || !$end->{memory};
    cmp_ok $end->{memory}, '<', 1.1 * $look[0]{memory} + 4096, "clients: memory is flat";
}
is $end->{fds}, $before->{fds}, 'clients: descriptors';
is UniEvent::_live_objects(), $objects, 'clients: no engine object is left';
note join ', ', map { "$count{$_} $_" } sort keys %count;
cmp_ok $count{$_}, '>', 0, "there were $_" for sort grep { $_ ne 'refused' } keys %count;
is $count{refused}, 0, 'nobody was refused';
survives($_) for @servers;

done_testing;
