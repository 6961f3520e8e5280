package Protocol::HTTP::Compression;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent;
require UniEvent::Exporting;

UniEvent::Exporting::install(__PACKAGE__);

1;
