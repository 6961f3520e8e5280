# URI::XS: what each method of a uri gives and changes, and the functions beside it.
use strict;
use warnings;
use Test::More;
use URI::XS qw/uri register_scheme encode_uri_component decode_uri_component encodeURIComponent decodeURIComponent :const/;

my $full = 'https://joe:secret@Example.com:8443/a%20b/c?x=1&y=2&x=3#frag';

subtest 'constants and imports' => sub {
    is ALLOW_SUFFIX_REFERENCE, 1;
    is QUERY_PARAM_SEMICOLON, 2;
    is ALLOW_EXTENDED_CHARS, 4;
    is ALLOW_LEADING_AUTHORITY, 1;
    is PARAM_DELIM_SEMICOLON, 2;
    eval q{package By::Default; use URI::XS; ::is(ALLOW_EXTENDED_CHARS(), 4, 'constants come by themselves'); 1} or die $@;
    ok !By::Default->can('uri'), 'functions do not';
    ok !eval { URI::XS->import('nonsense'); 1 }, 'unknown name';
    ok !eval q{package Other; use URI::XS::http; Other->can('ALLOW_EXTENDED_CHARS')}, 'scheme classes export nothing';
};

subtest 'construction' => sub {
    my $uri = URI::XS->new($full);
    is ref $uri, 'URI::XS', 'plain whatever the scheme';
    is "$uri", $full;
    ok !URI::XS->new, 'nothing is empty';
    ok !URI::XS->new(undef), 'undef is empty';
    is +URI::XS->new('ya.ru:8080/a', ALLOW_SUFFIX_REFERENCE)->host, 'ya.ru', 'flags';
    is ref uri($full), 'URI::XS::https', 'class of the scheme';
    is ref uri('/path'), 'URI::XS';
    is ref uri('mailto:a'), 'URI::XS';
    is +uri()->to_string, '';
    is ref My::Uri->new('http://a'), 'My::Uri', 'subclass';
    BEGIN { package My::Uri; our @ISA = 'URI::XS'; }
};

subtest 'reading' => sub {
    my $uri = URI::XS->new($full);
    my %expected = (
        url => $full, to_string => $full, as_string => $full, scheme => 'https', proto => 'https', protocol => 'https',
        user_info => 'joe:secret', user => 'joe', password => 'secret', host => 'Example.com', port => 8443,
        explicit_port => 8443, default_port => 443, location => 'Example.com:8443',
        explicit_location => 'Example.com:8443', path => '/a%20b/c', path_info => '/a b/c',
        query_string => 'x=1&y=2&x=3', fragment => 'frag', hash => 'frag', relative => '/a%20b/c?x=1&y=2&x=3#frag',
        rel => '/a%20b/c?x=1&y=2&x=3#frag',
    );
    is $uri->$_, $expected{$_}, $_ for sort keys %expected;
    is_deeply [$uri->path_segments], ['a b', 'c'], 'path_segments';
    ok $uri->secure, 'secure';
    ok !URI::XS->new('http://a')->secure;
    ok !$uri->empty, 'not empty';
    ok $uri->to_bool, 'to_bool';
    ok +URI::XS->new('http://a b')->empty, 'no uri is empty';
    is +URI::XS->new('http://a')->port, 80, 'port by scheme';
    is +URI::XS->new('//a')->port, 0;
    is +URI::XS->new('//a')->location, 'a:0';
    is +URI::XS->new('http://a')->relative, '/';
    is +URI::XS->new('http://ya.ru?suka%20string+nah')->raw_query, 'suka string nah', 'raw_query decodes';
};

