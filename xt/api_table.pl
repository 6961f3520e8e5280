# The interface as a table: per class how many names the list of t/00-meta has, how many of them are there, how many are
# described, and how many t/60-api really calls. Names that lack something follow the table, and then the exit status is 1.
#
#   perl xt/api_table.pl            runs the tests of t/60-api once, under Devel::UETrace
#   perl xt/api_table.pl --markdown
use 5.016;
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../t/lib";
use B ();
use Cwd ();
use File::Temp ();
use UETest qw(root_dir);
use UETest::Api;
use UETest::Child;

chdir root_dir() or die "no root: $!\n";
if (!grep { m{\bblib\b} } @INC) { exec $^X, '-Mblib', $0, @ARGV or die "cannot run $^X: $!\n" }
require UniEvent::WebSocket;
require UniEvent::SslContext;

# The subs that the tests call, by the names perl knows them under.
sub called {
    my $names = File::Temp->new;
    for my $test (glob 't/60-api/*.t') {
        print STDERR "$test\n";
        my @include = map { '-I' . Cwd::abs_path($_) } grep { !ref && -d } @INC;
        UETest::Child->run([$^X, @include, '-d:UETrace', $test], perl => 1, env => {UE_TRACE => $names->filename}, bound => 300);
    }
    open my $in, '<', $names->filename or die $!;
    chomp(my @names = <$in>);
    return map { $_ => 1 } @names;
}

# A name may be an alias of another sub, or inherited.
sub perl_name {
    my ($class, $name) = @_;
    my $gv = B::svref_2object($class->can($name))->GV;
    return $gv->STASH->NAME . '::' . $gv->NAME;
}

my $markdown = grep { $_ eq '--markdown' } @ARGV;
my %called = called();
my $listed = UETest::Api::listed();
my (@rows, @total, @lacking);
for my $class (sort keys %$listed) {
    my @count = (scalar @{ $listed->{$class} }, 0, 0, 0);
    for my $name (@{ $listed->{$class} }) {
        my $there = $class->can($name);
        my $constant = $there && UETest::Api::is_constant($class, $name);
        my $perl_name = $there && perl_name($class, $name);
        # Constants are compiled away, subs without a name cannot be told apart, and perl itself calls CLONE_SKIP.
        my $unseen = $constant || $name eq 'CLONE_SKIP' || $there && $perl_name =~ /::__ANON__/;
        my @has = ($there, UETest::Api::described($class, $name),
            $there && ($called{$perl_name} || $unseen && UETest::Api::tested($class, $name) || $name eq 'CLONE_SKIP'));
        $count[$_ + 1] += !!$has[$_] for 0 .. 2;
        push @lacking, "${class}::$name is not " . (qw(there described called))[$_] for grep { !$has[$_] } 0 .. 2;
    }
    $total[$_] += $count[$_] for 0 .. 3;
    push @rows, [$class, @count];
}

my @format = $markdown ? ("| %s | %s | %s | %s | %s |\n") x 2 : ("%-48s %9s %9s %9s %9s\n") x 2;
printf $format[0], qw(class listed there described tested);
print "|---|---:|---:|---:|---:|\n" if $markdown;
printf $format[1], @$_ for @rows, ['all', @total];
print "\n", map { "$_\n" } @lacking if @lacking;
exit !!@lacking;
