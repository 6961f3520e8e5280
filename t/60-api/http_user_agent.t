# UniEvent::HTTP::UserAgent: cookies, identity and defaults for requests.
use strict;
use warnings;
use lib 't/lib';
use Scalar::Util qw(refaddr);
use Test::More;
use UETest qw(run_until run_until_empty);
use UETest::Http;
use UniEvent::HTTP;

sub dies(&) { my ($code) = @_; return eval { $code->(); 1 } ? 'lives' : $@ }
my $class = 'UniEvent::HTTP::UserAgent';
my $loop = UE::Loop->new;
my @got;
my $server = new_server(loop => $loop, request => sub {
    my ($r) = @_;
    push @got, {path => $r->uri->path, cookies => $r->cookies, agent => $r->header('User-Agent')};
    $r->respond({
        code => $r->uri->path eq '/move' ? 303 : 200,
        headers => $r->uri->path eq '/move' ? {Location => '/end'} : {},
        cookies => {substr($r->uri->path, 1) => {value => 'set', path => '/'}},
    });
});
my $base = 'http://' . $server->sockaddr;

sub perform {
    my ($agent, @args) = @_;
    my $result;
    my $request = UniEvent::HTTP::Request->new({ref $args[0] ? %{shift @args} : (uri => $base . shift @args)});
    $request->response_event->add(sub { $result = [@_[1, 2]] });
    $agent->request($request, @args);
    run_until($loop, sub { $result }) or die 'no response';
    ok !$request->redirect_event->has_listeners, 'nothing of the agent is left on the request';
    return @$result;
}

subtest 'settings' => sub {
    my $agent = $class->new;
    like $agent->identity, qr/^Mozilla.* UniEvent-HTTP\/1.0$/;
    isa_ok $agent->cookie_jar, 'Protocol::HTTP::CookieJar';
    is $agent->to_string, "[\n]";
    is $agent->proxy, undef;
    is $agent->ssl_ctx, undef;
    $agent->identity('me');
    is $agent->identity, 'me';
    is_deeply [$agent->identity(undef)], [undef];
    is $agent->identity, undef;
    $agent->proxy('socks5://p:1');
    is $agent->proxy->host, 'p';
    my $context = UniEvent::SslContext->new({});
    is refaddr($class->new({ssl_ctx => $context})->ssl_ctx), refaddr($context);
    my $text = qq([\n{"key":"k", "value":"v", "domain":"d.com", "path":"/", "expires":"4000000000"}\n]);
    is $class->new({serialized => $text}, $loop)->to_string, $text;
    is $class->new({identity => undef})->identity, undef;
    like dies { $class->new({serialized => 'junk'}) }, qr/corrupted/;
    like dies { $agent->request('x') }, qr/expected an object of class UniEvent::HTTP::Request/;
    like dies { $agent->request({uri => '/'}) }, qr/uri must have host/;
    ok $class->CLONE_SKIP;
};

subtest 'requests' => sub {
    my $agent = $class->new({identity => 'tester'}, $loop);
    my ($response, $error) = perform($agent, '/one');
    is $error, undef;
    is $got[-1]{agent}, 'tester';
    is_deeply $got[-1]{cookies}, {};
    perform($agent, '/two');
    is_deeply $got[-1]{cookies}, {one => 'set'}, 'what was set is sent';
    perform($agent, {uri => "$base/three", headers => {'User-Agent' => 'own'}});
    is $got[-1]{agent}, 'own';
    $agent->identity(undef);
    perform($agent, '/four');
    is $got[-1]{agent}, undef;
    like $agent->to_string(1), qr/"key":"four"/;

    my $fresh = $class->new($loop);
    perform($fresh, '/move');
    is_deeply [map $_->{path}, @got[-2, -1]], ['/move', '/end'];
    is_deeply $got[-1]{cookies}, {move => 'set'}, 'the cookie of a redirection goes to its target';
    perform($fresh, '/last');
    is_deeply $got[-1]{cookies}, {move => 'set', end => 'set'};

    is ref $fresh->request({uri => "$base/x"}), 'UniEvent::HTTP::Client', 'a hash will do';
};

UniEvent::HTTP::Pool::instance($loop)->idle_timeout(1);
ok run_until($loop, sub { !UniEvent::HTTP::Pool::instance($loop)->nbusy });
$server->stop;
ok run_until_empty($loop);

done_testing;
