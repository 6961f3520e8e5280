package UniEvent;
use 5.016;
use strict;
use warnings;

our $VERSION = '2.0.0';

# One package, two names: UE::Timer is UniEvent::Timer, also for packages that are loaded later. Done before anything
# can create a stash of its own under UE::.
BEGIN { *UE:: = *UniEvent:: }

use mro ();
require XSLoader;
XSLoader::load('UniEvent', $VERSION);

require XS::ErrorCode;
require XS::Framework;
require UniEvent::Error;
require UniEvent::Exporting;

@UniEvent::Handle::ISA     = ();
@UniEvent::Timer::ISA      = 'UniEvent::Handle';
@UniEvent::Prepare::ISA    = 'UniEvent::Handle';
@UniEvent::Check::ISA      = 'UniEvent::Handle';
@UniEvent::Idle::ISA       = 'UniEvent::Handle';
@UniEvent::Signal::ISA     = 'UniEvent::Handle';
@UniEvent::Stream::ISA     = 'UniEvent::Handle';
@UniEvent::Tcp::ISA        = 'UniEvent::Stream';
@UniEvent::Pipe::ISA       = 'UniEvent::Stream';
@UniEvent::Request::Connect::ISA  = 'UniEvent::Request';
@UniEvent::Request::Write::ISA    = 'UniEvent::Request';
@UniEvent::Request::Shutdown::ISA = 'UniEvent::Request';

UniEvent::Exporting::install($_) for qw(UniEvent UniEvent::Signal UniEvent::Pipe);

require Net::SockAddr;

1;
