# What the interface consists of, found from four sides: t/00-meta/api.list, the symbol tables, the manuals, t/60-api.
package UETest::Api;
use 5.016;
use strict;
use warnings;
use B ();
use mro ();
use UETest qw(root_dir);
use UETest::Tree;

# The stashes that are ours, with all below them.
my @roots = qw(UniEvent Net::SockAddr URI::XS Protocol::HTTP Protocol::WebSocket::Fast XS);

# What is in a symbol table and no part of the interface, each kind with its reason.
my %rule = (
    private  => sub { $_[1] =~ /^_/ },                                        # begins with an underscore
    overload => sub { $_[1] =~ /^\(/ },                                       # the operators, described as such
    hook     => sub { $_[1] =~ /^(?:import|unimport|BEGIN|END|DESTROY|CLONE|CLONE_SKIP|bootstrap|dl_load_flags)$/ },    # perl's
    internal => sub { $_[0] eq 'UniEvent::Exporting' },                       # a module of ours for ourselves
    imported => sub {
        my $from = B::svref_2object(\&{"$_[0]::$_[1]"})->GV->STASH->NAME;     # lives in somebody else's package
        return !grep { $from eq $_ || index($from, "${_}::") == 0 } @roots;
    },
);

# The name of the rule that excludes a sub, or undef for a public one.
sub excluded {
    my ($class, $name) = @_;
    no strict 'refs';
    return (grep { $rule{$_}->($class, $name) } sort keys %rule)[0];
}

# {class => [names]} of the list.
sub listed {
    state %listed;
    return \%listed if %listed;
    my $class;
    for (split /\n/, UETest::Tree::text(root_dir() . '/t/00-meta/api.list')) {
        next if /^#|^\s*$/;
        $class = $1 if s/^([\w:]+)://;
        push @{ $listed{$class} }, split;
    }
    return \%listed;
}

# {class => [public subs]} of what is loaded.
sub bound {
    my (%bound, %seen);
    my @todo = @roots;
    while (defined(my $class = shift @todo)) {
        no strict 'refs';
        my $stash = \%{"${class}::"};
        next if $seen{$stash}++;
        push @todo, map { /^(\w+)::$/ ? "${class}::$1" : () } sort keys %$stash;
        my @names = grep { defined &{"${class}::$_"} && !excluded($class, $_) } sort keys %$stash;
        $bound{$class} = \@names if @names;
    }
    return \%bound;
}

# Classes that are described in the manual of another one.
my %manual = (
    'UniEvent::Backend' => 'UniEvent', 'UniEvent::Work' => 'UniEvent',
    'UniEvent::ResolveError' => 'UniEvent::Error', 'UniEvent::StreamerError' => 'UniEvent::Error',
    'UniEvent::SystemError' => 'UniEvent::Error', 'XS::STL::errc' => 'UniEvent::Error',
    'XS::STL' => 'XS::ErrorCode', 'XS::STL::ErrorCode' => 'XS::ErrorCode', 'XS::STL::ErrorCategory' => 'XS::ErrorCode',
    'XS::STL::io_errc' => 'XS::ErrorCode', 'XS::STL::future_errc' => 'XS::ErrorCode',
    'UniEvent::Request::Connect' => 'UniEvent::Request', 'UniEvent::Resolver::Request' => 'UniEvent::Resolver',
    'UniEvent::WebSocket::Connection::Statistics' => 'UniEvent::WebSocket::Connection',
    'UniEvent::WebSocket::XSConnectionIterator' => 'UniEvent::WebSocket::Server',
    'UniEvent::WebSocket::Error' => 'UniEvent::WebSocket', 'Protocol::WebSocket::Fast::Error' => 'Protocol::WebSocket::Fast',
    (map { ("Net::SockAddr::$_" => 'Net::SockAddr') } qw(Inet4 Inet6 Unix)),
);

# A class and its parents. (Of a stash with two names mro knows the other one.)
sub lineage { my ($class) = @_; return ($class, grep { $_ ne $class } @{ mro::get_linear_isa($class) }) }

# The manuals that may describe the methods of a class: its own (or the one it shares) and those of its parents.
sub manuals {
    my ($class) = @_;
    return grep { -f } map { root_dir() . '/lib/' . (($manual{$_} // $_) =~ s{::}{/}gr) . '.pod' } lineage($class);
}

# The words of a file, split once: {all => {...}, headed => {...}, called => {...}},
# and whether it calls methods by names in variables.
sub words {
    my ($file) = @_;
    state %words;
    return $words{$file} //= do {
        my $text = UETest::Tree::text($file);
        my %of = (
            all    => [$text =~ /\w+/g],
            headed => [map { /\w+/g } $text =~ /^=(?:head[12]|item)\b(.*)/mg],
            called => [$text =~ /\b(\w+)\b(?!\s*=>)/g],    # not as the key of a hash
        );
        +{by_name => scalar $text =~ /->\$\w/, map { my $kind = $_; $kind => {map { $_ => 1 } @{ $of{$kind} }} } keys %of};
    };
}

sub is_constant {
    my ($class, $name) = @_;
    my $code = $class->can($name) or return 0;    # not \&{...}, which would make an empty one
    my $prototype = prototype $code;
    no strict 'refs';
    return defined $prototype && $prototype eq '' || !!grep { $_ eq $name } @{"${class}::CONSTANTS"};
}

# Whether a name stands in a heading or item of the manuals of a class. Of a constant any mention will do: they are
# described in tables.
sub described {
    my ($class, $name) = @_;
    return 1 if $name eq 'CLONE_SKIP';    # said once for all classes, in "Processes and threads" of UniEvent
    my $where = is_constant($class, $name) ? 'all' : 'headed';
    return !!grep { words($_)->{$where}{$name} } manuals($class);
}

# Whether a test of t/60-api that knows the class or a child of it uses the name: as a call, in a list of names that are
# called in turn, of constants also as the key of a table; of an event by its first half.
sub tested {
    my ($class, $name) = @_;
    my @known = map { s/.*:://r } grep { $_->isa($class) } $class, keys %{ listed() };
    my ($event, $form) = $name =~ /^(.*)(_(?:event|callback))$/;
    for my $words (map { words($_) } glob root_dir() . '/t/60-api/*.t') {
        next if !grep { $words->{all}{$_} } @known;
        my $where = is_constant($class, $name) || $words->{by_name} ? 'all' : 'called';
        return 1 if $words->{$where}{$name} || $event && $words->{all}{$event} && $words->{all}{$form};
    }
    return 0;
}

1;
