# Echo with a closure per connection, each with a variable of its own: what a program that keeps state usually looks like.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Bench::Serve;

my $server = websocket_server();
$server->connection_callback(sub {
    my ($server, $conn) = @_;
    my $messages = 0;
    $conn->message_callback(sub {
        my ($conn, $msg) = @_;
        ++$messages;
        $conn->send_text($msg->payload);
    });
});
serve($server);
