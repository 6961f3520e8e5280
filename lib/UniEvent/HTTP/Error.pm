package UniEvent::HTTP::Error;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent;
require UniEvent::Exporting;

UniEvent::Exporting::install_on_request(__PACKAGE__);

1;
