package UniEvent::WebSocket::Tool::Serve;
# uews serve: an echo or a chat server. Internal.
use 5.016;
use strict;
use warnings;
use UniEvent::Signal ();
use UniEvent::WebSocket;
use UniEvent::WebSocket::Tool;

our $VERSION = '2.0.0';

sub options { return qw(echo chat port=i host=s tls=s@{2} unix=s verbose|v) }

sub run {
    my (undef, $option, @rest) = @_;
    my ($cert, $key) = @{$option->{tls} || []};
    return UniEvent::WebSocket::Tool::wrong("'$rest[0]' is one argument too many") if @rest;
    return UniEvent::WebSocket::Tool::wrong('--echo or --chat, not both') if $option->{echo} && $option->{chat};
    return UniEvent::WebSocket::Tool::wrong('--tls needs two files, the certificate and its key') if defined $cert && !defined $key;
    if (my $why = UniEvent::WebSocket::Tool::out_of_range($option, port => [0, 65535])) { return UniEvent::WebSocket::Tool::wrong($why) }

    my $server = eval { make($option, $cert, $key) } or return UniEvent::WebSocket::Tool::failed($@);
    $option->{chat} ? require UniEvent::WebSocket::Tool::Chat && UniEvent::WebSocket::Tool::Chat::attach($server) : echo($server);
    watch($server) if $option->{verbose};
    eval { $server->run; 1 } or return UniEvent::WebSocket::Tool::failed($@);

    my $interrupt;
    $interrupt = UniEvent::WebSocket::Tool::on_interrupt(sub { $server->stop; undef $interrupt });
    $| = 1;
    print "listening on $_\n" for addresses($server, $option, defined $cert);
    UE::Loop->default->run;
    return UniEvent::WebSocket::Tool::OK;
}

sub make {
    my ($option, $cert, $key) = @_;
    my @tls = defined $cert ? (ssl_ctx => UniEvent::SslContext->new({cert => $cert, key => $key})) : ();
    my @locations;
    push @locations, {host => $option->{host} // '127.0.0.1', port => $option->{port} // 8080, reuse_port => 0, @tls}
        if !defined $option->{unix} || defined $option->{port};
    push @locations, {path => $option->{unix}, @tls} if defined $option->{unix};
    return UE::WebSocket::Server->new({locations => \@locations, max_message_size => 16 << 20});
}

sub echo {
    my ($server) = @_;
    $server->connection_callback(sub {
        my (undef, $connection) = @_;
        $connection->message_callback(sub {
            my ($connection, $message) = @_;
            $connection->send(opcode => $message->opcode, payload => $message->payload // '');
        });
    });
    $server->http->request_callback(sub {
        my ($request) = @_;
        return if lc($request->header('Upgrade') // '') eq 'websocket';
        $request->respond({code => 426, headers => {Upgrade => 'websocket', 'Content-Type' => 'text/plain'},
            body => "This is an echo server for WebSocket: uews connect ws://" . ($request->header('Host') // 'ADDRESS') . "/\n"});
    });
    return;
}

# With --verbose: who comes and goes, on the standard error.
sub watch {
    my ($server) = @_;
    $server->connection_event->add(sub {
        my (undef, $connection, $request) = @_;
        print STDERR UniEvent::WebSocket::Tool::clock(), ' ', $connection->id, ' connected to ', UniEvent::WebSocket::Tool::printable($request->uri->path), "\n";
    });
    $server->disconnection_event->add(sub {
        my (undef, $connection, $code, $reason) = @_;
        print STDERR UniEvent::WebSocket::Tool::clock(), ' ', $connection->id, " closed with $code ", UniEvent::WebSocket::Tool::printable($reason), "\n";
    });
    return;
}

# What to type into a browser or into uews connect, one for each listener.
sub addresses {
    my ($server, $option, $tls) = @_;
    my $s = $tls ? 's' : '';
    my $path = defined $option->{unix} ? "the Unix socket $option->{unix}" : undef;
    return $path if defined $path && !defined $option->{port};
    my $address = $server->sockaddr;
    my $host = $option->{host} // '127.0.0.1';
    $host = $host eq '*' || $host eq '0.0.0.0' ? 'localhost' : $host =~ /:/ ? "[$host]" : $host;
    return ("http$s://$host:" . $address->port . "/ ws$s://$host:" . $address->port . '/', $path // ());
}

1;
