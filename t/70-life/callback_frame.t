# The frame that a callback runs in behaves like an eval of its own: whatever the sub does to get out of it.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest;
use UniEvent;

my $loop = UE::Loop->new;

# Runs one callback in the loop; the exception, or undef.
sub in_callback {
    my $code = shift;
    $loop->delay($code);
    return eval { $loop->run_nowait; 1 } ? undef : $@;
}

my @seen;
is in_callback(sub { eval { die "inner\n" }; push @seen, $@; eval { die {code => 7} }; push @seen, $@->{code}; eval 'die "text\n"'; push @seen, $@ }),
    undef, 'evals inside are not seen outside';
is_deeply \@seen, ["inner\n", 7, "text\n"], '... and go on behind themselves';

is in_callback(sub { eval { die "caught\n" }; die "then: $@" }), "then: caught\n", 'dies after an inner eval';
is in_callback(sub { my @sorted = sort { die "in sort\n" } 2, 1 }), "in sort\n", 'dies in a sort block';
is in_callback(sub { for (1 .. 3) { local $_ = 5; (sub { (sub { die "deep $_\n" })->() })->() } }), "deep 5\n", 'dies far down';
is in_callback(sub { local $SIG{__DIE__} = sub { die "handled: $_[0]" }; die "x\n" }), "handled: x\n", 'a __DIE__ handler';
is in_callback(sub { $@ = 'left over'; 1 }), undef, '$@ set by hand is no exception';
like in_callback(sub { no warnings; last }), qr/outside a loop block/, 'last finds no loop';
{
    package Grumble;
    sub new { bless [], shift }
    sub DESTROY { eval { die "in DESTROY\n" } }
}
is in_callback(sub { my $object = Grumble->new; die "with an object\n" }), "with an object\n", 'a destructor with an eval of its own';

my @context;
sub note_context { @context = (wantarray, scalar @_); 1 }
is in_callback(\&note_context), undef, 'a named sub';
is_deeply \@context, [undef, 0], '... in void context, without arguments';
is in_callback(sub { @_ = (1, 2); goto &note_context }), undef, 'goto a sub';
is_deeply \@context, [undef, 2], '... which has the new arguments';

my $inside;
is in_callback(sub { $inside = $^S }), undef, '$^S';
is $inside, 1, '... says that an eval is around';

our $dynamic = 'outer';
in_callback(sub { local $dynamic = 'inner'; die "bye\n" });
is $dynamic, 'outer', 'local ends with the callback';

# A loop inside of a callback: the exception goes to the run it happened under.
my $other = UE::Loop->new;
my $nested;
is in_callback(sub {
    $other->delay(sub { die "nested\n" });
    eval { $other->run_nowait };
    $nested = $@;
    die "outer\n";
}), "outer\n", 'the outer exception';
is $nested, "nested\n", '... and the nested one';

my $depth = 0;
my $deeper;
$deeper = sub { return if ++$depth > 50; my $inner = UE::Loop->new; $inner->delay($deeper); $inner->run_nowait };
is in_callback($deeper), undef, 'callbacks in callbacks, fifty deep';
is $depth, 51, '... all ran';
undef $deeper;

my $list = 0;
is in_callback(sub { $list = () = (1) x 5000; return (1) x 5000 }), undef, 'a long list returned into the void';

open my $child, '-|', $^X, (map { "-I$_" } @INC), '-e', <<'PROGRAM' or die "fork: $!";
use UniEvent;
my $guard = bless [];
sub DESTROY { print "destroyed\n" }
END { print "end\n" }
$| = 1;
UE::Loop->default->delay(sub { eval { exit 3 }; print "not reached\n" });
UE::Loop->default->run;
PROGRAM
my $said = join '', <$child>;
close $child;
is $? >> 8, 3, 'exit in a callback ends the program';
is $said, "destroyed\nend\n", "... the way perl does it";

UETest::nothing_left($loop, $other);
done_testing;
