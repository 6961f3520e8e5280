# Echo, written as the manual writes it: text by send_text, with BINARY=1 by send_message.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Bench::Serve;

my $server = websocket_server();
if ($ENV{BINARY}) {
    $server->connection_callback(sub {
        my ($server, $conn) = @_;
        $conn->message_callback(sub {
            my ($conn, $msg) = @_;
            $conn->send_message($msg->payload);
        });
    });
} else {
    $server->connection_callback(sub {
        my ($server, $conn) = @_;
        $conn->message_callback(sub {
            my ($conn, $msg) = @_;
            $conn->send_text($msg->payload);
        });
    });
}
serve($server);
