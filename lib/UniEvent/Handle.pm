package UniEvent::Handle;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent;

use constant UNKNOWN_TYPE => 'unknown';

1;
