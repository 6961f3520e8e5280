# Answers every request with the same 13 bytes.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Bench::Serve;
use UniEvent::HTTP;

my $server = UE::HTTP::Server->new({locations => [location()]});
$server->request_callback(sub {
    my ($request) = @_;
    $request->respond({code => 200, headers => {'Content-Type' => 'text/plain'}, body => 'Hello, world!'});
});
serve($server);
