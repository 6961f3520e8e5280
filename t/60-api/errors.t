# Error values, chains, categories, the exception class: what compares equal to what, and how it reads.
use strict;
use warnings;
use Test::More;
use Errno ();
use UniEvent;

*code = sub { XS::STL::ErrorCode->new(@_) };
my $generic = XS::STL::generic_category();
my ($aborted, $canceled, $pipe) = map { UniEvent::SystemError->can($_)->() } qw(connection_aborted operation_canceled broken_pipe);

subtest 'a single code' => sub {
    my $e = code(Errno::ETIMEDOUT(), $generic);
    is(ref $e, 'XS::STL::ErrorCode', 'class');
    is($e->value, Errno::ETIMEDOUT(), 'value');
    is($e->category, $generic, 'category');
    is($e->message, 'Connection timed out', 'message');
    is("$e", 'Connection timed out (' . Errno::ETIMEDOUT() . ':generic)', 'text');
    ok($e, 'true');
    is(code(0, $generic), undef, 'value 0 is no error');
    ok(!eval { code(1, undef); 1 }, 'no category');
    like($@, qr/category required/, 'said so');
    ok(!eval { code(1, 'generic'); 1 }, 'a name is none');
    ok(!$e->can('next') && !$e->can('contains'), 'no chain methods');
};

subtest 'a chain' => sub {
    my $bottom = XS::ErrorCode->new($canceled);
    my $e = XS::ErrorCode->new($aborted, $bottom);
    is(ref $e, 'XS::ErrorCode', 'class');
    is($e->value, Errno::ECONNABORTED(), 'value of the top');
    is($e->category, $generic, 'category');
    is($e->message, $aborted->message, 'message');
    is($e->code, $aborted, 'code');
    is(ref $e->code, 'XS::STL::ErrorCode', 'its class');
    is($e->next, $canceled, 'next');
    is(ref $e->next, 'XS::ErrorCode', 'its class');
    is($e->next->next, undef, 'the end');
    is("$e", "$aborted -> $canceled", 'text');
    ok($e->contains($aborted) && $e->contains($canceled), 'contains');
    ok(!$e->contains($pipe), 'not what is not in it');
    ok(!$e->contains(undef), 'nor undef');
    is(XS::ErrorCode->new($aborted, undef)->next, undef, 'undef below');
    ok(XS::ErrorCode->new($aborted, $canceled)->contains($canceled), 'a single code below');
    ok(XS::ErrorCode->new($e)->contains($aborted), 'a chain on top');
    ok(!eval { XS::ErrorCode->new('text'); 1 }, 'text is no code');
    ok(!eval { XS::ErrorCode->new($aborted, 'text'); 1 }, 'nor a cause');
    my $deep = $bottom;
    $deep = XS::ErrorCode->new($pipe, $deep) for 1 .. 5000;
    ok($deep & $canceled, 'a deep one');
};

