# nginx with the configuration of the manual in front of our server: upgrade, ping, messages of 1 MiB, TLS that ends at the proxy.
use strict;
use warnings;
use lib 't/lib';
use Test::More;
use UETest qw(program_of seconds);
use UETest::Guides qw(guide_file);
use UETest::Proxy;

my $nginx = program_of('nginx', '/usr/sbin/nginx') // plan skip_all => "no nginx on this machine ('./run peers' installs it)";
my $shown = guide_file('nginx.conf');

UETest::Proxy::check(sub {
    my (%with) = @_;
    my $config = $shown;
    $config =~ s/listen 443 ssl;/listen 127.0.0.1:$with{port} ssl;/ or die 'no listen';
    $config =~ s/server 127\.0\.0\.1:8080;/server 127.0.0.1:$with{server_port};/ or die 'no upstream';
    $config =~ s{/etc/ssl/example/cert\.pem}{$with{cert}} or die 'no certificate';
    $config =~ s{/etc/ssl/example/key\.pem}{$with{key}} or die 'no key';
    # Where a nginx that nobody installed may write.
    my $writable = join ' ', 'access_log off;', map { "${_}_temp_path $with{dir}/$_;" } qw(client_body proxy fastcgi uwsgi scgi);
    $config =~ s/http \{/http {\n    $writable/ or die 'no http';
    my $file = UETest::Guides::write_to($with{dir}, 'nginx.conf', $config);
    return UETest::Child->spawn([$nginx, '-p', $with{dir}, '-c', $file, '-e', 'stderr', '-g', "daemon off; master_process off; pid $with{dir}/pid;"],
        bound => seconds(20));
});
done_testing;
