package Protocol::HTTP::Message;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent;
require UniEvent::Exporting;
require URI::XS;

UniEvent::Exporting::install(__PACKAGE__);

# Objects of the engine belong to one thread.
sub CLONE_SKIP { 1 }

# The date of a cookie as an object.
sub _date {
    my ($epoch) = @_;
    require Time::Piece;
    return Time::Piece->gmtime($epoch);
}

1;
