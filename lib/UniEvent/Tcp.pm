package UniEvent::Tcp;
use strict;
use warnings;

our $VERSION = '2.0.0';
our @ISA = 'UniEvent::Stream';

use constant TYPE => 'tcp';

require UniEvent;

1;
