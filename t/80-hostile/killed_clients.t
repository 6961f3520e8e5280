# Half of the clients of a relaying server are killed (SIGKILL) in the middle of a message. The other half loses nothing: every
# message that was sent is delivered to each of them, in order, or its failure is told to the sender's callback; all is counted.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use File::Spec;
use JSON::PP ();
use UETest qw(seconds);
use UETest::Child;
use UETest::Hostile;

use constant {CLIENTS => 16, MESSAGES => 150, SIZE => 20_000};

# A client process: sends numbered messages, with what the others say it has received so far counted and checked. Prints one
# line when it is ready, and a summary at the end. The doomed ones stop in the middle of a frame and wait to be killed.
my $client_code = <<'CLIENT';
use 5.016; use warnings; use JSON::PP; use UniEvent::WebSocket;
my ($port, $name, $count, $size, $doomed, $living) = @ARGV;
my $loop = UE::Loop->default;
my %seen = (told => 0, failed => 0, received => {}, wrong => 0);
my $client = UE::WebSocket::Client->new({deflate => undef});
my %last;
$client->message_callback(sub {
    my (undef, $message) = @_;
    my ($from, $number) = unpack 'nN', $message->payload;
    ++$seen{wrong} if length $message->payload != $size || $number != ($last{$from} // -1) + 1;
    $last{$from} = $number;
    ++$seen{received}{$from};
    finish();
});
$client->close_callback(sub { $loop->stop });
my $sent = 0;
sub finish {
    return if $doomed || $sent < $count || $seen{told} + $seen{failed} < $count;
    for my $from (split /,/, $living) { return if $from != $name && ($seen{received}{$from} // 0) < $count }
    $client->close(1000);
}
my $timer = UE::Timer->new;
sub burst {
    for (1 .. 5) {
        last if $sent == $count;
        if ($doomed && $sent == int $count / 2) {
            # Half a frame: its header says more than comes.
            $timer->stop;
            $client->stream->write(pack('CCnN', 0x82, 0xfe, $size, 0) . 'x' x ($size / 2), sub { print "in the middle\n" });
            return;
        }
        $client->send(payload => pack('nN', $name, $sent++) . 'p' x ($size - 6), cb => sub { ++$seen{$_[1] ? 'failed' : 'told'}; finish() });
    }
    $timer->stop if $sent == $count;
}
$client->connect_callback(sub { my ($c, $response) = @_; die $response->error if $response->error; $| = 1; print "ready\n" });
$client->connect("ws://127.0.0.1:$port/chat");
my $go = UE::signal(UE::Signal::SIGUSR1(), sub { $timer->callback(\&burst); $timer->start(0.005) });
$loop->run;
print JSON::PP->new->canonical->encode({%seen, sent => $sent}), "\n";
CLIENT

my $server = target(config => {max_buffered => 0});
report($server);
my @include = map { '-I' . File::Spec->rel2abs($_) } grep { !ref } @INC;
my @living = grep { $_ % 2 } 1 .. CLIENTS;
my @clients = map {
    UETest::Child->spawn([$^X, @include, '-e', $client_code, $server->port, $_, MESSAGES, SIZE, $_ % 2 ? 0 : 1, join ',', @living],
        perl => 1, bound => seconds(60))
} 1 .. CLIENTS;
is scalar(grep { ($_->read_line // '') eq 'ready' } @clients), CLIENTS, CLIENTS . ' clients are connected';
kill USR1 => map { $_->pid } @clients;
my @doomed = @clients[grep { $_ % 2 } 0 .. $#clients];
is scalar(grep { ($_->read_line // '') eq 'in the middle' } @doomed), @doomed, 'half of them are in the middle of a message';
kill KILL => map { $_->pid } @doomed;

my (%sum, @loss);
for my $number (@living) {
    my $line = $clients[$number - 1]->read_line;
    my $seen = $line && eval { JSON::PP->new->decode($line) };
    ok $seen, "client $number comes to its end" or diag($clients[$number - 1]->errors), next;
    $sum{sent} += $seen->{sent};
    $sum{told} += $seen->{told};
    $sum{failed} += $seen->{failed};
    $sum{wrong} += $seen->{wrong};
    for my $from (@living) {
        next if $from == $number;
        my $got = $seen->{received}{$from} // 0;
        $sum{received} += $got;
        push @loss, "$number has $got from $from" if $got != MESSAGES;
    }
}
my $after = settled($server, sub { $_->{connections} == 1 });
ok $after, 'the server has let all of them go' or $after = report($server);
is_deeply [grep { /protocol/ } keys %{$after->{errors}}], [], 'those who were killed had done nothing wrong';
is_deeply \@loss, [], 'nobody who lives has lost a message of another one';
is $sum{wrong}, 0, 'none was damaged or out of order';
is $sum{sent}, @living * MESSAGES, 'all messages were sent';
is $sum{told} + $sum{failed}, $sum{sent}, 'the callback of each was called';
is $sum{failed}, 0, 'with success, for the server lived';
is $sum{received}, @living * (@living - 1) * MESSAGES, 'everything has come';
is $after->{delivered} + $after->{send_failures}, $after->{sent}, 'and each message that the server relayed was delivered or its failure told';
note sprintf '%d clients, %d of them killed; the living sent %d messages of %d bytes (%d callbacks, %d failures) and received %d of %d; server: %d relayed, %d delivered, %d failures told',
    CLIENTS, scalar @doomed, $sum{sent}, SIZE, $sum{told} + $sum{failed}, $sum{failed}, $sum{received}, @living * (@living - 1) * MESSAGES,
    $after->{sent}, $after->{delivered}, $after->{send_failures};
survives($server);
done_testing;
