package Protocol::HTTP::CookieJar;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent::Exporting;
require Protocol::HTTP::Request;
require Protocol::HTTP::Response;

UniEvent::Exporting::install_on_request(__PACKAGE__);

# Objects of the engine belong to one thread.
sub CLONE_SKIP { 1 }

1;