subtest 'comparison' => sub {
    my $chain = XS::ErrorCode->new($aborted, XS::ErrorCode->new($canceled));
    my $same = XS::ErrorCode->new($aborted, XS::ErrorCode->new($canceled));
    my $value = Errno::ECONNABORTED();
    for my $pair ([$chain, $same], [$chain, $aborted], [$aborted, $chain], [$chain, $value], [$value, $chain], [$aborted, $value],
        [$aborted, $aborted], [$chain, XS::ErrorCode->new($aborted)]) {
        my ($a, $b) = @$pair;
        ok($a == $b, "== " . ref($a) . ' ' . ref($b));
        ok($a eq $b, "eq " . ref($a) . ' ' . ref($b));
        ok(!($a != $b) && !($a ne $b), 'and not unequal');
    }
    for my $other ($canceled, $value + 1, "$aborted", "$value", undef, [], UniEvent::Error::ssl_error(), 'x') {
        no warnings;
        ok(!($chain == $other), '== ' . ($other // 'undef'));
        ok(!($other eq $chain), 'eq ' . ($other // 'undef'));
        ok($chain != $other, '!= ' . ($other // 'undef'));
    }
    ok($chain & $aborted && $chain & $canceled, '&');
    ok(!($chain & $pipe), 'not in it');
    ok($canceled & $chain, 'either side');
    ok($aborted & $aborted, 'of single codes');
    { no warnings; ok(!(undef() & $canceled), 'undef has nothing in it') }
    my $other_category = code($value, UniEvent::Error::category());
    ok(!($other_category == $aborted), 'same value, other category');
};

subtest 'categories' => sub {
    is($generic->name, 'generic', 'name');
    is("$generic", 'generic', 'text');
    is($generic->message(Errno::EPIPE()), 'Broken pipe', 'message');
    is(XS::STL::system_category()->name, 'system', 'system');
    is(XS::STL::iostream_category()->name, 'iostream', 'iostream');
    is(XS::STL::future_category()->name, 'future', 'future');
    ok($generic == XS::STL::generic_category(), 'equal');
    ok($generic != XS::STL::system_category(), 'unequal');
    { no warnings; ok(!($generic == undef), 'undef'); ok(!($generic eq 'generic'), 'a string') }
    my %name = (category => 'unievent', resolve_category => 'unievent-resolve', ssl_category => 'unievent-ssl',
        openssl_category => 'unievent-openssl', streamer_category => 'unievent-streamer', system_category => 'generic');
    is(UniEvent::Error->can($_)->()->name, $name{$_}, $_) for sort keys %name;
    ok(!XS::STL::ErrorCategory->can('new'), 'no constructor');
};

subtest 'system errors under two names' => sub {
    my %names = (timed_out => 'ETIMEDOUT', address_in_use => 'EADDRINUSE', connection_refused => 'ECONNREFUSED',
        operation_canceled => 'ECANCELED', not_connected => 'ENOTCONN', io_error => 'EIO', no_such_file_or_directory => 'ENOENT');
    for my $long (sort keys %names) {
        my $short = $names{$long};
        for my $package (qw(XS::STL::errc UniEvent::SystemError UE::SystemError)) {
            is($package->can($long)->(), $package->can($short)->(), "$package $long");
        }
        is(UniEvent::SystemError->can($long)->()->value, Errno->can($short)->(), "$short value");
    }
    no strict 'refs';
    my @all = grep { defined &{"XS::STL::errc::$_"} } sort keys %XS::STL::errc::;
    cmp_ok(scalar(@all), '>=', 154, 'all of them');
    is(scalar(grep { &{"XS::STL::errc::$_"}()->value > 0 } @all), scalar(@all), 'positive');
};

subtest 'own errors' => sub {
    my @names = qw(unknown_error read_start_error bind_error listen_error ssl_error resolve_error);
    for my $i (0 .. $#names) {
        my $e = UniEvent::Error->can($names[$i])->();
        is($e->value, $i + 1, $names[$i]);
        is($e->message, $names[$i] =~ tr/_/ /r, 'message');
    }
    is(UniEvent::ResolveError::host_not_found()->value, 1, 'resolve');
    is(UniEvent::ResolveError::host_not_found()->category, UniEvent::Error::resolve_category(), 'category');
    is(UniEvent::StreamerError::write_error()->message, 'streamer write error', 'streamer');
};

subtest 'the exception class' => sub {
    my $e = UniEvent::Error->new('something');
    is($e->what, 'something', 'what');
    is("$e", 'something', 'text');
    is($e->code, undef, 'no code');
    ok($e, 'true');
    for my $code ($aborted, XS::ErrorCode->new($aborted, XS::ErrorCode->new($canceled))) {
        my $c = UniEvent::Error->new($code);
        is($c->code, $code, 'code');
        is(ref $c->code, 'XS::ErrorCode', 'class of the code');
        is($c->what, "$code", 'what');
        my $clone = $c->clone;
        is(ref $clone, 'UniEvent::Error', 'clone');
        is($clone->code, $code, 'its code');
    }
    { package MyError; our @ISA = 'UniEvent::Error'; }
    is(ref(MyError->new('x')->clone), 'MyError', 'subclass');
    is(UniEvent::Error->new('x')->clone . '', 'x', 'clone of a text');
};

subtest 'values cannot be changed, fakes do no harm' => sub {
    my $e = code(1, $generic);
    ok(!eval { $$e = 'xxxxxxxx'; 1 }, 'read only');
    for my $bytes ('', 'x', "\xff" x 8, "\xff" x 4000) {
        my $fake = bless \(my $copy = $bytes), 'XS::ErrorCode';
        ok(defined eval { "$fake" }, 'a fake of ' . length $bytes);
        is($fake->next, undef, 'next') if length $bytes < 16;
        ok(!($fake == $e), 'equals nothing');
    }
    ok(!($e == bless {}, 'XS::ErrorCode'), 'a hash');
};

done_testing;
