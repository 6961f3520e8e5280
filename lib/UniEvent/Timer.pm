package UniEvent::Timer;
use strict;
use warnings;

our $VERSION = '2.0.0';
our @ISA = 'UniEvent::Handle';

use constant TYPE => 'timer';

require UniEvent;

1;
