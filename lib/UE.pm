# The short name of UniEvent. Nothing is defined here: UE:: becomes an alias of the whole UniEvent:: stash.
use strict;
use warnings;
require UniEvent;
1;
