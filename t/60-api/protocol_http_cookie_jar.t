# Protocol::HTTP::CookieJar: what is remembered, for whom, and for how long.
use strict;
use warnings;
use Test::More;
use Protocol::HTTP;
use Protocol::HTTP::Response;

my $class = 'Protocol::HTTP::CookieJar';
sub dies(&) { my ($code) = @_; return eval { $code->(); 1 } ? 'lives' : $@ }
sub names { return join ' ', map $_->{name}, @{$_[0]} }

subtest 'add and all_cookies' => sub {
    my $jar = $class->new;
    is_deeply $jar->all_cookies, {};
    $jar->add('n', {value => 'v', domain => '.Example.com', path => '/p', secure => 1, http_only => 1}, 'http://www.example.com/');
    $jar->add('own', {value => 'w'}, URI::XS->new('http://www.example.com/dir/file'));
    my $all = $jar->all_cookies;
    is_deeply [sort keys %$all], ['example.com', 'www.example.com'];
    my $cookie = $all->{'example.com'}[0];
    is_deeply [@$cookie{qw(name value path secure http_only same_site host_only)}], ['n', 'v', '/p', 1, 1, 0, 0];
    is $all->{'www.example.com'}[0]{host_only}, 1, 'without a domain: this host only';
    $jar->add('n', {value => 'new', domain => 'example.com', path => '/p'}, 'http://example.com/');
    is @{$jar->all_cookies->{'example.com'}}, 1, 'replaced';
    is $jar->all_cookies->{'example.com'}[0]{value}, 'new';
    $jar->add('n', {value => '', domain => 'example.com', path => '/p', expires => 1}, 'http://example.com/');
    ok !@{$jar->all_cookies->{'example.com'} || []}, 'an expired one removes';
    $jar->add('aged', {value => 1, max_age => 10}, 'http://h/', 1000);
    is $jar->all_cookies->{h}[0]{expires}->epoch, 1010, 'max_age becomes an expiry';
    $jar->add('lax', {value => 1, same_site => COOKIE_SAMESITE_LAX}, 'http://h/x');
    is +(grep { $_->{name} eq 'lax' } @{$jar->all_cookies->{h}})[0]{origin}, 'http://h/x';
    like dies { $jar->add('x', {expires => 'soon'}, 'http://h/') }, qr/CookieJar::add: expires: expected seconds/;
    like dies { $jar->add('x', {}, undef) }, qr/origin: expected a uri/;
    like dies { $jar->add('x', {}, 'http://h/', 'later') }, qr/now: expected seconds/;
    $jar->clear;
    is_deeply $jar->all_cookies, {};
    ok $class->CLONE_SKIP;
};

subtest 'find' => sub {
    my $jar = $class->new;
    my $from = 'https://www.example.com/';
    $jar->add('host', {value => 1, path => '/'}, $from);
    $jar->add('domain', {value => 1, path => '/', domain => 'example.com'}, $from);
    $jar->add('secure', {value => 1, path => '/', domain => 'example.com', secure => 1}, $from);
    $jar->add('short', {value => 1, path => '/', domain => 'example.com', max_age => 10}, $from, 1000);
    $jar->add('deep', {value => 1, path => '/a/b', domain => 'example.com'}, $from);
    $jar->add('strict', {value => 1, path => '/', domain => 'example.com', same_site => COOKIE_SAMESITE_STRICT}, $from);
    $jar->add('lax', {value => 1, path => '/', domain => 'example.com', same_site => COOKIE_SAMESITE_LAX}, $from);
    my $find = sub { return join ' ', sort map $_->{name}, @{$jar->find(@_)} };
    is $find->('https://www.example.com/', undef, 1005), 'domain host lax secure short strict';
    is $find->('https://www.example.com/', undef, 1010), 'domain host lax secure strict', 'expired';
    is $find->('http://sub.example.com/', undef, 2000), 'domain lax', 'another host of the domain, not secure, not the same site';
    is $find->('https://other.com/', undef, 2000), '';
    is names($jar->find('https://www.example.com/a/b/c', undef, 2000)) =~ s/ .*//r, 'deep', 'longer paths first';
    is $find->('https://www.example.com/', 'https://evil.com/', 2000), 'domain host lax secure', 'strict wants the own site';
    is $find->('https://www.example.com/', 'https://evil.com/', 2000, 0), 'domain host secure', 'lax wants the top level';
    like dies { $jar->find(undef) }, qr/uri: expected a uri/;
};

