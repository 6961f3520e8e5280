package UniEvent::Error;
use strict;
use warnings;

our $VERSION = '2.0.0';

require UniEvent;

# Made here and by the engine: { what => text, code => XS::ErrorCode or undef }.
use overload '""' => sub { $_[0]{what} }, bool => sub { 1 }, fallback => 1;

sub new {
    my ($class, $what) = @_;
    my $is_code = ref $what && (UNIVERSAL::isa($what, 'XS::ErrorCode') || UNIVERSAL::isa($what, 'XS::STL::ErrorCode'));
    my $code = !$is_code ? undef : $what->isa('XS::ErrorCode') ? $what : XS::ErrorCode->new($what);
    return bless { what => "$what", code => $code }, ref $class || $class;
}

sub what  { $_[0]{what} }
sub code  { $_[0]{code} }
sub clone { bless { %{ $_[0] } }, ref $_[0] }

# The system's errors under a second name.
*UniEvent::SystemError:: = *XS::STL::errc::;

1;
