# The interface is whole: what t/00-meta/api.list names can be called, and every public sub that is bound has its place in
# that list, a heading in a manual and a test in t/60-api.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest::Api;
use UniEvent::SslContext;
use UniEvent::WebSocket;

my $listed = UETest::Api::listed();
my $bound = UETest::Api::bound();

for my $class (sort keys %$listed) {
    is join(' ', grep { !$class->can($_) } @{ $listed->{$class} }), '', "$class: all that is listed can be called";
    my %seen;
    is join(' ', grep { $seen{$_}++ } @{ $listed->{$class} }), '', "$class: no name is listed twice";
}

for my $class (sort keys %$bound) {
    my @names = @{ $bound->{$class} };
    my %listed = map { $_ => 1 } map { @{ $listed->{$_} // [] } } UETest::Api::lineage($class);
    is join(' ', grep { !$listed{$_} } @names), '', "$class: all that is bound is listed";
    is join(' ', grep { !UETest::Api::described($class, $_) } @names), '', "$class: and described";
    is join(' ', grep { !UETest::Api::tested($class, $_) } @names), '', "$class: and tested";
}

# The rules of what is not public.
my %excluded = ('UniEvent _random' => 'private', 'UniEvent::Handle CLONE_SKIP' => 'hook', 'XS::ErrorCode (""' => 'overload',
    'URI::XS (eq' => 'overload', 'UniEvent::Exporting export' => 'internal', 'UniEvent::Tcp connect' => undef);
is UETest::Api::excluded(split / /), $excluded{$_}, "$_: " . ($excluded{$_} // 'public') for sort keys %excluded;
{ no warnings 'once'; *UniEvent::Loop::looks_like_number = do { require Scalar::Util; \&Scalar::Util::looks_like_number } }
is UETest::Api::excluded('UniEvent::Loop', 'looks_like_number'), 'imported', 'an import of another package';

# A manual that lacks a method, and a list that lacks one, are seen.
{ no strict 'refs'; *{'UniEvent::Timer::unheard_of'} = eval 'package UniEvent::Timer; sub { 1 }' }
is join(' ', grep { $_ eq 'unheard_of' } @{ UETest::Api::bound()->{'UniEvent::Timer'} }), 'unheard_of', 'a new method is seen';
ok !UETest::Api::described('UniEvent::Timer', 'unheard_of'), 'as not described';
ok !UETest::Api::tested('UniEvent::Timer', 'unheard_of'), 'and not tested';

done_testing;