subtest 'remove' => sub {
    my $fill = sub {
        my $jar = $class->new;
        $jar->add($_->[1], {value => 1, domain => $_->[0], path => $_->[2]}, "http://$_->[0]/")
            for ['a.com', 'x', '/'], ['a.com', 'y', '/p'], ['s.a.com', 'x', '/'], ['b.com', 'x', '/'];
        return $jar;
    };
    my $count = sub { my $n = 0; $n += @$_ for values %{$_[0]->all_cookies}; $n };
    my $jar = $fill->();
    is @{$jar->remove}, 4, 'all';
    is $count->($jar), 0;
    is @{$fill->()->remove('a.com')}, 3, 'a domain and those below';
    is @{$fill->()->remove('.a.com')}, 2, 'only the domain' ;
    is names($fill->()->remove('a.com', 'y')), 'y';
    is @{$fill->()->remove('', 'x')}, 3;
    is names($fill->()->remove('', '', '/p')), 'y';
};

subtest 'collect and populate' => sub {
    my $jar = $class->new;
    my $response = Protocol::HTTP::Response->new({cookies => {a => {value => 1}, foreign => {value => 2, domain => 'other.com'}, bad => {value => 3}}});
    my @asked;
    $jar->set_ignore(sub { push @asked, [@_]; $_[0] eq 'bad' });
    $jar->collect($response, 'http://h.com/');
    is_deeply [map $_->{name}, @{$jar->all_cookies->{'h.com'}}], ['a'], 'neither foreign nor ignored';
    is_deeply [sort map $_->[0], @asked], [qw(a bad)];
    is $asked[0][1]{value}, $asked[0][0] eq 'a' ? 1 : 3;
    $jar->set_ignore(undef);
    $jar->collect($response, 'http://h.com/', 5);
    is @{$jar->all_cookies->{'h.com'}}, 2;
    like dies { $jar->set_ignore('x') }, qr/expected a code reference/;

    my $request = Protocol::HTTP::Request->new({uri => 'http://h.com/'});
    $jar->populate($request);
    is_deeply $request->cookies, {a => 1, bad => 3};
    my $own = Protocol::HTTP::Request->new({uri => 'http://h.com/', cookies => {a => 'mine'}});
    $jar->populate($own, 'http://h.com/', 1, time);
    is $own->cookie('a'), 'mine', 'own cookies stay';
    is dies { $jar->populate(Protocol::HTTP::Request->new) }, 'lives', 'without a uri there is nothing to do';

    $jar->set_ignore(sub { die "no cookies\n" });
    is dies { $jar->collect($response, 'http://h.com/') }, "no cookies\n";
    $jar->set_ignore(sub { $jar->set_ignore(undef); undef $jar; 1 });
    is dies { $jar->collect($response, 'http://h.com/') }, 'lives', 'the sub may do anything';
};

subtest 'as text' => sub {
    my $jar = $class->new;
    is $jar->to_string, "[\n]";
    $jar->add('k', {value => 'v', domain => 'd.com', path => '/p', expires => 4000000000, secure => 1, http_only => 1}, 'http://d.com/');
    $jar->add('s', {value => 'session'}, 'http://d.com/');
    my $text = $jar->to_string;
    is $text, qq([\n{"key":"k", "value":"v", "domain":"d.com", "path":"/p", "expires":"4000000000", "secure":"1", "http_only":"1"}\n]);
    like $jar->to_string(1), qr/"key":"s".*"host_only":"1"/;
    is $jar->to_string(0, 4000000001), "[\n]", 'not what has expired';
    is $class->new($jar->to_string(1))->to_string(1), $jar->to_string(1), 'and back';
    is_deeply $class->new('')->all_cookies, {};
    like dies { $class->new('garbage') }, qr/serialized cookie jar seems corrupted/;
    my ($error, $all) = Protocol::HTTP::CookieJar::parse_cookies($text);
    is $error, undef;
    is $all->{'d.com'}[0]{name}, 'k';
    ($error) = Protocol::HTTP::CookieJar::parse_cookies('garbage');
    is $error, Protocol::HTTP::Error::corrupted_cookie_jar();
    eval q{package By::Name; use Protocol::HTTP::CookieJar 'parse_cookies'; ::ok(defined &parse_cookies); 1} or die $@;
    { package My::Jar; our @ISA = $class; }
    is ref My::Jar->new, 'My::Jar';
};

done_testing;
