# Every message goes to everybody who is connected, by a loop in Perl.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Bench::Serve;

my $server = websocket_server();
$server->connection_callback(sub {
    my (undef, $conn) = @_;
    $conn->message_callback(sub {
        my ($conn, $msg) = @_;
        my $text = $msg->payload;
        $server->foreach_connection(sub { $_[0]->send_text($text) });
    });
});
serve($server);
