package UniEvent::Pipe;
use strict;
use warnings;

our $VERSION = '2.0.0';
our @ISA = 'UniEvent::Stream';

use constant TYPE => 'pipe';

require UniEvent;

# For Windows, where a server makes its pipes in advance.
sub pending_instances { return }

1;
