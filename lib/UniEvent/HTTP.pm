package UniEvent::HTTP;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent;
require UniEvent::Exporting;
require Protocol::HTTP;
require UniEvent::HTTP::Server;
require UniEvent::HTTP::ServerRequest;
require UniEvent::HTTP::ServerResponse;
require UniEvent::HTTP::Error;

UniEvent::Exporting::install_on_request(__PACKAGE__);

1;
