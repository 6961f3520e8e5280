# HAProxy with the configuration of the manual in front of our server: upgrade, ping, messages of 1 MiB, TLS that ends at the proxy.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(program_of seconds);
use UETest::Guides qw(guide_file);
use UETest::Proxy;
use UETest::Tree;

my $haproxy = program_of('haproxy', '/usr/sbin/haproxy') // plan skip_all => "no haproxy on this machine ('./run peers' installs it)";
my $shown = guide_file('haproxy.cfg');

UETest::Proxy::check(sub {
    my (%with) = @_;
    my $config = $shown;
    my $both = UETest::Guides::write_to($with{dir}, 'both.pem', join '', map { UETest::Tree::text($_) } @with{qw(cert key)});
    $config =~ s{bind :443 ssl crt /etc/ssl/example/both\.pem}{bind 127.0.0.1:$with{port} ssl crt $both} or die 'no bind';
    $config =~ s/server one 127\.0\.0\.1:8080/server one 127.0.0.1:$with{server_port}/ or die 'no server';
    my $file = UETest::Guides::write_to($with{dir}, 'haproxy.cfg', $config);
    return UETest::Child->spawn([$haproxy, '-db', '-q', '-f', $file], bound => seconds(20));
});
done_testing;
