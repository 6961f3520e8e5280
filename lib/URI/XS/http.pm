package URI::XS::http;
use strict;
use warnings;

our $VERSION = '2.0.0';

require URI::XS;

1;
