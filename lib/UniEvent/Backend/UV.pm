package UniEvent::Backend::UV;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent;

1;
