# The conformance tables over sockets: a raw peer says the bytes of a case to an echo server or an echo client of ours, in one
# piece and octet by octet (what is long in chops of 997), and the answers have to be those that the events of the case ask for, in their order, up to
# the end of the connection.
package UETest::Conformance::Sockets;
use 5.016;
use strict;
use warnings;
use IO::Socket::INET;
use Socket qw(IPPROTO_TCP TCP_NODELAY);
use Test::More;
use UniEvent::WebSocket;
use UETest qw(raw_client run_until run_until_empty seconds);
use UETest::Conformance qw(wire shown replies_to request_head response_head);

my %WORD = (1 => 'text', 2 => 'binary', 8 => 'close', 9 => 'ping', 10 => 'pong');

sub new {
    my ($class, $role) = @_;
    my $loop = UE::Loop->new;
    my $self = bless {role => $role, loop => $loop}, $class;
    $self->{listener} = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 5) // die "cannot listen: $!\n" if $role eq 'client';
    return $self;
}

sub echo {
    my ($self, $connection) = @_;
    $connection->message_callback(sub { $_[0]->send(payload => $_[1]->payload // '', opcode => $_[1]->opcode) });
    $connection->error_callback(sub { ++$self->{errors} });
    return;
}

# A raw peer that is connected to an end of ours, and that end (or the server it belongs to).
sub pair {
    my ($self, $config, $extension) = @_;
    my $name = defined $extension ? "permessage-deflate$extension" : undef;
    if ($self->{role} eq 'server') {
        my $server = UE::WebSocket::Server->new({locations => [{host => '127.0.0.1', port => 0}], %$config}, $self->{loop});
        $server->connection_callback(sub { $self->echo($_[1]) });
        $server->run;
        my $raw = raw_client(port => $server->sockaddr->port, loop => $self->{loop});
        $raw->write(request_head($name));
        my $head = $raw->read_head // return;
        return $head->{code} == 101 ? ($raw, $server) : ();
    }
    my $client = UE::WebSocket::Client->new($config, $self->{loop});
    $self->echo($client);
    my $connected;
    $client->connect_callback(sub { $connected = !$_[1]->error });
    $client->connect({uri => 'ws://127.0.0.1:' . $self->{listener}->sockport . '/', ws_key => $UETest::Raw::KEY, timeout => seconds(20)});
    $self->{loop}->run_nowait;
    my $raw = raw_client(socket => scalar $self->{listener}->accept, loop => $self->{loop});
    my $head = $raw->read_until(qr/\r\n\r\n/) // return;
    $raw->write(response_head($name));
    run_until($self->{loop}, sub { defined $connected });
    return $connected ? ($raw, $client) : ();
}

sub heard {
    my ($raw) = @_;
    my @heard;
    while (my $frame = $raw->next_frame) {
        push @heard, $frame->{opcode} == 8 ? "close $frame->{code} $frame->{reason}" : "$WORD{$frame->{opcode}} " . shown($frame->{payload});
    }
    return @heard;
}

# Runs one case; the complaints.
sub run_case {
    my ($self, $case) = @_;
    my $bytes = join '', wire($self->{role}, $case);
    my @want = map { my ($word, $rest) = split / /, $_, 2; $word eq 'close' ? $_ : "$word " . shown($rest) } replies_to(@{$case->{want}});
    my $ends = @want && $want[-1] =~ /\Aclose/;
    my $fails = $ends && $case->{want}[-1] =~ /\Afail/;
    my @complaints;
    for my $way ('whole', (length $bytes <= 300 ? 'octet by octet' : length $bytes <= 100_000 ? 'in chops' : ())) {
        my %config = (check_utf8 => 1, deflate => undef, shutdown_timeout => seconds(5), %{$case->{config} // {}});
        delete $config{deflate} if defined $case->{extension} && !$case->{config}{deflate};
        # So that what comes back is what was meant, whoever compresses.
        $config{deflate} = {%{$config{deflate} // {}}, compression_threshold => 1 << 30} if defined $case->{extension};
        $self->{errors} = 0;
        my ($raw, $ours) = $self->pair(\%config, $case->{extension});
        if (!$raw) { push @complaints, "$way: no handshake"; next }
        if ($way eq 'whole') { $raw->write($bytes) }
        else {
            setsockopt $raw->socket, IPPROTO_TCP, TCP_NODELAY, 1;
            my $chop = $way eq 'in chops' ? 997 : 1;
            for my $piece (unpack "(a$chop)*", $bytes) { $raw->write($piece); $self->{loop}->run_nowait }
        }
        $raw->write(join '', wire($self->{role}, {send => [[8, "\x03\xe8end"]]})) if !$ends;
        my @heard = heard($raw);
        $heard[-1] =~ s/\A(close \d+).*/$1/s if $fails && @heard;
        my $got = join '|', @heard, $raw->ended // 'still open';
        my $want = join '|', @want, ($ends ? () : 'close 1000 end'), 'eof';
        push @complaints, "$way:\n  got  $got\n  want $want" if $got ne $want;
        push @complaints, "$way: $self->{errors} errors" if $self->{errors} != ($fails ? 1 : 0);
        $raw->close;
        $ours->stop if $self->{role} eq 'server';
    }
    return @complaints;
}

# What the server answers to a request: [code, {fields}], then the connection.
sub answer_to {
    my ($self, $head, $slowly) = @_;
    my $server = UE::WebSocket::Server->new({locations => [{host => '127.0.0.1', port => 0}]}, $self->{loop});
    my $connections = 0;
    $server->connection_callback(sub { ++$connections });
    $server->run;
    my $raw = raw_client(port => $server->sockaddr->port, loop => $self->{loop});
    for my $piece ($slowly ? split //, $head : $head) { $raw->write($piece); $self->{loop}->run_nowait if $slowly }
    my $answer = $raw->read_head;
    $raw->close;
    $server->stop;
    return ($answer->{code} // 0, $answer->{headers} // {}, $connections);
}

# What the client makes of a response: true or its error.
sub verdict_on {
    my ($self, $head, $slowly) = @_;
    my $client = UE::WebSocket::Client->new({}, $self->{loop});
    my ($verdict, $connected);
    $client->connect_callback(sub { $verdict = $_[1]->error // 1; $connected = $_[0]->connected });
    $client->connect({uri => 'ws://127.0.0.1:' . $self->{listener}->sockport . '/', ws_key => $UETest::Raw::KEY, ws_protocol => 'chat, superchat', timeout => seconds(20)});
    $self->{loop}->run_nowait;
    my $raw = raw_client(socket => scalar $self->{listener}->accept, loop => $self->{loop});
    $raw->read_until(qr/\r\n\r\n/) // return 'no request';
    for my $piece ($slowly ? split //, $head : $head) { $raw->write($piece) or last; $self->{loop}->run_nowait if $slowly }
    run_until($self->{loop}, sub { defined $verdict });
    $client->close;
    $raw->close;
    return ($verdict, $connected);
}

# All cases of the role; the loop is empty at the end.
sub passes {
    my ($self, @cases) = @_;
    for my $case (grep { ($_->{role} // $self->{role}) eq $self->{role} } @cases) {
        my @complaints = $self->run_case($case);
        ok(!@complaints, "$self->{role}: $case->{section}: $case->{name}") && UETest::Conformance::count($self->{role});
        diag $_ for @complaints;
    }
    ok run_until_empty($self->{loop}), 'nothing is left in the loop';
    return;
}

1;
