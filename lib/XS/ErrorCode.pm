package XS::ErrorCode;
# Error values. The methods are the engine's; here are the operators.
use strict;
use warnings;

our $VERSION = '2.0.0';

use overload ();
require UniEvent;

for my $method (qw(value category message)) {
    no strict 'refs';
    *$method = \&{"XS::STL::ErrorCode::$method"};
}

for my $class (qw(XS::ErrorCode XS::STL::ErrorCode)) {
    my $equal = \&XS::STL::ErrorCode::_equal;
    $class->overload::OVERLOAD(
        '""'     => \&XS::STL::ErrorCode::_to_string,
        'bool'   => sub { 1 },
        '=='     => $equal,
        'eq'     => $equal,
        '!='     => sub { !&$equal },
        'ne'     => sub { !&$equal },
        '&'      => \&XS::STL::ErrorCode::_shares,
        fallback => 1,
    );
}

my $same_category = \&XS::STL::ErrorCategory::_equal;
'XS::STL::ErrorCategory'->overload::OVERLOAD(
    '""'     => \&XS::STL::ErrorCategory::name,
    'bool'   => sub { 1 },
    '=='     => $same_category,
    'eq'     => $same_category,
    '!='     => sub { !&$same_category },
    'ne'     => sub { !&$same_category },
    fallback => 1,
);

# Upstream's plain integers.
BEGIN {
    package XS::STL::io_errc;
    sub stream () { 1 }
    package XS::STL::future_errc;
    sub broken_promise ()            { 0 }
    sub future_already_retrieved ()  { 1 }
    sub promise_already_satisfied () { 2 }
    sub no_state ()                  { 3 }
}

1;