subtest 'changing' => sub {
    my $uri = URI::XS->new('http://a.com/p?q=1#f');
    my $set = sub {
        my ($method, @value) = @_;
        my @got = $uri->$method(@value);
        is_deeply \@got, [undef], "$method gives undef when it sets";
    };
    $set->(scheme => 'HTTPS');                    is $uri->scheme, 'https', 'lower case';
    $set->(proto => 'http');                      is "$uri", 'http://a.com/p?q=1#f';
    $set->(protocol => 'http');
    $set->(user_info => 'u:p');                   is "$uri", 'http://u:p@a.com/p?q=1#f';
    $set->(user => 'x');                          is $uri->user_info, 'x:p';
    $set->(password => 'y');                      is $uri->user_info, 'x:y';
    $set->(user_info => undef);                   is "$uri", 'http://a.com/p?q=1#f', 'undef empties';
    $set->(host => 'b.com');                      is $uri->host, 'b.com';
    $set->(port => 81);                           is "$uri", 'http://b.com:81/p?q=1#f';
    $set->(port => 0);                            is "$uri", 'http://b.com/p?q=1#f';
    $set->(location => 'c.com:8000');             is $uri->location, 'c.com:8000';
    $set->(location => 'vk.com:');                is $uri->explicit_location, 'vk.com';
    $set->(path => 'other');                      is $uri->path, '/other', 'slash added';
    $set->(path_segments => 'a b', '', 'c/d');    is $uri->path, '/a%20b/c%2Fd', 'segments encoded';
    $set->(query_string => 'k=%20v');             is $uri->query->{k}, ' v';
    $set->(raw_query => 'a b=c');                 is $uri->query_string, 'a%20b=c';
    $set->(fragment => 'g');                      is $uri->hash, 'g';
    $set->(hash => undef);                        is $uri->fragment, '';
    $set->(url => 'ws://d/e');                    is "$uri", 'ws://d/e';
    $set->(url => 'd.com/e', ALLOW_SUFFIX_REFERENCE); is $uri->host, 'd.com';
};

subtest 'query' => sub {
    my $uri = URI::XS->new('/?b=2&a=1&b=3&sp=x%20y');
    is_deeply [sort keys %{$uri->query}], [qw(a b sp)];
    is $uri->query->{sp}, 'x y';
    like $uri->query->{b}, qr/^[23]$/, 'one of several';
    $uri->query->{a} = 'changed';
    is $uri->param('a'), 1, 'the hash is a copy';
    is $uri->nparam, 4;
    is_deeply [$uri->multiparam('b')], [2, 3];
    is_deeply [$uri->multiparam('none')], [];
    is $uri->param('none'), undef;

    is $uri->param(a => 5), undef;
    is $uri->param('a'), 5;
    $uri->param(b => [7, 8]);
    is_deeply [$uri->multiparam('b')], [7, 8];
    $uri->multiparam(b => 9, 10);
    is_deeply [$uri->multiparam('b')], [9, 10];
    is $uri->remove_param('b'), 2;
    is $uri->remove_param('b'), 0;
    is $uri->query_string, 'a=5&sp=x%20y', 'sorted and encoded';

    is $uri->query({k => [1, 2], 'l l' => '&'}), undef;
    is $uri->query_string, 'k=1&k=2&l%20l=%26', 'hash replaces';
    $uri->query(k => 3, m => 4);
    is $uri->query_string, 'k=3&l%20l=%26&m=4', 'list replaces the named';
    $uri->query('z=1');
    is $uri->query_string, 'z=1', 'string replaces';
    $uri->add_query(z => 2);
    $uri->add_query({y => 0});
    $uri->add_query('x=-1');
    $uri->add_query;
    is $uri->query_string, 'x=-1&y=0&z=1&z=2';
    ok !eval { $uri->query(1, 2, 3); 1 }, 'odd list dies';
    is +URI::XS->new('/?a=1;b=2', QUERY_PARAM_SEMICOLON)->param('b'), 2, 'semicolons';
    is +URI::XS->new('/?p={"k","a|b"}', ALLOW_EXTENDED_CHARS)->param('p'), '{"k","a|b"}', 'extended characters';
};

subtest 'set, compare, copy' => sub {
    my $uri = URI::XS->new('http://a.com:80/x');
    ok $uri->equals('http://a.com:80/x'), 'text';
    ok !$uri->equals('http://a.com/x');
    ok $uri->equals(URI::XS->new('http://a.com/x')), 'a default port is no difference between objects';
    ok $uri eq 'http://a.com:80/x', 'eq';
    ok 'http://a.com:80/x' eq $uri;
    ok $uri ne 'other', 'ne';
    ok !$uri->equals([]), 'other references';
    ok !$uri->equals(undef);

    my $copy = $uri->clone;
    is ref $copy, 'URI::XS';
    $copy->path('/y');
    is $uri->path, '/x', 'a clone is independent';
    is ref $uri->HOOK_CLONE, 'URI::XS';
    $copy->set($uri);
    is "$copy", "$uri", 'set from an object';
    $copy->assign('http://q/');
    is "$copy", 'http://q/', 'assign from a string';
    $copy->set('e.com/f', ALLOW_SUFFIX_REFERENCE);
    is $copy->host, 'e.com', 'with flags';
    is $uri->TO_JSON, "$uri";

    require Storable;
    my $strict = uri('https://h/p');
    my $thawed = Storable::thaw(Storable::freeze($strict));
    is ref $thawed, 'URI::XS::https';
    is "$thawed", 'https://h/p';
    ok !eval { $thawed->scheme('ftp'); 1 }, 'still strict';
    is ref Storable::dclone(URI::XS->new('a:b')), 'URI::XS';
    ok(URI::XS->can($_), "$_, which Storable calls") for qw(STORABLE_freeze STORABLE_attach);
    is "@{[ map { $strict->$_ } qw(as_string rel proto) ]}", 'https://h/p /p https', 'other names';

    my @said;
    local $SIG{__WARN__} = sub { push @said, @_ };
    is $uri->connect_port, 80;
    is $uri->connect_location, 'a.com:80';
    is scalar @said, 2, 'deprecated names warn';
    ok +URI::XS->CLONE_SKIP;
};

