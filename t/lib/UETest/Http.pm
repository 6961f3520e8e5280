# What the tests of the HTTP server share: a server on a loop of its own, and clients that let the loop run.
package UETest::Http;
use 5.016;
use strict;
use warnings;
use Exporter 'import';
use UETest qw(raw_client run_until);
use UniEvent::HTTP;

our @EXPORT = qw(new_server client get closes);

# A running server on a free port of 127.0.0.1: new_server(max_body_size => 10, request => sub {...}, ...).
# Keys that name events become callbacks, the others are settings.
sub new_server {
    my (%option) = @_;
    my $loop = delete $option{loop} // UniEvent::Loop->new;
    my %callback;
    for my $event (qw(run route request error stop)) {
        $callback{$event} = delete $option{$event} if exists $option{$event};
    }
    $option{locations} //= [{host => '127.0.0.1', %{delete $option{location} || {}}}];
    my $server = UniEvent::HTTP::Server->new(\%option, $loop);
    for my $event (keys %callback) {
        my $method = "${event}_callback";
        $server->$method($callback{$event});
    }
    $server->run;
    return $server;
}

# A plain connection to it, which lets its loop run while it waits.
sub client {
    my ($server) = @_;
    return raw_client(port => scalar($server->sockaddr)->port, loop => $server->loop);
}

# The response to GET over a new connection.
sub get {
    my ($server, $path, @headers) = @_;
    my $client = client($server);
    $client->write(join "\r\n", "GET $path HTTP/1.1", 'Connection: close', @headers, '', '');
    return $client->read_response;
}

# True if the server ends the connection without sending anything more.
sub closes {
    my ($client) = @_;
    my $rest = $client->read_all;
    return defined $rest && $rest eq '';
}

1;
