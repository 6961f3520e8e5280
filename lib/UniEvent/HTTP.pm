package UniEvent::HTTP;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent;
require UniEvent::Exporting;
require UniEvent::Tcp;
require Protocol::HTTP;
require UniEvent::HTTP::Error;
require UniEvent::HTTP::Server;
require UniEvent::HTTP::ServerRequest;
require UniEvent::HTTP::ServerResponse;
require UniEvent::HTTP::Request;
require UniEvent::HTTP::Response;
require UniEvent::HTTP::RedirectContext;
require UniEvent::HTTP::Client;
require UniEvent::HTTP::Pool;
require UniEvent::HTTP::UserAgent;

UniEvent::Exporting::install_on_request(__PACKAGE__);

# With a callback at once and asynchronous, without one it waits and returns as http_request_sync does.
sub http_get {
    my ($uri, $callback, $loop) = @_;
    return http_request_sync({uri => $uri}) if !$callback;
    http_request({uri => $uri, response_callback => $callback}, $loop);
    return;
}

1;