subtest 'scheme classes' => sub {
    my %parent = (http => 'URI::XS', https => 'URI::XS::http', ws => 'URI::XS', wss => 'URI::XS::ws', ftp => 'URI::XS',
        socks => 'URI::XS', ssh => 'URI::XS', sftp => 'URI::XS::ssh', telnet => 'URI::XS');
    my %port = (http => 80, https => 443, ws => 80, wss => 443, ftp => 21, socks => 1080, ssh => 22, sftp => 22, telnet => 23);
    for my $name (sort keys %parent) {
        my $class = "URI::XS::$name";
        ok eval "require $class; 1", "$class loads" or diag $@;
        isa_ok $class, $parent{$name};
        my $uri = $class->new('//host/');
        is ref $uri, $class;
        is $uri->port, $port{$name}, 'default port';
        is $uri->scheme, $name eq 'socks' ? 'socks5' : $name, 'a missing scheme is filled in';
        like eval { $class->new('foreign://x'); 1 } ? 'lives' : $@, qr/wrong scheme/, 'foreign scheme';
    }
    my $uri = URI::XS::http->new('http://a/?z=1', a => 1, b => [2, 3]);
    is "$uri", 'http://a/?a=1&b=2&b=3&z=1', 'list of parameters';
    is +URI::XS::ws->new('//a', {k => 'v'})->query_string, 'k=v', 'hash';
    is +URI::XS::http->new('//a', 'k=v')->query_string, 'k=v', 'string';
    is +URI::XS::ftp->new('a.com/x', ALLOW_SUFFIX_REFERENCE)->host, 'a.com', 'flags';
    $uri->scheme('https');
    is $uri->scheme, 'https', 'http may become https';
    for my $try (sub { $uri->scheme('ftp') }, sub { $uri->url('ftp://a') }, sub { $uri->set('ftp://a') },
                 sub { $uri->assign(URI::XS->new('ftp://a')) }) {
        like eval { $try->(); 1 } ? 'lives' : $@, qr/wrong scheme/;
    }
    my $clone = $uri->clone;
    is ref $clone, 'URI::XS::http';
    ok !eval { $clone->scheme('ftp'); 1 }, 'a clone stays strict';
};

subtest 'registered schemes' => sub {
    BEGIN { package My::Scheme; our @ISA = 'URI::XS'; }
    register_scheme('myscheme', 'My::Scheme');
    my $uri = uri('myscheme://h/p?q');
    is ref $uri, 'My::Scheme';
    is "$uri", 'myscheme://h/p?q';
    ok !eval { register_scheme('x', 'No::Uri'); 1 }, 'the class must be a uri class';
};

subtest 'percent encoding' => sub {
    is encode_uri_component("aZ0-._~ /+\xff"), 'aZ0-._~%20%2F%2B%FF';
    is encode_uri_component('a b', 1), 'a+b';
    is encodeURIComponent('/'), '%2F';
    is decode_uri_component('a%20b+c%2f'), 'a b c/';
    is decode_uri_component('a%2'), 'a2', 'a truncated escape loses its percent sign';
    is decodeURIComponent('%41'), 'A';
};

subtest 'misuse' => sub {
    ok !eval { URI::XS::host('string'); 1 }, 'no object';
    like $@, qr/expected an object of class URI::XS/;
    ok !eval { URI::XS::host(bless \my $x, 'URI::XS'); 1 }, 'an empty shell';
};

is(URI::XS->new('file:h')->to_string, 'file:h', 'a relative path of a file does not become its host');
is(URI::XS->new('file:///h')->to_string, 'file:///h', 'an absolute one keeps its empty host');

done_testing;
