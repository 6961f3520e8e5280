package UniEvent::Exporting;
# The import rules of every package of this distribution that exports constants. Internal.
#
#   use Pkg;            all constants of @Pkg::CONSTANTS
#   use Pkg ();         nothing
#   use Pkg qw/A b/;    these constants or subs; ":const" stands for all constants
#
# An unknown name and a name that the importing package already has are errors.
use strict;
use warnings;
use Carp ();

our $VERSION = '2.0.0';

sub install {
    my ($package) = @_;
    no strict 'refs';
    *{"${package}::import"} = sub {
        my (undef, @names) = @_;
        export($package, scalar caller, @names ? @names : ':const');
    };
}

# The same for packages that export nothing unless asked.
sub install_on_request {
    my ($package) = @_;
    no strict 'refs';
    *{"${package}::import"} = sub {
        my (undef, @names) = @_;
        export($package, scalar caller, @names);
    };
}

# Gives $caller the named subs of $package.
sub export {
    my ($package, $caller, @names) = @_;
    no strict 'refs';
    for my $name (map { $_ eq ':const' ? @{"${package}::CONSTANTS"} : $_ } @names) {
        defined &{"${package}::$name"} or Carp::croak("$package does not export '$name'");
        my $sub  = \&{"${package}::$name"};
        my $full = "${caller}::$name";
        next if defined &$full && \&$full == $sub;
        Carp::croak("$package: cannot export '$name': $caller already has a sub of that name") if defined &$full;
        *$full = $sub;
    }
}

1;
